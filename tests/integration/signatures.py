"""Signatures of an EDMS judged against the bytes that went to the CRM, end to end: right, of another version, garbled, of a
revoked and of an unknown certificate, attached, by GOST; timeline, approval sheet, `process show`, and a dossier whose own
commands for openssl are run in the folder it was unpacked into. Then kill -9 while the results go out."""
import hashlib
import json
import os
import re
import shutil
import subprocess
import zipfile

from common import b64, check, eventually, fresh_folder, pdf, stand

MANAGER = 14
folder = fresh_folder()


def openssl(*words, cwd=folder):
    done = subprocess.run(["openssl", *words], cwd=cwd, capture_output=True)
    check(done.returncode == 0, f"openssl {' '.join(words)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def signer(name, gost=False):
    """A self-signed certificate that the config trusts."""
    engine = ["-engine", "gost"] if gost else []
    key = ["-newkey", "gost2012_256", "-pkeyopt", "paramset:A"] if gost else ["-newkey", "rsa:2048"]
    openssl("req", "-x509", *engine, *key, "-nodes", "-utf8", "-subj", f"/CN={name}/O=ООО Вектор", "-days", "30",
            "-addext", "keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign,cRLSign", "-keyout", f"{name}.key", "-out", f"{name}.pem")
    return os.path.join(folder, f"{name}.pem")


def sign(name, content, attached=False, gost=False):
    with open(os.path.join(folder, "content"), "wb") as f:
        f.write(content)
    engine = ["-engine", "gost"] if gost else []
    return openssl("cms", "-sign", *engine, "-binary", "-cades", *(["-nodetach"] if attached else []), "-in", "content", "-signer", f"{name}.pem",
                   "-inkey", f"{name}.key", "-outform", "DER")


has_gost = subprocess.run(["openssl", "engine", "gost"], capture_output=True).returncode == 0
extra = [signer("outside")] + ([signer("gost", True)] if has_gost else [])
s = stand(folder, settings={"portal": {"limits": "{ rate_per_second: 0 }"},
                            "trust": {"docflow": {"certificates": extra, "revocation": "none"}}})
number = 510


def contract(title, **order):
    """One contract, from the card to the dossier: what everybody sees of it."""
    global number
    number += 1
    name = f"{title} № {number}"
    content = pdf(f"Contract {number}")
    if callable(order.get("cms")):
        order["cms"] = b64(order["cms"](content))
    s.edms.act(do="signing", **{"make": "good", **order})
    item = s.crm.act(do="create", entity="dynamic:1036", user=MANAGER, category=10, stage="DT1036_10:NEW",
                     fields={"title": name, "companyId": 5, "assignedById": MANAGER, "opportunity": 1000},
                     files={"ufCrm10Contract": [{"name": f"Договор {number}.pdf", "content_base64": b64(content)}]})["id"]
    s.crm.act(do="move", item=f"dynamic:1036/{item}", user=MANAGER, stage="DT1036_10:PREPARATION")
    return name, item


def ended(item):
    rows = s.process("list", "--item", f"portal/dynamic:1036/{item}")
    return rows and rows[0]["phase"] == "ended" and rows[0]


def seen(name, item):
    row = eventually(lambda: ended(item), 90, f"{name} ends")
    shown = s.process("show", row["id"])
    state = s.crm.state()
    card = next(i for i in state["items"] if i["entity"] == "dynamic:1036" and i["id"] == item)
    comments = [str(c["text"]) for c in card["comments"] if str(c["text"]).startswith("Проверка подписей")]
    check(len(comments) == 1, f"{name}: one comment with verdicts, not {comments}")
    files = {r["name"]: r for r in state["disk"] if r["type"] == "file" and str(number) in r["name"]}
    notes = [n["message"] for n in state["notifications"] if name in n["message"]]
    return shown, comments[0], files, notes, card


def download(row, path):
    link = s.rest("disk.file.get", id=row["id"])["DOWNLOAD_URL"]
    got = []

    def taken():
        got[:] = s.crm.call("GET", link, headers={"Accept": "*/*", "Referer": s.crm.base + "/"})
        return got[0] != 503

    eventually(taken, 60, "the portal gives the file", 0.5)
    check(got[0] == 200, f"{row['name']}: {got[0]}")
    with open(path, "wb") as f:
        f.write(got[1])
    return got[1]


def unpack(name, files):
    row = files[f"Досье — {name}.zip"]
    path = os.path.join(folder, f"dossier-{number}.zip")
    data = download(row, path)
    check(hashlib.sha256(data).hexdigest() == row["sha256"], "the dossier comes as it was stored")
    where = os.path.join(folder, f"dossier-{number}")
    shutil.rmtree(where, ignore_errors=True)
    with zipfile.ZipFile(path) as z:
        check(z.testzip() is None, "the zip is whole")
        z.extractall(where)
    return where


def manual(where):
    with open(os.path.join(where, "ПРОВЕРКА.md"), encoding="utf-8") as f:
        text = f.read()
    return re.findall(r"```sh\n# ожидается: (успех|отказ)\n(.*?)\n```", text, re.S), text


def follow(where, words, least):
    """Runs every command of ПРОВЕРКА.md as written."""
    commands, _ = manual(where)
    check(len(commands) >= least, f"{words}: {len(commands)} commands in ПРОВЕРКА.md")
    for expected, command in commands:
        done = subprocess.run(["sh", "-c", command], cwd=where, capture_output=True, text=True)
        check((done.returncode == 0) == (expected == "успех"),
              f"{words}: ожидался {expected}\n{command}\n{done.returncode}: {done.stdout[-500:]}{done.stderr[-800:]}")
    return commands


def sheet_text(files, name):
    row = next(r for n, r in files.items() if n.startswith(f"Лист согласования — {name}"))
    path = os.path.join(folder, f"sheet-{number}.pdf")
    download(row, path)
    return re.sub(r"\s+", " ", subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout)


def judge(title, status, code, told, least, **order):
    name, item = contract(title, **order)
    shown, comment, files, notes, _ = seen(name, item)
    verdicts = shown["signatures"]
    check(len(verdicts) == 1 and verdicts[0]["status"] == status, f"{name}: {json.dumps(verdicts, ensure_ascii=False)[:1500]}")
    check(not code or code in verdicts[0]["codes"], f"{name}: {verdicts[0]['codes']}")
    check(told in comment, f"{name}: «{told}» in {comment}")
    document = files[f"Договор {number}.pdf"]
    check(verdicts[0]["file_sha256"] == document["sha256"], f"{name}: judged against what the CRM holds")
    check(any("НЕВЕРНА" in n for n in notes) == (status == "invalid"), f"{name}: the responsible is told of what is wrong: {notes}")
    words = sheet_text(files, name)
    check({"valid": "верна", "invalid": "НЕВЕРНА", "indeterminate": "не установлено"}[status] in words, f"{name}: the sheet says {words[-700:]}")
    where = unpack(name, files)
    follow(where, name, least)
    with open(os.path.join(where, "verdicts.json"), encoding="utf-8") as f:
        check(json.load(f)[0]["status"] == status, f"{name}: verdicts.json")
    print(f"{name}: {comment.splitlines()[-1] if '[sl:' not in comment.splitlines()[-1] else comment.splitlines()[-2]}")
    return name, where, files


try:
    s.start_daemon()
    name, where, _ = judge("Верная", "valid", "", "верны: 1", 4)
    check(any("верна" in line for line in open(os.path.join(where, "Проверка подписей.txt"), encoding="utf-8")), "readable verdicts")
    commands, _ = manual(where)
    with open(os.path.join(where, f"Договор {number}.pdf"), "ab") as f:
        f.write(b" ")
    for expected, command in commands:
        changed = subprocess.run(["sh", "-c", command], cwd=where, capture_output=True).returncode != 0
        check(changed == ("trail.jsonl" not in command), f"a changed document must be seen by: {command}")
    trail = os.path.join(where, "trail.jsonl")
    with open(trail, encoding="utf-8") as f:
        lines = f.readlines()
    with open(trail, "w", encoding="utf-8") as f:
        f.writelines(line.replace("Согласован", "согласован") if n == len(lines) // 2 else line for n, line in enumerate(lines[:-2] + lines[-1:]))
    check(subprocess.run(["sh", "-c", commands[1][1]], cwd=where, capture_output=True).returncode != 0, "a trail with a line taken out must be seen")

    judge("Другая версия", "invalid", "content_changed", "подписана другая версия", 4, make="other_version")
    judge("Испорченная", "invalid", "signature_wrong", "НЕВЕРНА", 4, make="broken")
    judge("Чужая", "invalid", "chain_untrusted", "не входит в доверенные", 4, make="untrusted")
    judge("Со стороны", "valid", "", "outside, ООО Вектор", 4, make="given", cms=lambda content: sign("outside", content))
    judge("Присоединённая", "valid", "", "верны: 1", 4, make="given", cms=lambda content: sign("outside", content, attached=True))
    if has_gost:
        judge("По ГОСТ", "valid", "", "gost, ООО Вектор", 4, make="given", cms=lambda content: sign("gost", content, gost=True))
        judge("По ГОСТ, другая версия", "invalid", "content_changed", "подписана другая версия", 4, make="given",
              cms=lambda content: sign("gost", content + b" ", gost=True))

    # A fresh list of the revoked is read without a restart; then nobody is trusted at all.
    s.stop_daemon()
    s.settings["trust"] = {"docflow": {}}
    s.write_config()
    s.start_daemon()
    s.edms.act(do="signing", make="revoked", person="Кузнецов Дмитрий Олегович")
    s.write_trust("docflow", s.edms)
    name, item = contract("Отозванная", make="revoked")
    shown, comment, files, notes, _ = seen(name, item)
    check(shown["signatures"][0]["status"] == "invalid" and "certificate_revoked" in shown["signatures"][0]["codes"], f"{name}: {comment}")
    follow(unpack(name, files), name, 4)
    s.stop_daemon()
    s.settings["trust"] = {"docflow": None}
    s.settings["docflow"].pop("signatures")
    s.write_config()
    s.start_daemon()
    judge("Без доверия", "indeterminate", "trust_not_configured", "не настроено, кому доверять", 3)

    # kill -9 at every upload to the disk: one comment, one of each file.
    s.stop_daemon()
    s.settings["trust"] = {"docflow": {}}
    s.write_config()
    s.start_daemon()
    name, item = contract("Под огнём")
    uploads = lambda: s.crm.state()["calls"].get("disk.folder.uploadfile", 0)
    before = uploads()
    s.crm.fault(match={"method": "disk.folder.uploadfile"}, do="lose_answer", ms=60000, next=4)
    for kill in range(4):
        eventually(lambda: uploads() > before + kill, 90, f"upload {kill + 1} is under way", 0.02)
        s.kill_daemon()
        s.start_daemon(subscribe=False)
    s.crm.no_faults()
    shown, comment, files, notes, card = seen(name, item)
    check(sorted(files) == sorted([f"Договор {number}.pdf", f"Договор {number}.pdf.1.p7s", f"Лист согласования — {name}.pdf", f"Досье — {name}.zip"]),
          f"one of each: {sorted(files)}")
    follow(unpack(name, files), name, 4)
    print(f"{name}: 4 × kill -9, {sorted(files)}")
finally:
    s.close()
