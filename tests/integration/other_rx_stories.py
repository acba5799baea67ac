"""What happens to one card: a story is a generator that yields (condition, what is awaited) and goes on once the condition holds."""
import base64
import hashlib

from common import check, pdf

KINDS = {"free": 10, "process": 12, "simple": 14, "rule": 16}  # and their pipelines
WORDS = {"rule": ("Approved", "WithSuggestions", "ForRevision"), "process": ("Approved", "WithSuggestions", "ForRework"),
         "free": ("Approved", None, "ForRework"), "simple": ("Complete", None, None)}


class Card:
    """One card of the portal and what stands behind it in RX. A story is a generator that yields (condition, words)."""
    count = 100

    def __init__(self, s, rx, kind, story, annex=False):
        Card.count += 1
        self.s, self.rx, self.kind, self.category, self.story = s, rx, kind, KINDS[kind], story
        self.title = f"Поставка {kind} {story} {Card.count}" + (" «О'Нил & К» 100% + <b> #1 " + "очень длинно " * 13 if story == "oddly_named" else "")
        self.title = self.title.strip()
        files = {"ufCrm10Contract": [{"name": f"Договор {Card.count}.pdf", "content_base64": self.pdf(1)}]}
        if annex:
            files["ufCrm10Annexes"] = [{"name": "Спецификация.docx", "size": 3000}]
        self.id = s.crm.act(do="create", entity="dynamic:1036", user=14, category=self.category, stage=f"DT1036_{self.category}:NEW",
                            fields={"title": self.title, "companyId": 5, "assignedById": 14, "opportunity": 150000.5}, files=files)["id"]
        self.item, self.disk = None, []

    def pdf(self, edition):
        return base64.b64encode(pdf(f"Contract {self.title[-3:]}, edition {edition}")).decode()

    def move(self, stage):
        self.s.crm.act(do="move", item=f"dynamic:1036/{self.id}", user=14, stage=f"DT1036_{self.category}:{stage}")

    def stage(self, *names):
        return lambda: self.item["stage"].split(":")[1] in names

    def said(self, words):
        return lambda: any(words in str(c["text"]) for c in self.item["comments"])

    def documents(self):
        with self.rx.lock:
            mark = " ".join(self.title.split()[:4])
            return [d for d in self.rx.all("Contract") if f"{mark} " in f"{d.get('Subject')} {d.get('Name')} " or f"{mark}»" in str(d.get("Name"))]

    def document(self):
        return next(iter(self.documents()), None)

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
    found = c.documents()
    check(len(found) == 1, f"{c.title}: one document, not {len(found)}")
    return found[0]


def simple_end(c):
    """A done simple task says nothing of approval: a person decides."""
    return (lambda: c.item["fields"].get("ufCrm10EdmsStatus") is not None and all(t["Status"] == "Completed" for t in c.tasks())), "the simple task is done"


def approved(c):
    c.move("PREPARATION")
    yield c.stage("APPROVAL") if c.kind != "simple" else (lambda: c.opened()), "it is on approval"
    with c.rx.lock:
        d = one_document(c)
        c.rx.tokens.clear()  # they have expired
        c.rx.change(d, RegistrationState="Registered", RegistrationNumber="Д-42/1", RegistrationDate=c.rx.now())
        c.rx.bodies["converted"], d["Versions"][-1]["PublicBody"], d["HasPublicBody"] = b"%PDF-1.7 converted", "converted", True
    yield from c.approve()
    if c.kind == "simple":
        yield simple_end(c)
        return
    yield c.stage("SUCCESS"), "it is approved"
    yield (lambda: {"ufCrm10Signed", "ufCrm10Sheet"} <= {f["field"] for f in c.item["files"]}), "results are delivered"
    yield (lambda: c.item["fields"].get("ufCrm10RegNumber") == "Д-42/1"), "its number is told"
    yield (lambda: any(r.get("sha256") == hashlib.sha256(b"%PDF-1.7 converted").hexdigest() for r in c.disk)), "the PDF is filed"
    check(not any("Выполнено." in str(x["text"]) for x in c.item["comments"]) and not c.item["tasks"], "words of the system are no remark")
    with c.rx.lock:
        body = c.rx.bodies[d["Versions"][-1]["Body"]]
    check(any(f["sha256"] == hashlib.sha256(body).hexdigest() for f in c.item["files"] if f["field"] == "ufCrm10Signed"), "the very bytes come back")
    check(d["Counterparty"] and d["TotalAmount"] == 150000.5, f"the document's fields: {d}")


def oddly_named(c):
    """A title of every sort of character, longer than a subject may be."""
    c.move("PREPARATION")
    yield (lambda: c.opened()), "people are asked"
    d = one_document(c)
    check("О'Нил & К» 100% + <b> #1" in d["Subject"], f"the title is there: {d['Subject']}")
    with c.rx.lock:
        check(d["ValidTill"].startswith("2026-12-31T00:00:00") and d["Currency"] and d["IsFrameworkContract"] is True, f"further fields: {d}")
    yield from c.approve()
    yield simple_end(c) if c.kind == "simple" else (c.stage("SUCCESS"), "it is approved")


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


def cleared(c):
    """Somebody clears our mark on the document, and the databook that could tell may not be read: nothing is decided by that."""
    c.move("PREPARATION")
    yield (lambda: c.item["fields"].get("ufCrm10EdmsHolder")), "the poll has seen it"
    with c.rx.lock:
        c.rx.options["entity_links"] = "refused"
        c.rx.change(one_document(c), ExternalId=None, Note=None)
    yield from c.approve()
    yield simple_end(c) if c.kind == "simple" else (c.stage("SUCCESS"), "it is approved")


ALONE = {"stumbled", "cleared"}  # what they do to the service is felt by every card
STORIES = {f.__name__: f for f in (approved, oddly_named, annexed, remarked, reworked, rejected, refused_signature, aborted, aborted_signed, deleted, suspended,
                                   withdrawn, forwarded, stumbled, locked, vanished_document, cleared)}
FITS = {"remarked": ("rule", "process"), "reworked": ("rule", "process", "free"), "rejected": ("rule", "process", "free"),
        "refused_signature": ("rule", "process"), "aborted_signed": ("rule", "process"), "forwarded": ("rule", "process", "free"),
        "locked": ("rule", "free")}
