"""A client of Directum RX's integration service, and the list of facts that it asks of `sedlink-sim directum`."""
import base64
import http.client
import json
import traceback
import urllib.parse

from common import check


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
        self.base = sim.state()["access"]["base_url"]
        parts = urllib.parse.urlsplit(self.base)
        self.host, self.root = parts.netloc, parts.path
        self.basic = {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}

    def raw(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(self.host, timeout=20)
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

    def start(self, name, **parameters):
        got = self.c.post(name, parameters)
        check(got.status == 200, f"{name}: {got}")
        return got.json["value"], self.c.post("Docflow/StartTask", {"taskId": got.json["value"]})
