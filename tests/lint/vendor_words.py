#!/usr/bin/env python3
"""Vendor words stop at the adapter's door: none in core, mapping, process, store, engine, comments included."""
import re

from project import Report, files, line_of, read, root_from_arguments

NEUTRAL = ("daemon/core/", "mapping/", "daemon/process/", "daemon/store/", "daemon/engine/")
EXAMPLES = "mapping/examples/"
# The short name counts as a word or a part of an identifier (1C, 1c_x), never inside a number (0x1c, 31c5).
WORDS = re.compile(r"onec|docflow|directum|bitrix|битрикс|директум|документооборот|(?<![0-9a-z])1[cс](?![0-9a-zа-я])", re.IGNORECASE)


def main():
    root = root_from_arguments()
    report = Report(root)
    paths = [p for p in files(root) if p.as_posix().startswith(NEUTRAL) and not p.as_posix().startswith(EXAMPLES)]
    for path in paths:
        text = read(root, path)
        for match in WORDS.finditer(text):
            report.add(path, line_of(text, match.start()), f"vendor word «{match.group(0)}»; say what the thing is (CRM, EDMS, "
                                                           "portal, base) or move the knowledge into the adapter")
    report.exit(len(paths))


main()
