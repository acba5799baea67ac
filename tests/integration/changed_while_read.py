"""Two changes of one item within one second, the second after the read of the first has begun: two reads."""
import os

from common import check, eventually, fresh_folder, reads, stand
import demo

folder = fresh_folder()
record = os.path.join(folder, "record")
s = stand(folder, engine={"sweep": "1h"}, record=record)


def updated(item):
    return s.rest("crm.item.list", entityTypeId=1036, filter={"=id": item}, select=["id", "updatedTime"])["items"][0]["updatedTime"]


def two_changes_in_one_second(contract):
    """False when the clock's second turned between the two."""
    edit = lambda text: s.crm.act(do="edit", item=f"dynamic:1036/{contract.id}", user=14, fields={"ufCrm10Reason": text})
    s.crm.fault(match={"method": "crm.item.get"}, do="delay", ms=700, next=1)
    count = lambda: len(reads(record).get(contract.id, []))
    before = count()
    edit("первая")
    eventually(lambda: s.crm.state()["faults"][0]["fired"], 20, "the first change is being read", 0.01)
    first = updated(contract.id)
    edit("вторая")
    same = updated(contract.id) == first
    s.crm.no_faults()
    eventually(lambda: count() >= before + 2, 20, "the second change is read, too")
    eventually(lambda: s.process("status")["inbox"] == 0, 20, "nothing is left to read")
    check(count() == before + 2, f"{count() - before} reads for two changes")
    return same


try:
    s.start_daemon()
    contract = demo.CONTRACTS[0]
    demo.create(s, contract)
    eventually(lambda: reads(record).get(contract.id) and s.process("status")["inbox"] == 0, 20, "the new item is read")
    eventually(lambda: two_changes_in_one_second(contract), 60, "two changes fall into one second")
finally:
    s.close()
