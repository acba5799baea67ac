#!/usr/bin/env python3
"""clang-format 14 has nothing to change."""
import re
import shutil
import subprocess

from project import CPP, Report, files, root_from_arguments


def main():
    root = root_from_arguments()
    report = Report(root)
    paths = files(root, *CPP)
    if not shutil.which("clang-format-14"):
        raise SystemExit("clang-format-14 is not installed; run scripts/deps")
    for start in range(0, len(paths), 40):
        batch = [str(p) for p in paths[start:start + 40]]
        done = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *batch], cwd=root, capture_output=True, text=True)
        for match in re.finditer(r"^(.+?):(\d+):\d+: error: (.*)$", done.stderr, re.MULTILINE):
            report.add(match.group(1), int(match.group(2)), "not formatted; run scripts/format")
        if done.returncode != 0 and not report.findings:
            raise SystemExit(done.stderr)
    report.exit(len(paths))


main()
