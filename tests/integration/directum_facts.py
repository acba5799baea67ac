"""Facts of the page of Directum RX's integration service, asked one by one of `sedlink-sim directum` by a client of its own.
directum_facts.py [EDITION…] [--module | --no-module]: by default the oldest without the module and the newest with it."""
import os
import re
import sys

from common import BIN, check, fresh_folder
from directum_facts_control import ControlFacts
from directum_facts_service import ServiceFacts
from directum_facts_work import WorkFacts
from stand import Simulator

SCENARIO = """access: { user: коннектор, password: пароль }
settings: { time_zone: Asia/Dubai, max_entities: 12 }
departments: [ Отдел продаж ]
employees:
  - { name: Иванов Иван Иванович, department: Отдел продаж, email: ivanov@romashka.example }
  - { name: Петров Пётр Петрович, department: Отдел продаж, email: Petrov@Romashka.example }
  - { name: Сидорова Анна Викторовна, department: Отдел продаж, email: sidorova@romashka.example }
  - { name: Кузнецов Дмитрий Олегович, department: Отдел продаж, email: kuznetsov@romashka.example }
business_units: [ { name: ООО Головной офис, inn: "7701234567", kpp: "770101001" } ]
companies:
  - { name: ООО Ромашка, inn: "7717586110", kpp: "771701001" }
  - { name: "О'Нил и К", inn: "7717586111", kpp: "771701002" }
document_kinds:
  - { name: Договор, type: Contract, guid: 2A42D335-4A84-4019-AB54-D0AB8344D232, flow: Contracts, generate_name: true }
  - { name: Простой документ, type: SimpleDocument, guid: 3981CDD1-A279-4A51-85D5-58DB391603C2, flow: Inner, numbering: NotNumerable }
  - { name: Приложение к документу, type: Addendum, guid: 2734AB0B-FD71-4FD2-820E-C25042488547, flow: Inner, numbering: NotNumerable }
  - { name: Входящее письмо, type: IncomingLetter, guid: 0002C3CB-43E1-4A01-A4FE-35ABC8994D66, flow: Incoming, numbering: NotNumerable }
approval_rules:
  - { name: По договору, kinds: [ Договор ], stages: [
      { type: approval, performers: [ Петров Пётр Петрович, Сидорова Анна Викторовна ], routing: parallel, rework: each, days: 2 },
      { type: signing, performers: [ Кузнецов Дмитрий Олегович ] } ] }
processes:
  - { name: Процесс, kinds: [], stages: [ { type: approval, performers: [ Петров Пётр Петрович ] }, { type: signing, performers: [ Кузнецов Дмитрий Олегович ] } ] }
rules: []
"""


class AllFacts(ServiceFacts, WorkFacts, ControlFacts):
    pass


def main():
    words = sys.argv[1:]
    editions = [w for w in words if w[0].isdigit()] or ["4.4", "4.7", "4.11"]
    modules = [True] if "--module" in words else [False] if "--no-module" in words else [False, True]
    runs = [(e, m) for e in editions for m in modules] if words else [("4.4", False), ("4.11", True)]
    folder = fresh_folder()
    scenario = os.path.join(folder, "directum.yaml")
    with open(scenario, "w", encoding="utf-8") as f:
        f.write(SCENARIO)
    failed, count = [], 0
    for edition, module in runs:
        record = os.path.join(folder, f"record-{edition}-{module}")
        sim = Simulator(os.path.join(BIN, "sedlink-sim"), "directum", folder, scenario, record, extra=["--edition", edition] + ["--module"] * module)
        try:
            facts = AllFacts(sim, edition, module)
            failed += [f"{edition}{' with the module' if module else ''}: {f}" for f in facts.run()]
            count += facts.count
        finally:
            sim.stop()
        names = sorted(os.listdir(record))
        check(names[:2] == ["000001-request.http", "000001-response.http"], f"the record begins: {names[:3]}")
        with open(os.path.join(record, names[0]), "rb") as f:
            head = f.read()
        check(re.match(rb"GET \S+ HTTP/1\.1\r\n", head) and b"\r\n\r\n" in head, f"a recorded request: {head[:200]}")
    print(f"{count} facts asked of editions {', '.join(e for e, _ in runs)}", flush=True)
    check(not failed, f"{len(failed)} are not so:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
