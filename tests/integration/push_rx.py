"""Directum RX with the module tells what has changed: a decision reaches the card within seconds though the polls are an hour
apart. A wrong token changes nothing, a notification lost is made good by the poll, and a kill between the 200 and the look
loses nothing."""
import json
import os
import subprocess
import time
import urllib.parse

from common import ROOT, check, eventually, fresh_folder, stand

PEOPLE = """access: { user: connector, password: push-test }
settings: { notification_delays: [ 1s ] }
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
TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SLOW = {"poll_active": "1h", "poll_quiet": "1h", "poll_asleep": "2h"}


def create(s, title):
    card = s.crm.act(do="create", entity="dynamic:1036", user=14, category=16, stage="DT1036_16:NEW",
                     fields={"title": title, "companyId": 5, "assignedById": 14, "opportunity": 1},
                     files={"ufCrm10Contract": [{"name": title + ".pdf", "size": 5000}]})["id"]
    s.crm.act(do="move", item=f"dynamic:1036/{card}", user=14, stage="DT1036_16:PREPARATION")
    eventually(lambda: stage(s, card) == "APPROVAL", 60, f"{title} is on approval", 0.2)
    return card


def stage(s, card):
    item = next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == card)
    return item["stage"].split(":")[1]


def task_of(s, title):
    document = next(d for d in s.rx.state()["documents"] if title in str(d))
    return next(p["id"] for p in s.rx.state()["processes"] if p["document"] == document["id"])


def settled(s):
    """Nothing is due any more: the looks after the launch have been made, the next one is an hour away."""
    last = {}

    def quiet():
        now = s.rx.state()["calls"].get("GET ITasks", 0)
        if now != last.get("calls"):
            last.update(calls=now, since=time.monotonic())
        return time.monotonic() - last["since"] > 6

    eventually(quiet, 60, "the polls have become rare", 0.3)


def notify(s, **form):
    return s.http.call("POST", "/hooks/directum/", urllib.parse.urlencode(form).encode(),
                       {"Content-Type": "application/x-www-form-urlencoded"})


def rules(s, *options):
    """What `sedlink check` finds: rule -> message."""
    done = subprocess.run([os.path.join(s.bin, "sedlink"), "check", "-c", s.config, "--format", "json", *options],
                          capture_output=True, text=True, timeout=120)
    return {f["rule"]: f for f in json.loads(done.stdout)}


def metric(s, name):
    text = s.http.call("GET", "/metrics")[1].decode()
    return next((float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name)), None)


folder = fresh_folder()
mapping = os.path.join(folder, "contracts-rx.yaml")
with open(os.path.join(ROOT, "demo", "mappings", "contracts-rx.yaml"), encoding="utf-8") as f:
    text = f.read()
with open(mapping, "w", encoding="utf-8") as f:
    f.write("".join(line for line in text.splitlines(True) if ":SIGNING" not in line))
scenario = os.path.join(folder, "directum.yaml")
with open(scenario, "w", encoding="utf-8") as f:
    f.write(PEOPLE)
token = os.path.join(folder, "notification-token")
with open(token, "w", encoding="ascii") as f:
    f.write(TOKEN + "\n")
os.chmod(token, 0o600)
s = stand(folder, crm=os.path.join(ROOT, "demo", "bitrix24.yaml"), mappings=[mapping], engine=SLOW,
          directum=(scenario, "4.11", True), settings={"portal": {"limits": "{ rate_per_second: 0 }"},
                                                       "directum": {"notification_token": f"file:{token}"}})
try:
    with open(s.config, encoding="utf-8") as f:
        config = f.read()
    plain = f"listen: {{ address: 127.0.0.1, port: {s.port} }}"
    check(plain in config, "the config has its door")
    silent = rules(s).get("config.no_public_url", {})
    line = next(n for n, text in enumerate(config.splitlines(), 1) if "notification_token" in text)
    check("listen.public_url" in silent.get("message", "") and silent["range"]["start"]["line"] == line, f"told: {silent}")
    with open(s.config, "w", encoding="utf-8") as f:
        f.write(config.replace(plain, f"listen: {{ address: 127.0.0.1, port: {s.port}, public_url: \"http://127.0.0.1:{s.port}\" }}"))

    # The address is refused, which stops nothing and is told; then it is taken.
    s.rx.fault(match={"type": "SedlinkConnector/SetNotificationTarget"}, do="status", status=400,
               body='{"error":{"code":"","message":"Set notification target. Not now."}}', next=1000)
    s.start_daemon()
    refused = eventually(lambda: next(c for c in s.process("status")["connections"] if c["name"] == "directum")["push_error"], 60,
                         "the refusal is in the status", 0.1)
    check("Not now" in refused, refused)
    found = rules(s, "--online")
    check("config.no_public_url" not in found and "Not now" in found["online.push"]["message"], f"check --online tells it: {found}")
    check(s.http.call("GET", "/readyz")[0] == 200, "and nothing is stopped")
    s.rx.no_faults()
    eventually(lambda: metric(s, 'sedlink_connection_push{connection="directum"') == 1, 60, "the target is set", 0.1)
    check(s.rx.state()["notifications"]["target"] == f"http://127.0.0.1:{s.port}/hooks/directum/", "the door's address")
    with open(os.path.join(folder, "sedlink.log"), encoding="utf-8") as f:
        journal = f.read()
    check(journal.count("push_refused") == 1 and "Not now" in journal, "one line about the refusal")
    check(TOKEN not in journal, "no token in the journal")

    # A decision of a person is on the card within seconds.
    first, second = create(s, "Поставка 701"), create(s, "Поставка 702")
    settled(s)
    began = time.monotonic()
    s.rx.act(process=task_of(s, "701"), do="approve")
    eventually(lambda: stage(s, first) == "SUCCESS", 60, "the decision reaches the card by the notification", 0.1)
    took = time.monotonic() - began
    print(f"a decision on the card after {took:.1f} s")
    check(stage(s, second) == "APPROVAL", "the other one goes on")
    check(s.rx.state()["notifications"]["accepted"] > 0, "notifications were taken")

    # A burst about one task is few looks; foreign ids, wrong tokens and odd forms are none.
    settled(s)
    task = task_of(s, "702")
    calls = s.rx.state()["calls"]["GET ITasks"]
    unknown = metric(s, "sedlink_notices_unknown_total")
    began = time.monotonic()
    for _ in range(300):
        check(notify(s, event="TaskChanged", token=TOKEN, task_id=task)[0] == 200, "taken")
    check(notify(s, event="TaskChanged", token=TOKEN, task_id="999999999")[0] == 200, "an unknown id is taken and ignored")
    check(notify(s, event="SomethingElse", token=TOKEN, task_id=task)[0] == 200, "an unknown event likewise")
    for form in ({"event": "TaskChanged", "token": TOKEN[:-1] + "f", "task_id": task}, {"event": "TaskChanged", "task_id": task}):
        status, body = notify(s, **form)
        check(status == 403 and body == b"", f"a wrong token: {status}")
    check(s.http.call("POST", "/hooks/directum/", b"{}", {"Content-Type": "application/json"})[0] == 415, "not a form")
    check(notify(s, event="TaskChanged", token=TOKEN, task_id="1" * 1_100_000)[0] == 413, "too large")
    check(metric(s, "sedlink_notices_unknown_total") == unknown + 2, "counted")
    settled(s)
    took = time.monotonic() - began
    looks = s.rx.state()["calls"]["GET ITasks"] - calls
    print(f"300 notifications: {looks} looks")
    check(1 <= looks <= took + 10, f"a burst is coalesced, a look a second: {looks} in {took:.0f} s")

    # kill -9 between the 200 and the look: RX is held up so that the look cannot have been made.
    s.rx.fault(match={"type": "ITasks"}, do="hang", ms=600_000, next=1000)
    accepted = s.rx.state()["notifications"]["accepted"]
    s.rx.act(process=task, do="approve")
    eventually(lambda: s.rx.state()["notifications"]["accepted"] > accepted, 60, "the notification is taken", 0.1)
    check(stage(s, second) == "APPROVAL", "not looked at yet")
    s.kill_daemon()
    s.rx.subscribe("", [], "")  # nobody is told any more: what was taken has to do
    s.rx.no_faults()
    s.start_daemon()
    eventually(lambda: stage(s, second) == "SUCCESS", 60, "what was taken before the kill is looked at after it", 0.2)

    # Lost for good: the poll makes it good, only later.
    s.stop_daemon()
    with open(s.config, encoding="utf-8") as f:
        config = f.read()
    with open(s.config, "w", encoding="utf-8") as f:
        f.write(config.replace("poll_active: 1h", "poll_active: 15s"))
    s.start_daemon()
    third = create(s, "Поставка 703")
    eventually(lambda: metric(s, 'sedlink_connection_push{connection="directum"') == 1, 60, "the target is set again", 0.1)
    s.rx.subscribe("http://127.0.0.1:9/hooks/directum/", [], TOKEN)
    dropped = s.rx.state()["notifications"]["dropped"]
    s.rx.act(process=task_of(s, "703"), do="approve")
    eventually(lambda: s.rx.state()["notifications"]["dropped"] > dropped, 30, "it is dropped after its attempts", 0.1)
    eventually(lambda: stage(s, third) == "SUCCESS", 40, "the poll sees the decision", 0.2)
finally:
    s.close()
