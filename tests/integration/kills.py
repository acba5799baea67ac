"""kill -9 of the daemon between "sent" and "answered": every contract still ends as scripted and nothing appears twice
anywhere. What was in flight is read out of the dead daemon's store. kills.py N: so many kills with an effect in flight; from
20 on, each kind of effect is among them, and each call that changes something was once executed and unanswered."""
import collections
import copy
import os
import re
import shutil
import sqlite3
import sys
import tempfile

import common
from common import eventually, fresh_folder, stand
import demo

EDMS = [{"type": t} for t in (
    "DMCreateRequest:DMCorrespondent", "DMCreateRequest:DMInternalDocument", "DMAddFileRequest", "DMCreateRequest:DMBusinessProcess*",
    "DMLaunchBusinessProcessRequest", "DMUpdateRequest:DMFile", "DMUpdateRequest:DMBusinessProcessApprovalTaskCheckup",
    "DMUpdateRequest:DMBusinessProcessApproval", "DMGetApprovalSheetRequest")]
CRM = [{"method": m} for m in (
    "crm.timeline.comment.add", "crm.item.update", "im.notify.system.add", "tasks.task.add", "task.checklistitem.add",
    "disk.folder.addsubfolder", "disk.folder.uploadfile", "crm.controller.item.getfile")] + [{"path": "upload"}]
# lose_answer: executed and unanswered; hang: neither.
TARGETS = [(side, match, how) for how in ("lose_answer", "hang")
           for side, matches in (("edms", EDMS), ("crm", CRM)) for match in matches]
KINDS = {"collect_files", "ensure_counterparty", "create_document", "attach_file", "add_version", "prepare_process", "start_process",
         "decide_round", "cancel_process", "list_results", "move_stage", "set_fields", "comment", "notify", "create_task",
         "ensure_folder", "deliver"}


def in_flight(s):
    """Kinds of the effects the killed daemon had sent and heard nothing about. The store is looked at in a copy."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("sedlink.db", "sedlink.db-wal"):
            if os.path.exists(os.path.join(s.folder, name)):
                shutil.copy(os.path.join(s.folder, name), folder)
        db = sqlite3.connect(os.path.join(folder, "sedlink.db"))
        kinds = [kind for (kind,) in db.execute("select kind from effects where status = 2")]
        db.close()
        return kinds


def inn_of(wave):
    """An ИНН with right check digits that no other wave has."""
    digits = [int(c) for c in f"77{wave:08d}"]

    def check(weights):
        return sum(a * b for a, b in zip(weights, digits)) % 11 % 10

    digits.append(check([7, 2, 4, 10, 3, 5, 9, 4, 6, 8]))
    digits.append(check([3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]))
    return "".join(map(str, digits))


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
    for c in contracts:
        dossiers = [r["name"] for r in state["disk"] if re.fullmatch(rf"Досье — {re.escape(c.name)}\b.*\.zip", r["name"])]
        found += [f"досье {dossiers}"] if len(dossiers) > 1 else []
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


class Shots:
    """Every target that was not hit yet is armed, each for one call; the first that is called is the next kill."""

    def __init__(self, s):
        self.s, self.left = s, list(TARGETS)

    def arm(self):
        self.disarm()
        for side, match, how in self.left:
            self.simulator(side).fault(match=match, do=how, ms=600000, next=1)

    def disarm(self):
        self.s.crm.no_faults()
        self.s.edms.no_faults()

    def simulator(self, side):
        return self.s.crm if side == "crm" else self.s.edms

    def fired(self):
        for side in ("crm", "edms"):
            armed = [t for t in self.left if t[0] == side]
            for target, fault in zip(armed, self.simulator(side).state().get("faults", [])):
                if fault["fired"]:
                    return target
        return None

    def hit(self, target):
        self.left.remove(target)
        if not self.left:
            self.left = list(TARGETS)


def main(kills):
    folder = fresh_folder()
    s = stand(folder)
    seen, wounded, wave, everything, hit = collections.Counter(), 0, 0, [], set()
    wanted = KINDS if kills >= 20 else set()
    executed = {str(t) for t in TARGETS if t[2] == "lose_answer"} if kills >= 20 else set()
    try:
        s.start_daemon()
        story, shots = demo.Story(s), Shots(s)
        story.say = lambda *_: None

        def enough():
            return wounded >= kills and wanted <= set(seen) and executed <= hit

        while not enough() and wave < 8:
            wave += 1
            company = s.crm.act(do="create", entity="company", fields={"title": f"ИП Новиков {wave}"},
                                requisites=[{"name": "ИП", "preset": 2, "inn": inn_of(wave)}])["id"]
            contracts = []
            for template in demo.CONTRACTS:
                c = copy.copy(template)
                c.title = f"{template.title} {wave}"
                if c.company == demo.NEW_TO_THE_EDMS:
                    c.company = company
                contracts.append(c)
                demo.create(s, c, with_file=c.number != 108)
            everything += contracts
            done = set()

            def finished():
                by_id = demo.act_as_people(s, story, contracts, done)
                return all(c.id in by_id and not demo.expectation_errors(s, c, by_id[c.id]) for c in contracts)

            shots.arm()
            for c in contracts:
                demo.move(s, c, "PREPARATION")
            while not enough():
                target = eventually(lambda: shots.fired() or finished() and "end", 180, f"wave {wave} goes on", 0.05)
                if target == "end":
                    break
                s.kill_daemon()
                kinds = in_flight(s)
                seen.update(kinds)
                wounded += bool(kinds)
                hit.add(str(target))
                shots.hit(target)
                print(f"kill: {target} in flight: {', '.join(kinds) or 'nothing'}", flush=True)
                shots.arm()
                s.start_daemon(subscribe=False)
            shots.disarm()
            eventually(finished, 180, f"wave {wave} ends as scripted", 0.3)
        twice = duplicates(s, everything)
        print(f"kills with an effect in flight: {wounded}; kinds: {dict(seen)}; waves: {wave}")
        if twice:
            sys.exit("twice: " + "; ".join(twice))
        if not enough():
            sys.exit(f"only {wounded} of {kills} kills; kinds never in flight: {sorted(wanted - set(seen))}; "
                     f"calls never hit: {sorted(executed - hit)}")
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
