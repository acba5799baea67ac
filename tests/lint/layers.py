#!/usr/bin/env python3
"""The layers of docs/architecture.md: which module may include which, and which libraries each may use.

CMake gives each target its own include root, so most of this does not even compile; this table also refuses what
would compile by accident (a path that a neighbour's PUBLIC dependency happens to open) and every unlisted library.
"""
import re

from project import CPP, Report, blank_out, files, line_of, read, root_from_arguments

JSON, SYSTEM, ASIO, FMT = r"boost/json(/|\.hpp)", r"boost/system/", r"boost/asio/", r"fmt/"
SIMULATOR_LIBRARIES = [JSON, SYSTEM, ASIO, r"boost/url", FMT]

# directory: (own name in sedlink/<name>/, modules it may include, libraries it may include)
MODULES = {
    "daemon/core": ("core", [], [JSON, SYSTEM, FMT, r"openssl/", r"date/"]),
    "daemon/net": ("net", ["core"], [JSON, SYSTEM, ASIO, FMT, r"boost/beast/", r"boost/url", r"openssl/"]),
    "daemon/signature": ("signature", ["core"], [JSON, SYSTEM, FMT, r"openssl/"]),
    "daemon/config": ("config", ["core"], [JSON, SYSTEM, FMT, r"libfyaml\.h"]),
    "daemon/signing": ("signing", ["core", "net", "config", "signature"], [JSON, SYSTEM, ASIO, FMT]),
    "daemon/render": ("render", ["core"], [SYSTEM, FMT, r"cairo", r"pango/", r"glib"]),
    "adapters/api": ("api", ["core", "net"], [JSON, SYSTEM, ASIO]),
    "adapters/bitrix24": ("bitrix24", ["core", "net", "api"], [JSON, SYSTEM, ASIO, FMT, r"boost/url"]),
    "adapters/1c_docflow": ("onec_docflow", ["core", "net", "api"], [JSON, SYSTEM, ASIO, FMT, r"boost/url", r"pugixml\.hpp"]),
    "adapters/directum": ("directum", ["core", "net", "api"], [JSON, SYSTEM, ASIO, FMT, r"boost/url", r"pugixml\.hpp"]),
    "adapters/example_folder": ("example_folder", ["core", "net", "api"], [JSON, SYSTEM, ASIO, FMT]),
    "adapters/directum5": ("directum5", ["core", "net", "api"], [JSON, SYSTEM, ASIO, r"pugixml\.hpp"]),
    "adapters/http_service": ("http_service", ["core", "net", "api"], [JSON, SYSTEM, ASIO, r"pugixml\.hpp"]),
    "mapping": ("mapping", ["core", "config"], [JSON, SYSTEM, FMT]),
    "daemon/process": ("process", ["core", "config", "mapping"], [JSON, SYSTEM, FMT]),
    "daemon/store": ("store", ["core", "net", "mapping", "process"], [JSON, SYSTEM, ASIO, FMT, r"soci/", r"sqlite3\.h"]),
    "daemon/engine": ("engine", ["core", "net", "config", "render", "api", "mapping", "process", "store"],
                      [JSON, SYSTEM, ASIO, FMT]),
    "daemon/web": ("web", ["core", "net", "config", "api", "mapping", "process", "store", "engine"],
                   [JSON, SYSTEM, ASIO, FMT, r"boost/url", r"prometheus/"]),
    "daemon/app": ("app", ["core", "net", "config", "render", "api", "signature", "bitrix24", "onec_docflow", "directum", "directum5", "example_folder", "http_service", "signing", "mapping", "process", "store",
                           "engine", "web"], [JSON, SYSTEM, ASIO, FMT, r"CLI/", r"systemd/"]),
    # Never adapter code: an adapter and its simulator would share one misreading.
    "simulators/common": ("sim", ["core", "net", "sim"], SIMULATOR_LIBRARIES + [r"libfyaml\.h", r"openssl/", r"cairo", r"pango/"]),
    "simulators/bitrix24": ("sim", ["core", "net", "sim"], SIMULATOR_LIBRARIES),
    "simulators/onec_docflow": ("sim", ["core", "net", "sim"], SIMULATOR_LIBRARIES + [r"pugixml\.hpp", r"openssl/"]),
    "simulators/directum": ("sim", ["core", "net", "sim"], SIMULATOR_LIBRARIES),
    "simulators/program": ("sim", ["core", "net", "sim"], SIMULATOR_LIBRARIES + [r"CLI/"]),
}
# The language's and the operating system's own headers belong to nobody; networking ones are for net alone
# (and signature, which talks to its own process over a socket pair).
STANDARD = re.compile(r"[a-z_]+$|c?(errno|math|signal|string|stdlib|stdio|stdint|time|limits|locale|float)\.h$")
SYSTEM_HEADER = re.compile(r"(unistd|fcntl|poll|pwd|grp|spawn|sysexits|dirent|glob)\.h$|arpa/inet\.h$|sys/(types|stat|wait|un|file|resource|statvfs|time|mman|random|prctl)\.h$")
NETWORK_HEADER = re.compile(r"sys/socket\.h$|netinet/|netdb\.h$")
# Values in, values out: not even the operating system.
PURE = ("mapping", "daemon/process")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


def module_of(path):
    for directory in sorted(MODULES, key=len, reverse=True):
        if path.as_posix().startswith(directory + "/"):
            return directory
    return None


def check(root, path, directory, report):
    own, modules, libraries = MODULES[directory]
    text = blank_out(read(root, path), keep_strings=True)
    for match in INCLUDE.finditer(text):
        bracket, name = match.groups()
        line = line_of(text, match.start())
        if bracket == '"':
            if ".." in name.split("/"):
                report.add(path, line, f'"{name}" climbs out of its folder; name the file from an include root')
            elif name.startswith("sedlink/"):
                target = name.split("/")[1]
                if target != own and target not in modules:
                    report.add(path, line, f"{directory} may not include sedlink/{target}/ (allowed: "
                                           f"{', '.join(modules) or 'nothing'}); move the code or pass a value")
            else:
                places = [root / directory / "src" / name, (root / path).parent / name]
                if not any(place.is_file() for place in places):
                    report.add(path, line, f'"{name}" is no file of {directory}/src; production includes its own '
                                           "private headers and sedlink/<module>/ only")
        elif STANDARD.match(name):
            pass
        elif SYSTEM_HEADER.match(name) and directory not in PURE:
            pass
        elif NETWORK_HEADER.match(name) and (directory in ("daemon/net", "daemon/signature") or directory.startswith("simulators/")):
            pass
        elif not any(re.match(pattern, name) for pattern in libraries):
            report.add(path, line, f"{directory} may not use <{name}>; the table in tests/lint/layers.py lists its libraries")


def main():
    root = root_from_arguments()
    report = Report(root)
    checked = 0
    for path in files(root, *CPP):
        directory = module_of(path)
        if directory:
            checked += 1
            check(root, path, directory, report)
        elif path.parts[0] != "tests":
            report.add(path, 1, "belongs to no module; put it into one of the folders of docs/architecture.md")
    report.exit(checked)


main()
