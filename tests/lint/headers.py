#!/usr/bin/env python3
"""Public headers are light and keep the libraries inside: no XML, SQL, TLS, HTTP or YAML library shows through."""
import re

from project import Report, blank_out, files, line_of, read, root_from_arguments

HIDDEN = re.compile(r'#[ \t]*include[ \t]*[<"](pugixml|soci|sqlite3|openssl/|boost/beast|libfyaml|yaml|cairo|pango|glib|prometheus/|CLI/|systemd/)')


def main():
    root = root_from_arguments()
    report = Report(root)
    paths = [p for p in files(root, ".hpp") if "include/sedlink" in p.as_posix()]
    for path in paths:
        text = read(root, path)
        bare = blank_out(text, keep_strings=True)
        for match in HIDDEN.finditer(bare):
            report.add(path, line_of(bare, match.start()), f"a public header shows {match.group(1)}; hide it behind an "
                                                           "implementation pointer or a value")
        if not re.search(r"^#pragma once$", text, re.MULTILINE):
            report.add(path, 1, "no include guard; begin with #pragma once")
        for match in re.finditer(r"^[ \t]*using namespace\b", bare, re.MULTILINE):
            report.add(path, line_of(bare, match.start()), "using namespace in a header; write the names out")
    report.exit(len(paths))


main()
