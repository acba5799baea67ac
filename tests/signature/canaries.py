"""Keys, passphrases and PINs are nowhere but in memory: not in what is said, written or left behind, not among the arguments and the
environment of any process, and no process leaves a core file or lets its memory be read. Every back end, success and every failure.
  canaries.py    with SEDLINK_BIN and SEDLINK_WORK in the environment"""
import base64
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pki import Authority, Tsa, openssl  # noqa: E402

PASS, PIN, WRONG, LITERAL = "canary-passphrase-7c1f9e", "canary-pin-5d2a81", "canary-wrong-e94b02", "canary-literal-0b77aa"
ENGINE = ("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n"
          "[dn]\nCN=gost\n[v3]\nbasicConstraints=CA:TRUE\nkeyUsage=digitalSignature,keyCertSign\n")
# What its own process looks like, then what cryptcp would do.
TOOL = """#!/bin/sh
cat /proc/$$/environ /proc/$$/cmdline /proc/$PPID/cmdline > seen.tool
grep core /proc/$PPID/limits > limits.tool
read pin
case $1 in
  sign) exec openssl cms -sign -binary -cades -nosmimecap -in "$2" -signer rsa.pem -inkey rsa.key -outform DER -out "$3";;
  fail) echo "the PIN is $pin and the key is"; cat rsa.key; exit 5;;
  hang) read never < fifo;;
  open) exec openssl cms -decrypt -binary -inform DER -in "$2" -recip rsa.pem -inkey rsa.key -out "$3";;
esac
"""
NOBODY = 65534
AS_NOBODY = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def check(condition, words):
    if not condition:
        raise SystemExit(f"failed: {words}")


def prepare(folder):
    root = Authority(folder, "root")
    rsa, ec, expired = root.issue("rsa"), root.issue("ec", kind="ec"), root.issue("expired", start=-20, end=-10)
    for name, pair in (("rsa", rsa), ("ec", ec), ("expired", expired)):
        shutil.copy(pair.key, os.path.join(folder, f"{name}.key"))
        shutil.copy(pair.certificate, os.path.join(folder, f"{name}.pem"))
    here = {"cwd": folder}
    for name in ("rsa", "ec", "expired"):
        openssl("pkcs8", "-topk8", "-in", f"{name}.key", "-out", f"{name}.locked", "-passout", f"pass:{PASS}", **here)
    openssl("pkcs12", "-export", "-inkey", "ec.key", "-in", "ec.pem", "-out", "ec.p12", "-passout", f"pass:{PASS}", **here)
    openssl("cms", "-encrypt", "-binary", "-in", "rsa.pem", "-outform", "DER", "-out", "message", "rsa.pem", **here)
    with open(os.path.join(folder, "gost.cnf"), "w") as f:
        f.write(ENGINE)
    os.environ["OPENSSL_CONF"] = os.path.join(folder, "gost.cnf")
    openssl("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "gost.key", **here)
    openssl("req", "-x509", "-key", "gost.key", "-days", "30", "-config", "gost.cnf", "-out", "gost.pem", **here)
    openssl("pkcs8", "-topk8", "-in", "gost.key", "-out", "gost.locked", "-passout", f"pass:{PASS}", "-v2", "aes-256-cbc", **here)
    del os.environ["OPENSSL_CONF"]
    os.mkdir(os.path.join(folder, "tokens"))
    for name, text in (("pass", PASS), ("pin", PIN), ("wrong", WRONG), ("softhsm2.conf", f"directories.tokendir = {folder}/tokens"), ("tool", TOOL)):
        with open(os.path.join(folder, name), "w") as f:
            f.write(text + "\n")
    os.chmod(os.path.join(folder, "tool"), 0o755)
    os.mkfifo(os.path.join(folder, "fifo"))
    for name in ("temporary", "no-engines"):
        os.mkdir(os.path.join(folder, name))
    os.environ["SOFTHSM2_CONF"] = os.path.join(folder, "softhsm2.conf")
    for words in (("--init-token", "--free", "--label", "t", "--so-pin", "12345678", "--pin", PIN), ("--import", "rsa.key", "--token", "t", "--label", "k", "--id", "a1", "--pin", PIN)):
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, cwd=folder)
    with open(os.path.join(folder, "document"), "wb") as f:
        f.write(b"document" * 1000)
    if AS_NOBODY:
        for path, folders, files in os.walk(folder):
            for name in [path, *(os.path.join(path, n) for n in folders + files)]:
                os.chown(name, NOBODY, NOBODY)
    return root


def needles(folder):
    """Secrets, and every key in the forms in which it could show: bytes, hex, base64."""
    out = {text.encode() for text in (PASS, PIN, WRONG, LITERAL)}
    for name in ("rsa.key", "ec.key", "gost.key", "expired.key"):
        with open(os.path.join(folder, name), encoding="ascii") as f:
            lines = [line.strip() for line in f if not line.startswith("-")]
        der = base64.b64decode("".join(lines))
        # RSA: within the private exponent and the primes; EC and GOST: the last bytes of the private number's octets.
        start = len(der) // 2 if len(der) > 600 else der.rindex(b"\x04\x20") + 4 if b"\x04\x20" in der else len(der) - 24
        for at in ((start, start + 200, start + 400) if len(der) > 600 else (start,)):
            piece = der[at:at + 20]
            out |= {piece, piece.hex().encode(), piece.hex().upper().encode()}
            for shift in range(3):
                out.add(base64.b64encode(piece[shift:shift + 15])[:20])
        out.update(line.encode() for line in lines[len(lines) // 2:-1] if len(line) > 40)
    return out


class Watched:
    """Runs sedlink; in the middle of a CAdES-T signature the authority looks at the processes."""

    def __init__(self, folder, binary, authority):
        self.folder, self.binary, self.authority, self.process = folder, binary, authority, None
        self.secrets, self.seen, self.kill, self.answer = needles(folder), 0, False, True
        watched = self

        class Stamps(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                watched.look()
                answer = watched.authority.answer(query)
                self.send_response(200 if watched.answer else 503)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stamps)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/"
        self.trouble = None

    def clean(self, data, where):
        for secret in self.secrets:
            check(secret not in data, f"a secret in {where}: {secret!r}")

    def look(self):
        try:
            children = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and self.parent(pid) == self.process.pid]
            for pid in [self.process.pid, *children]:
                self.look_at(pid, pid in children)
            self.seen += len(children)
            if self.kill:
                for pid in children:
                    os.kill(pid, signal.SIGKILL)
        except SystemExit as trouble:  # the thread of the server: told by run()
            self.trouble = trouble

    @staticmethod
    def parent(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
                return int(f.read().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            return None

    def look_at(self, pid, is_child):
        def text(name):
            with open(f"/proc/{pid}/{name}", "rb") as f:
                return f.read()
        self.clean(text("cmdline"), f"the arguments of {text('cmdline')}")
        if is_child and os.geteuid() == 0:
            self.clean(text("environ"), f"the environment of {text('cmdline')}")
        limits = text("limits").decode()
        check(re.search(r"Max core file size +0 +0 ", limits), f"a core file is allowed: {limits}")
        # The kernel gives /proc/PID of a process that is not dumpable to root.
        check(os.stat(f"/proc/{pid}/environ").st_uid == 0, f"the memory of {text('cmdline')} may be read by its user")

    def run(self, *words, code, says="", environment=None):
        for name in ("made", "made.plain"):
            if os.path.exists(os.path.join(self.folder, name)):
                os.remove(os.path.join(self.folder, name))
        inherited = {"PATH": os.environ["PATH"], "SOFTHSM2_CONF": os.environ["SOFTHSM2_CONF"], "TMPDIR": os.path.join(self.folder, "temporary"), "LANG": "C.UTF-8"}
        self.process = subprocess.Popen([self.binary, *words], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env={**inherited, **(environment or {})}, **AS_NOBODY)
        out, err = self.process.communicate(timeout=120)
        said = out + err
        if self.trouble:
            raise self.trouble
        check(self.process.returncode == code, f"{' '.join(words)}: exit {self.process.returncode}, expected {code}: {said.decode()}")
        self.clean(said, f"what `{' '.join(words)}` says")
        check(says in said.decode(), f"{' '.join(words)} does not say «{says}»: {said.decode()}")
        check(os.path.exists(os.path.join(self.folder, "made")) == (code == 0), f"{' '.join(words)}: the file of its result")
        for name in ("made", "seen.tool"):
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                with open(path, "rb") as f:
                    self.clean(f.read(), name)
        check(not os.listdir(os.path.join(self.folder, "temporary")), f"{' '.join(words)} leaves temporary files")


def run_all(w):
    stamp = ("--form", "cades-t", "--tsa", w.url, "--tsa-trust", "root/ca.pem", "--tsa-digest", "sha256")
    token = ("--pkcs11", "pkcs11:token=t;object=k", "--pkcs11-module", "/usr/lib/softhsm/libsofthsm2.so", "--cert", "rsa.pem")
    ways = {"rsa": (("--key", "file:rsa.locked", "--cert", "rsa.pem"), "file:pass"), "pkcs12": (("--pkcs12", "file:ec.p12"), "file:pass"),
            "gost": (("--engine", "gost", "--key", "file:gost.locked", "--cert", "gost.pem"), "file:pass"), "token": (token, "file:pin")}
    end = ("--out", "made", "document")
    wrong_words = {"rsa": "пароль к ключу не подошёл", "gost": "пароль к ключу не подошёл", "pkcs12": "пароль к контейнеру PKCS#12 не подошёл", "token": "токен не принял PIN"}
    for name, (key, secret) in ways.items():
        before = w.seen
        w.run("sign", *key, "--pass", secret, *stamp, *end, code=0)
        engine = name in ("gost", "token")
        check(w.seen - before == (1 if engine else 0), f"{name}: a signer process that was looked at")
        w.run("sign", *key, "--pass", "env:KEY_SECRET", *stamp, *end, code=0, environment={"KEY_SECRET": PIN if name == "token" else PASS})
        w.run("sign", *key, "--pass", "file:wrong", *end, code=1, says=wrong_words[name])
        w.run("sign", *key, *end, code=1)
        w.run("sign", *key, "--pass", LITERAL, *end, code=2)
        w.answer = False
        w.run("sign", *key, "--pass", secret, *stamp, *end, code=1, says="служба меток времени не отвечает, ничего не подписано")
        w.answer = True
        if engine:
            w.kill = True
            w.run("sign", *key, "--pass", secret, *stamp, *end, code=1, says="процесс подписи завершился")
            w.kill = False
    w.run("sign", "--key", "file:rsa.locked", "--cert", "ec.pem", "--pass", "file:pass", *end, code=1, says="сертификат и ключ не подходят друг к другу")
    w.run("sign", "--key", "file:expired.locked", "--cert", "expired.pem", "--pass", "file:pass", *end, code=1, says="срок сертификата «expired» истёк")
    no_engines = {"OPENSSL_ENGINES": os.path.join(w.folder, "no-engines")}
    w.run("sign", *ways["gost"][0], "--pass", "file:pass", *end, code=1, says="установите пакет libengine-gost-openssl", environment=no_engines)
    w.run("sign", *token, "--pass", "file:pin", *end, code=1, says="установите пакет libengine-pkcs11-openssl", environment=no_engines)
    w.run("sign", *token[:2], "--pkcs11-module", "absent.so", "--cert", "rsa.pem", "--pass", "file:pin", *end, code=1, says="нет библиотеки токена")
    w.run("sign", "--pkcs11", f"pkcs11:token=t;object=k?pin-value={PIN[:7]}", "--cert", "rsa.pem", *end, code=1, says="PIN в адресе ключа не принимается")

    def tool(*words):
        return ("--command", f"{w.folder}/tool {' '.join(words)} {{input}} {{output}}", "--cert", "rsa.pem", "--pass", "file:pin")

    w.run("sign", *tool("sign"), *end, code=0)
    with open(os.path.join(w.folder, "limits.tool"), encoding="ascii") as f:
        check(re.search(r"Max core file size +0 +0 ", f.read()), "sedlink that runs a tool may leave a core file")
    with open(os.path.join(w.folder, "seen.tool"), "rb") as f:
        check(b"tool" in f.read(), "the tool looked at itself")
    w.run("sign", *tool("hang"), "--timeout", "1", *end, code=1, says="команда подписи не закончила за отведённое время")
    # A tool that prints a key is not ours to mend, but the PIN in what it says is masked.
    w.secrets = {s for s in w.secrets if s.startswith(b"canary")}
    w.run("sign", *tool("fail"), *end, code=1, says="команда подписи вернула 5")
    w.secrets = needles(w.folder)
    for words in (("--key", "file:rsa.locked", "--cert", "rsa.pem", "--pass", "file:pass"), (*token, "--pass", "file:pin"), tool("open")):
        w.run("decrypt", *words, "--out", "made", "message", code=0)
    w.run("decrypt", "--key", "file:ec.locked", "--cert", "ec.pem", "--pass", "file:pass", "--out", "made", "message", code=1, says="зашифровано не для этого сертификата")
    w.run("decrypt", *token, "--pass", "file:wrong", "--out", "made", "message", code=1, says="токен не принял PIN")


def reachable(folder):
    """sedlink as another user can start it."""
    binary = os.path.join(os.environ["SEDLINK_BIN"], "sedlink")
    if AS_NOBODY:
        try:
            subprocess.run([binary, "--version"], check=True, capture_output=True, **AS_NOBODY)
        except (OSError, subprocess.CalledProcessError):
            binary = shutil.copy(binary, os.path.join(folder, "sedlink"))
    return binary


def main():
    folder = tempfile.mkdtemp(prefix="sedlink-canaries-")
    os.chmod(folder, 0o755)
    try:
        root = prepare(folder)
        run_all(Watched(folder, reachable(folder), Tsa(root)))
    finally:
        shutil.rmtree(folder)
    print("ok")


main()
