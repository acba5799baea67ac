"""What cannot be signed is not sent. A GOST key with a time-stamp: the authority is down, then the signer process is killed in the
middle of a signature; the request goes out once, signed, when both work. An expired certificate parks the request for the admin;
with a good one in its place `process retry` lets it go. The approvals wait for none of it."""
import http.server
import os
import signal
import subprocess
import threading

from bureau import Bureau, card, pki, write_mapping
from common import check, eventually, fresh_folder, stand
import demo

CALLS = """
calls:
  - name: notice
    when: outcome
    service: bureau
    path: /notice
    body: 'ключ {{ call.id }}'
    repeat: safe
"""

folder = fresh_folder()
root = pki.Authority(folder, "pki")
ours, theirs, expired = root.issue("sedlink", kind="ec"), root.issue("bureau", kind="ec"), root.issue("old", kind="ec", start=-20, end=-10)
tsa = pki.Tsa(root)
gost = os.path.join(folder, "gost")
os.makedirs(gost)
with open(os.path.join(gost, "gost.cnf"), "w", encoding="ascii") as f:
    f.write("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n"
            "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=gost\n[v3]\nbasicConstraints=CA:TRUE\n")
environment = dict(os.environ, OPENSSL_CONF=os.path.join(gost, "gost.cnf"))
for words in (["genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "k.pem"],
              ["req", "-x509", "-config", "gost.cnf", "-key", "k.pem", "-days", "30", "-out", "c.pem"]):
    subprocess.run(["openssl", *words], cwd=gost, env=environment, capture_output=True, check=True)
roots = os.path.join(folder, "roots.pem")
with open(roots, "w", encoding="ascii") as out:
    for path in (root.certificate, os.path.join(gost, "c.pem")):
        out.write(open(path, encoding="ascii").read())
bureau = Bureau(roots, theirs, environment)
signers_killed, stamps = [], []


class TimeStamps(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        if not signers_killed:  # the signer waits for this answer
            found = subprocess.run(["pgrep", "-P", str(s.daemon.pid), "-f", " signer "], capture_output=True, text=True).stdout.split()
            for pid in found:
                os.kill(int(pid), signal.SIGKILL)
                signers_killed.append(pid)
        stamps.append(1)
        body = tsa.answer(query)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def profile(key, certificate, more, carriage="body: attached"):
    return f"{{ bureau: {{ key: 'file:{key}', certificate: '{certificate}', carriage: {{ {carriage} }}{more} }} }}"


authority = http.server.ThreadingHTTPServer(("127.0.0.1", 0), TimeStamps, bind_and_activate=False)
authority.server_bind()  # an address of its own, and nobody listens: connections are refused
tsa_url = f"http://127.0.0.1:{authority.server_address[1]}/"
s = stand(folder, mappings=[write_mapping(folder, CALLS)], settings={
    "portal": {"limits": "{ rate_per_second: 0 }"},
    "connections": {"bureau": f"{{ type: http, url: '{bureau.url}', signing: bureau }}"},
    "top": {"signing": profile(f"{gost}/k.pem", f"{gost}/c.pem", f", engine: gost, form: cades-t, tsa: '{tsa_url}', tsa_digest: sha256")}})


def approved(title):
    contract = demo.Contract(101, title, "согласован", stage="SUCCESS", edms="completed", files=3)
    demo.create(s, contract)
    demo.move(s, contract, "PREPARATION")
    eventually(lambda: card(s, contract)["stage"] == "DT1036_10:SUCCESS", 120, "the approval does not wait for the service")
    return contract


def request():
    """The effect of the call, of whatever run."""
    for run in s.process("list"):
        for effect in s.process("show", run["id"])["effects"]:
            if effect["kind"] == "call_service" and effect["status"] != "done":
                return effect
    return None


try:
    s.start_daemon()
    approved("Поставка")
    eventually(lambda: (request() or {}).get("attempts", 0) >= 2, 60, "the request is tried again")
    check("signature.time_stamp_unreachable" in request()["error"], f"why it waits is said: {request()}")
    check(not bureau.got and not bureau.wrong, "nothing is sent while the authority is down")
    authority.server_activate()
    threading.Thread(target=authority.serve_forever, daemon=True).start()
    eventually(lambda: signers_killed, 60, "the signer is killed at work")
    eventually(lambda: bureau.posts("/notice"), 60, "the request goes out")
    eventually(lambda: request() is None, 60, "it is done")
    check(len(bureau.posts("/notice")) == 1 and not bureau.wrong, f"once, signed: {bureau.got} {bureau.wrong}")
    check(len(stamps) >= 2, "the killed signature was made anew")
    check(s.process("list", "--incidents") == [], "nobody had to do anything")

    s.stop_daemon()
    s.settings["top"]["signing"] = profile(expired.key, expired.certificate, "")
    s.write_config()
    judged = subprocess.run([os.path.join(s.bin, "sedlink"), "check", "-c", s.config], capture_output=True, text=True)
    check(judged.returncode == 0 and "просрочен" in judged.stderr, f"check warns of the expired certificate: {judged.stderr}")
    s.start_daemon(subscribe=False)
    approved("Поставка вторая")
    incidents = eventually(lambda: s.process("list", "--incidents"), 60, "an expired certificate is for the admin")
    check("signature.expired" in str(incidents), f"why is said: {incidents}")
    check(len(bureau.got) == 1 and not bureau.wrong, "nothing is sent with it")
    s.stop_daemon()
    s.settings["top"]["signing"] = profile(ours.key, ours.certificate, "")
    s.write_config()
    s.start_daemon(subscribe=False)
    s.process("retry", incidents[0]["instance"])
    eventually(lambda: len(bureau.posts("/notice")) == 2, 60, "with a good one it goes")
    check(not bureau.wrong, f"signed: {bureau.wrong}")
    eventually(lambda: s.process("list", "--incidents") == [], 60, "the incident is over")
finally:
    s.close()
