"""Directum RX that answers wrongly, refuses, or is somebody else: clear words that say where and what to do, nothing lost or made twice,
and the work goes on afterwards."""
import json
import os
import subprocess

from common import ROOT, check, eventually, fresh_folder, stand
import demo

folder = fresh_folder()
with open(os.path.join(ROOT, "demo", "mappings", "contracts-rx.yaml"), encoding="utf-8") as f:
    MAPPING = f.read()
odd = os.path.join(folder, "odd-type.yaml")
with open(odd, "w", encoding="utf-8") as f:
    f.write(MAPPING.replace("DT1036_16", "DT1036_10").replace("category: 16", "category: 10").replace("mapping: contracts-rx", "mapping: odd-type")
            .replace("type: contract", "type: treaty"))
plain = os.path.join(folder, "contracts-rx.yaml")
with open(plain, "w", encoding="utf-8") as f:
    # Signatures: the base product shows none. The term of a rule is Directum RX's own: check says so.
    f.write(MAPPING.replace("  - { take: signatures, to: [folder] }\n", "").replace("process:\n", "process:\n  due: 5 days\n"))



def rx_stand(where, mappings, limits, **top):
    return stand(where, crm=os.path.join(ROOT, "demo", "bitrix24.yaml"), mappings=mappings,
                 directum=(os.path.join(ROOT, "demo", "directum.yaml"), "4.11", False),
                 settings={"portal": {"limits": "{ rate_per_second: 0 }"}, "directum": {"limits": limits}, "top": top})


s = rx_stand(folder, [plain, odd], "{ file: 1 MB, answer: 4 MB }")
HTML = "<!DOCTYPE html><html><head><title>Технические работы</title></head><body>Вернёмся в 7:00</body></html>"
PAGE = dict(do="status", status=200, body=HTML, headers={"Content-Type": "text/html; charset=utf-8"})
BODIES = [json.dumps({"error": {"code": "", "message": "Сбой соединения с базой"}}), json.dumps({"error": "Сбой соединения с базой"}),
          json.dumps("Сбой соединения с базой")]


def answer(status, body=""):
    return dict(do="status", status=status, body=body, headers={"Content-Type": "application/json"})


def contract(number, title="Сбой", category=16, **expect):
    c = demo.Contract(number, title, "", category=category, **{"stage": "SUCCESS", "edms": "completed", "files": 3, **expect})
    demo.create(s, c)
    return c


def item(c):
    return next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == c.id)


def started(c):
    """A draft whose start was refused stays, unstarted, and the card says so."""
    documents, processes = demo.processes_of(s, c)
    return documents, [p["state"] for p in processes if p["state"] != "not_started"]


def ended(contracts):
    def missing(c):
        return [e for e in demo.expectation_errors(s, c, item(c)) if not (e.startswith("процессы") and started(c)[1] == ["completed"])]
    return not any(missing(c) for c in contracts)


def run_of(c):
    rows = s.process("list", "--item", f"portal/dynamic:1036/{c.id}")
    return rows[0] if rows else None


def incident_of(c):
    run = run_of(c)
    found = [i for i in s.process("list", "--incidents") if run and i["instance"] == run["id"]]
    return found[0] if found else None


def comments(c):
    return "\n".join(str(x["text"]) for x in item(c)["comments"])


def once_each(contracts):
    for c in contracts:
        documents, processes = started(c)
        check(len(documents) == 1 and len(processes) == 1, f"{c.name}: {len(documents)} documents, {len(processes)} processes")


def online(change=lambda text: text):
    config = os.path.join(folder, "online.yaml")
    with open(s.config, encoding="utf-8") as f, open(config, "w", encoding="utf-8") as out:
        out.write(change(f.read()))
    done = subprocess.run([os.path.join(s.bin, "sedlink"), "check", "-c", config, "--online"], capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def check_says_where_and_what():
    """The same words a person at `check --online` reads and the log holds."""
    cases = [("a page", PAGE, ["Технические работы", "url", "$metadata"]),
             ("nothing", answer(200), ["пуст", "/Integration/odata/"]),
             ("no set", answer(200, '<edmx:Edmx xmlns:edmx="e"><edmx:DataServices/></edmx:Edmx>'), ["нет набора", "сервисе интеграции"]),
             ("JSON", answer(200, '{"value":[]}'), ["не XML", "/Integration/odata/"]),
             ("a redirect", dict(do="status", status=302, headers={"Location": "/Client/login"}), ["перенаправляет", "auth"]),
             ("refused credentials", answer(401), ["пользователя и пароль", "user, password"]),
             ("nothing there", answer(404), ["проверьте url"]),
             *[("500", answer(500, body), ["Сбой соединения с базой"]) for body in BODIES]]
    for name, fault, words in cases:
        s.rx.fault(match={"type": "$metadata"}, **fault)
        said = online()
        s.rx.no_faults()
        for word in words:
            check(word in said, f"{name}: «{word}» is not in: {said}")
    url = s.rx.state()["access"]["base_url"]
    said = online(lambda text: text.replace(url, url.replace("http://", "https://")))
    check("защищённое соединение" in said and "http://, а не https://" in said, "a peer without TLS: " + said)
    said = online(lambda text: text.replace(f"    url: {url}", f"    url: {url}\n    auth: token\n    token_url: {url}nowhere"))
    check("token_url" in said, "a token endpoint that is none: " + said)
    said = online()
    check("назначает сама СЭД" in said, "the term of a rule is not ours: " + said)


def recovers():
    # The first calls of the daemon find a service that is not there yet.
    for fault in (PAGE, answer(200), answer(200, "<edmx:Edmx/>"), answer(404)):
        s.rx.fault(match={"type": "$metadata"}, next=1, **fault)
    contracts = [contract(410 + n) for n in range(4)]
    garbled = "{\"value\":[{\"Id\":1,\"Name\":\"\u00c4\u00ee\u00e3\"".encode("latin-1").decode("utf-8", "replace")
    faults = [("ICounterparties", PAGE), ("IContracts", dict(do="truncate")), ("IContracts", dict(do="lose_answer")), ("IContracts", PAGE),
              ("IDocumentKinds", answer(500, BODIES[0])), ("IEmployees", answer(500, BODIES[1])), ("IBusinessUnits", answer(500, BODIES[2])),
              ("IApprovalRuleBases", answer(200, garbled)), ("IAssociatedApplications", answer(200)),
              ("IContracts/Versions", dict(do="close")), ("IContracts/Versions/Body/$value", PAGE),
              ("IContracts/Versions/Body/$value", dict(do="lose_answer")), ("Docflow/CreateApprovalTask", dict(do="lose_answer")),
              ("Docflow/CreateApprovalTask", PAGE), ("Docflow/StartTask", PAGE), ("Docflow/StartTask", dict(do="lose_answer")),
              ("IApprovalTasks", dict(do="corrupt")), ("ITasks", PAGE), ("ITasks", dict(do="delay", ms=3000)), ("ITasks", answer(401)),
              ("IAssignments", answer(200)), ("IOfficialDocuments", answer(503)), ("IOfficialDocuments", answer(429)),
              ("IElectronicDocuments/Versions/Body/$value", PAGE), ("IElectronicDocuments/Versions/Body/$value", dict(do="truncate"))]
    for kind, how in faults:
        s.rx.fault(match={"type": kind}, next=1, **how)
    for c in contracts:
        demo.move(s, c, "PREPARATION")
    eventually(lambda: ended(contracts), 240, "contracts end in spite of the faults", 0.5)
    s.rx.no_faults()
    once_each(contracts)


def refusals_wait_for_a_person():
    cases = [("a missing action", "Docflow/CreateApprovalTask", answer(404), ["CreateApprovalTask", "нет функции"]),
             ("a refusal", "Docflow/StartTask", answer(400, json.dumps({"error": {"code": "", "message": "Нет рабочего календаря."}})),
              ["Нет рабочего календаря"]),
             ("an unknown value", "Docflow/StartTask", answer(400, json.dumps('Элемент перечисления "Status" со значением "X" недопустим')),
              ["недопустим"]),
             ("another shape", "IApprovalTasks", answer(200, '{"value":{"Id":1}}'), ["IApprovalTasks", "«value»", "прокси"]),
             ("wrong types", "IApprovalTasks", answer(200, '{"value":[{"Id":"один"}]}'), ["Id", "IApprovalTasks"]),
             ("a huge answer", "IApprovalTasks", answer(200, '{"value":[' + " " * 5_000_000 + "]}"), ["limits.answer"])]
    contracts = []
    for n, (name, kind, fault, words) in enumerate(cases):
        c = contract(430 + n)
        contracts.append(c)
        s.rx.fault(match={"type": kind}, next=1, **fault)
        demo.move(s, c, "PREPARATION")
        told = lambda: (incident_of(c) or {}).get("error") or ("Не отправлено" in comments(c) and comments(c))
        said = eventually(told, 90, f"{name} is told to a person")
        for word in words:
            check(word in said, f"{name}: «{word}» is not in: {said}")
        if incident_of(c):
            s.process("retry", run_of(c)["id"])
        else:
            s.crm.act(do="edit", item=f"dynamic:1036/{c.id}", user=14, fields={"ufCrm10Reason": "поправил"})
        # Before the next fault, which must not meet this contract.
        eventually(lambda: run_of(c)["phase"] in ("running", "delivering", "ended"), 90, f"after {name} it goes on")
    eventually(lambda: ended(contracts), 180, "after the cure they go on", 0.5)
    s.rx.no_faults()
    once_each(contracts)


def what_the_card_lacks_is_told():
    stranger, large = contract(450, "Незнакомец"), contract(451, "Большой")
    s.crm.act(do="edit", item=f"dynamic:1036/{stranger.id}", user=14, fields={"assignedById": 1})
    s.crm.act(do="edit", item=f"dynamic:1036/{large.id}", user=14, files={"ufCrm10Contract": [{"name": "Договор.pdf", "size": 2_000_000}]})
    for c in (stranger, large):
        demo.move(s, c, "PREPARATION")
    eventually(lambda: "сотрудника" in comments(stranger), 90, "a person Directum RX does not know is named")
    eventually(lambda: "limits.file" in comments(large) and "Договор.pdf" in comments(large), 90, "a file above the limit is told")
    check(all(not demo.processes_of(s, c)[0] for c in (stranger, large)), "nothing was created for them")
    s.crm.act(do="edit", item=f"dynamic:1036/{stranger.id}", user=14, fields={"assignedById": 14})
    s.crm.act(do="edit", item=f"dynamic:1036/{large.id}", user=14, files={"ufCrm10Contract": [{"name": "Договор.pdf", "size": 20_000}]})
    eventually(lambda: ended([stranger, large]), 120, "completed, they go on", 0.5)
    once_each([stranger, large])


def an_unknown_type_is_named():
    c = contract(460, "Трактат", category=10)
    demo.move(s, c, "PREPARATION")
    said = eventually(lambda: (incident_of(c) or {}).get("error"), 90, "a document type nobody knows is told to the admin")
    check("treaty" in said and "contract" in said, "it names the type and the known ones: " + said)


def a_result_larger_than_the_whole_spool():
    """Directum RX does not tell sizes: it is seen when it has come."""
    c = contract(470, "Толстый")
    demo.move(s, c, "PREPARATION")
    document = eventually(lambda: next((d for d in demo.processes_of(s, c)[0] if d["files"]), None), 60, "the document is there", 0.05)
    s.rx.act(do="edit", document=document["id"], file={"name": "Договор.pdf", "size": 5_000_000})
    said = eventually(lambda: (incident_of(c) or {}).get("error"), 90, "a body above spool.quota is told")
    check("spool.quota" in said and "4,8 МБ" in said, "it names the setting and the size: " + said)
    eventually(lambda: item(c)["stage"] == "DT1036_16:SUCCESS", 60, "the verdict does not wait for the file")


try:
    check_says_where_and_what()
    s.start_daemon()
    recovers()
    refusals_wait_for_a_person()
    what_the_card_lacks_is_told()
    an_unknown_type_is_named()
finally:
    s.close()
s = rx_stand(os.path.join(folder, "spool"), [plain], "{ file: 50 MB }", spool="{ quota: 2 MB }")
try:
    s.start_daemon()
    a_result_larger_than_the_whole_spool()
finally:
    s.close()
