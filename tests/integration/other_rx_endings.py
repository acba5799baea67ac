"""The daemon against another Directum RX (other_rx.py): four kinds of process reach their endings, and nothing is asked that the page
of the service does not promise. other_rx_endings.py [all | STORY…] [SWITCH=VALUE…], the switches being those of other_rx.OPTIONS."""
import ast
import collections
import json
import os
import subprocess
import sys
import time

from common import BIN, ROOT, check, fresh_folder, pdf, stand
from other_rx import OtherRx

KINDS = {"free": 10, "process": 12, "simple": 14, "rule": 16}
PEOPLE = ["Петров Пётр Петрович", "Сидорова Анна Викторовна"]
WORDS = {"rule": ("Approved", "WithSuggestions", "ForRevision"), "process": ("Approved", "WithSuggestions", "ForRework"),
         "free": ("Approved", None, "ForRework"), "simple": ("Complete", None, None)}


def write_mappings(folder, settings):
    paths = []
    with open(os.path.join(ROOT, "demo", "mappings", "contracts-rx.yaml"), encoding="utf-8") as f:
        text = f.read()
    for kind, category in KINDS.items():
        t = text.replace("contracts-rx", f"rx-{kind}").replace("DT1036_16", f"DT1036_{category}").replace("category: 16", f"category: {category}")
        if not settings["module"]:
            t = t.replace("  - { take: signatures, to: [folder] }\n", "").replace("  - { take: dossier,    to: [folder] }\n", "")
        approvers = "  approvers: [ " + ", ".join(f"{{ name: {p} }}" for p in PEOPLE) + " ]\n  due: 5 days\n"
        route = {"rule": "  template: Согласование договора\n" if settings["draft_is_patched"] else "", "process": "",
                 "free": approvers, "simple": approvers}[kind]
        t = t.replace("  kind: rule\n  template: Согласование договора\n", f"  kind: {kind}\n{route}")
        if kind == "simple":
            t = t.replace("  rework: crm\n", "").replace(f'  give_up: ["DT1036_{category}:FAIL"]\n', "")
        if kind in ("simple", "free"):
            t = "".join(line for line in t.splitlines(True) if ":SIGNING" not in line)
        paths.append(os.path.join(folder, f"rx-{kind}.yaml"))
        with open(paths[-1], "w", encoding="utf-8") as f:
            f.write(t)
    return paths


class Card:
    """One card of the portal and what stands behind it in RX. A story is a generator that yields (condition, words)."""
    count = 100

    def __init__(self, s, rx, kind, story, annex=False):
        Card.count += 1
        self.s, self.rx, self.kind, self.category, self.story = s, rx, kind, KINDS[kind], story
        self.title = f"Поставка {kind} {story} {Card.count}"
        files = {"ufCrm10Contract": [{"name": f"Договор {Card.count}.pdf", "content_base64": self.pdf(1)}]}
        if annex:
            files["ufCrm10Annexes"] = [{"name": "Спецификация.docx", "size": 3000}]
        self.id = s.crm.act(do="create", entity="dynamic:1036", user=14, category=self.category, stage=f"DT1036_{self.category}:NEW",
                            fields={"title": self.title, "companyId": 5, "assignedById": 14, "opportunity": 150000.5}, files=files)["id"]
        self.item = None

    def pdf(self, edition):
        import base64
        return base64.b64encode(pdf(f"Contract {self.title[-3:]}, edition {edition}")).decode()

    def move(self, stage):
        self.s.crm.act(do="move", item=f"dynamic:1036/{self.id}", user=14, stage=f"DT1036_{self.category}:{stage}")

    def stage(self, *names):
        return lambda: self.item["stage"].split(":")[1] in names

    def said(self, words):
        return lambda: any(words in str(c["text"]) for c in self.item["comments"])

    def document(self):
        return next((d for d in list(self.rx.all("OfficialDocument")) if self.title in str(d.get("Subject")) + str(d.get("Name"))
                     and d["#type"] == "Contract"), None)

    def tasks(self):
        d = self.document()
        return [t for t in self.rx.all("Task") if d and any(a["AttachmentId"] == d["Id"] for a in t["AttachmentDetails"])]

    def opened(self, word=""):
        with self.rx.lock:
            return [a for t in self.tasks() for a in self.rx.work.opened(t) if word in a["#type"]]

    def decide(self, assignments, result, comment=None):
        with self.rx.lock:
            for a in assignments:
                self.rx.work.decide(a["Id"], result, comment)

    def approve(self):
        """Whatever the kind asks of people: all agree, the director signs."""
        yes = WORDS[self.kind][0]
        yield lambda: self.opened(), "people are asked"
        self.decide(self.opened(), yes)
        yield self.stage("SIGNING", "SUCCESS") if self.kind in ("rule", "process") and self.rx.options["signing_stage"] else self.stage("APPROVAL", "SUCCESS", "PREPARATION"), "it goes on"
        if self.kind in ("rule", "process") and self.opened("Signing"):
            self.decide(self.opened("Signing"), "Sign")

    def tell(self):
        with self.rx.lock:
            tasks = [(t["Id"], t["#type"], t["Status"], [(a["#type"], a["Status"], a.get("Result")) for a in self.rx.all("AssignmentBase")
                                                         if a["Task"] == t["Id"]]) for t in self.tasks()]
        return f"«{self.title}» ({self.id}) is at {self.item['stage']}, RX: {tasks}, comments: {[c['text'] for c in self.item['comments']]}"


def one_document(c):
    with c.rx.lock:
        found = [d for d in c.rx.all("OfficialDocument") if c.title in str(d.get("Subject")) + str(d.get("Name")) and d["#type"] == "Contract"]
    check(len(found) == 1, f"{c.title}: one document, not {len(found)}")
    return found[0]


def simple_end(c):
    """A done simple task says nothing of approval: a person decides."""
    return (lambda: c.item["fields"].get("ufCrm10EdmsStatus") is not None and all(t["Status"] == "Completed" for t in c.tasks())), "the simple task is done"


def approved(c):
    c.move("PREPARATION")
    yield c.stage("APPROVAL") if c.kind != "simple" else (lambda: c.opened()), "it is on approval"
    yield from c.approve()
    if c.kind == "simple":
        yield simple_end(c)
        return
    yield c.stage("SUCCESS"), "it is approved"
    yield (lambda: {"ufCrm10Signed", "ufCrm10Sheet"} <= {f["field"] for f in c.item["files"]}), "results are delivered"
    d = one_document(c)
    with c.rx.lock:
        body = c.rx.bodies[d["Versions"][-1]["Body"]]
    import hashlib
    check(any(f["sha256"] == hashlib.sha256(body).hexdigest() for f in c.item["files"] if f["field"] == "ufCrm10Signed"), "the very bytes come back")
    check(d["Counterparty"] and d["TotalAmount"] == 150000.5, f"the document's fields: {d}")


def annexed(c):
    c.move("PREPARATION")
    yield (lambda: c.opened()), "people are asked"
    with c.rx.lock:
        addenda = [a for a in c.rx.all("OfficialDocument") if a["#type"] == "Addendum" and a.get("LeadingDocument") == one_document(c)["Id"]]
        check(len(addenda) == 1 and addenda[0]["Versions"], f"the second file is an addendum with a body: {addenda}")
        rows = c.tasks()[0]["AttachmentDetails"]
    check(any(r["AttachmentId"] == addenda[0]["Id"] for r in rows), f"the task has the addendum with it: {rows}")
    yield from c.approve()
    yield simple_end(c) if c.kind == "simple" else (c.stage("SUCCESS"), "it is approved")


def remarked(c):
    c.move("PREPARATION")
    yield (lambda: len(c.opened()) > 1), "people are asked"
    first, *others = c.opened()
    c.decide([first], "WithSuggestions", "Уточните срок оплаты")
    c.decide(others, "Approved")
    if c.rx.options["signing_stage"] or c.kind == "process":
        yield c.stage("SIGNING"), "it is being signed"
        c.decide(c.opened("Signing"), "Sign")
    yield c.stage("SUCCESS"), "it is approved with remarks"
    yield (lambda: any("Уточните срок оплаты" in p["title"] for t in c.item["tasks"] for p in t["checklist"])), "the remark is a point of the task"


def reworked(c):
    c.move("PREPARATION")
    yield (lambda: len(c.opened()) > 1), "people are asked"
    first, *others = c.opened()
    c.decide([first], WORDS[c.kind][2], "Нет печати")
    c.decide([a for a in others if a["Status"] == "InProcess"], "Approved")
    yield c.stage("REWORK"), "it is returned"
    yield c.said("Нет печати"), "the words of the objection are told"
    c.s.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=14, files={"ufCrm10Contract": [{"name": "Договор.pdf", "content_base64": c.pdf(2)}]})
    c.move("PREPARATION")
    yield c.stage("APPROVAL"), "a second round is on"
    d = one_document(c)
    check(len(d["Versions"]) == 2 and len(c.tasks()) == 1, f"a new version in the same task: {d['Versions']}")
    yield from c.approve()
    yield c.stage("SUCCESS"), "the second round approves"


def rejected(c):
    c.move("PREPARATION")
    yield (lambda: len(c.opened()) > 1), "people are asked"
    first, *others = c.opened()
    c.decide([first], WORDS[c.kind][2], "Нет доверенности")
    c.decide([a for a in others if a["Status"] == "InProcess"], "Approved")
    yield c.stage("REWORK"), "it is returned"
    c.move("FAIL")
    if not c.rx.options["status_is_patched"] and not c.rx.options["module"]:  # the base product cannot end it: the person reads what to do
        yield c.said("Прервите процесс в самой СЭД"), "giving up is told to be RX's"
        with c.rx.lock:
            c.rx.work.abort(c.tasks()[0]["Id"])
    yield (lambda: any("Нет доверенности" in p["title"] for t in c.item["tasks"] for p in t["checklist"])), "given up: the objection is a task"


def refused_signature(c):
    c.move("PREPARATION")
    yield (lambda: len(c.opened()) > 1), "people are asked"
    c.decide(c.opened(), "Approved")
    yield c.stage("SIGNING"), "it is being signed"
    c.decide(c.opened("Signing"), "Abort" if c.kind == "rule" else "Reject", "Не подпишу")
    yield c.stage("REWORK") if c.kind == "rule" or c.rx.options["reject"] == "rework" else c.stage("FAIL"), "the refusal to sign is told"


def aborted(c):
    c.move("PREPARATION")
    yield (lambda: c.opened()), "people are asked"
    with c.rx.lock:
        c.rx.work.abort(c.tasks()[0]["Id"])
    yield c.stage("FAIL"), "the abort is told"


def aborted_signed(c):
    """`Signed` stays on the document: what ended it is the task."""
    c.move("PREPARATION")
    yield (lambda: c.opened()), "people are asked"
    with c.rx.lock:
        c.rx.change(one_document(c), InternalApprovalState="Signed")
        c.rx.work.abort(c.tasks()[0]["Id"])
    yield c.stage("FAIL"), "the abort is told"


def deleted(c):
    c.move("PREPARATION")
    yield (lambda: c.opened()) if c.kind == "simple" else c.stage("APPROVAL"), "people are asked"
    yield (lambda: c.item["fields"].get("ufCrm10EdmsHolder")), "the poll has seen it"
    with c.rx.lock:
        task = c.tasks()[0]
        for a in list(c.rx.all("AssignmentBase")):
            if a["Task"] == task["Id"]:
                del c.rx.entities["AssignmentBase"][a["Id"]]
        del c.rx.entities["Task"][task["Id"]]
    yield c.stage("FAIL"), "the deletion is told"


def suspended(c):
    c.move("PREPARATION")
    yield (lambda: c.item["fields"].get("ufCrm10EdmsHolder")), "the poll has seen it"
    with c.rx.lock:
        c.rx.change(c.tasks()[0], Status="Suspended")
    yield (lambda: "риостанов" in str(c.item["fields"].get("ufCrm10EdmsStatus"))), "it is said to be suspended"
    with c.rx.lock:
        c.rx.change(c.tasks()[0], Status="InProcess")
    yield (lambda: "риостанов" not in str(c.item["fields"].get("ufCrm10EdmsStatus"))), "it goes on"
    yield from c.approve()
    yield simple_end(c) if c.kind == "simple" else (c.stage("SUCCESS"), "it is approved")


def withdrawn(c):
    c.move("PREPARATION")
    yield (lambda: c.opened()) if c.kind == "simple" else c.stage("APPROVAL"), "people are asked"
    c.move("WITHDRAWN")
    can = c.kind == "simple" and c.rx.options["edition"] != "4.4" or c.rx.options["status_is_patched"] or c.rx.options["module"]
    if can:
        yield c.stage("NEW"), "it is withdrawn"
        check(c.tasks()[0]["Status"] == "Aborted", "the task is aborted")
    else:
        yield (lambda: any("отозвать" in str(x["text"]).lower() or "прервать" in str(x["text"]).lower() for x in c.item["comments"])), "the user reads how"
        yield from c.approve()


def forwarded(c):
    c.move("PREPARATION")
    yield (lambda: c.opened()), "people are asked"
    with c.rx.lock:
        a, *others = c.opened()
        task = c.tasks()[0]
        c.rx.work.assign(task, a["#type"], a["ThreadSubject"], c.rx.people["Кузнецов"])
        c.rx.work.decide(a["Id"], "Forward", None)
    yield (lambda: "Кузнецов" in str(c.item["fields"].get("ufCrm10EdmsHolder"))), "the one it was forwarded to holds it"
    yield from c.approve()
    yield c.stage("SUCCESS"), "it is approved"


def stumbled(c):
    """Every create and change loses its answer once, or fails before it: nothing is made twice."""
    with c.rx.lock:
        c.rx.mishaps += [["POST", p, how, 1] for p in ("/IContracts", "/Versions", "Docflow", "StartTask", "IExternalEntityLinks") for how in (500, "lose")]
        c.rx.mishaps += [["PUT", "$value", how, 1] for how in (503, "lose")] + [["PATCH", "Tasks(", "lose", 1]]
    c.move("PREPARATION")
    yield (lambda: c.opened()), "people are asked in spite of everything"
    d = one_document(c)
    check(len(c.tasks()) == 1 and len(d["Versions"]) == 1, f"one task, one version: {len(c.tasks())}, {d['Versions']}")
    yield from c.approve()
    yield simple_end(c) if c.kind == "simple" else (c.stage("SUCCESS"), "it is approved")


def locked(c):
    """The card is open in somebody's client when the corrected file comes: it waits for its turn."""
    c.move("PREPARATION")
    yield (lambda: len(c.opened()) > 1), "people are asked"
    first, *others = c.opened()
    c.decide([first], WORDS[c.kind][2], "Нет печати")
    c.decide([a for a in others if a["Status"] == "InProcess"], "Approved")
    yield c.stage("REWORK"), "it is returned"
    one_document(c)["#locked"] = True
    c.s.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=14, files={"ufCrm10Contract": [{"name": "Договор.pdf", "content_base64": c.pdf(2)}]})
    c.move("PREPARATION")
    refused = lambda: [r for r in list(c.rx.log) if r["path"].startswith(f"/Integration/odata/IContracts({one_document(c)['Id']})") and  # noqa: E731
                       r["status"] == 400]
    yield (lambda: len(refused()) > 1), "it is tried again"
    one_document(c)["#locked"] = False
    yield c.stage("APPROVAL"), "then it goes on"
    check(len(one_document(c)["Versions"]) == 2, "with its new version")
    yield from c.approve()
    yield c.stage("SUCCESS"), "it is approved"


def vanished_document(c):
    """The document is deleted while its task lives."""
    c.move("PREPARATION")
    yield (lambda: c.item["fields"].get("ufCrm10EdmsHolder")), "the poll has seen it"
    with c.rx.lock:
        task = c.tasks()[0]
        del c.rx.entities["ElectronicDocument"][one_document(c)["Id"]]
        c.rx.work.abort(task["Id"])
    yield c.stage("FAIL"), "the end is told"


STORIES = {f.__name__: f for f in (approved, annexed, remarked, reworked, rejected, refused_signature, aborted, aborted_signed, deleted, suspended,
                                   withdrawn, forwarded, stumbled, locked, vanished_document)}
FITS = {"remarked": ("rule", "process"), "reworked": ("rule", "process", "free"), "rejected": ("rule", "process", "free"),
        "refused_signature": ("rule", "process"), "aborted_signed": ("rule", "process"), "forwarded": ("rule", "process", "free"),
        "locked": ("rule", "free")}
SHORT = [("rule", "approved"), ("process", "approved"), ("free", "approved"), ("simple", "approved"), ("rule", "annexed"), ("rule", "remarked"),
         ("rule", "reworked"), ("free", "reworked"), ("process", "rejected"), ("free", "aborted"), ("process", "deleted"), ("simple", "withdrawn"),
         ("rule", "suspended"), ("rule", "aborted_signed")]


def questions_refused(rx):
    """What was asked and refused by the service as a service: grammar, names, types, parameters; and 404 and 5xx, to be looked at."""
    seen = collections.OrderedDict()
    for r in rx.log:
        if r["refused"] or r["status"] in (405, 406) or r["status"] >= 500:
            seen.setdefault((r["method"], r["status"], r["refused"] or r["answer"][:200].decode(errors="replace")), r["path"][:300])
    return seen


def main():
    words = [w for w in sys.argv[1:] if "=" not in w]
    options = {}
    for w in sys.argv[1:]:
        if "=" in w:
            name, _, value = w.partition("=")
            try:
                options[name] = ast.literal_eval(value)
            except (ValueError, SyntaxError):
                options[name] = value
            if name == "edition":
                options[name] = value
    settings = {}
    for name in [n for n in options if n.startswith("adapter.")]:
        settings[name[8:]] = options.pop(name)
    folder = fresh_folder()
    rx = OtherRx(**options)
    secret = os.path.join(folder, "rx-password")
    with open(secret, "w", encoding="utf-8") as f:
        f.write(rx.password)
    os.chmod(secret, 0o600)
    more = "".join(f", {k}: {v}" for k, v in {"auth": rx.options["auth"], **settings}.items())
    kinds = [k for k in KINDS if k != "process" or rx.options["edition"] == "4.11"]
    mappings = [m for m in write_mappings(folder, rx.options) if any(m.endswith(f"rx-{k}.yaml") for k in kinds)]
    s = stand(folder, crm=os.path.join(ROOT, "demo", "bitrix24.yaml"), mappings=mappings, settings={
        "portal": {"limits": "{ rate_per_second: 0 }"},
        "connections": {"directum": f"{{ type: directum, url: \"{rx.url}\", user: {rx.user}, password: \"file:{secret}\"{more} }}"}})
    wanted = [(k, n) for k, n in SHORT] if not words else [(k, n) for n in STORIES for k in FITS.get(n, KINDS) if "all" in words or n in words]
    failures = []
    try:
        s.start_daemon()
        online = subprocess.run([os.path.join(BIN, "sedlink"), "check", "-c", s.config, "--online"], capture_output=True, text=True, timeout=60)
        check(online.returncode == 0, f"check --online finds errors: {online.stdout}{online.stderr}")
        cards = [(Card(s, rx, k, n, annex=n == "annexed"), STORIES[n]) for k, n in wanted if k in kinds]
        seconds = float(os.environ.get("OTHER_RX_SECONDS", "120"))

        def look():
            items = {i["id"]: i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036"}
            for c, _ in cards:
                c.item = items[c.id]

        look()
        waiting = []
        for c, story in cards:
            g = story(c)
            waiting.append([c, g, next(g), time.monotonic()])
        while waiting:
            time.sleep(0.2)  # between looks
            look()
            for row in list(waiting):
                c, g, (condition, awaited), since = row
                try:
                    while condition():
                        condition, awaited = next(g)
                        since = time.monotonic()
                    row[2:] = [(condition, awaited), since]
                    check(time.monotonic() - since < seconds, f"not within {seconds:.0f} s: {awaited}")
                except StopIteration:
                    waiting.remove(row)
                except AssertionError as e:
                    waiting.remove(row)
                    failures.append(f"{c.kind} {c.story}: {e}\n    {c.tell()}")
        refused = questions_refused(rx)
        for (method, status, why), path in refused.items():
            failures.append(f"refused by the service: {method} {path}: {status} {why}")
    finally:
        with open(os.path.join(folder, "requests.log"), "w", encoding="utf-8") as f:
            for r in rx.log:
                f.write(f"{r['method']} {r['path']} -> {r['status']}\n")
                if r["method"] != "GET" or r["status"] >= 400:
                    body = r["body"].decode(errors="replace") if "octet" not in r["headers"].get("Content-Type", "") else f"<{len(r['body'])} bytes>"
                    f.write(f"    {body}\n    {r['answer'].decode(errors='replace')}\n")
        s.close()
        rx.close()
    print(f"{len(cards)} cards, {len(rx.log)} requests", flush=True)
    check(not failures, "\n".join(failures))


main()
