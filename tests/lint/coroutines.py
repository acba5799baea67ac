#!/usr/bin/env python3
"""g++ 12.2 frees twice what a temporary inside a co_await expression owns (docs/common-errors.md).

co_await stands alone, with named arguments: neither a braced temporary nor a lambda that captures by value may stand in
the same full expression. Lambdas without captures, or with references only, are sound.
"""
import re

from project import CPP, Report, blank_out, files, line_of, read, root_from_arguments

STATEMENT_WORDS = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable"}
LAMBDA = re.compile(r"(?<![\w)\]])\[([^\[\]]*)\]\s*(?=[({]|mutable|->)")
LAMBDA_TAIL = re.compile(r"[)\]]\s*(mutable\s*|noexcept\s*)*(->\s*[\w:<>,\s&*]+)?$")


def captures_by_value(capture):
    parts = [part.strip() for part in capture.split(",") if part.strip()]
    return any(not re.match(r"&\s*\w*$", part) for part in parts)


def matching(text, start):
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text) - 1


def braced_before(text, position):
    """The `Type{` that the co_await at `position` stands inside, or None. Walks back to the statement's beginning."""
    depth = 0
    for i in range(position - 1, -1, -1):
        c = text[i]
        if c in ")]":
            depth += 1
        elif c in "([":
            depth -= 1
        elif depth > 0:
            continue
        elif c in ";}":
            return None
        elif c == "{":
            before = text[:i].rstrip()
            word = re.search(r"(\w+)$", before)
            arrow = re.search(r"->\s*[\w:<>,\s&*]+$", before[-200:])
            if word and word.group(1) not in STATEMENT_WORDS and not arrow:
                return i
            return None
    return None


def check(path, text, report):
    for match in re.finditer(r"\bco_await\b", text):
        opened = braced_before(text, match.start())
        if opened is not None and not re.search(r"\b(namespace|struct|class|enum|union)\b[^;{}]*$", text[:opened]):
            report.add(path, line_of(text, opened), "co_await inside a braced temporary; await into a named value first")
        i = match.end()
        depth = 0
        while i < len(text):
            c = text[i]
            if c == ";" and depth <= 0:
                break
            if c in "([":
                if c == "[":
                    found = LAMBDA.match(text, i)
                    if found and captures_by_value(found.group(1)):
                        report.add(path, line_of(text, i), "a lambda that captures stands in a co_await expression; name it on "
                                                           "the line before and std::move it in")
                depth += 1
            elif c in ")]":
                depth -= 1
                if depth < 0:
                    # The end of an enclosing parenthesis: of a condition, or of a call around the co_await.
                    depth = 0
            elif c == "{":
                before = text[match.end():i].rstrip()
                if LAMBDA_TAIL.search(before) and depth > 0:
                    i = matching(text, i)
                elif depth <= 0 and before.endswith(")"):
                    break  # the block of `if (co_await f())`
                else:
                    report.add(path, line_of(text, i), "a braced temporary stands in a co_await expression; name it on the line "
                                                       "before")
                    i = matching(text, i)
            elif c == "}":
                break
            i += 1


def main():
    root = root_from_arguments()
    report = Report(root)
    paths = files(root, *CPP)
    for path in paths:
        text = blank_out(read(root, path))
        if "co_await" in text:
            check(path, text, report)
    report.exit(len(paths))


main()
