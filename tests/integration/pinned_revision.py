"""A running process ends by the mapping revision it began with, the next one by the file that is in force then."""
import os
import shutil

from common import MAPPINGS, check, eventually, fresh_folder, stand
import demo

folder = fresh_folder()
mappings = [shutil.copy(path, folder) for path in MAPPINGS]
s = stand(folder, mappings=mappings)


def approved(contract):
    item = next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == contract.id)
    return item["stage"] == "DT1036_10:SUCCESS" and [str(c["text"]) for c in item["comments"]]


def launch(contract):
    demo.create(s, contract)
    demo.move(s, contract, "PREPARATION")


try:
    s.start_daemon()
    old, new = (c for c in demo.CONTRACTS if c.number in (101, 104))
    launch(old)
    eventually(lambda: [p["state"] for p in demo.processes_of(s, old)[1]] == ["running"], 60, "the first process runs")
    check(s.stop_daemon() == 0, "the daemon stops well")
    text = open(mappings[0], encoding="utf-8").read()
    changed = text.replace('comment: "Договор согласован"', 'comment: "Согласован по новым правилам"')
    check(changed != text, "the mapping's words are there to be changed")
    with open(mappings[0], "w", encoding="utf-8") as f:
        f.write(changed)
    s.start_daemon(subscribe=False)
    launch(new)
    ended = [eventually(lambda: approved(c), 120, f"{c.name} is approved", 0.3) for c in (old, new)]
    check(any("Договор согласован" in t for t in ended[0]) and not any("новым правилам" in t for t in ended[0]),
          f"the old process ended by another revision: {ended[0]}")
    check(any("новым правилам" in t for t in ended[1]), f"the new process ended by the old revision: {ended[1]}")
finally:
    s.close()
