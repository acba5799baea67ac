"""What the way back of a file costs: approved documents and their sheets go to a folder of the Disk, a field and the timeline. The
same contracts without `results:` are run beside, so that the cards' own changes are not counted as the files'.
Prints calls and bytes to stderr, and a line: what TAB ours TAB promised TAB ratio. bench/delivered_files.py BIN_FOLDER ROOT"""
import os
import shutil
import sys
import tempfile

BIN, ROOT = sys.argv[1], sys.argv[2]
sys.path.insert(0, os.path.join(ROOT, "scripts", "lib"))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
os.environ["SEDLINK_BIN"], os.environ["SEDLINK_ROOT"] = BIN, ROOT

import demo  # noqa: E402
from common import eventually, stand  # noqa: E402
from sweep import SCENARIO, by_method, settled  # noqa: E402

COUNT = 20
# Sweeps of the log of stage moves are no part of it.
PACE = {"poll_active": "1s", "poll_quiet": "1s", "poll_asleep": "1s", "sweep": "6h", "retry_first": "300ms", "retry_max": "5s", "stop": "20s"}
PROMISED = 5  # calls a file that goes to Disk, field and timeline


def calls_of_approvals(with_files):
    folder = tempfile.mkdtemp(prefix="sedlink-bench-", dir=os.path.join(ROOT, "build"))
    scenario, mapping = os.path.join(folder, "docflow.yaml"), os.path.join(folder, "contracts.yaml")
    with open(scenario, "w", encoding="utf-8") as f:
        f.write(SCENARIO)
    with open(os.path.join(ROOT, "demo", "mappings", "contracts.yaml"), encoding="utf-8") as f:
        text = f.read()
    results = text[text.index("results:\n"):text.index("\n", text.index("\nfolder: ") + 1) + 1]
    with open(mapping, "w", encoding="utf-8") as f:
        f.write(text if with_files else text.replace(results, ""))
    s = None
    try:
        s = stand(folder, edms=scenario, mappings=[mapping], engine=PACE,
                  settings={"portal": {"limits": "{ rate_per_second: 0 }"}})
        s.start_daemon()
        for n in range(COUNT):
            c = demo.Contract(n, "Договор", "")
            demo.create(s, c)
            s.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=demo.MANAGER, fields={"assignedById": 15})
            demo.move(s, c, "PREPARATION")
        eventually(lambda: s.process("status")["running"] == COUNT, 300, f"{COUNT} processes run", 0.5)
        settled(s)
        before = s.crm.state()
        for p in s.edms.state()["processes"]:
            s.edms.act(process=p["id"], do="approve", comment="Согласовано")
        eventually(lambda: s.process("status")["running"] == 0, 300, "every process has ended", 0.5)
        settled(s)
        after = s.crm.state()
        cards = [{f["field"] for f in i["files"]} for i in after["items"] if i["entity"] == "dynamic:1036"]
        whole = sum({"ufCrm10Signed", "ufCrm10Sheet"} <= fields for fields in cards)
        if whole != (COUNT if with_files else 0):
            raise SystemExit(f"{whole} of {COUNT} cards have both files in their fields")
        calls = {k: after["http"][k] - before["http"][k] for k in ("requests", "received", "sent")}
        print(f"{COUNT} approvals{', two files each' if with_files else ''}: {calls['requests']} calls, {calls['received']} bytes sent, "
              f"{calls['sent']} received\n  CRM: {by_method(before['calls'], after['calls'])}", file=sys.stderr, flush=True)
        return calls["requests"]
    finally:
        if s is not None:
            s.close()
        shutil.rmtree(folder, ignore_errors=True)


each = (calls_of_approvals(True) - calls_of_approvals(False)) / (2 * COUNT)
print(f"Bitrix24: calls per file delivered to Disk, field and timeline\t{each:.2f}\t{PROMISED}\t{each / PROMISED:.2f}")
if each > PROMISED:
    raise SystemExit(f"{each:.2f} calls a delivered file, promised {PROMISED}")
