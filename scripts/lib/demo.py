"""The demo: contracts of every ending, told in the words of people of the CRM. Run by scripts/demo."""
import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from stand import Stand, b64, eventually, pdf

MANAGER = 14
NEW_TO_THE_EDMS = 7  # a company the EDMS does not know yet
PREPARATION = "DT1036_10:PREPARATION"
PREPARATION_CRM = "DT1036_12:PREPARATION"


EDMS_STATES = {"completed": "завершён", "interrupted": "прерван", "running": "идёт"}


class Contract:
    def __init__(self, number, title, story, category=10, company=5, **expect):
        self.number, self.title, self.story, self.category, self.company = number, title, story, category, company
        self.expect = expect
        self.id = None

    @property
    def name(self):
        return f"{self.title} № {self.number}"


CONTRACTS = [
    Contract(101, "Поставка", "согласован", stage="SUCCESS", edms="completed", files=3, signatures=True),
    Contract(102, "Аренда", "согласован с замечаниями", stage="SUCCESS", edms="completed", task="Учесть замечания", files=3),
    Contract(103, "Подряд", "отклонён, причины стали задачей", stage="FAIL", edms="completed", task="Работа над ошибками"),
    Contract(104, "Лизинг", "доработка в СЭД, согласован со второго круга", stage="SUCCESS", edms="completed", files=3, rounds=2),
    Contract(105, "Хранение", "доработка в CRM, согласован со второго круга", category=12, stage="SUCCESS", edms="completed",
             files=3, rounds=2),
    Contract(106, "Перевозка", "отозван менеджером", stage="NEW", edms="interrupted"),
    Contract(107, "Агентский", "прерван в СЭД", stage="FAIL", edms="interrupted"),
    Contract(108, "Страхование", "не хватало файла, дополнен и согласован", company=NEW_TO_THE_EDMS, stage="SUCCESS",
             edms="completed", files=3),
]

# The same in a second EDMS, 1C:Документооборот 3.0, side by side. There the author always decides in the EDMS.
CONTRACTS_3 = [
    Contract(201, "Поставка", "1С 3.0: согласован", category=14, stage="SUCCESS", edms="completed", files=3),
    Contract(202, "Аренда", "1С 3.0: согласован с замечаниями", category=14, stage="SUCCESS", edms="completed",
             task="Учесть замечания", files=3),
    Contract(203, "Подряд", "1С 3.0: отклонён, причины стали задачей", category=14, stage="FAIL", edms="completed",
             task="Работа над ошибками"),
    Contract(204, "Лизинг", "1С 3.0: доработка, согласован со второго круга", category=14, stage="SUCCESS", edms="completed",
             files=3, rounds=2),
    Contract(206, "Перевозка", "1С 3.0: отозван менеджером", category=14, stage="NEW", edms="interrupted"),
    Contract(207, "Агентский", "1С 3.0: прерван в СЭД", category=14, stage="FAIL", edms="interrupted"),
]

# The same in Directum RX. After a refusal the manager decides in the CRM: another round, or the end.
CONTRACTS_RX = [
    Contract(301, "Поставка", "RX: согласован и подписан", category=16, stage="SUCCESS", edms="completed", files=3, signatures=True),
    Contract(302, "Аренда", "RX: согласован с замечаниями", category=16, stage="SUCCESS", edms="completed", task="Учесть замечания", files=3),
    Contract(303, "Подряд", "RX: возвращён, менеджер согласился с отказом", category=16, stage="FAIL", edms="interrupted", task="Работа над ошибками"),
    Contract(305, "Хранение", "RX: доработка в CRM, согласован со второго круга", category=16, stage="SUCCESS", edms="completed", files=3,
             rounds=2),
    Contract(306, "Перевозка", "RX: отозван менеджером", category=16, stage="NEW", edms="interrupted"),
    Contract(307, "Агентский", "RX: прекращён в СЭД", category=16, stage="FAIL", edms="interrupted"),
    Contract(308, "Страхование", "RX: контрагент создан, согласован", category=16, company=NEW_TO_THE_EDMS, stage="SUCCESS",
             edms="completed", files=3),
]


class Story:
    """Prints what people see, once."""

    def __init__(self, stand):
        self.stand = stand
        self.start = time.monotonic()
        self.seen = set()
        self.stage_names = {}
        for category in stand.categories:
            for row in stand.rest("crm.status.list", filter={"ENTITY_ID": f"DYNAMIC_1036_STAGE_{category}"}):
                self.stage_names[row["STATUS_ID"]] = row["NAME"]
        self.users = {str(u["ID"]): f"{u.get('LAST_NAME', '')} {u.get('NAME', '')}".strip() for u in stand.rest("user.get")}

    def say(self, who, text):
        print(f"{time.monotonic() - self.start:6.1f} с  {who:<18} {text}", flush=True)

    def once(self, key, who, text):
        if key not in self.seen:
            self.seen.add(key)
            self.say(who, text)

    def look(self, contracts):
        state = self.stand.crm.state()
        by_id = {i["id"]: i for i in state["items"] if i["entity"] == "dynamic:1036"}
        for c in contracts:
            item = by_id.get(c.id)
            if item is None:
                continue
            stage = self.stage_names.get(item["stage"], item["stage"])
            holder = item["fields"].get("ufCrm10EdmsHolder") or ""
            status = item["fields"].get("ufCrm10EdmsStatus") or ""
            key = (c.id, item["stage"], holder, status)
            if key != getattr(c, "shown", None):
                c.shown = key
                words = f"стадия «{stage}»"
                if status:
                    words += f", статус СЭД «{status}»"
                if holder:
                    words += f", у кого: {holder}"
                self.say(c.name, words)
            for comment in item["comments"]:
                text = re.sub(r"\s*\[sl:[0-9a-f]+\]\s*$", "", str(comment["text"])).strip()
                files = ", ".join(f["name"] for f in comment["files"])
                self.once(("comment", comment["id"]), c.name, f"лента: {text}" + (f"  [файлы: {files}]" if files else ""))
            for task in item["tasks"]:
                # A portal keeps a checklist's heading as its first row.
                points = "; ".join(p["title"] for p in task["checklist"] if not re.fullmatch(r"Чек-лист \d+", p["title"]))
                self.once(("task", task["id"]), c.name, f"задача «{task['title']}»: {points}")
            for file in item["files"]:
                if file["field"] not in ("ufCrm10Contract", "ufCrm10Annexes"):
                    self.once(("file", file["id"]), c.name, f"в карточке файл «{file['name']}»")
        for note in state["notifications"]:
            self.once(("note", note["id"]), "уведомление", f"{self.users.get(str(note['user']), note['user'])}: {note['message'].splitlines()[0]}")
        return by_id


def create(stand, contract, with_file=True):
    files = {"ufCrm10Contract": [{"name": f"Договор {contract.number}.pdf", "content_base64": b64(pdf(f"Contract {contract.number}, edition 1"))}]}
    row = stand.crm.act(do="create", entity="dynamic:1036", user=MANAGER, category=contract.category,
                        stage=f"DT1036_{contract.category}:NEW",
                        fields={"title": contract.name, "companyId": contract.company, "assignedById": MANAGER, "opportunity": 150000 + contract.number},
                        **({"files": files} if with_file else {}))
    contract.id = row["id"]


def move(stand, contract, stage):
    stand.crm.act(do="move", item=f"dynamic:1036/{contract.id}", user=MANAGER, stage=f"DT1036_{contract.category}:{stage}")


def processes_of(stand, contract):
    state = {14: stand.second, 16: stand.rx}.get(contract.category, stand.edms).state()
    documents = [d for d in state["documents"] if d["title"].endswith(contract.name)]
    return documents, [p for p in state["processes"] if any(p["document"] == d["id"] for d in documents)]


def act_as_people(stand, story, contracts, done):
    """What the manager does by himself while the story goes on; each thing once."""
    by_id = story.look(contracts)
    for c in contracts:
        item = by_id.get(c.id)
        if item is None:
            continue
        if c.number in (105, 305) and item["stage"] == f"DT1036_{c.category}:REWORK" and c.number not in done:
            done.add(c.number)
            story.say("Иванов", f"{c.name}: приложил исправленный файл и снова отправил на согласование")
            stand.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=MANAGER, files={
                "ufCrm10Contract": [{"name": f"Договор {c.number}.pdf", "content_base64": b64(pdf(f"Contract {c.number}, edition 2"))}]})
            move(stand, c, "PREPARATION")
        if c.number == 303 and item["stage"] == "DT1036_16:REWORK" and c.number not in done:
            done.add(c.number)
            story.say("Иванов", f"{c.name}: согласен с отказом")
            move(stand, c, "FAIL")
        if c.number in (106, 206, 306) and item["stage"] == f"DT1036_{c.category}:APPROVAL" and c.number not in done:
            done.add(c.number)
            story.say("Иванов", f"{c.name}: контрагент передумал, отзываю")
            stand.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=MANAGER, fields={"ufCrm10Reason": "Контрагент передумал"})
            move(stand, c, "WITHDRAWN")
        if c.number == 108 and "108" not in done and any("Не отправлено" in str(x["text"]) for x in item["comments"]):
            done.add("108")
            story.say("Иванов", f"{c.name}: приложил забытый файл")
            stand.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=MANAGER, files={
                "ufCrm10Contract": [{"name": f"Договор {c.number}.pdf", "content_base64": b64(pdf("Contract 108"))}]})
    return by_id


def expectation_errors(stand, contract, item):
    """What is not as scripted; empty = this contract has reached its end."""
    errors, e = [], contract.expect
    if item["stage"] != f"DT1036_{contract.category}:{e['stage']}":
        errors.append(f"карточка на {item['stage']}")
    documents, processes = processes_of(stand, contract)
    if len(documents) != 1:
        errors.append(f"документов в СЭД: {len(documents)}")
    if [p["state"] for p in processes] != [e["edms"]]:
        errors.append(f"процессы в СЭД: {[p['state'] for p in processes]}")
    elif e.get("rounds") and processes[0]["round"] != e["rounds"]:
        errors.append(f"кругов: {processes[0]['round']}")
    tasks = [t["title"] for t in item["tasks"]]
    if tasks != ([e["task"]] if e.get("task") else []):
        errors.append(f"задачи: {tasks}")
    delivered = {f["field"] for f in item["files"]} & {"ufCrm10Signed", "ufCrm10Sheet"}
    if e.get("signatures"):
        said = [str(x["text"]) for x in item["comments"] if str(x["text"]).startswith("Проверка подписей")]
        if len(said) != 1 or "верны: 1" not in said[0] or "НЕВЕРН" in said[0]:
            errors.append(f"проверка подписей: {said}")
        dossiers = [r["name"] for r in stand.crm.state()["disk"] if r["type"] == "file" and r["name"] == f"Досье — {contract.name}.zip"]
        if len(dossiers) != 1:
            errors.append(f"досье в папке: {len(dossiers)}")
    if e.get("files") and delivered != {"ufCrm10Signed", "ufCrm10Sheet"}:
        errors.append(f"файлы результата: {sorted(delivered)}")
    running = stand.process("list", "--item", f"portal/dynamic:1036/{contract.id}")
    if not running or running[0]["phase"] != "ended":
        errors.append("демон ещё не закончил: " + (running[0]["phase"] if running else "нет процесса"))
    return errors


def save_files(stand, folder, contracts):
    """Everything the portal now holds for these contracts, as a person would download it."""
    saved = []
    state = stand.crm.state()
    for item in state["items"]:
        contract = next((c for c in contracts if item["entity"] == "dynamic:1036" and item["id"] == c.id), None)
        if contract is None:
            continue
        card = stand.rest("crm.item.get", entityTypeId=1036, id=contract.id)["item"]
        for field in ("ufCrm10Signed", "ufCrm10Sheet"):
            value = card.get(field)
            for file in value if isinstance(value, list) else [value] if value else []:
                row = next(f for f in item["files"] if str(f["id"]) == str(file["id"]))
                saved.append(save(stand, os.path.join(folder, contract.name), row["name"], file["urlMachine"], row["sha256"]))
    for row in state["disk"]:
        if row["type"] == "file" and "Контрагенты" in row["path"]:
            link = stand.rest("disk.file.get", id=row["id"])["DOWNLOAD_URL"]
            saved.append(save(stand, os.path.join(folder, os.path.dirname(row["path"]).strip("/")), row["name"], link, row["sha256"]))
    return saved


def save(stand, folder, name, url, sha256):
    os.makedirs(folder, exist_ok=True)
    got = []

    def taken():  # the portal counts our downloads into the same bucket: 503 means later
        got[:] = stand.crm.call("GET", url, headers={"Accept": "*/*", "Referer": stand.crm.base + "/"})
        return got[0] != 503

    eventually(taken, 60, f"the portal gives «{name}»", 0.5)
    status, data = got
    if status != 200 or hashlib.sha256(data).hexdigest() != sha256:
        raise AssertionError(f"файл «{name}» скачан не таким, как хранится: {status}")
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    return path


def table(stand, contracts, by_id, story):
    print("\n" + "─" * 110)
    print(f"{'Договор':<22}{'Ждали':<48}{'Карточка':<20}{'СЭД':<14}{'Итог':<6}")
    print("─" * 110)
    good = True
    for c in contracts:
        item = by_id[c.id]
        errors = expectation_errors(stand, c, item)
        _, processes = processes_of(stand, c)
        edms = ", ".join(EDMS_STATES.get(p["state"], p["state"]) for p in processes) or "—"
        good = good and not errors
        print(f"{c.name:<22}{c.story:<48}{story.stage_names.get(item['stage'], item['stage']):<20}{edms:<14}"
              f"{'да' if not errors else 'НЕТ: ' + '; '.join(errors)}")
    print("─" * 110)
    return good


def main():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--once", action="store_true", help="end by itself; exit 0 only if every contract ended as scripted")
    parser.add_argument("--record", metavar="DIR", help="record every exchange of the simulators below DIR")
    parser.add_argument("--keep", metavar="DIR", help="keep config, mappings, database and delivered files there")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    a = parser.parse_args()
    folder = os.path.abspath(a.keep) if a.keep else os.path.join(a.root, "build", "demo")
    if not a.keep:
        shutil.rmtree(folder, ignore_errors=True)
    elif os.path.exists(os.path.join(folder, "sedlink.db")):
        print(f"{folder} уже хранит демо: укажите пустую папку", file=sys.stderr)
        return 2
    os.makedirs(os.path.join(folder, "mappings"), exist_ok=True)
    mappings = [shutil.copy(os.path.join(a.root, "demo", "mappings", name), os.path.join(folder, "mappings"))
                for name in ("contracts.yaml", "contracts-rework.yaml", "contracts-3.yaml", "contracts-rx.yaml")]
    stand = Stand(a.bin, folder, mappings, os.path.join(a.root, "demo", "bitrix24.yaml"),
                  os.path.join(a.root, "demo", "onec-docflow.yaml"), record=a.record and os.path.abspath(a.record),
                  second_edition="3.0", directum=(os.path.join(a.root, "demo", "directum.yaml"), "4.11", True),
                  settings={"portal": {"limits": "{ rate_per_second: 5, rate_burst: 250 }"}})
    everything = CONTRACTS + CONTRACTS_3 + CONTRACTS_RX
    code = 1
    try:
        check = subprocess.run([os.path.join(a.bin, "sedlink"), "check", "-c", stand.config, "--online"], text=True, capture_output=True)
        print("sedlink check --online:", check.stdout.strip() or check.stderr.strip())
        if check.stderr.strip():
            print("Замечания (предупреждения службе не мешают):\n" + check.stderr.strip())
        if check.returncode not in (0, 3):
            print(check.stderr, file=sys.stderr)
            return 1
        stand.start_daemon()
        story, done = Story(stand), set()
        for c in everything:
            create(stand, c, with_file=c.number != 108)
            story.say("Иванов", f"создал карточку «{c.name}» и отправил на согласование")
            move(stand, c, "PREPARATION")
        by_id = {}

        def finished():
            nonlocal by_id
            by_id = act_as_people(stand, story, everything, done)
            return all(c.id in by_id and not expectation_errors(stand, c, by_id[c.id]) for c in everything)

        try:
            eventually(finished, 180, "every contract ends as scripted", 0.3)
        except AssertionError as error:
            print(f"\n{error}", file=sys.stderr)
        story.look(everything)
        good = table(stand, everything, by_id, story)
        saved = save_files(stand, os.path.join(folder, "delivered"), everything)
        print(f"\nФайлы, которые вернулись в CRM ({len(saved)}), лежат в {os.path.join(folder, 'delivered')}:")
        for path in sorted(saved):
            print("  " + os.path.relpath(path, folder))
        code = 0 if good else 1
        if not a.once:
            print(f"\nДемон: http://127.0.0.1:{stand.port}/healthz /readyz /metrics   портал: {stand.crm.base}   1С: {stand.edms.base} (2.1), {stand.second.base} (3.0)   Directum RX: {stand.rx.base}")
            print(f"Процессы: {os.path.join(a.bin, 'sedlink')} process list -c {stand.config}\nCtrl-C — закончить.")
            signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        stand.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
