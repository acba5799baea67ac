#!/usr/bin/env python3
"""Writes the C++ blocks of a page to files: skeleton.py PAGE DIR. A block's first line names its file: // path.

Prints the .cpp files as a CMake list. Unchanged files are left alone, so that nothing is rebuilt for their sake.
"""
import pathlib
import re
import sys

page, directory = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sources = []
for block in re.findall(r"^```cpp\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
    named = re.match(r"// (\S+\.[ch]pp)\n", block)
    if not named:
        sys.exit(f"{page}: a cpp block without its file's name: {block[:60]!r}")
    path = directory / named.group(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != block:
        path.write_text(block, encoding="utf-8")
    if path.suffix == ".cpp":
        sources.append(path.as_posix())
if not sources:
    sys.exit(f"{page}: no code at all")
print(";".join(sources), end="")
