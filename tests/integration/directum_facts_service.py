"""Facts of the page about questions and changes: directum.md A1 to A7."""
import base64
import re
import urllib.parse
import uuid

from directum_client import Facts

TOO_WIDE = "Превышено максимальное количество сущностей в запросе. Используйте фильтрацию."


class ServiceFacts(Facts):
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
        for asked in ("IContracts('5')", "IContracts(5L)", "IContracts(Id=abc)", "IContracts()"):
            self.fact(f"is no key: {asked}", c.get(asked).status in (400, 404), c.get(asked))
        self.fact("double quotes are no quotes", c.get('ICompanies?$filter=Name eq "x"').status == 400)
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
