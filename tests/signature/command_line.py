"""sedlink sign, verify, decrypt as people call them: exit codes, files, what is said, and that no secret is said.
  command_line.py    with SEDLINK_BIN and SEDLINK_WORK in the environment"""
import base64
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pki import Authority, Tsa, openssl  # noqa: E402

SEDLINK, WORK = os.path.join(os.environ["SEDLINK_BIN"], "sedlink"), os.environ["SEDLINK_WORK"]
CANARY = "canary-8842-passphrase"


def check(condition, words):
    if not condition:
        raise SystemExit(f"failed: {words}")


def call(*words, code=0, environment=None):
    done = subprocess.run([SEDLINK, *words], cwd=WORK, capture_output=True, env={**os.environ, **(environment or {})}, timeout=120)
    said = done.stdout.decode() + done.stderr.decode()
    check(done.returncode == code, f"{' '.join(words)}: exit {done.returncode}, expected {code}: {said}")
    check(CANARY not in said and "PRIVATE KEY" not in said, f"{' '.join(words)}: says a secret: {said}")
    return said


def exists(name):
    return os.path.exists(os.path.join(WORK, name))


def accepted(signature, *options, inform="DER"):
    openssl("cms", "-verify", "-binary", "-inform", inform, "-in", signature, "-CAfile", "root/ca.pem", "-purpose", "any", "-out", "out", *options, cwd=WORK)
    with open(os.path.join(WORK, "out"), "rb") as out, open(os.path.join(WORK, "document"), "rb") as document:
        check(out.read() == document.read(), f"{signature}: openssl gives another content")


class Stamps(http.server.BaseHTTPRequestHandler):
    authority = None
    status = 200

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        check(self.headers["Content-Type"] == "application/timestamp-query", "content type of the query")
        answer = self.authority.answer(query)
        self.send_response(self.status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words):
        pass


def prepare():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(WORK)
    root = Authority(WORK, "root")
    signer, second = root.issue("signer"), root.issue("second", kind="ec")
    with open(os.path.join(WORK, "document"), "wb") as f:
        f.write("Договор\r\n\0".encode() * 1000)
    openssl("pkcs8", "-topk8", "-in", signer.key, "-out", "locked.key", "-passout", f"pass:{CANARY}", cwd=WORK)
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", signer.key, "-outform", "DER", "-out", "key.der", cwd=WORK)
    openssl("x509", "-in", signer.certificate, "-outform", "DER", "-out", "signer.cer", cwd=WORK)
    openssl("pkcs12", "-export", "-inkey", signer.key, "-in", signer.certificate, "-out", "k.p12", "-passout", f"pass:{CANARY}", cwd=WORK)
    with open(os.path.join(WORK, "pass"), "w") as f:
        f.write(CANARY + "\n")
    with open(os.path.join(WORK, "wrong"), "w") as f:
        f.write(CANARY[:-1] + "x\n")
    return root, signer, second


def signing():
    key = ("--key", "file:root/signer.key", "--cert", "root/signer.pem")
    content = ("-content", "document")
    for form in ("cades-bes", "cms", "no-attributes"):
        call("sign", *key, "--form", form, "--out", "made.sig", "document")
        accepted("made.sig", *content, *(["-cades"] if form == "cades-bes" else []))
        call("sign", *key, "--form", form, "--attached", "--encoding", "pem", "--out", "made.pem", "document")
        accepted("made.pem", inform="PEM")
        call("verify", "--trust", "root/ca.pem", "made.pem")
    call("sign", *key, "--encoding", "base64", "--out", "made.b64", "document")
    with open(os.path.join(WORK, "made.b64")) as f:
        check("\n" not in f.read(), "base64 in one line")
    call("verify", "--trust", "root/ca.pem", "--content", "document", "--require", "cades-bes", "made.b64")
    call("sign", *key, "--encoding", "base64url", "--out", "made.b64url", "document")
    with open(os.path.join(WORK, "made.b64url")) as f:
        text = f.read()
    check(not set(text) & set("+/=\n"), "base64url has its own alphabet, one line and no padding")
    with open(os.path.join(WORK, "made.sig"), "wb") as f:
        f.write(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    accepted("made.sig", *content, "-cades")
    ways = [("--key", "file:locked.key", "--pass", "file:pass", "--cert", "signer.cer"), ("--key", "file:key.der", "--cert", "signer.cer"),
            ("--pkcs12", "file:k.p12", "--pass", "env:KEY_PASS"), ("--key", "credential:k", "--cert", "signer.cer")]
    shutil.copy(os.path.join(WORK, "key.der"), os.path.join(WORK, "k"))
    for way in ways:
        call("sign", *way, "--out", "made.sig", "document", environment={"KEY_PASS": CANARY, "CREDENTIALS_DIRECTORY": WORK})
        accepted("made.sig", *content)
    call("sign", "--key", "file:root/second.key", "--cert", "root/second.pem", "--add-to", "made.sig", "--out", "two.sig", "document")
    accepted("two.sig", *content, "-cades")
    verdict = json.loads(call("verify", "--trust", "root/ca.pem", "--content", "document", "--json", "two.sig"))
    check(verdict["verdict"] == "valid" and len(verdict["signers"]) == 2, verdict)


def stamping(root):
    Stamps.authority = Tsa(root)
    server = http.server.HTTPServer(("127.0.0.1", 0), Stamps)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    key = ("--key", "file:root/signer.key", "--cert", "root/signer.pem", "--form", "cades-t")
    call("sign", *key, "--tsa", url, "--tsa-trust", "root/ca.pem", "--out", "stamped.sig", "document")
    accepted("stamped.sig", "-content", "document", "-cades")
    verdict = json.loads(call("verify", "--trust", "root/ca.pem", "--content", "document", "--require", "cades-t", "--json", "stamped.sig"))
    check(verdict["signers"][0]["time_stamps"][0]["verdict"] == "valid", verdict)
    Stamps.status = 503
    call("sign", *key, "--tsa", url, "--out", "none.sig", "document", code=1)
    server.shutdown()
    server.server_close()
    call("sign", *key, "--tsa", url, "--out", "none.sig", "document", code=1)
    call("sign", *key, "--out", "none.sig", "document", code=2)
    check(not exists("none.sig"), "nothing is left of a signature that was not made")


def refusing():
    before = sorted(os.listdir(WORK))
    failures = [(("--key", "file:locked.key", "--pass", "file:wrong", "--cert", "signer.cer"), 1),
                (("--key", "file:locked.key", "--cert", "signer.cer"), 1), (("--pkcs12", "file:k.p12", "--pass", "file:wrong"), 1),
                (("--key", "file:root/second.key", "--cert", "signer.cer"), 1), (("--key", "file:absent", "--cert", "signer.cer"), 1),
                (("--key", CANARY, "--cert", "signer.cer"), 2), (("--cert", "signer.cer"), 2),
                (("--key", "file:root/signer.key", "--pkcs12", "file:k.p12"), 2), (("--key", "file:root/signer.key", "--cert", "absent"), 1)]
    for words, code in failures:
        call("sign", *words, "--out", "none.sig", "document", code=code)
    said = call("sign", "--key", "file:root/signer.key", "--cert", "signer.cer", "--out", "none.sig", "absent", code=1)
    check("файла absent нет" in said, said)
    said = call("sign", "--key", "file:root/signer.key", "--cert", "signer.cer", "--out", "absent/none.sig", "document", code=1)
    check("нет такой папки" in said, said)
    said = call("sign", "--engine", "gost", "--key", "file:root/signer.key", "--cert", "signer.cer", "--out", "none.sig", "document", code=2)
    check("--engine gost — для ключей ГОСТ" in said and "RSA" in said, said)
    call("sign", "--key", "file:root/signer.key", "--cert", "signer.cer", "--form", "best", "--out", "none.sig", "document", code=2)
    check(sorted(os.listdir(WORK)) == before, "a refused call leaves no file")


def describing():
    said = call("certificate", "signer.cer")
    check("осталось дней: 36" in said and "алгоритм ключа: RSA 2048" in said and "издатель: CN=root,O=Test" in said, said)
    ways = [("--key", "file:locked.key", "--pass", "file:pass", "--cert", "signer.cer"), ("--pkcs12", "file:k.p12", "--pass", "file:pass"),
            ("--command", "cryptcp {input} {output}", "--cert", "signer.cer")]
    for way in ways:
        told = json.loads(call("certificate", *way, "--json"))
        check(told["subject"] == "CN=signer,O=Test" and 360 < told["days_left"] < 366 and told["issuer"] == "CN=root,O=Test", told)
    call("certificate", "document", code=1)
    call("certificate", "absent", code=1)
    call("certificate", code=2)


def verifying(root):
    key = ("--key", "file:root/signer.key", "--cert", "root/signer.pem")
    call("sign", *key, "--out", "d.sig", "document")
    call("sign", *key, "--attached", "--out", "a.sig", "document")
    call("verify", "--trust", "root/ca.pem", "--content", "document", "d.sig")
    call("verify", "--trust", "root/ca.pem", "d.sig", code=4)
    call("verify", "--trust", "root/ca.pem", "--content", "pass", "d.sig", code=1)
    call("verify", "--trust", "root/ca.pem", "--out", "inside", "a.sig")
    with open(os.path.join(WORK, "inside"), "rb") as a, open(os.path.join(WORK, "document"), "rb") as b:
        check(a.read() == b.read(), "the content of an attached signature")
    call("verify", "--trust", "root/ca.pem", "--limit", "1 KB", "a.sig", code=4)
    call("verify", "--trust", "root/ca.pem", "--at", "2020-01-01T00:00:00Z", "a.sig", code=1)
    call("verify", "--trust", "root/ca.pem", "--at", "вчера", "a.sig", code=2)
    call("verify", "--trust", "absent", "a.sig", code=4)
    call("verify", "--trust", "root/ca.pem", "absent", code=4)
    call("verify", "a.sig", code=2)
    call("verify", "--trust", "root/ca.pem", "--crl", root.crl("now", -0.1), "a.sig")
    said = call("verify", "--trust", "root/ca.pem", "--crl", root.crl("old", -20, -10), "a.sig", code=4)
    check("список отзыва действовал до" in said and "crl_stale" in said and "не установлено" in said, said)
    verdict = json.loads(call("verify", "--trust", "root/ca.pem", "--json", "a.sig"))
    check(360 < verdict["signers"][0]["days_left"] < 366, verdict)
    root.revoke(SIGNER)
    said = call("verify", "--trust", "root/ca.pem", "--crl", root.crl("then", -0.1), "a.sig", code=1)
    check("certificate_revoked" in said and "НЕВЕРНА" in said, said)


def decrypting():
    openssl("cms", "-encrypt", "-binary", "-aes256", "-in", "document", "-outform", "DER", "-out", "m", "signer.cer", cwd=WORK)
    call("decrypt", "--key", "file:locked.key", "--pass", "file:pass", "--cert", "signer.cer", "--out", "plain", "m")
    with open(os.path.join(WORK, "plain"), "rb") as a, open(os.path.join(WORK, "document"), "rb") as b:
        check(a.read() == b.read(), "what was encrypted")
    check(os.stat(os.path.join(WORK, "plain")).st_mode & 0o777 == 0o600, "what was secret stays the owner's")
    call("decrypt", "--key", "file:root/second.key", "--cert", "root/second.pem", "--out", "none", "m", code=1)
    check(not exists("none"), "nothing is left of a message that was not opened")
    check("вложить в подпись" not in call("decrypt", "--help"), "decrypt lists what only sign does")


ROOT, SIGNER, SECOND = prepare()
signing()
stamping(ROOT)
refusing()
decrypting()
describing()
verifying(ROOT)
print("ok")
