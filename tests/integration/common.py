"""What every integration test starts with."""
import os
import re
import shutil
import sys

ROOT = os.environ.get("SEDLINK_ROOT") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("SEDLINK_BIN") or os.path.join(ROOT, "build", "dev", "bin")
WORK = os.environ.get("SEDLINK_WORK") or os.path.join(ROOT, "build", "integration")
sys.path.insert(0, os.path.join(ROOT, "scripts", "lib"))

from stand import Stand, b64, eventually, pdf  # noqa: E402,F401

CRM_SCENARIO = os.path.join(ROOT, "tests", "integration", "portal.yaml")
EDMS_SCENARIO = os.path.join(ROOT, "demo", "onec-docflow.yaml")
MAPPINGS = [os.path.join(ROOT, "demo", "mappings", name) for name in ("contracts.yaml", "contracts-rework.yaml")]


def fresh_folder(name=""):
    folder = os.path.join(WORK, name) if name else WORK
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    # A Unix socket's path is short: long build folders get a short one.
    return folder


def stand(folder, crm=CRM_SCENARIO, edms=EDMS_SCENARIO, mappings=None, **options):
    options.setdefault("settings", {"portal": {"limits": "{ rate_per_second: 0 }"}})
    return Stand(BIN, folder, mappings or MAPPINGS, crm, edms, **options)


def check(condition, words):
    if not condition:
        raise AssertionError(words)


def reads(record):
    """Item -> when the portal was asked for each read of it, in order, by the clock of the recorded requests."""
    found = {}
    folder = os.path.join(record, "bitrix24")
    for name in sorted(n for n in os.listdir(folder) if n.endswith("-request.http")):
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8", errors="replace") as f:
            for item in re.findall(r"crm\.item\.get\?entityTypeId=1036&id=(\d+)", f.read()):
                found.setdefault(int(item), []).append(os.stat(path).st_mtime)
    return found
