"""TLS of the program is the same with a GOST signer in use, and no engine's or token's library is loaded into it: only into the signer.
  isolation.py    with SEDLINK_BIN and SEDLINK_WORK in the environment"""
import os
import shutil
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pki import Authority, openssl  # noqa: E402
from process_look import children, client_hello, loaded  # noqa: E402

SEDLINK, WORK = os.path.join(os.environ["SEDLINK_BIN"], "sedlink"), os.environ["SEDLINK_WORK"]
ENGINE = ("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=gost\n")


def check(condition, words):
    if not condition:
        raise SystemExit(f"failed: {words}")


class Listener:
    """Takes connections, remembers their first bytes, runs `look` and hangs up."""

    def __init__(self, look):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url, self.hellos, self.look, self.trouble = f"https://127.0.0.1:{self.socket.getsockname()[1]}/", [], look, None
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            connection, _ = self.socket.accept()
            with connection:
                connection.settimeout(30)
                try:
                    self.hellos.append(client_hello(connection.recv(16384)))
                    self.look()
                except (SystemExit, OSError) as trouble:
                    self.trouble = trouble


class Call:
    """sedlink asks a time-stamp authority over TLS in the middle of signing: both processes are alive then."""

    def __init__(self):
        self.process, self.own, self.of_signer = None, [], []
        self.listener = Listener(self.look)

    def look(self):
        self.own.append(loaded(self.process.pid))
        for pid in children(self.process.pid):
            self.of_signer += loaded(pid)

    def sign(self, *key):
        self.own, self.of_signer = [], []
        before = len(self.listener.hellos)
        self.process = subprocess.Popen([SEDLINK, "sign", *key, "--form", "cades-t", "--tsa", self.listener.url, "--out", "none", "document"], cwd=WORK,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = self.process.communicate(timeout=120)[0].decode()
        check(self.listener.trouble is None, f"the listener: {self.listener.trouble}")
        check(self.process.returncode == 1 and "служба меток времени не отвечает" in said, f"the authority hangs up: {said}")
        check(len(self.listener.hellos) > before, f"TLS was begun: {said}")
        check(self.own and not any(self.own), f"sedlink itself has loaded {self.own}")
        return self.listener.hellos[-1]


def prepare():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(os.path.join(WORK, "tokens"))
    root = Authority(WORK, "root")
    root.issue("rsa")
    with open(os.path.join(WORK, "gost.cnf"), "w") as f:
        f.write(ENGINE)
    os.environ["OPENSSL_CONF"] = os.path.join(WORK, "gost.cnf")
    openssl("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "gost.key", cwd=WORK)
    openssl("req", "-x509", "-key", "gost.key", "-days", "30", "-config", "gost.cnf", "-out", "gost.pem", cwd=WORK)
    del os.environ["OPENSSL_CONF"]
    os.environ["SOFTHSM2_CONF"] = os.path.join(WORK, "softhsm2.conf")
    for name, text in (("softhsm2.conf", f"directories.tokendir = {WORK}/tokens\n"), ("pin", "98765432\n"), ("document", "document\n")):
        with open(os.path.join(WORK, name), "w") as f:
            f.write(text)
    for words in (("--init-token", "--free", "--label", "t", "--so-pin", "12345678", "--pin", "98765432"),
                  ("--import", "root/rsa.key", "--token", "t", "--label", "k", "--id", "a1", "--pin", "98765432")):
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, cwd=WORK)


def main():
    prepare()
    call = Call()
    plain = call.sign("--key", "file:root/rsa.key", "--cert", "root/rsa.pem")
    check(not call.of_signer, "a key in a file needs no engine")
    with_gost = call.sign("--engine", "gost", "--key", "file:gost.key", "--cert", "gost.pem")
    check(call.of_signer == ["gost.so"], f"the signer works with the engine: {call.of_signer}")
    check(with_gost == plain, f"TLS offers something else with a GOST signer: {with_gost} instead of {plain}")
    with_token = call.sign("--pkcs11", "pkcs11:token=t;object=k", "--pkcs11-module", "/usr/lib/softhsm/libsofthsm2.so", "--pass", "file:pin", "--cert", "root/rsa.pem")
    check(sorted(call.of_signer) == ["libsofthsm2.so", "pkcs11.so"], f"the signer works with the token: {call.of_signer}")
    check(with_token == plain, f"TLS offers something else with a token: {with_token} instead of {plain}")
    # GOST suites and groups have numbers of their own: none may be offered (RFC 9189: C100-C102; older C1xx, FF85).
    suites = [plain[1][i:i + 4] for i in range(0, len(plain[1]), 4)]
    check(suites and not [s for s in suites if s.startswith("c1") or s in ("ff85", "0081")], f"suites: {suites}")
    print("ok")


main()
