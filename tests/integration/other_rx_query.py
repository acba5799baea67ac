"""OData query options against the model of other_rx_model.py: what the page of the service names, and nothing else."""
import re
from datetime import datetime

TOKEN = re.compile(r"\s*(?:(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))|(?P<guid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"
                   r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w/]*)|(?P<sign>[(),:]))")


class Refused(Exception):
    """Becomes a 400 of the service."""


class Filter:
    """matches(entity) of a parsed $filter; names and types are checked while it is read."""

    def __init__(self, rx, type_, text):
        self.rx, self.tokens, at = rx, [], 0
        while text[at:].strip():
            m = TOKEN.match(text, at)
            if not m:
                raise Refused(f"Syntax error at position {at} in '{text}'.")
            kind = m.lastgroup
            self.tokens.append((kind, m.group(kind)))
            at = m.end()
        self.at, self.variables = 0, {}
        self.test = self.either(type_)
        if self.at != len(self.tokens):
            raise Refused(f"Syntax error: '{self.tokens[self.at][1]}' in '{text}'.")

    def matches(self, entity):
        return bool(self.test({"": entity}))

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else (None, None)

    def take(self, expected=None):
        kind, text = self.peek()
        if kind is None or expected and text != expected:
            raise Refused(f"Syntax error in $filter: '{expected or 'an expression'}' is expected, not '{text}'.")
        self.at += 1
        return kind, text

    def either(self, t):
        left = self.both(t)
        while self.peek() == ("word", "or"):
            self.take()
            a, b = left, self.both(t)
            left = lambda e, a=a, b=b: a(e) or b(e)  # noqa: E731
        return left

    def both(self, t):
        left = self.one(t)
        while self.peek() == ("word", "and"):
            self.take()
            a, b = left, self.one(t)
            left = lambda e, a=a, b=b: a(e) and b(e)  # noqa: E731
        return left

    def one(self, t):
        if self.peek() == ("word", "not"):
            self.take()
            inner = self.one(t)
            return lambda e: not inner(e)
        if self.peek() == ("sign", "("):
            self.take()
            inner = self.either(t)
            self.take(")")
            return inner
        kind, left = self.value(t)
        word = self.peek()
        if kind == "b" and word[1] not in ("eq", "ne"):
            return left
        if word == ("word", "in") and self.rx.options["in_operator"]:
            self.take()
            self.take("(")
            values = [self.literal(kind)]
            while self.peek()[1] == ",":
                self.take()
                values.append(self.literal(kind))
            self.take(")")
            return lambda e: left(e) in [v(e) for v in values]
        sign = self.take()[1]
        if sign not in ("eq", "ne", "gt", "ge", "lt", "le"):
            raise Refused(f"'{sign}' is not an operator that the service knows.")
        right = self.literal(kind)
        if kind == ">":
            raise Refused("A link is compared by its Id.")

        def compare(e):
            a, b = left(e), right(e)
            if sign == "eq":
                return a == b
            if sign == "ne":
                return a != b
            if a is None or b is None:
                return False
            return {"gt": a > b, "ge": a >= b, "lt": a < b, "le": a <= b}[sign]
        return compare

    def literal(self, kind):
        what, text = self.take()
        if (what, text) == ("word", "null"):
            return lambda e: None
        if what == "text" and kind in ("s", "x"):
            value = text[1:-1].replace("''", "'")
        elif what == "text" and isinstance(kind, list):
            value = text[1:-1]
            if value not in kind:
                raise Refused(f"'{value}' is no value of the enumeration.")
        elif what == "number" and kind in ("i", "l", "d"):
            value = float(text) if "." in text else int(text)
        elif what == "word" and text in ("true", "false") and kind == "b":
            value = text == "true"
        elif what == "time" and kind == "t":
            value = moment(text)
        elif what == "guid" and kind == "g":
            value = text.lower()
        else:
            raise Refused(f"A binary operator with incompatible types was detected: '{text}'.")
        return lambda e: value

    def value(self, t):
        kind, text = self.take()
        if kind != "word":
            raise Refused(f"'{text}' may not stand at the left.")
        if text in ("contains", "startswith", "endswith", "tolower"):
            self.take("(")
            what, argument = self.value(t)
            if what not in ("s", "x"):
                raise Refused(f"{text}() wants a string.")
            if text == "tolower":
                self.take(")")
                return "s", lambda e: (argument(e) or "").lower()
            self.take(",")
            part = self.literal("s")
            self.take(")")
            fold = str.lower if self.rx.options["contains_ignores_case"] else str
            how = {"contains": lambda a, b: b in a, "startswith": str.startswith, "endswith": str.endswith}[text]
            return "b", lambda e: how(fold(argument(e) or ""), fold(part(e)))
        return self.path(t, text.split("/"))

    def path(self, t, parts):
        start = ""
        if parts[0] in self.variables:
            start, t = parts[0], self.variables[parts[0]]
            parts = parts[1:]
        if self.peek() == ("sign", "(") and parts[-1] == "any":
            return self.any(t, start, parts[:-1])
        links, model = [], self.rx.model
        for i, name in enumerate(parts):
            p = t.properties.get(name)
            if not p:
                raise Refused(f"Could not find a property named '{name}' on type '{model.dto(t.name, None)}'.")
            if p.kind == ">" and i + 1 < len(parts):
                links.append(p)
                t = model.types[p.target]
            elif p.simple and i + 1 == len(parts):
                return p.values or p.kind, lambda e: self.read(e[start], links, name, p)
            else:
                raise Refused(f"'{'/'.join(parts)}' is no value.")
        raise Refused("An empty path.")

    def any(self, t, start, parts):
        if len(parts) != 1 or parts[0] not in t.properties or t.properties[parts[0]].kind != "[":
            raise Refused(f"'{'/'.join(parts)}' is no collection.")
        name = parts[0]
        self.take("(")
        variable = self.take()[1]
        self.take(":")
        self.variables[variable] = self.rx.model.types[t.properties[name].target]
        inner = self.either(t)
        self.take(")")
        del self.variables[variable]
        return "b", lambda e: any(inner({**e, variable: row}) for row in e[start].get(name) or [])

    def read(self, entity, links, name, p):
        for link in links:
            entity = self.rx.linked(link, entity.get(link.name))
            if entity is None:
                return None
        value = entity.get(name)
        return moment(value) if p.kind == "t" and value else value


def moment(text):
    text = re.sub(r"(\.\d{6})\d+", r"\1", text.replace("Z", "+00:00"))
    return datetime.fromisoformat(text)


def split(text, separator):
    """At the top level of brackets and quotes."""
    parts, depth, quoted, now = [], 0, False, ""
    for c in text:
        quoted ^= c == "'"
        depth += 0 if quoted else (c == "(") - (c == ")")
        if c == separator and depth == 0 and not quoted:
            parts.append(now)
            now = ""
        else:
            now += c
    return [p for p in parts + [now] if p]


def selection(t, text):
    names = [n.strip() for n in text.split(",")]
    for n in names:
        if n not in t.properties or not t.properties[n].simple:
            raise Refused(f"Could not find a property named '{n}' on type 'I{t.name}Dto'.")
    return names


def expansion(model, t, text):
    """name -> (type, its options)"""
    found = {}
    for part in split(text, ","):
        m = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?\s*", part, re.S)
        p = m and t.properties.get(m.group(1))
        if not p or p.simple:
            raise Refused(f"Could not find a property named '{m.group(1) if m else part}' on type 'I{t.name}Dto'.")
        options = dict(o.split("=", 1) for o in split(m.group(2) or "", ";"))
        if p.kind == "%" and options or set(options) - {"$select", "$expand"}:
            raise Refused(f"'{part}' has an option that is not served.")
        target = model.types.get(p.target)
        found[p.name] = (p, selection(target, options["$select"]) if "$select" in options else None,
                         expansion(model, target, options["$expand"]) if "$expand" in options else {})
    return found


def order(t, text):
    keys = []
    for part in text.split(","):
        words = part.split()
        if not words or words[0] not in t.properties or not t.properties[words[0]].simple or words[1:] not in ([], ["asc"], ["desc"]):
            raise Refused(f"$orderby={part} is not understood.")
        keys.append((words[0], words[1:] == ["desc"]))
    return keys
