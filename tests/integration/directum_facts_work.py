"""Facts of the page about module functions and approval: directum.md A8, A9."""
import uuid

from directum_client import Client, Facts

GROUPS = {"IApprovalTasks": "08e1ef90-521f-41a1-a13f-c6f175007e54", "IFreeApprovalTasks": "cd77936e-884e-44bb-b869-9a60f9f5f2b4",
          "IDocumentFlowTasks": "4195347f-2ca3-4fdc-9460-c22609cc3abf"}
EMPLOYEE_ONLY = "Отправить задачу может только сотрудник. Войдите в систему под учетной записью сотрудника."


class WorkFacts(Facts):
    # A8

    def about_functions(self):
        c = self.c
        d = self.contract()["Id"]
        petrov = self.employee("Петров")
        simple = {"assignmentType": "Assignment", "subject": "Прочесть", "deadline": None, "importance": "Normal", "text": "Текст", "performerIds": [petrov],
                  "observerIds": [], "documentIds": [d]}
        for left_out in simple:
            got = c.post("Docflow/CreateSimpleTask", {k: v for k, v in simple.items() if k != left_out})
            self.fact(f"without {left_out} it is 404", got.status == 404, got)
        for null in ("performerIds", "observerIds", "documentIds"):
            got = c.post("Docflow/CreateSimpleTask", {**simple, null: None})
            self.fact(f"null for {null} is an error", got.status >= 400, got)
        got = c.post("Docflow/CreateSimpleTask", simple)
        self.fact("a number is answered", got.status == 200 and isinstance(got.json["value"], int), got)
        got = c.post("Docflow/CreateSimpleTask", {**simple, "performerIds": []})
        self.fact("performers are wanted", got.status == 400 and got.text == "Create simple task. List of performers should contain at least one performer.", got)
        for name, wrong in (("assignmentType", "Задание"), ("importance", "Huge"), ("performerIds", ["5"]), ("documentIds", [999999]), ("performerIds", [999999]),
                            ("deadline", "завтра")):
            got = c.post("Docflow/CreateSimpleTask", {**simple, name: wrong})
            self.fact(f"{name}: {wrong} is refused", got.status == 400, got)
        self.fact("names of parameters have their case", c.post("Docflow/StartTask", {"TaskId": 1}).status == 404)
        for words, name, body, text in (
                ("unknown document", "Docflow/CreateApprovalTask", {"documentId": 999999, "text": "", "signatoryId": None, "addApproverIds": []},
                 "Create approval task. Document with ID (999999) not found."),
                ("unknown signatory", "Docflow/CreateApprovalTask", {"documentId": d, "text": "", "signatoryId": 999999, "addApproverIds": []},
                 "Create approval task. Employee with ID (999999) not found."),
                ("unknown further approver", "Docflow/CreateApprovalTask", {"documentId": d, "text": "", "signatoryId": None, "addApproverIds": [999999]},
                 "Create free approval task. Employee with ID (999999) not found."),
                ("nobody to approve", "Docflow/CreateFreeApprovalTask", {"documentId": d, "text": "", "deadline": None, "approverIds": []},
                 "Create free approval task. List of approvers should contain at least one approver."),
                ("unknown task", "Docflow/StartTask", {"taskId": 999999}, "Start task. Task with ID (999999) not found."),
                ("unknown assignment", "Docflow/CompleteAssignment", {"assignmentId": 999999, "result": "Complete"},
                 "Complete assignment. Assignment with ID (999999) not found.")):
            got = c.post(name, body)
            self.fact(f"{words}", got.status == 400 and got.text == text, got)
        if self.edition >= (4, 11):
            got = c.post("DocflowApproval/CreateDocumentFlowTask", {"documentId": 999999, "text": "", "addApproverIds": []})
            self.fact("unknown document of a process", got.status == 400 and got.text == "Create document flow task. Document with ID (999999) not found.", got)
            self.fact("a function without parameters", c.get("Company/IsCurrentUserAdmin()").json["value"] is False)
            got = c.get("Parties/GetCompanyIds(tin='7717586110',trrc='771701001',name='')")
            self.fact("companies by requisites", got.json["value"] == [c.one("ICompanies?$filter=TIN eq '7717586110'")["Id"]], got)
            self.fact("a function without a parameter of its", c.get("Parties/GetCompanyIds(tin='7717586110')").status == 404)
        got = c.get("Docflow/GetDocumentKindIdByGuid(documentType=f37c7e63-b134-4446-9b5b-f8811f6c9666,kindGuid=2A42D335-4A84-4019-AB54-D0AB8344D232)")
        self.fact("a kind by its guid", got.status == 200 and got.json["value"] == self.kind, got)
        got = c.get(f"Docflow/GetDocumentKindIdByGuid(documentType=f37c7e63-b134-4446-9b5b-f8811f6c9666,kindGuid={uuid.uuid4()})")
        self.fact("0 where there is none", got.status == 200 and got.json["value"] == 0, got)
        self.fact("an action is not asked by GET", c.get("Docflow/StartTask()").status in (404, 405))
        got = c.post("Docflow/AddRelations", {"relationName": "Файл.pdf", "baseDocumentId": d, "relationDocumentId": d})
        self.fact("a relation has its names", got.status == 400, got)
        other = self.contract()["Id"]
        self.fact("a relation", c.post("Docflow/AddRelations", {"relationName": "Simple relation", "baseDocumentId": d, "relationDocumentId": other}).status == 204)
        self.fact("and is told", c.get(f"IContracts({d})").json["HasRelations"] is True)
        registers = c.get("IDocumentRegisters?$filter=DocumentFlow eq 'Contracts' and Status eq 'Active'")
        if registers.rows:
            got = c.post("Docflow/RegisterDocument", {"documentId": d, "documentRegisterId": registers.rows[0]["Id"], "registrationDate": "2026-09-01T00:00:00Z",
                                                      "registrationNumber": "42", "numberReservation": False})
            row = c.get(f"IContracts({d})").json
            self.fact("registered", got.status == 204 and row["RegistrationState"] == "Registered" and row["RegistrationNumber"] == "42", (got, row))
            self.fact("a registered contract stays a draft until both sign", row["LifeCycleState"] == "Draft", row["LifeCycleState"])
        for name in ("IContracts({})/Signatures", "IAssignments({})/Complete"):
            self.fact(f"does not exist: {name}", c.get(name.format(d)).status == 404)
        self.fact("no task is made without its function", c.post("IApprovalTasks", {"Subject": "x"}).status >= 400)

    # A9

    def about_rules(self):
        c = self.c
        d = self.contract()["Id"]
        app = c.one("IAssociatedApplications?$filter=Extension eq 'pdf'")["Id"]
        v = c.post(f"IContracts({d})/Versions", {"AssociatedApplication": {"Id": app}}).json["Id"]
        c.send("PUT", f"IContracts({d})/Versions({v})/Body/$value", b"%PDF-1.4", **{"Content-Type": "application/octet-stream"})
        made = c.post("Docflow/CreateApprovalTask", {"documentId": d, "text": "Прошу согласовать", "signatoryId": None, "addApproverIds": []})
        t = made.json["value"]
        row = c.get(f"IApprovalTasks({t})?$expand=ApprovalRule,Author,AttachmentDetails").json
        self.fact("a draft with its rule", row["Status"] == "Draft" and row["ApprovalRule"]["Name"] == "По договору" and row["NeedsReview"] is False and row["Subject"], row)
        self.fact("its text", row["ActiveText"] == "Прошу согласовать", row["ActiveText"])
        a = row["AttachmentDetails"][0]
        self.fact("its attachment", (a["AttachmentId"], a["AttachmentTypeGuid"], a["GroupId"]) == (d, "f37c7e63-b134-4446-9b5b-f8811f6c9666", GROUPS["IApprovalTasks"]), a)
        self.fact("nothing yet on the document", self.state(d) is None)
        self.fact("started: 204", c.post("Docflow/StartTask", {"taskId": t}).status == 204)
        row = c.get(f"ITasks({t})").json
        self.fact("on its way", row["Status"] == "InProcess" and row["@odata.type"].endswith("IApprovalTaskDto") and row["Started"] and self.state(d) == "OnApproval", row)
        self.fact("a second start is refused", c.post("Docflow/StartTask", {"taskId": t}).status == 400)
        self.fact("round 1", self.task("IApprovalTasks", t)["Iteration"] == 1)
        two = self.opened(t)
        self.fact("both are asked at once", len(two) == 2 and all(x["@odata.type"].endswith("IApprovalAssignmentDto") and x["ThreadSubject"] for x in two), two)
        self.fact("found by attachment", [r["Id"] for r in c.get(f"IApprovalTasks?$filter=AttachmentDetails/any(a: a/AttachmentId eq {d})&$orderby=Id desc&$top=1").rows] == [t])
        for change in ({"Result": "Approved"}, {"Status": "Completed"}, {"Status": "Aborted"}):
            self.fact(f"an assignment is not decided by a change: {change}", c.patch(f"IAssignments({two[0]['Id']})", change).status >= 400)
        self.fact("its words may be put beforehand", c.patch(f"IAssignments({two[0]['Id']})", {"ActiveText": "Слова"}).status in (204, 400, 403))
        self.fact("nor made", c.post("IAssignments", {"Subject": "x"}).status >= 400 and c.post("IApprovalAssignments", {"Subject": "x"}).status >= 400)
        got = c.post("Docflow/CompleteAssignment", {"assignmentId": two[0]["Id"], "result": "Complete"})
        self.fact("a result of another kind", got.status == 400 and got.json == 'Элемент перечисления "Result" со значением "Complete" недопустим', got)
        self.sim.act(process=t, person="Петров*", do="rework", comment="Нет печати")
        left = c.get(f"IAssignments?$filter=Task/Id eq {t}&$orderby=Id&$expand=Texts($expand=Author($select=Id,Name)),CompletedBy($select=Name)").rows
        done = next(x for x in left if x["Status"] == "Completed")
        self.fact("its result and words", done["Result"] == "ForRevision" and done["Completed"] and done["CompletedBy"]["Name"].startswith("Петров") and
                  any(x["Body"] == "Нет печати" for x in done["Texts"]), done)
        self.fact("the other is stopped (AfterEach)", any(x["Status"] == "Aborted" for x in left), left)
        rework = self.opened(t, "IApprovalReworkAssignmentDto")
        self.fact("rework is the author's", len(rework) == 1 and self.state(d) == "OnRework" and self.task("IApprovalTasks", t)["Iteration"] == 2, rework)
        self.fact("sent again", c.post("Docflow/CompleteAssignment", {"assignmentId": rework[0]["Id"], "result": "ForReapproving"}).status == 204 and self.state(d) == "OnApproval")
        self.fact("everybody is asked again; ForReapproving adds no round", len(self.opened(t)) == 2 and self.task("IApprovalTasks", t)["Iteration"] == 2)
        self.sim.act(process=t, person="Петров*", do="approve")
        self.sim.act(process=t, person="Сидорова*", do="remark", comment="Срок")
        self.fact("then it waits for a signature", self.state(d) == "PendingSign" and self.opened(t, "IApprovalSigningAssignmentDto"), self.opened(t))
        self.sim.act(process=t, person="Кузнецов*", do="reject", comment="Нет")
        self.fact("Abort of the signatory is a rework", self.state(d) == "OnRework" and self.opened(t, "Rework"), self.opened(t))
        c.post("Docflow/CompleteAssignment", {"assignmentId": self.opened(t)[0]["Id"], "result": "ForReapproving"})
        for who in ("Петров*", "Сидорова*"):
            self.sim.act(process=t, person=who, do="approve")
        self.sim.act(process=t, person="Кузнецов*", do="sign")
        row = c.get(f"IContracts({d})?$expand=OurSignatory").json
        self.fact("signed and over", self.task("ITasks", t)["Status"] == "Completed" and row["InternalApprovalState"] == "Signed" and row["LastVersionApproved"] is True and
                  row["OurSignatory"]["Name"].startswith("Кузнецов"), row)
        self.fact("a finished assignment is not finished again",
                  c.post("Docflow/CompleteAssignment", {"assignmentId": two[0]["Id"], "result": "Approved"}).status in (400, 403))
        t2, _ = self.start("Docflow/CreateApprovalTask", documentId=d, text="", signatoryId=None, addApproverIds=[])
        self.sim.act(process=t2, do="interrupt")
        self.fact("Signed is final", self.task("ITasks", t2)["Status"] == "Aborted" and self.state(d) == "Signed", self.state(d))
        d2 = self.contract()["Id"]
        t3, _ = self.start("Docflow/CreateApprovalTask", documentId=d2, text="", signatoryId=None, addApproverIds=[])
        self.sim.act(process=t3, do="interrupt")
        got = c.get(f"INotices?$filter=Task/Id eq {t3}")
        self.fact("an abort is told and shown", self.state(d2) == "Aborted" and not self.opened(t3) and got.status == 200, got)
        t4, _ = self.start("Docflow/CreateApprovalTask", documentId=self.contract()["Id"], text="", signatoryId=None, addApproverIds=[])
        self.sim.act(process=t4, do="suspend")
        self.fact("suspended", self.task("ITasks", t4)["Status"] == "Suspended")
        self.fact("Shell/AbortTask is of simple tasks", c.post("Shell/AbortTask", {"taskId": t4}).status == (400 if self.edition >= (4, 5) else 404))
        self.fact("PATCH of Status may be refused", c.patch(f"IApprovalTasks({t4})", {"Status": "Aborted"}).status >= 400)
        simple = c.post("ISimpleDocuments", {"Name": "x"}).json["Id"]
        made = c.post("Docflow/CreateApprovalTask", {"documentId": simple, "text": "", "signatoryId": None, "addApproverIds": []})
        got = made if made.status == 400 else c.post("Docflow/StartTask", {"taskId": made.json["value"]})
        self.fact("no rule", got.status == 400, got)
        draft = c.post("Docflow/CreateApprovalTask", {"documentId": d2, "text": "", "signatoryId": None, "addApproverIds": []}).json["value"]
        self.fact("a draft is changed", c.patch(f"IApprovalTasks({draft})", {"Subject": "Иначе"}).status == 204)
        self.fact("a draft is deleted", c.send("DELETE", f"IApprovalTasks({draft})", None).status == 204 and c.get(f"ITasks({draft})").status == 404)

    def about_free(self):
        c = self.c
        d = self.contract()["Id"]
        people = [self.employee("Петров"), self.employee("Сидорова")]
        t, started = self.start("Docflow/CreateFreeApprovalTask", documentId=d, text="т", deadline=None, approverIds=people)
        row = c.get(f"IFreeApprovalTasks({t})?$expand=AttachmentDetails").json
        self.fact("free approval", started.status == 204 and row["ReceiveOnCompletion"] == "Assignment" and row["AttachmentDetails"][0]["GroupId"] == GROUPS["IFreeApprovalTasks"], row)
        self.fact("leaves the document alone", self.state(d) is None)
        self.sim.act(process=t, person="Петров*", do="rework", comment="Нет")
        self.fact("always waits for all", len(self.opened(t, "IFreeApprovalAssignmentDto")) == 1)
        self.sim.act(process=t, person="Сидорова*", do="approve")
        rework = self.opened(t, "IFreeApprovalReworkAssignmentDto")
        self.fact("then the author's rework", len(rework) == 1, self.opened(t))
        c.post("Docflow/CompleteAssignment", {"assignmentId": rework[0]["Id"], "result": "Reworked"})
        asked = self.opened(t)
        self.fact("only the objector is asked again", [a["Performer"]["Name"].split()[0] for a in asked] == ["Петров"], asked)
        self.fact("the other gets a notice", c.get(f"INotices?$filter=Task/Id eq {t}&$expand=Performer").status == 200)
        self.sim.act(process=t, person="Петров*", do="approve")
        finish = self.opened(t, "IFreeApprovalFinishAssignmentDto")
        self.fact("it waits for its author", len(finish) == 1 and self.task("ITasks", t)["Status"] == "InProcess")
        c.post("Docflow/CompleteAssignment", {"assignmentId": finish[0]["Id"], "result": "Complete"})
        self.fact("who ends it", self.task("ITasks", t)["Status"] == "Completed" and self.state(d) is None)
        _, late = self.start("Docflow/CreateFreeApprovalTask", documentId=d, text="", deadline="2020-01-01T00:00:00Z", approverIds=people)
        self.fact("a term in the past", late.status == 400 and late.text == "Срок по заданию должен быть больше или равен текущей дате.", late)

    def about_processes(self):
        if self.edition < (4, 11):
            return
        c = self.c
        d = self.contract()["Id"]
        t, started = self.start("DocflowApproval/CreateDocumentFlowTask", documentId=d, text="т", addApproverIds=[])
        self.fact("a process starts", started.status == 204 and self.state(d) == "OnApproval", started)
        row = c.get(f"IDocumentFlowTasks({t})?$expand=AttachmentDetails").json
        self.fact("its group", row["AttachmentDetails"][0]["GroupId"] == GROUPS["IDocumentFlowTasks"], row)
        self.sim.act(process=t, person="Петров*", do="rework", comment="Нет")
        self.fact("rework block", self.state(d) == "OnRework" and self.opened(t, "IEntityReworkAssignmentDto"))
        c.post("Docflow/CompleteAssignment", {"assignmentId": self.opened(t)[0]["Id"], "result": "ForReapproval"})
        self.sim.act(process=t, person="Петров*", do="approve")
        self.fact("signing block", self.state(d) == "PendingSign" and self.opened(t, ".ISigningAssignmentDto"))
        self.sim.act(process=t, person="Кузнецов*", do="sign")
        self.fact("signed", self.state(d) == "Signed" and self.task("ITasks", t)["Status"] == "Completed")

    def about_simple(self):
        c = self.c
        d = self.contract()["Id"]
        t, started = self.start("Docflow/CreateSimpleTask", assignmentType="Assignment", subject="Прочесть", deadline="2030-01-01T00:00:00Z", importance="High", text="т",
                                performerIds=[self.employee("Петров")], observerIds=[], documentIds=[d])
        row = c.get(f"ITasks({t})?$expand=AttachmentDetails").json
        self.fact("a simple task", started.status == 204 and row["Importance"] == "High" and row["Subject"] == "Прочесть" and row["MaxDeadline"] and
                  row["AttachmentDetails"][0]["AttachmentId"] == d, row)
        a = self.opened(t, "ISimpleAssignmentDto")
        self.fact("its assignment", len(a) == 1 and a[0]["Deadline"], a)
        got = c.post("Shell/AbortTask", {"taskId": t})
        self.fact("is aborted by Shell/AbortTask since 4.5", got.status == (204 if self.edition >= (4, 5) else 404) and
                  (self.edition < (4, 5) or self.task("ITasks", t)["Status"] == "Aborted"), got)
        t, _ = self.start("Docflow/CreateSimpleTask", assignmentType="Notice", subject="К сведению", deadline=None, importance="Low", text="", observerIds=[], documentIds=[],
                          performerIds=[self.employee("Петров")])
        self.fact("a notice", c.get(f"INotices?$filter=Task/Id eq {t}").status == 200 and not self.opened(t))

    def about_authors(self):
        d = self.contract()["Id"]
        mine = self.c
        try:
            self.c = Client(self.sim, "Integration Service", "пароль")
            t, got = self.start("Docflow/CreateApprovalTask", documentId=d, text="", signatoryId=None, addApproverIds=[])
            self.fact("the system user starts no rule", got.status == 400 and got.text == EMPLOYEE_ONLY, got)
            t, got = self.start("Docflow/CreateFreeApprovalTask", documentId=d, text="", deadline=None, approverIds=[self.employee("Петров")])
            self.fact("nor a free approval", got.status == 400 and got.text == EMPLOYEE_ONLY, got)
            self.fact("the draft stays", self.task("ITasks", t)["Status"] == "Draft")
            if self.edition >= (4, 11):
                t, got = self.start("DocflowApproval/CreateDocumentFlowTask", documentId=d, text="", addApproverIds=[])
                self.fact("but a process", got.status == 204, got)
        finally:
            self.c = mine
