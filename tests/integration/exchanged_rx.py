"""Directum RX counts its ids. A deleted document is made anew with its file; another server behind the connection, where the same
numbers belong to others, neither ends a process nor gets anything hung on a document of others."""
import os

from common import ROOT, check, eventually, fresh_folder, stand
from stand import Simulator

PEOPLE = """access: { user: connector, password: exchanged }
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


def create(s, title):
    card = s.crm.act(do="create", entity="dynamic:1036", user=14, category=16, stage="DT1036_16:NEW",
                     fields={"title": title, "companyId": 5, "assignedById": 14, "opportunity": 1},
                     files={"ufCrm10Contract": [{"name": title + ".pdf", "size": 5000}]})["id"]
    move(s, card, "PREPARATION")
    return card


def move(s, card, stage):
    s.crm.act(do="move", item=f"dynamic:1036/{card}", user=14, stage="DT1036_16:" + stage)


def item(s, card):
    return next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == card)


def running(rx):
    return [p for p in rx.state()["processes"] if p["state"] == "running"]


folder = fresh_folder()
mapping = os.path.join(folder, "contracts-rx.yaml")
with open(os.path.join(ROOT, "demo", "mappings", "contracts-rx.yaml"), encoding="utf-8") as f:
    text = f.read()
with open(mapping, "w", encoding="utf-8") as f:
    f.write("".join(line for line in text.splitlines(True) if ":SIGNING" not in line))
scenario = os.path.join(folder, "directum.yaml")
with open(scenario, "w", encoding="utf-8") as f:
    f.write(PEOPLE)
s = stand(folder, crm=os.path.join(ROOT, "demo", "bitrix24.yaml"), mappings=[mapping], directum=(scenario, "4.11", True))
other = None
try:
    s.start_daemon()
    deleted, kept = create(s, "Поставка 501"), create(s, "Поставка 502")
    for card in (deleted, kept):
        eventually(lambda: item(s, card)["stage"] == "DT1036_16:APPROVAL", 60, "both are on approval", 0.2)
    first = next(d for d in s.rx.state()["documents"] if "501" in str(d))
    task = next(p for p in s.rx.state()["processes"] if p["document"] == first["id"])
    s.rx.act(process=task["id"], do="delete")
    s.rx.act(document=first["id"], do="delete")
    eventually(lambda: item(s, deleted)["stage"] == "DT1036_16:FAIL", 60, "the deletion is told", 0.2)
    move(s, deleted, "NEW")
    move(s, deleted, "PREPARATION")
    eventually(lambda: item(s, deleted)["stage"] == "DT1036_16:APPROVAL", 60, "it is on approval again", 0.2)
    again = [d for d in s.rx.state()["documents"] if "501" in str(d)]
    check(len(again) == 1 and again[0]["id"] != first["id"], f"one new document: {again}")
    check(len(again[0]["files"]) == 1, f"the new document has the file: {again}")

    # Another server: the numbers of ours belong to documents and tasks of others there.
    s.stop_daemon()
    other = Simulator(os.path.join(s.bin, "sedlink-sim"), "directum", s.folder, scenario, extra=["--edition", "4.11", "--module"])
    mine, theirs = s.rx.base, other.base
    with open(s.config, encoding="utf-8") as f:
        config = f.read()
    check(mine in config, "the config names the server")
    with open(s.config, "w", encoding="utf-8") as f:
        f.write(config.replace(mine, theirs))
    asked = other.state()["http"]["requests"]
    s.start_daemon()
    eventually(lambda: other.state()["http"]["requests"] >= asked + 12, 60, "the other server was asked several times", 0.2)
    for card in (deleted, kept):
        check(item(s, card)["stage"] == "DT1036_16:APPROVAL", "no card is moved by what another server says")
    # Somebody else's contract takes the very numbers; it is approved there.
    stranger = create(s, "Поставка 503")
    eventually(lambda: item(s, stranger)["stage"] == "DT1036_16:APPROVAL", 60, "a new contract goes to the new server", 0.2)
    for p in running(other):
        other.act(process=p["id"], do="approve")
    eventually(lambda: item(s, stranger)["stage"] == "DT1036_16:SUCCESS", 60, "its outcome is told", 0.2)
    for card in (deleted, kept):
        check(item(s, card)["stage"] == "DT1036_16:APPROVAL", "its outcome is not taken for another's")

    # The first server again: everything goes on.
    s.stop_daemon()
    with open(s.config, "w", encoding="utf-8") as f:
        f.write(config)
    s.start_daemon()
    for p in running(s.rx):
        s.rx.act(process=p["id"], do="approve")
    for card in (deleted, kept):
        eventually(lambda: item(s, card)["stage"] == "DT1036_16:SUCCESS", 90, "approved on its own server", 0.2)
finally:
    if other is not None:
        other.stop()
    s.close()
