#!/usr/bin/env python3
"""Length of files, unfinished work, sleeping tests, paths of somebody's machine."""
import re

from project import CPP, Report, blank_out, files, line_of, read, root_from_arguments

LIMIT = 400
# Written in pieces, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.])sleep\s*\(|\btime\.sleep\b")
PLACES = re.compile(r"(?<![\w$/}.])/(wo" + r"rk|ho" + r"me|ro" + r"ot)/[a-z]")
TEXT = CPP + (".py", ".sh", ".cmake", ".txt", ".md", ".yaml", ".yml", ".json", ".in", ".conf", "")


def check(root, path, report):
    text = read(root, path)
    lines = text.count("\n")
    if path.suffix in CPP + (".py",) and lines > LIMIT:
        if "Over 400 lines: " not in "\n".join(text.split("\n")[:12]):
            report.add(path, 1, f"{lines} lines; split it, or say why near the top: // Over 400 lines: the reason")
    for match in UNFINISHED.finditer(text):
        report.add(path, line_of(text, match.start()), f"{match.group(0)}: finish it or file an issue; a note is not a plan")
    for match in PLACES.finditer(text):
        report.add(path, line_of(text, match.start()), f"a path of one machine ({match.group(0)}…); make it relative or a setting")
    if path.parts[0] == "tests" and path.suffix in CPP + (".py",) and path.parts[1] != "lint":
        bare = blank_out(text) if path.suffix in CPP else text
        for match in SLEEP.finditer(bare):
            report.add(path, line_of(bare, match.start()), "a test sleeps; wait for the condition itself, with a deadline")


def main():
    root = root_from_arguments()
    report = Report(root)
    paths = [p for p in files(root) if p.suffix in TEXT and b"\0" not in (root / p).read_bytes()[:4096]]
    for path in paths:
        check(root, path, report)
    report.exit(len(paths))


main()
