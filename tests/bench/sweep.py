"""What a round of questions and of changes costs: 1,000 running processes, 100 of them moved one stage.
Prints calls, sub-requests and seconds to stderr, and lines: what TAB ours TAB promised TAB ratio. bench/sweep.py BIN_FOLDER ROOT
SEDLINK_BENCH_COUNT makes it smaller."""
import os
import shutil
import sqlite3
import sys
import tempfile
import time

BIN, ROOT = sys.argv[1], sys.argv[2]
sys.path.insert(0, os.path.join(ROOT, "scripts", "lib"))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
os.environ["SEDLINK_BIN"], os.environ["SEDLINK_ROOT"] = BIN, ROOT

import demo  # noqa: E402
from common import eventually, stand  # noqa: E402

COUNT = int(os.environ.get("SEDLINK_BENCH_COUNT", "1000"))
MOVED = COUNT // 10
SCENARIO = """access: { user: Интеграция, password: bench, database_id: 7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa }
settings: { costs: "off" }
users:
  - { name: Иванов Иван Иванович, position: Менеджер по продажам }
  - { name: Петров Пётр Петрович, position: Юрист }
organizations:
  - { name: ООО Головной офис, inn: "7701234567", kpp: "770101001" }
correspondents:
  - { name: ООО Ромашка, inn: "7717586110", kpp: "771701001" }
document_types:
  - { name: Договор, organization: true, correspondent: true, sum: true }
folders: [ Договоры ]
templates:
  - { name: Согласование договора, type: approval, performers: [ Петров Пётр Петрович ], days: 2, for: [ Договор ] }
"""
SCENARIO_RX = """access: { user: connector, password: bench }
departments: [ Отдел продаж ]
employees:
  - { name: Иванов Иван Иванович, position: Менеджер по продажам, department: Отдел продаж, email: ivanov@romashka.example }
  - { name: Петров Пётр Петрович, position: Юрист, department: Отдел продаж, email: petrov@romashka.example }
business_units:
  - { name: ООО Головной офис, inn: "7701234567", kpp: "770101001" }
companies:
  - { name: ООО Ромашка, inn: "7717586110", kpp: "771701001" }
document_kinds:
  - { name: Договор, type: Contract, guid: 2A42D335-4A84-4019-AB54-D0AB8344D232, flow: Contracts }
approval_rules:
  - { name: Согласование договора, kinds: [ Договор ], stages: [ { type: approval, performers: [ Петров Пётр Петрович ], days: 2 } ] }
processes: []
"""
# Real ages do not matter here: what is due is set by hand.
ASLEEP = {"poll_active": "6h", "poll_quiet": "12h", "poll_asleep": "24h", "sweep": "6h", "retry_first": "300ms", "retry_max": "5s",
          "stop": "20s"}


def requests(simulator):
    return simulator.state()["http"]["requests"]


def carried(simulator):
    http = simulator.state()["http"]
    return http["received"] + http["sent"]


def by_method(before, after):
    return ", ".join(f"{name} {after[name] - before.get(name, 0)}" for name in sorted(after) if after[name] > before.get(name, 0))


def metric(s, name):
    text = s.http.call("GET", "/metrics")[1].decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name) and not line.startswith("#"))


def mapping_of(edition):
    """The demo's mapping of that EDMS, for the pipeline that measure() fills."""
    name = "contracts-rx.yaml" if edition == "rx" else "contracts.yaml"
    with open(os.path.join(ROOT, "demo", "mappings", name), encoding="utf-8") as f:
        text = f.read()
    if edition == "rx":
        text = "".join(line for line in text.splitlines(True) if ":SIGNING" not in line)
        return text.replace("DT1036_16", "DT1036_12").replace("category: 16", "category: 12")
    text = text.replace("notify: [responsible], comment: \"Вернули", "notify: [responsible, initiator], comment: \"Вернули")
    return text if edition == "2.1" else text.replace("  kind: approval\n", "  kind: processing\n")


def measure(edition, tree, promised):
    rx = edition == "rx"
    folder = tempfile.mkdtemp(prefix="sedlink-bench-", dir=os.path.join(ROOT, "build"))
    scenario = os.path.join(folder, "docflow.yaml")
    with open(scenario, "w", encoding="utf-8") as f:
        f.write(SCENARIO)
    mapping = os.path.join(folder, "contracts.yaml")
    with open(mapping, "w", encoding="utf-8") as out:
        out.write(mapping_of(edition))
    scenario_rx = os.path.join(folder, "directum.yaml")
    with open(scenario_rx, "w", encoding="utf-8") as f:
        f.write(SCENARIO_RX)
    s = None
    try:
        s = stand(folder, edms=scenario, mappings=[mapping], engine=ASLEEP, settings={"portal": {"limits": "{ rate_per_second: 0 }"}},
                  edition="2.1" if rx else edition, directum=(scenario_rx, "4.11", True) if rx else None)
        edms = s.rx if rx else s.edms
        s.start_daemon()
        contracts = []
        for n in range(COUNT):
            c = demo.Contract(n, "Договор", "", category=12 if rx else 10)
            contracts.append(c)
            demo.create(s, c)
            s.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=demo.MANAGER, fields={"assignedById": 15})
            demo.move(s, c, "PREPARATION")
        eventually(lambda: s.process("status")["running"] == COUNT and
                   sum(p["state"] == "running" for p in edms.state()["processes"]) == COUNT, 900, f"{COUNT} processes run", 1)
        eventually(lambda: metric(s, "sedlink_polled_processes_total") >= COUNT, 120, "each was asked about once", 0.5)
        settled(s)
        # Warm: every process has been asked about, however the launches and the polls fell together.
        polled = metric(s, "sedlink_polled_processes_total")
        due_now(s)
        eventually(lambda: metric(s, "sedlink_polled_processes_total") >= polled + COUNT, 300, "every process is known", 0.5)
        settled(s)
        for p in edms.state()["processes"][:MOVED]:
            edms.act(process=p["id"], do="rework" if rx else "reject", comment="Исправьте реквизиты")
        if not tree:
            edms.fault(match={"type": "DMGetTasksTreeRequest"}, do="status", status=500,
                       body="<html><body>Ошибка</body></html>")
        before_edms, before_crm, started = requests(edms), requests(s.crm), time.monotonic()
        calls_edms, calls_crm = edms.state()["calls"], s.crm.state()["calls"]
        inner_before = sum(edms.state().get("sub_requests", {}).values())
        bytes_edms, bytes_crm = carried(edms), carried(s.crm)
        polled = metric(s, "sedlink_polled_processes_total")
        due_now(s)
        eventually(lambda: metric(s, "sedlink_polled_processes_total") >= polled + COUNT, 300, "every process is asked about", 0.1)
        once = requests(edms) - before_edms
        # A process that moved is looked at once more, seconds later.
        eventually(lambda: metric(s, "sedlink_polled_processes_total") >= polled + COUNT + MOVED, 300,
                   "every process is asked about, every moved one twice", 0.2)
        settled(s)
        seconds = time.monotonic() - started
        asked = requests(edms) - before_edms
        inner = sum(edms.state().get("sub_requests", {}).values()) - inner_before
        changed = requests(s.crm) - before_crm
        name = f"{edition}{'' if tree else ', tree refused'}"
        print(f"{name}: {COUNT} running, {MOVED} moved: {once} calls to the EDMS, {asked} with the second look at what moved, {inner} sub-requests; "
              f"{changed} calls to the CRM, {seconds:.1f} s", file=sys.stderr, flush=True)
        print(f"  EDMS: {carried(edms) - bytes_edms} bytes, {by_method(calls_edms, edms.state()['calls'])}\n"
              f"  CRM: {carried(s.crm) - bytes_crm} bytes, {by_method(calls_crm, s.crm.state()['calls'])}", file=sys.stderr, flush=True)
        # Directum RX: 30 ids to a question. What it promises is the sweep itself.
        return name, once, changed, promised
    finally:
        if s is not None:
            s.close()
        shutil.rmtree(folder, ignore_errors=True)


def settled(s):
    eventually(lambda: s.process("status")["outbox"] == 0 and s.process("status")["inbox"] == 0, 120, "all work is done", 0.3)


def due_now(s):
    db = sqlite3.connect(os.path.join(s.folder, "sedlink.db"), timeout=30)
    db.execute("update instances set next_poll_at = 1 where phase = 'running'")
    db.commit()
    db.close()


ROWS = [("2.1", True, 30), ("2.1", False, 115), ("3.0", True, 60), ("rx", True, 75)]
if "SEDLINK_BENCH_ROWS" in os.environ:  # "0" or "0,2": only some of them
    ROWS = [ROWS[int(n)] for n in os.environ["SEDLINK_BENCH_ROWS"].split(",")]
lines, broken = [], []
for row in ROWS if __name__ == "__main__" else []:
    name, asked, changed, promised = measure(*row)
    edms_name = "Directum RX" if name == "rx" else f"1C {name}"
    lines.append(f"{edms_name}: calls of a full sweep, {COUNT} running, {MOVED} moved\t{asked}\t{promised}\t{asked / promised:.2f}")
    lines.append(f"Bitrix24 beside {edms_name}: calls for {MOVED} cards moved one stage\t{changed}\t15\t{changed / 15:.2f}")
    broken += [f"{name}: {asked} calls, promised {promised}"] if asked > promised else []
    broken += [f"{name}: {changed} calls to the CRM, promised 15"] if changed > 15 else []
if lines:
    print("\n".join(lines))
if broken:
    raise SystemExit("; ".join(broken))
