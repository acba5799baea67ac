"""Facts of docs/directum-module.md, and of the control of the simulators."""
import base64
import json
import re
import time

from directum_client import Facts


class ControlFacts(Facts):
    # docs/directum-module.md

    def about_module(self):
        c, at = self.c, "SedlinkConnector/"
        d = self.contract()["Id"]
        if not self.module:
            self.fact("no module", c.get(at + "GetConnectorVersion()").status == 404 and c.get(f"{at}GetDocumentSignatures(documentId={d})").status == 404)
            self.fact("nor its actions", c.post(at + "AbortApprovalTask", {"taskId": 1, "reason": ""}).status == 404)
            return
        self.fact("its version", c.get(at + "GetConnectorVersion()").json["value"] == "1.0")
        got = c.get(f"{at}GetDocumentSignatures(documentId={d})")
        self.fact("no signatures", got.status == 200 and got.json["value"] == "[]", got)
        got = c.get(f"{at}GetApprovalSheetPdf(documentId={d})")
        self.fact("no sheet", got.status == 200 and got.json["value"] == "", got)
        for name, text in (("GetDocumentSignatures", "Get signatures. Document with ID (999999) not found."),
                           ("GetApprovalSheetPdf", "Get approval sheet. Document with ID (999999) not found.")):
            got = c.get(f"{at}{name}(documentId=999999)")
            self.fact(f"{name} of nothing", got.status == 400 and got.json == {"error": {"code": "", "message": text}}, got)
        abort = lambda t, reason="Отозвано": c.post(at + "AbortApprovalTask", {"taskId": t, "reason": reason})  # noqa: E731
        self.fact("without its reason it is 404", c.post(at + "AbortApprovalTask", {"taskId": 1}).status == 404)
        got = abort(999999)
        self.fact("no such task", got.status == 400 and got.json["error"]["message"] == "Abort task. Task with ID (999999) not found.", got)
        app = c.one("IAssociatedApplications?$filter=Extension eq 'pdf'")["Id"]
        v = c.post(f"IContracts({d})/Versions", {"AssociatedApplication": {"Id": app}}).json
        c.send("PUT", f"IContracts({d})/Versions({v['Id']})/Body/$value", b"%PDF-1.4", **{"Content-Type": "application/octet-stream"})
        t = c.post("Docflow/CreateApprovalTask", {"documentId": d, "text": "", "signatoryId": None, "addApproverIds": []}).json["value"]
        got = abort(t)
        self.fact("a draft", got.status == 400 and got.json["error"]["message"] == f"Abort task. Task with ID ({t}) is not started.", got)
        c.post("Docflow/StartTask", {"taskId": t})
        got = abort(t, "Причина")
        row = self.task("IApprovalTasks", t)
        self.fact("aborted with its reason", got.status == 204 and row["Status"] == "Aborted" and row["AbortingReason"] == "Причина", (got, row))
        self.fact("twice does no harm", abort(t).status == 204)
        t, _ = self.start("Docflow/CreateApprovalTask", documentId=d, text="", signatoryId=None, addApproverIds=[])
        for who in ("Петров*", "Сидорова*"):
            self.sim.act(process=t, person=who, do="approve")
        self.sim.act(process=t, person="Кузнецов*", do="sign", comment="Подписано")
        got = abort(t)
        self.fact("a completed one", got.status == 400 and got.json["error"]["message"] == f"Abort task. Task with ID ({t}) is already completed.", got)
        rows = json.loads(c.get(f"{at}GetDocumentSignatures(documentId={d})").json["value"])
        want = {"id", "versionId", "versionNumber", "type", "signatory", "substituted", "signedAt", "comment", "subject", "thumbprint", "isValid", "data"}
        self.fact("signatures have every field", rows and all(set(r) == want for r in rows), rows[:1])
        signed = [r for r in rows if r["type"] == "Approval"]
        self.fact("the signature of the signatory", len(signed) == 1 and signed[0]["versionId"] == v["Id"] and signed[0]["signatory"].startswith("Кузнецов") and
                  base64.b64decode(signed[0]["data"])[:1] == b"\x30" and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", signed[0]["signedAt"]), signed)
        self.fact("approvers endorse", [r["type"] for r in rows if r["signatory"].startswith(("Петров", "Сидорова"))].count("Endorsing") >= 2, [r["type"] for r in rows])
        sheet = base64.b64decode(c.get(f"{at}GetApprovalSheetPdf(documentId={d})").json["value"])
        self.fact("the sheet is a PDF", sheet.startswith(b"%PDF"), sheet[:20])
        for name, parameters in (("Docflow/CreateFreeApprovalTask", {"documentId": d, "text": "", "deadline": None, "approverIds": [self.employee("Петров")]}),
                                 ("Docflow/CreateSimpleTask", {"assignmentType": "Assignment", "subject": "x", "deadline": None, "importance": "Low", "text": "",
                                                               "performerIds": [self.employee("Петров")], "observerIds": [], "documentIds": [d]})):
            t, _ = self.start(name, **parameters)
            self.fact(f"aborts what {name} made", abort(t).status == 204 and self.task("ITasks", t)["Status"] == "Aborted")

    # the outside contract of the simulators

    def about_zz_control(self):
        sim, c = self.sim, self.c
        state = sim.state()
        self.fact("the state", {"documents", "processes", "access"} <= set(state) and {"base_url", "user", "password"} <= set(state["access"]), list(state))
        d = next(x for x in state["documents"] if x["files"])
        self.fact("a document", {"id", "title", "files", "processes"} <= set(d) and {"id", "name", "version", "sha256"} <= set(d["files"][0]), d)
        p = state["processes"][0]
        self.fact("a process", {"id", "document", "state", "round", "open"} <= set(p), p)
        running = next((x for x in state["processes"] if x["open"]), None)
        self.fact("open tasks", running is not None and {"task", "person", "stage"} <= set(running["open"][0]), running)
        self.fact("calls are counted", isinstance(state.get("calls"), dict) and state["calls"], state.get("calls"))
        for wrong in ({"process": 999999, "do": "approve"}, {"process": p["id"], "do": "nothing"}, {"do": "approve"}, {"document": d["id"], "do": "edit", "fields": {"Nothing": 1}}):
            self.fact(f"a wrong act is refused: {wrong}", sim.call("POST", "/_sim/act", wrong)[0] >= 400)
        for wrong in ({"match": {"path": "*"}, "do": "nothing", "next": 1}, {"match": {"path": "*Nothing*"}, "do": "hang", "rate": 2}, {"match": {"nothing": "x"}, "do": "close", "next": 1}):
            self.fact(f"a wrong fault is refused: {wrong}", sim.call("POST", "/_sim/fault", wrong)[0] >= 400)
        ask = lambda: c.get("IDocumentKinds?$filter=Id gt 0&$top=1")  # noqa: E731

        def broken(call=ask):
            try:
                return call().status
            except Exception as e:
                return type(e).__name__
        where = {"path": "*IDocumentKinds*"}
        sim.fault(match=where, do="status", status=503, body="занято", next=1)
        got = ask()
        self.fact("status, once", got.status == 503 and got.data.decode() == "занято" and ask().status == 200, got)
        sim.fault(match=where, do="refuse", next=1)
        self.fact("refuse", broken() not in (200,) and broken() == 200)
        sim.fault(match=where, do="close", next=1)
        self.fact("close", isinstance(broken(), str) and broken() == 200)
        sim.fault(match=where, do="truncate", next=1)
        self.fact("truncate", broken() == "IncompleteRead" or broken() == 200)
        sim.no_faults()
        sim.fault(match=where, do="corrupt", next=1)
        got = ask()
        self.fact("corrupt", got.status == 200 and got.json is None or got.status != 200 or got.json != ask().json, got)
        sim.fault(match=where, do="throttle", next=1)
        self.fact("throttle", broken() in (429, 503) and broken() == 200)
        sim.fault(match=where, do="delay", ms=300, next=1)
        since = time.monotonic()
        self.fact("delay", broken() == 200 and time.monotonic() - since >= 0.3)
        before = len(c.get("ISimpleDocuments?$filter=Id gt 0").rows)
        sim.fault(match={"path": "*ISimpleDocuments", "method": "POST"}, do="lose_answer", next=1)
        self.fact("lose_answer does it and tells nothing", isinstance(broken(lambda: c.post("ISimpleDocuments", {"Name": "Без ответа"})), str) and
                  len(c.get("ISimpleDocuments?$filter=Id gt 0").rows) == before + 1)
        sim.fault(match=where, do="status", status=500, rate=1.0, seed=1)
        self.fact("a rate lasts until it is taken back", broken() == 500 and broken() == 500)
        sim.no_faults()
        self.fact("taken back", broken() == 200)
