"""What a Directum RX does by itself: module functions, routes of the four kinds of task, and what its people do (`decide` …)."""
import json
import threading

GROUPS = {"ApprovalTask": "08e1ef90-521f-41a1-a13f-c6f175007e54", "FreeApprovalTask": "cd77936e-884e-44bb-b869-9a60f9f5f2b4",
          "DocumentFlowTask": "4195347f-2ca3-4fdc-9460-c22609cc3abf", "SimpleTask": "11111111-2222-4333-8444-555555555555"}
ADDENDA = {"ApprovalTask": "852b3e7d-f178-47d3-8fad-a64021065cfd", "FreeApprovalTask": "fe0d933f-02f8-4733-b110-1e49467a9cf8",
           "DocumentFlowTask": "29cf286f-d756-44e4-a688-bff2999e0368"}
EMPLOYEE_ONLY = "Отправить задачу может только сотрудник. Войдите в систему под учетной записью сотрудника."
RELATIONS = {"Addendum", "Basis", "Response", "Correspondence", "Correction", "Cancel", "SupAgreement", "FinancialDocuments", "Simple relation"}
REMARKS = "Для согласования с замечаниями необходимо написать комментарий."


class Business(Exception):
    """An error of the business logic: 400 with its text."""


class Function:
    def __init__(self, method, parameters, returns, does, since=(4, 4)):
        self.method, self.returns, self.does, self.since = method, returns, does, since
        self.parameters = dict(p.split(":") for p in parameters.split())


class Work:
    """The logic over `self.rx` (other_rx.py). Called with its lock held."""

    def __init__(self, rx):
        self.rx = rx
        everything = {
            ("Docflow", "CreateApprovalTask"): Function("POST", "documentId:long text:string signatoryId:long? addApproverIds:longs", "long", self.by_rule),
            ("Docflow", "CreateFreeApprovalTask"): Function("POST", "documentId:long text:string deadline:time? approverIds:longs", "long", self.free),
            ("Docflow", "CreateSimpleTask"): Function(
                "POST", "assignmentType:string subject:string deadline:time? importance:string text:string performerIds:longs observerIds:longs "
                        "documentIds:longs", "long", self.simple),
            ("DocflowApproval", "CreateDocumentFlowTask"): Function("POST", "documentId:long text:string addApproverIds:longs", "long", self.by_process,
                                                                    (4, 11)),
            ("Docflow", "StartTask"): Function("POST", "taskId:long", None, self.start),
            ("Docflow", "CompleteAssignment"): Function("POST", "assignmentId:long result:string", None, self.complete),
            ("Docflow", "AddRelations"): Function("POST", "relationName:string baseDocumentId:long relationDocumentId:long", None, self.relate),
            ("Docflow", "RegisterDocument"): Function(
                "POST", "documentId:long documentRegisterId:long registrationDate:time? registrationNumber:string numberReservation:bool?", None,
                self.register),
            ("Docflow", "GetDocumentKindIdByGuid"): Function("GET", "documentType:guid kindGuid:guid", "long", lambda documentType, kindGuid: 0),
            ("Parties", "GetCompanyIds"): Function("GET", "tin:string trrc:string name:string", "longs", self.company_ids, (4, 11)),
            ("Company", "IsCurrentUserAdmin"): Function("GET", "", "bool", lambda: False, (4, 11)),
            ("Shell", "AbortTask"): Function("POST", "taskId:long", None, self.abort_simple, (4, 5)),
        }
        if rx.options["module"]:
            everything.update({
                ("SedlinkConnector", "GetConnectorVersion"): Function("GET", "", "string", lambda: "1.0"),
                ("SedlinkConnector", "GetDocumentSignatures"): Function("GET", "documentId:long", "string", self.signatures),
                ("SedlinkConnector", "GetApprovalSheetPdf"): Function("GET", "documentId:long", "string", self.sheet),
                ("SedlinkConnector", "AbortApprovalTask"): Function("POST", "taskId:long reason:string", None, self.abort_by_module)})
        number = tuple(int(n) for n in rx.options["edition"].split("."))
        self.functions = {k: f for k, f in everything.items() if f.since <= number}

    # --- module functions

    def document(self, id_, what):
        found = self.rx.find("ElectronicDocument", id_)
        if not found:
            raise Business(f"{what}. Document with ID ({id_}) not found.")
        return found

    def employees(self, ids, what):
        for i in ids:
            e = self.rx.find("Recipient", i)
            if not e or e["#type"] != "Employee":
                raise Business(f"{what}. Employee with ID ({i}) not found.")
        return list(ids)

    def create(self, type_, document, text, subject, **more):
        rx = self.rx
        rows = [(document, GROUPS[type_])] if document else []
        rows += [(rx.find("ElectronicDocument", a), ADDENDA[type_]) for a in (document or {}).get("#addenda", []) if type_ in ADDENDA]
        task = rx.add(type_, Subject=subject, ThreadSubject=subject, ActiveText=text, Status="Draft", Importance="Normal", NeedsReview=False,
                      Author=rx.caller, Texts=[], AttachmentDetails=[], **{"#people": [], **more})
        for d, group in rows:
            self.attach(task, d, group)
        if rx.options["text_home"] != "active":
            self.say(task, text, rx.caller)
        return task["Id"]

    def attach(self, task, document, group):
        task["AttachmentDetails"].append({"Id": self.rx.number("row"), "AttachmentId": document["Id"], "GroupId": group, "Task": task["Id"],
                                          "AttachmentTypeGuid": self.rx.model.types[document["#type"]].guid, "AttachedAt": self.rx.now(),
                                          "AttachedBy": self.rx.caller, "MainTask": task["Id"]})

    def say(self, entity, text, author, by_itself=False):
        entity["Texts"].append({"Id": self.rx.number("row"), "Created": self.rx.now(), "Body": text, "IsAutoGenerated": by_itself, "Author": author})

    def by_rule(self, documentId, text, signatoryId, addApproverIds):
        document = self.document(documentId, "Create approval task")
        if signatoryId is not None:
            self.employees([signatoryId], "Create approval task")
        added = self.employees(addApproverIds, "Create free approval task")  # sic
        rule = self.rule(document)
        if not rule and self.rx.options["rule_missing"] == "create":
            raise Business("Не заполнено обязательное поле «Регламент».")
        return self.create("ApprovalTask", document, text, f"Согласование: {document['Name']}"[:250], ApprovalRule=rule and rule["Id"],
                           Signatory=signatoryId, Iteration=0, StageNumber=0, AddApprovers=[{"Id": i, "Approver": i} for i in added], **{"#added": added})

    def rule(self, document):
        return next((r for r in self.rx.all("ApprovalRuleBase") if r["Status"] == "Active" and document.get("DocumentKind") in r["#kinds"]), None)

    def free(self, documentId, text, deadline, approverIds):
        document = self.document(documentId, "Create free approval task")
        if not approverIds:
            raise Business("Create free approval task. List of approvers should contain at least one approver.")
        people = self.employees(approverIds, "Create free approval task")
        return self.create("FreeApprovalTask", document, text, f"Согласование: {document['Name']}"[:250], MaxDeadline=deadline,
                           ReceiveOnCompletion="Assignment", Approvers=[{"Id": i, "Approver": i} for i in people], **{"#people": people})

    def by_process(self, documentId, text, addApproverIds):
        document = self.document(documentId, "Create document flow task")
        added = self.employees(addApproverIds, "Create document flow task")
        return self.create("DocumentFlowTask", document, text, f"Согласование: {document['Name']}"[:250],
                           AddApprovers=[{"Id": i, "Approver": i} for i in added], **{"#added": added})

    def simple(self, assignmentType, subject, deadline, importance, text, performerIds, observerIds, documentIds):
        if assignmentType not in ("Assignment", "Notice"):
            raise Business(f'Элемент перечисления "AssignmentType" со значением "{assignmentType}" недопустим')
        if importance not in ("Low", "Normal", "High"):
            raise Business(f'Элемент перечисления "Importance" со значением "{importance}" недопустим')
        if not performerIds:
            raise Business("Create simple task. List of performers should contain at least one performer.")
        people = self.employees(performerIds, "Create simple task")
        documents = [self.document(i, "Create simple task") for i in documentIds]
        id_ = self.create("SimpleTask", None, text, subject, Deadline=deadline, MaxDeadline=deadline, **{"#people": people, "#notice": assignmentType == "Notice"})
        task = self.rx.find("Task", id_)
        task["Importance"], task["NeedsReview"] = importance, self.rx.options["simple_needs_review"]
        for d in documents:
            self.attach(task, d, GROUPS["SimpleTask"])
        return id_

    def start(self, taskId):
        rx = self.rx
        task = rx.find("Task", taskId)
        if not task:
            raise Business(f"Start task. Task with ID ({taskId}) not found.")
        if task["Status"] != "Draft":
            raise Business("Задача уже стартована.")
        kind = task["#type"]
        if kind in ("ApprovalTask", "FreeApprovalTask") and rx.find("Recipient", rx.caller)["#type"] != "Employee":
            raise Business(EMPLOYEE_ONLY)
        if kind == "ApprovalTask" and not task["ApprovalRule"]:
            raise Business("Для документа не настроен регламент согласования.")
        if kind == "FreeApprovalTask" and task["MaxDeadline"] and rx.older(task["MaxDeadline"]):
            raise Business("Срок по заданию должен быть больше или равен текущей дате.")
        document = self.of(task)
        if kind in ("ApprovalTask", "FreeApprovalTask") and document and document.get("#read_only"):
            raise Business("Для отправки документа на согласование необходимо иметь права на его изменение.")
        rx.change(task, Status="InProcess", Started=rx.now(), StartedBy=rx.caller)
        if rx.options["text_home"] == "texts":
            task["ActiveText"] = None
        if kind in ("ApprovalTask", "DocumentFlowTask") and document:
            rx.change(document, LifeCycleState="Draft")
        if kind == "ApprovalTask":
            rx.change(task, Iteration=1)
        task["#stage"] = 0
        self.open(task)

    def complete(self, assignmentId, result):
        a = self.rx.find("AssignmentBase", assignmentId)
        if not a or a["#type"] == "Notice":
            raise Business(f"Complete assignment. Assignment with ID ({assignmentId}) not found.")
        allowed = self.rx.model.types[a["#type"]].properties["Result"].values
        if result not in allowed:
            raise Business(f'Элемент перечисления "Result" со значением "{result}" недопустим')
        if a["Status"] != "InProcess":
            raise Business("Задание уже выполнено.")
        if a["Performer"] != self.rx.caller and self.rx.options["own_assignments_only"]:
            raise Business("Нет прав на выполнение задания.")
        if result in ("WithSuggestions", "ForRevision", "ForRework") and not a["ActiveText"]:
            raise Business(REMARKS)
        self.decide(assignmentId, result, a["ActiveText"])

    def relate(self, relationName, baseDocumentId, relationDocumentId):
        if relationName not in RELATIONS:
            raise Business(f"Add relations. Relation type with name ({relationName}) not found.")
        base = self.document(baseDocumentId, "Add relations")
        other = self.document(relationDocumentId, "Add relations")
        if relationName == "Addendum":
            base.setdefault("#addenda", []).append(other["Id"])
        base["HasRelations"] = True

    def register(self, documentId, documentRegisterId, registrationDate, registrationNumber, numberReservation):
        document = self.document(documentId, "Register document")
        if not self.rx.find("DocumentRegister", documentRegisterId):
            raise Business(f"Register document. Document register with ID ({documentRegisterId}) not found.")
        self.rx.change(document, RegistrationState="Registered", RegistrationNumber=registrationNumber, RegistrationDate=registrationDate,
                       DocumentRegister=documentRegisterId)

    def company_ids(self, tin, trrc, name):
        return [c["Id"] for c in self.rx.all("Counterparty") if c["#type"] == "Company" and c.get("TIN") == tin and (not trrc or c.get("TRRC") == trrc)]

    def abort_simple(self, taskId):
        task = self.rx.find("Task", taskId)
        if not task or task["#type"] != "SimpleTask":
            raise Business("Сущность не найдена.")
        self.abort(taskId)

    # --- the customer's module (docs/directum-module.md)

    def signatures(self, documentId):
        document = self.document(documentId, "Get signatures")
        return json.dumps(document.get("#signatures", []), ensure_ascii=False)

    def sheet(self, documentId):
        self.document(documentId, "Get approval sheet")
        return ""

    def abort_by_module(self, taskId, reason):
        task = self.rx.find("Task", taskId)
        if not task:
            raise Business(f"Abort task. Task with ID ({taskId}) not found.")
        if task["Status"] == "Completed":
            raise Business(f"Abort task. Task with ID ({taskId}) is already completed.")
        if task["Status"] == "Draft":
            raise Business(f"Abort task. Task with ID ({taskId}) is not started.")
        if task["Status"] == "Aborted" or task.get("#aborting"):
            return
        if "AbortingReason" in self.rx.model.types[task["#type"]].properties:
            task["AbortingReason"] = reason
        task["#aborting"] = True
        if not self.rx.options["aborts_later"]:
            return self.abort(taskId)

        def later():
            with self.rx.lock:
                self.abort(taskId)
        threading.Timer(2, later).start()

    # --- routes

    def of(self, task):
        return next((self.rx.find("ElectronicDocument", r["AttachmentId"]) for r in task["AttachmentDetails"]
                     if r["GroupId"] == GROUPS[task["#type"]]), None)

    def stages(self, task):
        approvers, signer = self.rx.approvers, self.rx.signer
        added = task.get("#added", [])
        if task["#type"] == "ApprovalTask":
            rule = self.rx.find("ApprovalRuleBase", task["ApprovalRule"])
            return [("ApprovalAssignment", "Согласование с юристом", approvers + added)] + (
                [("ApprovalSigningAssignment", "Подписание", [task["Signatory"] or signer])] if rule["#signing"] else [])
        if task["#type"] == "DocumentFlowTask":
            return [("EntityApprovalAssignment", "Согласование", approvers + added), ("SigningAssignment", "Подписание", [signer])]
        if task["#type"] == "FreeApprovalTask":
            return [("FreeApprovalAssignment", "Согласование", task["#people"])]
        return [("Notice" if task["#notice"] else "SimpleAssignment", task["Subject"], task["#people"])]

    def state(self, task, value):
        document = self.of(task)
        if document and task["#type"] in ("ApprovalTask", "DocumentFlowTask") and document.get("InternalApprovalState") != "Signed":
            self.rx.change(document, InternalApprovalState=value)

    def assign(self, task, type_, name, performer):
        rx = self.rx
        more = {} if type_ == "Notice" else {"Result": None, "Deadline": rx.now(days=3), "Completed": None, "CompletedBy": None}
        return rx.add(type_, Subject=f"{name}: {task['Subject']}"[:250], ThreadSubject=name, ActiveText=None, Status="InProcess", Importance="Normal",
                      IsRead=False, Performer=performer, Author=task["Author"], Task=task["Id"], MainTask=task["Id"], Texts=[], AttachmentDetails=[],
                      **{"#round": task.get("Iteration") or task.get("#round", 1), **more})

    def open(self, task):
        stages = self.stages(task)
        if task["#stage"] >= len(stages):
            return self.finish(task)
        type_, name, people = stages[task["#stage"]]
        asked = task.pop("#only", None)
        if task["#type"] == "ApprovalTask":
            self.rx.change(task, StageNumber=task["#stage"] + 1, MaxDeadline=self.rx.now(days=3))
        self.state(task, "PendingSign" if "Signing" in type_ else "OnApproval")
        for p in people:
            self.assign(task, type_ if asked is None or p in asked else "Notice", name, p)
        if type_ == "Notice":
            self.finish(task)

    def finish(self, task):
        if task["#type"] == "FreeApprovalTask" and task["ReceiveOnCompletion"] == "Assignment" and not task.get("#finishing"):
            task["#finishing"] = True
            self.assign(task, "FreeApprovalFinishAssignment", "Завершение согласования", task["Author"])
            return
        if task["NeedsReview"] and not task.get("#reviewing"):
            task["#reviewing"] = True
            self.rx.change(task, Status="UnderReview")
            self.assign(task, "ReviewAssignment", "Приёмка", task["Author"])
            return
        self.rx.change(task, Status="Completed")

    def opened(self, task, type_=None):
        return [a for a in self.rx.all("AssignmentBase") if a["Task"] == task["Id"] and a["Status"] == "InProcess" and a["#type"] != "Notice"
                and (type_ is None or a["#type"] == type_)]

    # --- what people do; called by tests too

    def decide(self, id_, result, comment=None, by=None):
        rx = self.rx
        a = rx.find("AssignmentBase", id_)
        task = rx.find("Task", a["Task"])
        assert a["Status"] == "InProcess", f"assignment {id_} is {a['Status']}"
        if comment:
            a["ActiveText"] = comment
            self.say(a, comment, by or a["Performer"])
            if rx.options["text_home"] == "texts":
                a["ActiveText"] = None
        elif rx.options["auto_texts"]:
            self.say(a, "Выполнено.", a["Performer"], by_itself=True)
        rx.change(a, Status="Completed", Result=result, Completed=rx.now(), CompletedBy=by or a["Performer"])
        type_ = a["#type"]
        if result in ("ForReapproving", "ForReapproval", "Reworked"):
            task["#stage"] = 0
            task["#round"] = task.get("#round", 1) + 1
            return self.open(task)
        if type_ == "FreeApprovalFinishAssignment" or result == "Accepted":
            return self.finish(task)
        if type_ == "ReviewAssignment":
            return self.again(task, a)
        if result in ("ForRevision", "ForRework") or type_ == "ApprovalSigningAssignment" and result == "Abort":
            if rx.options["rework_type"] == "AfterEach" and task["#type"] != "FreeApprovalTask":
                for other in self.opened(task):
                    rx.change(other, Status="Aborted")
        elif result == "Reject":
            how = rx.options["reject"]
            if how != "rework":
                return self.abort(task["Id"]) if how == "abort" else rx.change(task, Status="Completed")
        if self.opened(task):
            return None
        round_ = [x for x in rx.all("AssignmentBase") if x["Task"] == task["Id"] and x["#type"] == type_ and x["#round"] == a["#round"]]
        objectors = [x["Performer"] for x in round_ if x.get("Result") in ("ForRevision", "ForRework", "Abort", "Reject")]
        if objectors:
            self.state(task, "OnRework")
            if task["#type"] == "ApprovalTask":
                rx.change(task, Iteration=task["Iteration"] + 1)
            if task["#type"] == "FreeApprovalTask":
                task["#only"] = objectors
            rework = {"ApprovalTask": "ApprovalReworkAssignment", "FreeApprovalTask": "FreeApprovalReworkAssignment",
                      "DocumentFlowTask": "EntityReworkAssignment"}[task["#type"]]
            return self.assign(task, rework, "Доработка", task["Author"])
        if result in ("Sign", "ConfirmSign"):
            self.state(task, "Signed")
            document = self.of(task)
            rx.change(document, OurSignatory=a["Performer"], LastVersionApproved=True, LastVersionSignatureType="Approval")
            version = document["Versions"][-1]
            document.setdefault("#signatures", []).append({  # a simple one, without a certificate
                "id": rx.number("row"), "versionId": version["Id"], "versionNumber": version["Number"], "type": "Approval",
                "signatory": rx.find("Recipient", a["Performer"])["Name"], "substituted": None, "signedAt": "2026-09-03T09:15:00Z", "comment": "",
                "subject": None, "thumbprint": None, "isValid": None, "data": None})
        task["#stage"] += 1
        return self.open(task)

    def again(self, task, a):
        task.pop("#reviewing")
        self.rx.change(task, Status="InProcess")
        self.open(task)

    def abort(self, id_):
        task = self.rx.find("Task", id_)
        for a in self.opened(task):
            self.rx.change(a, Status="Aborted")
            self.assign(task, "Notice", "Задача прекращена", a["Performer"])
        was = task["Status"]
        self.rx.change(task, Status="Aborted")
        if was != "Draft":
            self.state(task, "Aborted")
