"""An empty store beside 500 old items on the launch stage sends nothing, also after 50 of them were edited."""
import time

from common import b64, check, eventually, fresh_folder, pdf, stand

folder = fresh_folder()
s = stand(folder)
try:
    for n in range(500):
        s.crm.act(do="create", entity="dynamic:1036", user=14, category=10, stage="DT1036_10:PREPARATION",
                  fields={"title": f"Архив № {n}", "companyId": 5, "assignedById": 14, "opportunity": 1},
                  files={"ufCrm10Contract": [{"name": "a.pdf", "content_base64": b64(pdf("old"))}]})
    items = [i["id"] for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036"]
    check(len(items) == 500, f"500 items expected, {len(items)} made")
    made_at = int(time.time())  # the portal tells moves in whole seconds: what is old has to be older than one
    eventually(lambda: int(time.time()) > made_at + 1, 5, "the archive grows a second old")
    s.start_daemon()
    reads = lambda: sum(n for m, n in s.crm.state()["calls"].items() if m.lower() == "crm.item.get")
    before = reads()
    for item in items[:50]:
        s.crm.act(do="edit", item=f"dynamic:1036/{item}", user=14, fields={"title": f"Правка {item}"})
    eventually(lambda: reads() >= before + 50, 60, "the 50 edited items are read")
    eventually(lambda: s.process("status")["inbox"] == 0, 60, "the inbox is empty")
    check(s.edms.state()["documents"] == [], "a document appeared in the EDMS")
    state = s.crm.state()
    touched = [i["id"] for i in state["items"] if i["entity"] == "dynamic:1036" and (i["comments"] or i["tasks"])]
    check(not touched and not state["notifications"], f"something was written about {touched}")
    check(s.process("list") == [], "a process was made")

    # The same items are launched by command, and by a person who moves one there anew.
    s.process("launch", f"portal/dynamic:1036/{items[0]}")
    s.crm.act(do="move", item=f"dynamic:1036/{items[1]}", user=14, stage="DT1036_10:NEW")
    s.crm.act(do="move", item=f"dynamic:1036/{items[1]}", user=14, stage="DT1036_10:PREPARATION")
    eventually(lambda: len(s.edms.state()["documents"]) == 2, 60, "exactly the two asked for are launched")
finally:
    s.close()
