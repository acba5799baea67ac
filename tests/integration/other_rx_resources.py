"""What is asked of the other Directum RX, answered: lists and entities, changes, versions and bodies, module functions."""
import base64
import json
import re
import uuid

from other_rx_model import DATE, TIME
from other_rx_query import Filter, Refused, expansion, order, selection, split
from other_rx_work import Business

CAP = "Превышено максимальное количество сущностей в запросе. Используйте фильтрацию."


class Answer(Exception):
    def __init__(self, status, body=None, type_="application/json; odata.metadata=minimal; odata.streaming=true", headers=()):
        self.status, self.body, self.type, self.headers = status, body, type_, list(headers)


class Resources:
    """Over the store of other_rx.OtherRx, with its lock held. Every request ends in an Answer, Refused or Business."""

    # --- reading

    def shape(self, entity, declared, select=None, expand=None):
        t = self.model.types[entity["#type"]]
        out = {}
        if entity["#type"] != declared.name:
            out["@odata.type"] = "#" + self.model.dto(entity["#type"], self.options["solution"])
        for p in ([declared.properties[n] for n in select] if select else t.properties.values()):
            value = entity.get(p.name)
            if p.simple and (value is not None or self.options["nulls"]):
                out[p.name] = value
        for name, (p, chosen, deeper) in (expand or {}).items():
            value = entity.get(name)
            if p.kind == "%":
                blob = self.bodies.get(value)
                out[name] = None if blob is None else {"Id": value, "Value": base64.b64encode(blob).decode()}
            elif p.kind == "[":
                target = self.model.types[p.target]
                out[name] = [self.shape({"#type": p.target, **row}, target, chosen, deeper) for row in value or []]
            else:
                target = self.linked(p, value)
                out[name] = target and self.shape(target, self.model.types[p.target], chosen, deeper)
        return out

    def collection(self, t, rows, query, path):
        known = {"$select", "$filter", "$orderby", "$top", "$skip", "$count", "$expand", "$skiptoken"}
        if set(query) - known:
            raise Refused(f"The query option {sorted(set(query) - known)} is not supported.")
        select = selection(t, query["$select"]) if "$select" in query else None
        expand = expansion(self.model, t, query["$expand"]) if "$expand" in query else {}
        keys = order(t, query["$orderby"]) if "$orderby" in query else []
        if "$filter" in query:
            test = Filter(self, t, query["$filter"])
            rows = [r for r in rows if test.matches(r)]
        elif self.options["filter_wanted"]:
            raise Business(CAP)
        rows = sorted(rows, key=lambda r: r["Id"])
        for name, down in reversed(keys):
            rows.sort(key=lambda r: (r.get(name) is not None, r.get(name) or 0 if t.properties[name].kind in "ild" else str(r.get(name) or "")), reverse=down)
        count = len(rows)
        rows = rows[int(query.get("$skip", 0)):]
        start = int(query.get("$skiptoken", 0))
        top = int(query["$top"]) if "$top" in query else None
        rows = rows[start:] if top is None else rows[start:top]
        if len(rows) > self.options["cap"]:
            raise Business(CAP)
        page, more = self.options["next_link"], None
        if page and len(rows) > page:
            rows, more = rows[:page], start + page
        if not rows and self.options["empty"] == 204:
            raise Answer(204)
        out = {"@odata.context": f"{self.url}$metadata#{t.set}"}
        if query.get("$count") == "true":
            out["@odata.count"] = count
        out["value"] = [self.shape(r, t, select, expand) for r in rows]
        if more:
            rest = "&".join(f"{k}={v}" for k, v in query.items() if k != "$skiptoken")
            out["@odata.nextLink"] = f"{self.url}{path}?{rest.replace(' ', '%20')}&$skiptoken={more}"
        return out

    # --- writing

    def value(self, t, p, value):
        def wrong(what):
            raise Refused(f"An error has occurred while reading '{p.name}' of I{t.name}Dto: {what}.")
        if value is None:
            return None
        if p.kind in "sx" and (not isinstance(value, str) or p.length and len(value) > p.length):
            wrong("a string, not longer than it may be, is expected")
        if p.kind == "e" and value not in p.values:
            raise Answer(400, json.dumps(f'Элемент перечисления "{p.name}" со значением "{value}" недопустим', ensure_ascii=False))
        if p.kind in "il" and (not isinstance(value, int) or isinstance(value, bool)) or p.kind == "b" and not isinstance(value, bool) or \
           p.kind == "d" and (isinstance(value, bool) or not isinstance(value, (int, float))):
            wrong("the type is another")
        if p.kind == "t":
            if DATE.match(str(value)) and self.options["plain_dates"]:
                return value + "T00:00:00" + self.options["offset"]
            if not isinstance(value, str) or not TIME.match(value):
                wrong("a DateTimeOffset is expected")
        if p.kind == ">":
            if not isinstance(value, dict) or set(value) != {"Id"} or not isinstance(value["Id"], int):
                wrong('a link is {"Id": number}')
            if not self.linked(p, value["Id"]):
                wrong(f"no {p.target} has the number {value['Id']}")
            return value["Id"]
        if p.kind == "[":
            return [{"Id": self.number("row"), **self.fields(self.model.types[p.target], row)} for row in value]
        return value

    def fields(self, t, body):
        if not isinstance(body, dict):
            raise Refused("An object is expected.")
        out = {}
        for name, value in body.items():
            bound = name.endswith("@odata.bind")
            p = t.properties.get(name[:-11] if bound else name)
            if not p or p.name in ("Id", "Created", "Modified") or p.kind == "%":
                raise Refused(f"The property '{name}' does not exist on type '{self.model.dto(t.name, None)}' or may not be set.")
            if bound:
                m = isinstance(value, str) and re.search(r"\w+\((\d+)\)$", value)
                if not m or not self.model.is_a(t.name, "ElectronicDocument"):
                    raise Refused(f"'{name}' is not understood.")
                value = {"Id": int(m.group(1))}
            out[p.name] = self.value(t, p, value)
        return out

    def post(self, t, body):
        if t.abstract:
            raise Refused(f"Cannot create an abstract class: I{t.name}Dto.")
        if self.model.is_a(t.name, "Task") or self.model.is_a(t.name, "AssignmentBase"):
            raise Business("Создание задач этим способом невозможно.")
        values = self.fields(t, body)
        document = self.model.is_a(t.name, "ElectronicDocument")
        if document:
            kind = next((k["Id"] for k in self.all("DocumentKind")
                         if self.find("DocumentType", k["DocumentType"])["DocumentTypeGuid"] == t.guid and k["IsDefault"]), None)
            values = {"DocumentKind": kind, "BusinessUnit": self.unit, "Department": self.department, **values}
            if self.options["life_cycle_lost"]:
                values.pop("LifeCycleState", None)
            values = {"LifeCycleState": "Draft", **values, "RegistrationState": "NotRegistered", "Author": self.caller, "Versions": [], "HasVersions": False,
                      "HasRelations": False, "HasPublicBody": False, "VersionsLocked": False, "LastVersionApproved": False}
        missing = [p.name for p in t.properties.values() if p.required and values.get(p.name) in (None, "")]
        if missing and self.options["enforces_required"]:
            raise Business(f"Не заполнены обязательные поля: {', '.join(missing)}.")
        entity = self.add(t.name, **values)
        if document:
            self.rename(entity)
        return entity

    def rename(self, d):
        kind = self.find("DocumentKind", d.get("DocumentKind"))
        if kind and kind["GenerateDocumentName"]:
            company = self.find("Counterparty", d.get("Counterparty"))
            d["Name"] = f"{kind['Name']} с {company['Name'] if company else '?'} «{d.get('Subject') or ''}»"[:250]

    def patch(self, entity, declared, body):
        values = self.fields(declared, body)
        kind = entity["#type"]
        if entity.get("#locked"):
            raise Business("Карточка заблокирована другим пользователем. Повторите попытку позже.")
        if entity.get("#read_only"):
            raise Answer(403, self.error("Нет прав на изменение."))
        for name, value in body.items():  # the concrete type knows better
            p = self.model.types[kind].properties[name.removesuffix("@odata.bind")]
            if p.kind == "e":
                self.value(self.model.types[kind], p, value)
        if self.model.is_a(kind, "Task"):
            if values.get("Status") == "Aborted" and self.options["status_is_patched"]:
                return self.work.abort(entity["Id"])
            if "Status" in values or entity["Status"] != "Draft" or not self.options["draft_is_patched"]:
                raise Business("Изменение задачи этим способом невозможно.")
        if "Status" in values and self.model.is_a(kind, "AssignmentBase") or "Result" in values:
            raise Business("Изменение задания этим способом невозможно.")
        self.change(entity, **values)
        if self.model.is_a(kind, "ElectronicDocument"):
            self.rename(entity)
        return None

    # --- requests; each returns (status, body, content type) through Answer

    def error(self, text):
        shape = self.options["error"]
        return json.dumps({"object": {"error": {"code": "", "message": text}}, "string": {"error": text}, "bare": text,
                           "v2": {"error": {"message": {"value": text}}}}[shape], ensure_ascii=False)

    def ok(self, value, status=200):
        raise Answer(status, json.dumps(value, ensure_ascii=False))

    def serve(self, method, path, query, headers, body):
        if path == f"{self.root}/token":
            if method != "GET":
                raise Answer(405)
            token = "eyJ." + uuid.uuid4().hex
            self.tokens.add(token)
            form = self.options["token_form"]
            raise Answer(200, token if form == "text" else json.dumps(token if form == "string" else {"access_token": token}),
                         "text/plain" if form == "text" else "application/json")
        if not path.startswith(f"{self.root}/odata/"):
            raise Answer(404)
        path = path[len(self.root) + 7:]
        accept = headers.get("Accept", "")
        if path == "$metadata":
            if method != "GET" or accept and "xml" not in accept and "*/*" not in accept:
                raise Answer(406)
            raise Answer(200, self.model.metadata(self.work.functions, self.options["metadata"], self.options["solution"]), "application/xml")
        raw = path.endswith("/$value")
        if method in ("POST", "PATCH", "PUT"):
            if "application/json" not in accept:
                raise Answer(400, self.error("Заголовок Accept не указан."))
            if not raw and not headers.get("Content-Type", "").startswith("application/json"):
                raise Answer(400, self.error("Заголовок Content-Type не указан."))
        m = re.fullmatch(r"(\w+)/(\w+)(\((.*)\))?", path)
        if m and not m.group(1) in self.model.sets and "(" not in m.group(1):
            return self.call(method, m.group(1), m.group(2), m.group(4), body)
        return self.resource(method, path, query, headers, body, raw)

    def call(self, method, module, name, arguments, body):
        f = self.work.functions.get((module, name))
        if not f or f.method != method:
            raise Answer(404)
        if method == "GET":
            if arguments is None:
                raise Answer(404)
            given = {}
            for part in split(arguments, ","):
                key, _, text = part.partition("=")
                text = text.strip()
                given[key.strip()] = text[1:-1].replace("''", "'") if text.startswith("'") else int(text) if text.lstrip("-").isdigit() else text
        else:
            given = json.loads(body) if body else {}
        if set(f.parameters) - set(given):
            raise Answer(404)  # as if there were no such action
        if set(given) - set(f.parameters):
            raise Refused(f"The parameter {sorted(set(given) - set(f.parameters))} is not declared.")
        for key, kind in f.parameters.items():
            v = given[key]
            base = kind.rstrip("?")
            if v is None:
                if base == "longs":
                    raise Answer(500, self.error("Object reference not set to an instance of an object."))
                if kind.endswith("?") or base == "string":
                    continue
            right = {"long": isinstance(v, int) and not isinstance(v, bool), "string": isinstance(v, str), "guid": isinstance(v, str),
                     "bool": isinstance(v, bool), "longs": isinstance(v, list) and all(isinstance(i, int) and not isinstance(i, bool) for i in v),
                     "time": isinstance(v, str) and bool(TIME.match(v) or self.options["plain_dates"] and DATE.match(v))}[base]
            if not right:
                raise Refused(f"The parameter '{key}' is of another type: {v!r}.")
        value = f.does(**given)
        if f.returns is None:
            raise Answer(204)
        self.ok({"@odata.context": f"{self.url}$metadata#Edm", "value": value})

    def resource(self, method, path, query, headers, body, raw):
        m = re.fullmatch(r"(\w+)(?:\((-?\d+)\))?((?:/[\w$]+(?:\(\d+\))?)*)", path)
        t = m and self.model.sets.get(m.group(1))
        if not t:
            raise Answer(404)
        if t.name == "ExternalEntityLink" and self.options["entity_links"] == "refused":
            raise Answer(403, self.error("Нет прав на доступ к справочнику."))
        rest = [p for p in m.group(3).split("/") if p]
        if m.group(2) is None:
            if rest == ["$count"] and method == "GET":
                test = Filter(self, t, query["$filter"]) if "$filter" in query else None
                n = len([e for e in self.all(t.name) if not test or test.matches(e)])
                raise Answer(204) if n == 0 and self.options["count_zero"] == 204 else Answer(200, f"\ufeff{n}", "text/plain")
            if rest:
                raise Answer(404)
            if method == "GET":
                self.ok(self.collection(t, self.all(t.name), query, path))
            if method != "POST":
                raise Answer(405)
            return self.written(self.post(t, json.loads(body)), t, query, headers, self.options["created"], "representation")
        entity = self.find(t.name, int(m.group(2)))
        if not entity:
            raise Answer(self.options["missing"] if method == "GET" else 404)
        if rest:
            return self.inner(method, t, entity, rest, query, headers, body, raw)
        if method == "GET":
            self.ok({"@odata.context": f"{self.url}$metadata#{t.set}/$entity", **self.shape(
                entity, t, selection(t, query["$select"]) if "$select" in query else None,
                expansion(self.model, t, query["$expand"]) if "$expand" in query else None)})
        if method == "PATCH":
            self.patch(entity, t, json.loads(body))
            return self.written(entity, t, query, headers, 200, "minimal")
        if method == "DELETE":
            if entity.get("Status") in ("InProcess", "UnderReview") and self.model.is_a(entity["#type"], "Task"):
                raise Answer(400, "Невозможно удалить задачу в работе.", "text/plain")
            del self.entities[self.family(t.name)][entity["Id"]]
            raise Answer(204)
        raise Answer(405)

    def written(self, entity, t, query, headers, status, default):
        """A row of a collection is written like an entity; `status` is of an answer with a body."""
        if "$expand" in query or headers.get("Return", default) == "representation":
            self.ok({"@odata.context": f"{self.url}$metadata#{t.set}/$entity",
                     **self.shape(entity, t, None, expansion(self.model, t, query["$expand"]) if "$expand" in query else None)}, status)
        raise Answer(204)

    def inner(self, method, t, entity, rest, query, headers, body, raw):
        m = re.fullmatch(r"(\w+)(?:\((\d+)\))?", rest[0])
        p = m and t.properties.get(m.group(1))
        if not p or p.kind not in ">[":
            raise Answer(404)
        target = self.model.types[p.target]
        if p.kind == ">":
            linked = self.linked(p, entity.get(p.name))
            if not linked or rest[1:] or method != "GET":
                raise Answer(404)
            self.ok(self.shape(linked, target))
        rows = entity.setdefault(p.name, [])
        if m.group(2) is None:
            if rest[1:]:
                raise Answer(404)
            if method == "GET":
                self.ok(self.collection(target, [{"#type": target.name, **r} for r in rows], query or {"$filter": "Id gt 0"}, rest[0]))
            if method != "POST" or p.name != "Versions":
                raise Answer(405)
            if entity.get("#locked"):
                raise Business("Карточка заблокирована другим пользователем. Повторите попытку позже.")
            values = self.fields(target, json.loads(body))
            number = max([r["Number"] for r in rows] or [0]) + 1
            row = {"Id": self.number("version"), "IsHidden": False, "Author": self.caller, "Created": self.now(), "Modified": self.now(), "Body": None,
                   "PublicBody": None, **values}
            row["Number"] = values.get("Number") or number
            rows.append(row)
            self.change(entity, HasVersions=True, LastVersionApproved=False, AssociatedApplication=row.get("AssociatedApplication"))
            return self.written({"#type": target.name, **row}, target, query, headers, self.options["created"], "representation")
        row = next((r for r in rows if r["Id"] == int(m.group(2))), None)
        if row is None:
            raise Answer(404)
        if not rest[1:]:
            if method == "GET":
                self.ok(self.shape({"#type": target.name, **row}, target, selection(target, query["$select"]) if "$select" in query else None,
                                   expansion(self.model, target, query["$expand"]) if "$expand" in query else None))
            if method == "DELETE":
                rows.remove(row)
                raise Answer(204)
            raise Answer(405)
        binary = rest[1] if rest[1] in ("Body", "PublicBody") else None
        if not binary or rest[2:] not in ([], ["$value"]):
            raise Answer(404)
        blob = self.bodies.get(row[binary])
        if method == "GET":
            if blob is None:
                raise Answer(self.options["no_public_body"])
            if raw:
                raise Answer(200, blob, "application/octet-stream")
            self.ok({"Id": row[binary], "Value": base64.b64encode(blob).decode()})
        if method == "PUT" and raw:
            if headers.get("Content-Type") != "application/octet-stream":
                raise Answer(400, self.error("Тип содержимого не поддерживается."))
            data = body
        elif method in ("POST", "PATCH") and not raw:
            given = json.loads(body)
            data = base64.b64decode(given["Value"], validate=True)
        else:
            raise Answer(405)
        key = row[binary] or str(uuid.uuid4())
        self.bodies[key], row[binary], row["Modified"] = data, key, self.now()
        self.change(entity, LastVersionChanged=self.now())
        raise Answer(self.options["body_put"])
