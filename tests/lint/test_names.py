#!/usr/bin/env python3
"""Tables of the docs that say which test proves a thing: every test they name exists, every row names one or says why not."""
import fnmatch
import re

from project import CPP, Report, blank_out, files, read, root_from_arguments

TEST = re.compile(r"\b(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
SUITE_OF_VALUES = re.compile(r"\bINSTANTIATE_TEST_SUITE_P\(\s*(\w*)\s*,\s*(\w+)")
IN_CMAKE = re.compile(r"\badd_test\(\s*NAME\s+\"?([\w.]+)\"?[\s)]|\bstand_test\(\s*(\w+)|\bsedlink_lint\(\s*\w+\s+(\w+)")
COLUMNS = {"test", "proven by"}
NAME = re.compile(r"[\w./*-]+")


def known_tests(root):
    """Qualified names as ctest prints them, without the number of a value: "Suite.name", "Prefix/Suite.name"."""
    names, prefixes = set(), {}
    for path in files(root, *CPP):
        if path.parts[0] != "tests":
            continue
        text = blank_out(read(root, path))
        names.update(TEST.findall(text))
        for prefix, suite in SUITE_OF_VALUES.findall(text):
            prefixes.setdefault(suite, set()).add(prefix)
    known = {f"{suite}.{name}" for suite, name in names}
    known |= {f"{prefix}/{suite}.{name}" for suite, name in names for prefix in prefixes.get(suite, ())}
    for path in files(root, ".txt"):
        if path.name == "CMakeLists.txt" and path.parts[0] == "tests":
            for plain, stand, lint in IN_CMAKE.findall(read(root, path)):
                known.add(plain or (f"integration.{stand}" if stand else f"Lint.{lint}"))
    return known


def exists(root, known, token):
    if token.startswith("tests/"):
        return any(root.glob(token))
    suite, dot, name = token.partition(".")
    if not dot:  # a name without its suite, or a whole suite
        return any(k.partition(".")[2] == token or k.startswith(token + ".") for k in known)
    name = name.split("/")[0]  # of one value: "are_known/quote"
    wanted = [f"{suite}.{name}", f"*/{suite}.{name}"]
    return any(fnmatch.fnmatchcase(k, w) for k in known for w in wanted)


def tables(lines):
    """(line number, cells of the header, cells of the row) of every row."""
    header = None
    for number, line in enumerate(lines, 1):
        if not line.startswith("|"):
            header = None
            continue
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if header is None:
            header = [c.lower() for c in cells]
        elif not all(re.fullmatch(r":?-+:?", c) for c in cells):
            yield number, header, cells


def check(root, path, known, report):
    rows = 0
    for number, header, cells in tables(read(root, path).split("\n")):
        at = next((i for i, name in enumerate(header) if name in COLUMNS), None)
        if at is None or at >= len(cells):
            continue
        rows += 1
        named = [t for t in re.findall(r"`([^`]+)`", cells[at]) if NAME.fullmatch(t)]
        for token in named:
            if not exists(root, known, token):
                report.add(path, number, f"no test is called {token}; name one that exists or write it")
        if not named and not re.search(r"\bn/a\b", cells[-1]):
            report.add(path, number, "a row without a test; name one, or say in the last column: n/a, and why")
    return rows


def main():
    root = root_from_arguments()
    report = Report(root)
    known = known_tests(root)
    report.exit(sum(check(root, path, known, report) for path in files(root, ".md")))


main()
