"""Another Directum RX, written from the page of its integration service alone: it shares nothing with simulators/directum and
believes nothing about our adapter. What it does not know it refuses, as the service would; every request is kept in `log`.

`options` are what the page leaves open, each with the alternatives named in OPTIONS; the first is what the page prefers.
"""
import base64
import json
import socket
import sys
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from other_rx_model import Model
from other_rx_query import Refused, moment
from other_rx_resources import Answer, Resources
from other_rx_work import Business, Work

OPTIONS = {
    "edition": ["4.11", "4.4", "4.6", "4.7", "4.8"],
    "auth": ["basic", "headers", "token"],
    "token_form": ["text", "string", "object"],
    "external_ids": ["by edition", True, False],
    "entity_links": ["yes", "refused", "absent"],          # refused: 403, no rights to the databook
    "empty": [204, 200],
    "count_zero": [204, 200],
    "missing": [404, 204],
    "created": [201, 200],
    "body_put": [204, 200],
    "no_public_body": [404, 204],
    "filter_wanted": [True, False],                         # a list without $filter is too wide
    "cap": [200, 12, 100000],
    "next_link": [0, 3],                                    # rows of a page of the server's own
    "in_operator": [False, True],
    "contains_ignores_case": [False, True],
    "enforces_required": [True, False],
    "plain_dates": [False, True],
    "offset": ["+03:00", "+04:00", "+00:00"],
    "builds_name": [True, False],
    "life_cycle_lost": [True, False],
    "text_home": ["both", "active", "texts"],               # where the text of a started task is
    "draft_is_patched": [True, False],
    "status_is_patched": [False, True],
    "rule_missing": ["create", "start"],
    "own_assignments_only": [True, False],
    "rework_type": ["AfterEach", "AfterAll"],
    "reject": ["abort", "rework", "complete"],
    "simple_needs_review": [False, True],
    "signing_stage": [True, False],
    "error": ["object", "string", "bare", "v2"],
    "metadata": ["import", "schema", "path", "flat", "prefixed", "platform"],
    "solution": [None, "Acme.Solution"],                    # whose namespace overridden types have
    "nulls": [True, False],
    "content_length": [True, False],                        # or chunked answers
    "connector_is_employee": [True, False],
    "default_kinds": [True, False],                         # of the addendum; without one it has to be given
    "auto_texts": [True, False],                            # a decision without words gets those of the system
    "keeps_connections": [True, False],
    "module": [False, True],                                # the customer has built SedlinkConnector
    "aborts_later": [False, True],                          # it aborts in the background
    "company": ["known", "unknown", "twice"],
    "id_base": [3_000_000_000, 1000],                       # Int64 numbers are met from 4.7 on
    "fraction": [True, False],                              # of a second, in times
}


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that was killed is no error of the service; anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class OtherRx(Resources):
    user, password = "connector", "пароль:rx"
    root = "/Integration"

    def __init__(self, **options):
        for name, value in options.items():
            assert name in OPTIONS and (value in OPTIONS[name] or isinstance(value, int)), (name, value)
        self.options = {**{n: v[0] for n, v in OPTIONS.items()}, **options}
        number = tuple(int(n) for n in self.options["edition"].split("."))
        ids = self.options["external_ids"]
        self.model = Model(self.options["edition"], number >= (4, 9) if ids == "by edition" else ids, self.options["entity_links"] != "absent")
        self.lock, self.log, self.entities, self.numbers = threading.RLock(), [], {}, {}
        self.bodies, self.tokens = {}, set()
        self.mishaps = []  # (method, part of the path, "lose" | status, how many more)
        if number < (4, 7):
            self.options["id_base"] = 1000
        self.work = Work(self)
        self.fill()
        self.server = Server(("127.0.0.1", 0), type("Handler", (Handler,), {"rx": self}))
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}{self.root}/odata/"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # --- the store

    def number(self, family):
        self.numbers[family] = self.numbers.get(family, self.options["id_base"] if family != "row" else 0) + 1
        return self.numbers[family]

    def now(self, days=0):
        offset = self.options["offset"]
        zone = timezone(timedelta(hours=int(offset[:3])))
        when = (datetime.now(timezone.utc) + timedelta(days=days)).astimezone(zone)
        return when.strftime("%Y-%m-%dT%H:%M:%S") + (f".{when.microsecond // 1000:03}" if self.options["fraction"] else "") + offset

    def older(self, text):
        return moment(text) < datetime.now(timezone.utc) - timedelta(days=1)

    def family(self, type_):
        """Within it numbers are unique: a contract is an official document is an electronic document."""
        return self.model.root(type_)

    def add(self, type_, **values):
        id_ = values.pop("Id", None) or self.number(self.family(type_))
        entity = {"#type": type_, "Id": id_, **values}
        if "Modified" in self.model.types[type_].properties:
            entity.update(Created=self.now(), Modified=self.now())
        self.entities.setdefault(self.family(type_), {})[id_] = entity
        return entity

    def change(self, entity, **values):
        entity.update(values)
        if "Modified" in self.model.types[entity["#type"]].properties:
            entity["Modified"] = self.now()

    def all(self, type_):
        return [e for e in self.entities.get(self.family(type_), {}).values() if self.model.is_a(e["#type"], type_)]

    def find(self, type_, id_):
        e = self.entities.get(self.family(type_), {}).get(id_)
        return e if e and self.model.is_a(e["#type"], type_) else None

    def linked(self, property_, id_):
        return None if id_ is None else self.find(property_.target, id_)

    def fill(self):
        add = self.add
        login = add("Login", LoginName=self.user, TypeAuthentication="Password", Status="Active")
        person = lambda name: add("Person", Name=name, LastName=name.split()[0], FirstName=name.split()[1], Status="Active")["Id"]  # noqa: E731
        unit = add("BusinessUnit", Name="ООО Головной офис", TIN="7701234567", TRRC="770101001", Status="Active")
        department = add("Department", Name="Отдел продаж", BusinessUnit=unit["Id"], Status="Active")
        self.unit, self.department, self.people = unit["Id"], department["Id"], {}
        for name, mail in (("Иванов Иван Иванович", "ivanov@romashka.example"), ("Петров Пётр Петрович", "petrov@romashka.example"),
                           ("Сидорова Анна Викторовна", "Sidorova@Romashka.example"), ("Кузнецов Дмитрий Олегович", "kuznetsov@romashka.example")):
            self.people[name.split()[0]] = add("Employee", Name=name, Email=mail, Person=person(name), Department=department["Id"], Status="Active")["Id"]
        name = "Обмен Сервис Битрикс"
        if self.options["connector_is_employee"]:
            me = add("Employee", Name=name, Person=person(name), Department=department["Id"], Login=login["Id"], Status="Active")
        else:
            me = add("User", Name="Integration Service", Login=login["Id"], Status="Active")
        self.caller = me["Id"]
        self.approvers, self.signer = [self.people["Петров"], self.people["Сидорова"]], self.people["Кузнецов"]
        for extension in ("pdf", "docx", "xlsx", "txt"):
            add("AssociatedApplication", Name=extension.upper(), Extension=extension, Status="Active")
        add("Currency", Name="Российский рубль", AlphaCode="RUB", ShortName="руб.", FractionName="коп.", NumericCode="643", IsDefault=True, Status="Active")
        for name, type_, flow in (("Договор", "Contract", "Contracts"), ("Простой документ", "SimpleDocument", "Inner"),
                                  ("Приложение к документу", "Addendum", "Inner")):
            t = add("DocumentType", Name=name, DocumentTypeGuid=self.model.types[type_].guid, DocumentFlow=flow, IsRegistrationAllowed=True, Status="Active")
            kind = add("DocumentKind", Name=name, ShortName=name, DocumentFlow=flow, NumberingType="NotNumerable", AutoNumbering=False,
                       IsDefault=self.options["default_kinds"] or type_ != "Addendum",
                       GenerateDocumentName=self.options["builds_name"] and type_ == "Contract", DocumentType=t["Id"], Status="Active")
            if type_ == "Contract":
                for state in ("Closed", "Active"):  # the closed one is of the same name
                    add("ApprovalRule", Name="Согласование договора", Status=state, DocumentFlow=flow, Priority=0, IsDefaultRule=False, VersionNumber=1,
                        IsSmallApprovalAllowed=False, NeedRestrictInitiatorRights=False, **{"#kinds": [kind["Id"]], "#signing": self.options["signing_stage"]})
        add("DocumentRegister", Name="Договоры", Index="Д", NumberOfDigitsInNumber=3, DocumentFlow="Contracts", RegisterType="Registration", Status="Active")
        add("Company", Name="ООО Ромашка (закрыта)", TIN="7717586110", TRRC="771701001", Status="Closed")
        add("Company", Name="ООО Ромашка, филиал", TIN="7717586110", TRRC="540201001", Status="Active")
        for _ in range(["unknown", "known", "twice"].index(self.options["company"])):
            add("Company", Name="ООО Ромашка", TIN="7717586110", TRRC="771701001", Status="Active")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    rx = None

    def log_message(self, *_):
        pass

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return data
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def allowed(self, path):
        rx, given = self.rx, self.headers.get("Authorization", "")
        basic = given == "Basic " + base64.b64encode(f"{rx.user}:{rx.password}".encode()).decode()
        if rx.options["auth"] == "headers":
            return self.headers.get("Username") == rx.user and self.headers.get("Password") is not None
        if rx.options["auth"] == "token" and not path.endswith("/token"):
            return given.startswith("Bearer ") and given[7:] in rx.tokens
        return basic

    def answer(self):
        rx = self.rx
        target, _, asked = self.path.partition("?")
        body = self.body()
        try:
            if len(self.requestline) > 2048:
                raise Answer(400, rx.error("Request line is too long."))
            if not self.allowed(target):
                raise Answer(401, None, headers=[("WWW-Authenticate", w) for w in ('Basic realm="RX"', "Bearer", "Negotiate")])
            query = {}
            for part in filter(None, asked.split("&")):
                key, _, value = part.partition("=")
                key = unquote(key)
                if key in query:
                    raise Refused(f"'{key}' is given twice.")
                query[key] = unquote(value.replace("+", " "))
            early = next((m for m in rx.mishaps if m[3] > 0 and isinstance(m[2], int) and m[0] == self.command and m[1] in target), None)
            if early:  # not done
                early[3] -= 1
                raise Answer(early[2], rx.error("Внутренняя ошибка сервера."))
            with rx.lock:
                rx.serve(self.command, unquote(target), query, self.headers, body)
            raise AssertionError("nothing was answered")
        except Answer as a:
            answer = a
        except Refused as e:
            answer = Answer(400, json.dumps({"error": {"code": "", "message": str(e)}}, ensure_ascii=False))
            answer.refused = str(e)
        except Business as e:
            answer = Answer(400, rx.error(str(e)))
        except (json.JSONDecodeError, ValueError, KeyError, TypeError) as e:
            answer = Answer(400, rx.error(f"The payload is malformed: {e!r}"))
            answer.refused = repr(e)
        self.reply(answer, unquote(self.path), body)

    def mishap(self, path):
        with self.rx.lock:
            for m in self.rx.mishaps:
                if m[3] > 0 and m[0] == self.command and m[1] in path:
                    m[3] -= 1
                    return m[2]
        return None

    def reply(self, answer, path, body):
        mishap = self.mishap(path)
        if mishap == "lose":  # done, and not told
            self.rx.log.append({"method": self.command, "path": path, "status": 0, "headers": {}, "body": body[:2000], "answer": b"", "refused": None})
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        data = answer.body if isinstance(answer.body, bytes) else (answer.body or "").encode()
        self.rx.log.append({"method": self.command, "path": path, "status": answer.status, "headers": dict(self.headers.items()),
                            "body": body[:2000], "answer": data[:2000], "refused": getattr(answer, "refused", None)})
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if data or answer.status != 204:
            self.send_header("Content-Type", answer.type)
            if self.rx.options["content_length"] or not data:
                self.send_header("Content-Length", str(len(data)))
            else:
                self.send_header("Transfer-Encoding", "chunked")
                data = b"".join(b"%x\r\n%s\r\n" % (len(data[i:i + 4096]), data[i:i + 4096]) for i in range(0, len(data), 4096)) + b"0\r\n\r\n"
        if not self.rx.options["keeps_connections"]:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = answer
