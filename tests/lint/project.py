"""What every lint needs: the project's files, C++ text without comments and strings, one way to report."""
import pathlib
import re
import subprocess
import sys

CPP = (".cpp", ".hpp")


class Report:
    """Collects findings as `file:line: what is wrong; the cure`, prints them once, sorted."""

    def __init__(self, root):
        self.root = root
        self.findings = []

    def add(self, path, line, message):
        self.findings.append((str(path), line, message))

    def exit(self, checked):
        for path, line, message in sorted(set(self.findings)):
            print(f"{path}:{line}: {message}")
        print(f"{checked} checked, {len(set(self.findings))} findings")
        sys.exit(1 if self.findings else 0)


def root_from_arguments():
    return pathlib.Path(sys.argv[1]).resolve()


def files(root, *suffixes):
    """Paths relative to the root: what git would commit, or everything outside build/ where git does not answer."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"],
            check=True, capture_output=True).stdout.decode().split("\0")
        paths = [pathlib.PurePosixPath(p) for p in listed if p]
    except (OSError, subprocess.CalledProcessError):
        paths = [pathlib.PurePosixPath(p.relative_to(root).as_posix()) for p in root.rglob("*") if p.is_file()]
        paths = [p for p in paths if p.parts[0] not in ("build", ".git", ".cache", "demo-out")]
    return sorted(p for p in paths if (not suffixes or p.suffix in suffixes) and (root / p).is_file())


def read(root, path):
    return (root / path).read_text(encoding="utf-8", errors="replace")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)


def blank_out(text, keep_strings=False):
    """C++ with comments (and strings) replaced by blanks; every other character keeps its place."""

    def blank(match):
        token = match.group(0)
        if keep_strings and not token.startswith("/"):
            return token
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        inner = re.sub(r"[^\n]", " ", token[1:-1])
        return token[0] + inner + token[-1] if token[0] in "\"'" else re.sub(r"[^\n]", " ", token)

    return _TOKEN.sub(blank, text)
