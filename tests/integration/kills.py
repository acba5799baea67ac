"""kill -9 of the daemon between "sent" and "answered", for every kind of effect: every contract still ends as scripted and
nothing appears twice anywhere. kills.py N: so many kills; each kind of effect is hit before any is hit again."""
import collections
import copy
import re
import sys

import common
from common import eventually, fresh_folder, stand
import demo

# (simulator, what the request carries, "lost": executed and unanswered | "never": not executed)
TARGETS = [
    ("edms", {"type": "DMCreateRequest"}, "lost"), ("edms", {"type": "DMAddFileRequest"}, "lost"),
    ("edms", {"type": "DMLaunchBusinessProcessRequest"}, "lost"), ("crm", {"method": "crm.timeline.comment.add"}, "lost"),
    ("crm", {"method": "crm.item.update"}, "lost"), ("crm", {"method": "im.notify.system.add"}, "lost"),
    ("crm", {"method": "tasks.task.add"}, "lost"), ("crm", {"method": "disk.folder.uploadfile"}, "lost"),
    ("edms", {"type": "DMUpdateRequest"}, "lost"), ("crm", {"method": "disk.folder.addsubfolder"}, "lost"),
    ("crm", {"method": "task.checklistitem.add"}, "lost"), ("edms", {"type": "DMGetApprovalSheetRequest"}, "lost"),
    ("edms", {"type": "DMLaunchBusinessProcessRequest"}, "never"), ("edms", {"type": "DMCreateRequest"}, "never"),
    ("crm", {"method": "crm.item.update"}, "never"), ("crm", {"path": "upload"}, "lost"),
    ("crm", {"method": "crm.timeline.comment.add"}, "never"), ("edms", {"type": "DMGetTasksTreeRequest"}, "lost"),
    ("crm", {"method": "crm.item.get"}, "lost"), ("edms", {"type": "DMAddFileRequest"}, "never"),
]


def duplicates(s, contracts):
    """What appeared twice, in words."""
    found = []
    state = s.crm.state()
    for item in state["items"]:
        if item["entity"] != "dynamic:1036":
            continue
        marks = collections.Counter(m for c in item["comments"] for m in re.findall(r"\[sl:[0-9a-f]+\]", str(c["text"])))
        found += [f"{item['title']}: комментарий {m} × {n}" for m, n in marks.items() if n > 1]
        tasks = collections.Counter(t["xml_id"] for t in item["tasks"])
        found += [f"{item['title']}: задача {x} × {n}" for x, n in tasks.items() if n > 1]
        for t in item["tasks"]:
            points = collections.Counter(p["title"] for p in t["checklist"])
            found += [f"{item['title']}: пункт «{p}» × {n}" for p, n in points.items() if n > 1]
        files = collections.Counter((f["field"], f["sha256"]) for f in item["files"])
        found += [f"{item['title']}: файл в поле {f} × {n}" for f, n in files.items() if n > 1]
    disk = collections.Counter((r["parent"], r.get("sha256") or r["name"]) for r in state["disk"] if "Контрагенты" in r["path"])
    found += [f"на диске {d} × {n}" for d, n in disk.items() if n > 1]
    tags = collections.Counter(n["tag"] for n in state["notifications"] if n["tag"])
    found += [f"уведомление {t} × {n}" for t, n in tags.items() if n > 1]
    for c in contracts:
        documents, processes = demo.processes_of(s, c)
        if len(documents) > 1 or len(processes) > 1:
            found.append(f"{c.name}: документов {len(documents)}, процессов {len(processes)}")
        for d in documents:
            names = collections.Counter(f["name"] for f in d["files"])
            found += [f"{c.name}: файл СЭД «{f}» × {n}" for f, n in names.items() if n > 1]
    return found


def fired(simulator):
    return sum(f.get("fired", 0) for f in simulator.state().get("faults", []))


def main(kills):
    folder = fresh_folder()
    s = stand(folder)
    hit, missed = collections.Counter(), collections.Counter()
    try:
        s.start_daemon()
        story, everything, wave = demo.Story(s), [], 0
        story.say = lambda *_: None
        queue = list(TARGETS)
        while sum(hit.values()) < kills and wave < 12:
            wave += 1
            contracts = []
            for template in demo.CONTRACTS:
                c = copy.copy(template)
                c.title = f"{template.title} {wave}"
                contracts.append(c)
                demo.create(s, c, with_file=c.number != 108)
                demo.move(s, c, "PREPARATION")
            everything += contracts
            done = set()

            def finished():
                by_id = demo.act_as_people(s, story, contracts, done)
                return all(c.id in by_id and not demo.expectation_errors(s, c, by_id[c.id]) for c in contracts)

            while sum(hit.values()) < kills and not finished():
                side, match, how = target = queue.pop(0)
                queue.append(target)
                simulator = s.crm if side == "crm" else s.edms
                simulator.fault(match=match, do="lose_answer" if how == "lost" else "hang", ms=600000, next=1)

                def shot():
                    return fired(simulator) or finished() and "end"

                try:
                    result = eventually(shot, 8, f"{match} is called", 0.05)
                except AssertionError:
                    result = None
                if result and result != "end":
                    s.kill_daemon()
                    hit[(str(match), how)] += 1
                    print(f"kill {sum(hit.values())}: {side} {match} {how}", flush=True)
                    simulator.no_faults()
                    s.start_daemon(subscribe=False)
                else:
                    missed[(str(match), how)] += 1
                    simulator.no_faults()
            eventually(finished, 180, f"wave {wave} ends as scripted", 0.3)
            if wave >= 2 and sum(missed.values()) > 60:
                break
        twice = duplicates(s, everything)
        print("kills:", dict(hit))
        if twice:
            sys.exit("twice: " + "; ".join(twice))
        if sum(hit.values()) < kills:
            sys.exit(f"only {sum(hit.values())} kills of {kills}; never called: {dict(missed)}")
        incidents = s.process("list", "--incidents")
        if incidents:
            sys.exit(f"incidents: {incidents}")
    except AssertionError as error:
        state = s.crm.state()
        for c in everything:
            item = next((i for i in state["items"] if i["entity"] == "dynamic:1036" and i["id"] == c.id), None)
            if item:
                errors = demo.expectation_errors(s, c, item)
                if errors:
                    print(c.name, errors, file=sys.stderr)
        sys.exit(str(error))
    finally:
        s.close()


main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
