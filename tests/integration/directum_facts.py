"""Facts of the page of Directum RX's integration service, asked one by one of `sedlink-sim directum` by a client of its own.
directum_facts.py [EDITION…] [--module | --no-module]"""
import base64
import json
import os
import re
import sys
import urllib.parse
import uuid

from common import BIN, check, fresh_folder
from stand import Http, Simulator

SCENARIO = """access: { user: коннектор, password: пароль }
settings: { time_zone: Asia/Dubai, max_entities: 12 }
departments: [ Отдел продаж ]
employees:
  - { name: Иванов Иван Иванович, department: Отдел продаж, email: ivanov@romashka.example }
  - { name: Петров Пётр Петрович, department: Отдел продаж, email: Petrov@Romashka.example }
  - { name: Сидорова Анна Викторовна, department: Отдел продаж, email: sidorova@romashka.example }
  - { name: Кузнецов Дмитрий Олегович, department: Отдел продаж, email: kuznetsov@romashka.example }
business_units: [ { name: ООО Головной офис, inn: "7701234567", kpp: "770101001" } ]
companies:
  - { name: ООО Ромашка, inn: "7717586110", kpp: "771701001" }
  - { name: "О'Нил и К", inn: "7717586111", kpp: "771701002" }
document_kinds:
  - { name: Договор, type: Contract, guid: 2A42D335-4A84-4019-AB54-D0AB8344D232, flow: Contracts, generate_name: true }
  - { name: Простой документ, type: SimpleDocument, guid: 3981CDD1-A279-4A51-85D5-58DB391603C2, flow: Inner, numbering: NotNumerable }
  - { name: Приложение к документу, type: Addendum, guid: 2734AB0B-FD71-4FD2-820E-C25042488547, flow: Inner, numbering: NotNumerable }
  - { name: Входящее письмо, type: IncomingLetter, guid: 0002C3CB-43E1-4A01-A4FE-35ABC8994D66, flow: Incoming, numbering: NotNumerable }
approval_rules:
  - { name: По договору, kinds: [ Договор ], stages: [
      { type: approval, performers: [ Петров Пётр Петрович, Сидорова Анна Викторовна ], routing: parallel, rework: each, days: 2 },
      { type: signing, performers: [ Кузнецов Дмитрий Олегович ] } ] }
processes:
  - { name: Процесс, kinds: [], stages: [ { type: approval, performers: [ Петров Пётр Петрович ] }, { type: signing, performers: [ Кузнецов Дмитрий Олегович ] } ] }
rules: []
"""
GROUPS = {"IApprovalTasks": "08e1ef90-521f-41a1-a13f-c6f175007e54", "IFreeApprovalTasks": "cd77936e-884e-44bb-b869-9a60f9f5f2b4",
          "IDocumentFlowTasks": "4195347f-2ca3-4fdc-9460-c22609cc3abf"}
EMPLOYEE_ONLY = "Отправить задачу может только сотрудник. Войдите в систему под учетной записью сотрудника."
TOO_WIDE = "Превышено максимальное количество сущностей в запросе. Используйте фильтрацию."


class Reply:
    def __init__(self, status, headers, data):
        self.status, self.headers, self.data = status, headers, data
        try:
            self.json = json.loads(data.decode("utf-8-sig")) if data else None
        except ValueError:
            self.json = None

    @property
    def rows(self):
        return self.json["value"] if self.json else []

    @property
    def text(self):
        """Of an error, whichever of its shapes."""
        e = self.json.get("error", self.json) if isinstance(self.json, dict) else self.json
        return e if isinstance(e, str) else e.get("message", "") if isinstance(e, dict) else self.data.decode(errors="replace")

    def __repr__(self):
        return f"{self.status} {self.data[:300].decode(errors='replace')}"


class Client:
    def __init__(self, sim, user, password):
        import http.client
        self.base = sim.state()["access"]["base_url"]
        parts = urllib.parse.urlsplit(self.base)
        self.host, self.root, self.http = parts.netloc, parts.path, http.client
        self.basic = {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}

    def raw(self, method, path, body=None, headers=None):
        connection = self.http.HTTPConnection(self.host, timeout=20)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        reply = Reply(answer.status, answer.headers, answer.read())
        connection.close()
        return reply

    def url(self, path):
        where, _, query = path.partition("?")
        return self.root + urllib.parse.quote(where, safe="/()=,'$@") + ("?" + urllib.parse.quote(query, safe="$=&(),;/':") if query else "")

    def get(self, path, accept="application/json"):
        return self.raw("GET", self.url(path), None, {**self.basic, "Accept": accept})

    def send(self, method, path, body, **headers):
        all_ = {**self.basic, "Accept": "application/json", "Content-Type": "application/json", **headers}
        return self.raw(method, self.url(path), body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode(),
                        {k: v for k, v in all_.items() if v is not None})

    def post(self, path, body, **headers):
        return self.send("POST", path, body, **headers)

    def patch(self, path, body, **headers):
        return self.send("PATCH", path, body, **headers)

    def one(self, path):
        got = self.get(path)
        check(got.status == 200 and len(got.rows) >= 1, f"{path}: {got}")
        return got.rows[0]


class Facts:
    def __init__(self, sim, edition, module):
        self.sim, self.edition, self.module = sim, tuple(int(n) for n in edition.split(".")), module
        self.c = Client(sim, "коннектор", "пароль")
        self.count, self.failed = 0, []

    def fact(self, words, condition, shown=""):
        self.count += 1
        if not condition:
            self.failed.append(f"{words}: {shown!r}")

    def run(self):
        for name in [n for n in dir(self) if n.startswith("about_")]:
            try:
                getattr(self, name)()
            except Exception as e:  # a fact that the rest of its group leans on
                import traceback
                self.failed.append(f"{name}: {e!r} at line {traceback.extract_tb(e.__traceback__)[-1].lineno}, {traceback.extract_tb(e.__traceback__)[1].lineno}")
        return self.failed

    def contract(self, **more):
        if "kind" not in self.__dict__:
            self.kind = self.c.one("IDocumentKinds?$filter=Name eq 'Договор'&$top=1")["Id"]
            self.company = self.c.one("ICompanies?$filter=TIN eq '7717586110'")["Id"]
        got = self.c.post("IContracts", {"Name": "Договор", "Subject": "Поставка", "DocumentKind": {"Id": self.kind}, "Counterparty": {"Id": self.company},
                                         **more})
        check(got.status == 201, f"a contract is made: {got}")
        return got.json

    def employee(self, name):
        return self.c.one(f"IEmployees?$filter=startswith(Name,'{name}')")["Id"]

    def task(self, set_, id_):
        return self.c.get(f"{set_}({id_})").json

    def opened(self, task, word=""):
        got = self.c.get(f"IAssignments?$filter=Task/Id eq {task} and Status eq 'InProcess'&$orderby=Id&$expand=Performer($select=Id,Name)")
        return [a for a in got.rows if word in a.get("@odata.type", "")]

    def state(self, id_):
        return self.c.get(f"IOfficialDocuments({id_})?$select=InternalApprovalState").json["InternalApprovalState"]

    # A1, A2

    def about_transport(self):
        c = self.c
        got = c.raw("GET", c.url("ITasks?$filter=Id eq 1"))
        offered = " ".join(got.headers.get_all("WWW-Authenticate") or [])
        self.fact("401 offers several schemes", got.status == 401 and all(w in offered for w in ("Basic", "Bearer", "Negotiate")) and
                  len(got.headers.get_all("WWW-Authenticate")) >= 3, (got.status, offered))
        wrong = {"Authorization": "Basic " + base64.b64encode("коннектор:нет".encode()).decode()}
        self.fact("a wrong password is 401", c.raw("GET", c.url("ITasks?$filter=Id eq 1"), None, wrong).status == 401)
        pair = {"Username": "коннектор".encode(), "Password": "пароль".encode(), "Accept": "application/json"}
        self.fact("the pair of headers lets in", c.raw("GET", c.url("IDocumentKinds?$filter=Id gt 0"), None, pair).status == 200)
        token = c.raw("GET", c.root.removesuffix("odata/") + "token", None, c.basic)
        self.fact("a token is given", token.status == 200 and token.data, token)
        word = token.json if isinstance(token.json, str) else token.data.decode().strip().strip('"')
        bearer = {"Authorization": "Bearer " + word, "Accept": "application/json"}
        self.fact("the token lets in", c.raw("GET", c.url("IDocumentKinds?$filter=Id gt 0"), None, bearer).status == 200)
        self.fact("a token gives no token", c.raw("GET", c.root.removesuffix("odata/") + "token", None, bearer).status in (401, 403))
        self.fact("a made-up token does not", c.raw("GET", c.url("IDocumentKinds?$filter=Id gt 0"), None, {"Authorization": "Bearer x"}).status == 401)
        lower = c.raw("GET", c.url("IDocumentKinds?$filter=Id gt 0").replace("/Integration/", "/integration/"), None, {**c.basic, "Accept": "application/json"})
        self.fact("the path may be in lower case", lower.status == 200, lower)
        long = "ITasks?$filter=" + " or ".join(f"Id eq {i}" for i in range(10_000_000, 10_000_150))
        self.fact("a start line over 2048 characters is refused", c.get(long).status in (400, 404, 414), c.get(long))
        self.fact("the service document is there", c.get("").status == 200, c.get(""))
        self.fact("$batch may be 501", c.send("POST", "$batch", b"", **{"Content-Type": "multipart/mixed; boundary=a"}).status in (200, 501))

    def about_metadata(self):
        got = self.c.get("$metadata", "application/xml")
        text = got.data.decode()
        self.fact("$metadata is XML", got.status == 200 and "xml" in got.headers["Content-Type"] and "<edmx:Edmx" in text, got)
        has = lambda name: re.search(rf'(?:Function|Action)(?:Import)? Name="(?:\w+[./_])?{name}"', text)  # noqa: E731
        for since, names in {(4, 0): ["GetDocumentKindIdByGuid"], (4, 4): ["CreateApprovalTask", "StartTask", "CompleteAssignment", "CreateSimpleTask",
                             "RegisterDocument", "CreateFreeApprovalTask", "AddRelations", "CreateLogin"], (4, 6): ["ImportFormalizedPoABodyAndSign"],
                             (4, 8): ["TryExternalRegisterDocument"], (4, 11): ["CreateDocumentFlowTask", "GetCompanyIds", "IsCurrentUserAdmin",
                                                                                "ApproveDocumentWithCertificate"], (4, 5): ["AbortTask"]}.items():
            for name in names:
                self.fact(f"{name} is there since {since}", bool(has(name)) == (self.edition >= since), self.edition)
        for name in ("GetConnectorVersion", "GetDocumentSignatures", "GetApprovalSheetPdf", "AbortApprovalTask", "SetNotificationTarget"):
            self.fact(f"{name} is of the module", bool(has(name)) == self.module)
        ids = set(re.findall(r'Property Name="Id" Type="(Edm\.\w+)"', text)) - {"Edm.Guid"}  # of a binary value
        self.fact("the width of ids", ids == {"Edm.Int64" if self.edition >= (4, 7) else "Edm.Int32"}, ids)
        self.fact("types are DTOs", "Sungero.IntegrationService.Models.Generated.Docflow" in text and 'Name="IOfficialDocumentDto"' in text)
        document = text[text.index('Name="IOfficialDocumentDto"'):]
        document = document[:document.index("</EntityType>")]
        if self.edition < (4, 7) or self.edition >= (4, 11):  # between them the page does not say
            self.fact("ExternalId is of 4.11, not of 4.5", ('Name="ExternalId"' in document) == (self.edition >= (4, 11)))
        self.fact("child rows append s", 'Name="IOfficialDocumentVersionss"' in text or "IElectronicDocumentVersionss" in text)
        for name in ("ICompanies", "ICurrencies", "IPersons", "IDocflowAccountingDocumentBases", "IContracts", "ITasks", "ISimpleTasks", "INotices"):
            self.fact(f"{name} is a set", f'EntitySet Name="{name}"' in text)

    # A4, A5

    def about_questions(self):
        c = self.c
        got = c.get("IContracts?$filter=Id eq 999999")
        self.fact("an empty list is 204 without a body", got.status == 204 and got.data == b"", got)
        self.fact("a zero count is 204", c.get("IContracts/$count?$filter=Id eq 999999").status == 204)
        got = c.get("IEmployees/$count?$filter=Id gt 0", "*/*")
        self.fact("a count is a text", got.status == 200 and got.data.decode("utf-8-sig").isdigit() and "text/plain" in got.headers["Content-Type"], got)
        for asked in ("IAssociatedApplications", "IAssociatedApplications?$top=1", "IAssociatedApplications?$orderby=Id&$top=5&$skip=1",
                      "IAssociatedApplications?$filter=Id gt 0"):
            got = c.get(asked)
            self.fact(f"is too wide: {asked}", got.status == 400 and got.json == {"error": TOO_WIDE}, got)
        for asked in ("IDocumentKinds?$filter=Id gt 0&$select=Nothing", "IDocumentKinds?$filter=Nothing eq 1", "IDocumentKinds?$filter=Id gt 0&$expand=Nothing",
                      "IElectronicDocuments?$filter=Id gt 0&$expand=DocumentKind", "IDocumentKinds?$filter=Id gt 0&$search=a",
                      "IDocumentKinds?$filter=Id gt 0&$apply=aggregate($count as n)", "IDocumentKinds?$filter=Id in (1,2)", "IDocumentKinds?$filter=Id gt",
                      "IDocumentKinds?$filter=Id eq '1'", "IDocumentKinds?$filter=Name eq 1", "IDocumentKinds?$filter=Id gt 0&$orderby=Nothing",
                      "IDocumentKinds?$filter=Name like 'x'", "IDocumentKinds?$filter=substringof('a',Name)", "IDocumentKinds?$filter=length(Name) gt 3",
                      "IDocumentKinds?$filter=Id gt 0&$top=-1", "IDocumentKinds?$filter=Id gt 0&$top=a", "ITasks?$filter=Created ge 2026-13-01T00:00:00Z",
                      "ITasks?$filter=Created ge '2026-09-01T00:00:00Z'", "IContracts?$filter=Versions/Id eq 1",
                      "IDocumentKinds?$filter=Status eq Sungero.Status'Active'", "IDocumentKinds?$filter=Id gt 0&$select=DocumentType/Name2"):
            got = c.get(asked)
            self.fact(f"is refused: {asked}", got.status in (400, 501), got)
        for asked in ("INothings?$filter=Id gt 0", "IIncomingDocuments?$filter=Id gt 0", "IReviewTasks?$filter=Id gt 0", "$crossjoin(ITasks,IContracts)", "$all",
                      "Docflow/NoSuchFunction()", "IContracts(999999)", "IOfficialDocuments(999999)/Versions", "IContracts(999999)/Name2"):
            got = c.get(asked)
            self.fact(f"is not there: {asked}", got.status in ((404, 400, 501) if asked.startswith("$") else (404,)), got)
        kinds = c.get("IDocumentKinds?$filter=Id gt 0&$orderby=Id desc&$count=true")
        self.fact("$count=true counts", kinds.json["@odata.count"] == len(kinds.rows) and "@odata.context" in kinds.json, kinds)
        self.fact("descending order", [r["Id"] for r in kinds.rows] == sorted((r["Id"] for r in kinds.rows), reverse=True))
        self.fact("links are hidden", "DocumentType" not in kinds.rows[0] and "Name" in kinds.rows[0], kinds.rows[0])
        two = c.get("IDocumentKinds?$filter=Id gt 0&$orderby=Id&$top=1&$skip=1")
        self.fact("$top and $skip with a filter", len(two.rows) == 1 and two.rows[0]["Id"] == sorted(r["Id"] for r in kinds.rows)[1], two)
        got = c.get("IDocumentKinds?$filter=DocumentType/Name ne null and Status eq 'Active'&$select=Id,Name&$expand=DocumentType($select=Id,DocumentTypeGuid)")
        self.fact("$select and $expand", got.status == 200 and set(got.rows[0]) - {"@odata.type"} == {"Id", "Name", "DocumentType"} and
                  set(got.rows[0]["DocumentType"]) == {"Id", "DocumentTypeGuid"}, got)
        got = c.get("IDocumentKinds?$filter=status eq 'Active'&$select=id,name&$top=1")
        self.fact("names in another case are taken", got.status == 200, got)
        for asked, n in (("ICompanies?$filter=Name eq 'О''Нил и К'", 1), ("ICompanies?$filter=contains(Name,'Ромаш')", 1), ("ICompanies?$filter=endswith(Name,'и К')", 1),
                         ("ICompanies?$filter=not (TIN eq '7717586110') and TIN ne null and startswith(TIN,'77175')", 1),
                         ("IEmployees?$filter=tolower(Email) eq 'petrov@romashka.example'", 1), ("IEmployees?$filter=Department/Name eq 'Отдел продаж' and Email ne null", 4),
                         ("IUsers?$filter=Login/LoginName eq 'коннектор'", 1), ("IUsers?$filter=contains(tolower(Login/LoginName),'коннект')", 1),
                         ("IEmployees?$filter=Login/LoginName eq 'коннектор'", 1), ("IRoles?$filter=Sid eq 9cc6ea59-cd05-4c8e-b041-abefe9432e20", None),
                         ("ICounterparties?$filter=TIN eq '7717586110'", 1), ("IRoles?$filter=RecipientLinks/any(l: l/Member/Id eq 42)", None), ("IContracts?$filter=Modified ge 2020-09-01T00:00:00%2B04:00 and Id lt 0", 0),
                         ("IBusinessUnits?$filter=TIN eq '7701234567'", 1), ("IAssociatedApplications?$filter=Extension eq 'docx'", 1),
                         ("ICurrencies?$filter=AlphaCode eq 'RUB'", 1), ("IDocumentKinds?$filter=GenerateDocumentName eq true and Name eq 'Договор'", 1)):
            where, _, query = asked.partition("?")
            got = c.raw("GET", c.url(where) + "?" + (query if "%2B" in query and False else urllib.parse.quote(query.replace("%2B", "+"), safe="$=&(),;/':")), None,
                        {**c.basic, "Accept": "application/json"})
            self.fact(f"{n} of {asked}", got.status in (200, 204) and (n is None or len(got.rows) == n), got)
        base = c.get(f"ICounterparties?$filter=TIN eq '7717586110'").rows[0]
        self.fact("a concrete type is told on a base set", base.get("@odata.type", "").endswith(".ICompanyDto") and base["@odata.type"].startswith("#"), base)
        self.fact("and not on its own", "@odata.type" not in c.one("ICompanies?$filter=TIN eq '7717586110'"))
        self.fact("a company is read under its base sets", all(c.get(f"{s}({base['Id']})").status == 200 for s in ("ICompanies", "ICompanyBases", "ICounterparties")))
        self.fact("an entity of another type is not", c.get(f"IPersons({base['Id']})").status == 404)
        if self.edition < (4, 11):
            self.fact("processes are not there yet", c.post("DocflowApproval/CreateDocumentFlowTask", {"documentId": 1, "text": "", "addApproverIds": []}).status == 404)

    # A5, A7

    def about_writes(self):
        c = self.c
        d = self.contract()
        self.fact("a created one is answered whole", isinstance(d["Id"], int) and "@odata.context" in d and d["LifeCycleState"] == "Draft" and
                  d["RegistrationState"] == "NotRegistered", d)
        self.fact("a kind that builds the name does", d["Name"] != "Договор", d["Name"])
        whole = c.get(f"IContracts({d['Id']})?$expand=BusinessUnit,Department,DocumentKind,Author,Counterparty($select=Id)").json
        self.fact("units come from the caller", whole["BusinessUnit"] and whole["Department"] and whole["Author"], whole)
        self.fact("no state of approval yet", whole["InternalApprovalState"] is None, whole)
        self.fact("times have the offset of the installation", re.search(r"\+04:00$", whole["Created"]), whole["Created"])
        body = {"Name": "Простой"}
        self.fact("the kind comes by default", c.get(f"ISimpleDocuments({c.post('ISimpleDocuments', body).json['Id']})?$expand=DocumentKind").json["DocumentKind"]["Name"]
                  == "Простой документ")
        for headers in ({"Accept": None}, {"Content-Type": None}, {"Content-Type": "text/plain"}):
            got = c.post("ISimpleDocuments", body, **headers)
            self.fact(f"refused without its headers: {headers}", got.status in (400, 406, 415), got)
            got = c.patch(f"IContracts({d['Id']})", {"Note": "x"}, **headers)
            self.fact(f"a change is refused without its headers: {headers}", got.status in (400, 406, 415), got)
        got = c.post("ISimpleDocuments", body, Return="minimal")
        self.fact("Return: minimal has no body", got.status in (201, 204) and not got.data, got)
        got = c.patch(f"IContracts({d['Id']})", {"Note": "заметка"})
        self.fact("a change is 204", got.status == 204 and not got.data, got)
        got = c.patch(f"IContracts({d['Id']})", {"Note": "иная"}, Return="representation")
        self.fact("Return: representation has one", got.status == 200 and got.json["Note"] == "иная", got)
        got = c.patch(f"IContracts({d['Id']})?$expand=Counterparty", {"Note": "третья"})
        self.fact("$expand forces a body", got.status == 200 and got.json["Counterparty"]["Id"] == self.company, got)
        self.fact("the base set changes it too", c.patch(f"IOfficialDocuments({d['Id']})", {"Note": "база"}).status == 204)
        got = c.post("IContracts", {"Name": "x", "Subject": "y", "Counterparty": {"Id": str(self.company)}})
        self.fact("an id in quotes is refused", got.status == 400, got)
        got = c.post("IContracts", {"Name": "x", "Subject": "y", "Counterparty@odata.bind": f"{c.base}ICounterparties({self.company})"})
        self.fact("the bind form works", got.status == 201, got)
        got = c.post("IContracts", {"Name": "x", "Subject": "y", "Counterparty": {"Id": self.company}, "LifeCycleState": "Nothing"})
        self.fact("a wrong value of an enumeration is a bare string", got.status == 400 and isinstance(got.json, str) and
                  got.json == 'Элемент перечисления "LifeCycleState" со значением "Nothing" недопустим', got)
        for words, set_, wrong in (("an unknown property", "ISimpleDocuments", {"Name": "x", "Nothing": 1}), ("a link to nothing", "IContracts",
                                   {"Name": "x", "Subject": "y", "Counterparty": {"Id": 999999}}), ("a number for a string", "ISimpleDocuments", {"Name": 5}),
                                   ("a string for a number", "IContracts", {"Name": "x", "Subject": "y", "Counterparty": {"Id": self.company}, "TotalAmount": "5"}),
                                   ("a bad date", "IContracts", {"Name": "x", "Subject": "y", "Counterparty": {"Id": self.company}, "ValidFrom": "01.09.2026"}),
                                   ("an abstract type", "IOfficialDocuments", {"Name": "x"}), ("no object", "ISimpleDocuments", []),
                                   ("what is required is missing", "IContracts", {"Name": "x"})):
            got = c.post(set_, wrong)
            self.fact(f"is refused: {words}", got.status == 400, got)
        got = c.post("ISimpleDocuments", b"{")
        self.fact("broken JSON is refused", got.status == 400, got)
        for date in ("2026-09-01T00:00:00Z", "2026-09-01T00:00:00+03:00"):
            self.fact(f"a date is taken: {date}", c.patch(f"IContracts({d['Id']})", {"ValidFrom": date}).status == 204)
        kept = c.get(f"IContracts({d['Id']})?$select=ValidFrom").json["ValidFrom"]
        self.fact("and comes back with the offset", kept.endswith("+04:00"), kept)
        self.fact("nothing to change", c.patch("IContracts(999999)", {"Note": "x"}).status == 404)
        self.fact("nothing to delete", c.send("DELETE", "IContracts(999999)", None).status == 404)
        got = c.post("ICompanies", {"Name": "ООО Лютик", "TIN": "5001000001", "TRRC": "500101001", "LegalName": "ООО «Лютик»", "Status": "Active"})
        self.fact("a company is made", got.status == 201, got)
        bare = c.post("ICompanies", {"Name": "ООО Без статуса"})
        self.fact("without Status it may have none", bare.status == 201 and bare.json.get("Status") is None, bare)
        gone = c.post("ISimpleDocuments", body).json["Id"]
        self.fact("a document is deleted", c.send("DELETE", f"ISimpleDocuments({gone})", None).status == 204 and c.get(f"ISimpleDocuments({gone})").status == 404)
        if self.edition >= (4, 11):
            mark = str(uuid.uuid4())
            self.contract(ExternalId=mark)
            self.fact("ExternalId finds", len(c.get(f"IOfficialDocuments?$filter=ExternalId eq '{mark}'").rows) == 1)
            link = {"EntityType": "f37c7e63-b134-4446-9b5b-f8811f6c9666", "EntityId": d["Id"], "ExtEntityType": "deal", "ExtEntityId": "778", "ExtSystemId": "bitrix24"}
            got = c.post("IExternalEntityLinks", link)
            self.fact("a row of links is made", got.status == 201, got)
            self.fact("and found", len(c.get("IExternalEntityLinks?$filter=ExtSystemId eq 'bitrix24' and ExtEntityType eq 'deal' and ExtEntityId eq '778'").rows) == 1)
            self.fact("its id is 36 characters at most", c.post("IExternalEntityLinks", {**link, "ExtEntityId": "7" * 37}).status == 400)
        elif self.edition < (4, 7):
            got = c.post("ISimpleDocuments", {"Name": "x", "ExternalId": "y"})
            self.fact("no ExternalId yet", got.status == 400, got)

    def about_bodies(self):
        c = self.c
        d = self.contract()["Id"]
        app = c.one("IAssociatedApplications?$filter=Extension eq 'pdf'")["Id"]
        got = c.post(f"IContracts({d})/Versions", {"Note": "из CRM", "AssociatedApplication": {"Id": app}}, Return="representation")
        self.fact("a version is made and numbered", got.status == 201 and got.json["Number"] == 1 and isinstance(got.json["Id"], int), got)
        v = got.json["Id"]
        data = bytes(range(256)) * 40
        got = c.send("PUT", f"IContracts({d})/Versions({v})/Body/$value", data, **{"Content-Type": "application/octet-stream"})
        self.fact("a stream is put", got.status in (200, 204), got)
        got = c.get(f"IElectronicDocuments({d})/Versions({v})/Body/$value", "*/*")
        self.fact("and read as a stream", got.status == 200 and got.data == data and "octet-stream" in got.headers["Content-Type"], got.status)
        got = c.get(f"IOfficialDocuments({d})/Versions({v})/Body")
        self.fact("and in base64", got.status == 200 and base64.b64decode(got.json["Value"]) == data, got.status)
        for method in ("POST", "PATCH"):
            got = c.send(method, f"IElectronicDocuments({d})/Versions({v})/Body", {"Value": base64.b64encode(method.encode()).decode()})
            self.fact(f"base64 by {method}", got.status in (200, 201, 204) and c.get(f"IContracts({d})/Versions({v})/Body/$value", "*/*").data == method.encode(), got)
        self.fact("bad base64 is refused", c.post(f"IContracts({d})/Versions({v})/Body", {"Value": "%%%"}).status == 400)
        for path in (f"IContracts({d})/Versions({v})/PublicBody/$value", f"IContracts({d})/Versions({v})/PublicBody"):
            self.fact("no public body until it is converted", c.get(path, "*/*").status in (404, 204), path)
        self.sim.act(document=d, do="convert")
        got = c.get(f"IContracts({d})/Versions({v})/PublicBody/$value", "*/*")
        self.fact("then a PDF", got.status == 200 and got.data.startswith(b"%PDF"), got.status)
        got = c.get(f"IElectronicDocuments({d})?$expand=Versions($select=Id,Number,Note,Created,IsHidden;$expand=AssociatedApplication($select=Name,Extension))")
        row = got.json["Versions"][0]
        self.fact("versions by $expand", set(row) - {"@odata.type"} == {"Id", "Number", "Note", "Created", "IsHidden", "AssociatedApplication"} and
                  row["AssociatedApplication"]["Extension"] == "pdf" and got.json["@odata.type"].endswith("IContractDto"), row)
        second = c.post(f"IContracts({d})/Versions", {"AssociatedApplication": {"Id": app}}).json
        self.fact("the next number", second["Number"] == 2, second)
        self.fact("a version without a body", c.get(f"IContracts({d})/Versions({second['Id']})/Body/$value", "*/*").status in (204, 404, 200))
        self.fact("no such version", c.get(f"IContracts({d})/Versions(999999)/Body/$value", "*/*").status == 404)
        self.fact("a row is deleted", c.send("DELETE", f"IContracts({d})/Versions({second['Id']})", None).status == 204)
        self.fact("HasVersions tells", c.get(f"IContracts({d})").json["HasVersions"] is True)

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

    def start(self, name, **parameters):
        got = self.c.post(name, parameters)
        check(got.status == 200, f"{name}: {got}")
        return got.json["value"], self.c.post("Docflow/StartTask", {"taskId": got.json["value"]})

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

    def about_cards(self):
        """Life cycle, locks, rows, older ways."""
        c = self.c
        d = self.contract(LifeCycleState="Active")
        self.fact("a posted LifeCycleState may be lost", d["LifeCycleState"] == "Draft", d["LifeCycleState"])
        self.fact("a changed one stays", c.patch(f"IContracts({d['Id']})", {"LifeCycleState": "Active"}).status == 204 and
                  c.get(f"IContracts({d['Id']})").json["LifeCycleState"] == "Active")
        self.fact("a contract may be Terminated", c.patch(f"IContracts({d['Id']})", {"LifeCycleState": "Terminated"}).status == 204)
        other = c.post("ISimpleDocuments", {"Name": "x"}).json["Id"]
        got = c.patch(f"ISimpleDocuments({other})", {"LifeCycleState": "Terminated"})
        self.fact("a simple document may not", got.status == 400 and isinstance(got.json, str), got)
        named = c.patch(f"IContracts({d['Id']})", {"Name": "Своё имя"}, Return="representation").json["Name"]
        self.fact("the built name wins", named != "Своё имя", named)
        registers = c.get("IDocumentRegisters?$filter=DocumentFlow eq 'Contracts' and Status eq 'Active'").rows
        if registers:
            old = self.contract()["Id"]
            got = c.patch(f"IContracts({old})", {"RegistrationDate": "2026-09-01T00:00:00Z", "RegistrationNumber": "77", "DocumentRegister": {"Id": registers[0]["Id"]},
                                                 "RegistrationState": "Registered"})
            self.fact("registered the older way", got.status == 204 and c.get(f"IContracts({old})").json["RegistrationNumber"] == "77", got)
            for property_ in ("InternalApprovalState", "ExternalApprovalState"):
                c.patch(f"IContracts({old})", {property_: "Signed"})
            self.fact("in force once registered and signed by both", c.get(f"IContracts({old})").json["LifeCycleState"] == "Active",
                      c.get(f"IContracts({old})").json["LifeCycleState"])
        self.sim.act(document=d["Id"], do="lock")
        got = c.patch(f"IContracts({d['Id']})", {"Note": "x"})
        self.fact("a locked card is not changed", got.status == 400, got)
        self.sim.act(document=d["Id"], do="unlock")
        self.sim.act(document=d["Id"], do="protect")
        got = c.patch(f"IContracts({d['Id']})", {"Note": "x"})
        self.fact("nor without rights", got.status in (400, 403), got)
        made = c.post("Docflow/CreateApprovalTask", {"documentId": d["Id"], "text": "", "signatoryId": None, "addApproverIds": []})
        got = c.post("Docflow/StartTask", {"taskId": made.json["value"]})
        self.fact("and no start", got.status == 400 and got.text == "Для отправки документа на согласование необходимо иметь права на его изменение.", got)
        self.sim.act(document=d["Id"], do="unprotect")
        rows = c.get(f"IContracts({d['Id']})/Versions")
        self.fact("no rows: 204", rows.status == 204, rows)
        got = c.post(f"IContracts({d['Id']})/Milestones", {"Name": "Поставка", "Performer": {"Id": self.employee("Петров")}, "Deadline": "2026-10-01T00:00:00Z",
                                                                  "DaysToFinishWorks": 3})
        self.fact("a row is added", got.status == 201, got)
        self.fact("and told by $expand", len(c.get(f"IContracts({d['Id']})?$expand=Milestones").json["Milestones"]) == 1)
        self.fact("all rows are cleared", c.send("DELETE", f"IContracts({d['Id']})/Milestones", None).status == 204 and
                  c.get(f"IContracts({d['Id']})/Milestones").status == 204)
        got = c.post("Docflow/ApproveDocument", {"documentId": d["Id"], "note": ""})
        self.fact("nothing to sign", got.status == 400 and f"Version for document with ID ({d['Id']}) not found." in got.text, got)
        app = c.one("IAssociatedApplications?$filter=Extension eq 'pdf'")["Id"]
        c.post(f"IContracts({d['Id']})/Versions", {"AssociatedApplication": {"Id": app}})
        got = c.post("Docflow/ApproveDocument", {"documentId": d["Id"], "note": "Да"})
        card = c.get(f"IContracts({d['Id']})").json
        self.fact("approved by the caller", got.status == 204 and card["LastVersionApproved"] is True, (got, card["LastVersionApproved"]))
        got = c.post("IIncomingLetters", {"Name": "Письмо", "Subject": "о", "Correspondent": {"Id": self.company}, "Dated": "2026-06-16"})
        self.fact("a plain date is taken for Dated", got.status == 201 and got.json["Dated"].startswith("2026-06-16T00:00:00"), got)
        self.fact("exchange is asked", c.get(f"IExchangeDocumentInfos?$filter=Document/Id eq {d['Id']}").status in (200, 204))
        got = c.post("RecordManagement/CreateDocumentReviewTask", {"documentId": d["Id"], "addresseeId": self.employee("Кузнецов"), "activeText": "т"})
        self.fact("a review task is made", got.status == 200 and isinstance(got.json["value"], int), got)
        if self.edition < (4, 7):
            self.fact("ids are narrow", c.get("IContracts(3000000000)").status in (400, 404))
        got = c.post("Docflow/StartTask", {"taskId": "5"})
        self.fact("an id in quotes is no id", got.status == 400, got)
        got = c.post("Docflow/StartTask", {"taskId": 5, "more": 1})
        self.fact("an undeclared parameter is no parameter", got.status in (400, 404), got)
        t, _ = self.start("Docflow/CreateSimpleTask", assignmentType="Assignment", subject="С приёмкой", deadline=None, importance="Normal", text="", observerIds=[],
                          performerIds=[self.employee("Петров")], documentIds=[])
        draft = c.post("Docflow/CreateSimpleTask", {"assignmentType": "Assignment", "subject": "С приёмкой", "deadline": None, "importance": "Normal", "text": "",
                                                    "performerIds": [self.employee("Петров")], "observerIds": [], "documentIds": []}).json["value"]
        if c.patch(f"ISimpleTasks({draft})", {"NeedsReview": True}).status == 204:
            c.post("Docflow/StartTask", {"taskId": draft})
            self.sim.act(process=draft, person="Петров*", do="approve")
            self.fact("it waits for acceptance", self.task("ITasks", draft)["Status"] == "UnderReview" and self.opened(draft, "IReviewAssignmentDto"), self.opened(draft))
            c.post("Docflow/CompleteAssignment", {"assignmentId": self.opened(draft)[0]["Id"], "result": "Accepted"})
            self.fact("and is accepted", self.task("ITasks", draft)["Status"] == "Completed")

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
        import time
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


def main():
    words = sys.argv[1:]
    editions = [w for w in words if w[0].isdigit()] or ["4.4", "4.7", "4.11"]
    modules = [True] if "--module" in words else [False] if "--no-module" in words else [False, True]
    folder = fresh_folder()
    scenario = os.path.join(folder, "directum.yaml")
    with open(scenario, "w", encoding="utf-8") as f:
        f.write(SCENARIO)
    failed, count = [], 0
    for edition in editions:
        for module in modules:
            record = os.path.join(folder, f"record-{edition}-{module}")
            sim = Simulator(os.path.join(BIN, "sedlink-sim"), "directum", folder, scenario, record, extra=["--edition", edition] + ["--module"] * module)
            try:
                facts = Facts(sim, edition, module)
                failed += [f"{edition}{' with the module' if module else ''}: {f}" for f in facts.run()]
                count += facts.count
            finally:
                sim.stop()
            names = sorted(os.listdir(record))
            check(names[:2] == ["000001-request.http", "000001-response.http"], f"the record begins: {names[:3]}")
            with open(os.path.join(record, names[0]), "rb") as f:
                head = f.read()
            check(re.match(rb"GET \S+ HTTP/1\.1\r\n", head) and b"\r\n\r\n" in head, f"a recorded request: {head[:200]}")
    print(f"{count} facts asked of editions {', '.join(editions)}", flush=True)
    check(not failed, f"{len(failed)} are not so:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
