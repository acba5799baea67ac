"""A daemon that signs requests with a GOST key offers the same TLS as ever, and the engine is loaded into its signer process only. What servers show
and what a PKCS#12 holds ends one day: both are told."""
import http.server
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

from common import ROOT, check, eventually, fresh_folder, stand
import demo

sys.path.insert(0, os.path.join(ROOT, "tests", "signature"))
import pki  # noqa: E402
from process_look import children, client_hello, loaded  # noqa: E402

ENGINE = ("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n"
          "[dn]\nCN=gost\n[v3]\nbasicConstraints=CA:TRUE\nkeyUsage=digitalSignature,keyCertSign\n")
CALLS = "\ncalls:\n" + "".join(f"""  - name: {name}
    when: outcome
    service: {name}
    path: /{name}
    content_type: application/json
    body: '{{"id":"{{{{ call.id }}}}"}}'
""" for name in ("rsa", "gost"))
SERVER = pki.LEAF + "keyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1\n"


class Service:
    """HTTPS that remembers each ClientHello, and looks at the daemon while it has a request in hand."""

    def __init__(self, pair, look):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
        service, self.hellos, self.got, self.trouble = self, [], {}, None

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, address):
                service.hellos.append(client_hello(request.recv(16384, socket.MSG_PEEK)))
                with context.wrap_socket(request, server_side=True) as wrapped:
                    self.RequestHandlerClass(wrapped, address, self)

            def handle_error(self, request, address):
                service.trouble = sys.exc_info()[1]

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.got[self.path] = (body, self.headers["X-Signature"], look())
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"https://127.0.0.1:{self.server.server_address[1]}/"


folder = fresh_folder()
root = pki.Authority(folder, "pki")
ours = root.issue("sedlink", end=20)
with open(os.path.join(folder, "pass"), "w") as f:
    f.write("secret")
subprocess.run(["openssl", "pkcs12", "-export", "-inkey", ours.key, "-in", ours.certificate, "-passout", f"file:{folder}/pass", "-out", f"{folder}/ours.p12"], check=True)
with open(os.path.join(folder, "gost.cnf"), "w") as f:
    f.write(ENGINE)
engine = {**os.environ, "OPENSSL_CONF": os.path.join(folder, "gost.cnf")}
for words in (("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "gost.key"),
              ("req", "-x509", "-key", "gost.key", "-days", "300", "-config", "gost.cnf", "-out", "gost.pem")):
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder, env=engine)


def look():
    """What the daemon has loaded, and what its children have."""
    return loaded(s.daemon.pid), [name for child in children(s.daemon.pid) for name in loaded(child)]


def accepted(path, anchor):
    body, signature, _ = service.got[path]
    for name, data in (("body", body), ("signature", signature.encode())):
        with open(os.path.join(folder, name), "wb") as f:
            f.write(data)
    subprocess.run(["base64", "-d", "signature"], check=True, cwd=folder, stdout=open(os.path.join(folder, "signature.der"), "wb"))
    done = subprocess.run(["openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "signature.der", "-content", "body", "-purpose", "any", "-CAfile",
                           anchor, "-out", "/dev/null"], cwd=folder, env=engine, capture_output=True)
    check(done.returncode == 0, f"{path}: openssl does not accept the signature: {done.stderr.decode()}")


def ends():
    """Days until each certificate ends, by kind and name, as the metrics say."""
    text = s.http.call("GET", "/metrics")[1].decode()
    return {(kind, name): round((float(until) - time.time()) / 86400)
            for kind, name, until in re.findall(r'^sedlink_certificate_expiry_timestamp_seconds\{kind="(\w+)",name="(\w+)"\} (\S+)$', text, re.M)}


service = Service(root.issue("service", SERVER, end=12), look)
mapping = os.path.join(folder, "contracts.yaml")
with open(os.path.join(ROOT, "demo", "mappings", "contracts.yaml"), encoding="utf-8") as source, open(mapping, "w", encoding="utf-8") as out:
    out.write(source.read() + CALLS)
s = stand(folder, mappings=[mapping], settings={
    "portal": {"limits": "{ rate_per_second: 0 }"},
    "connections": {name: f"{{ type: http, url: '{service.url}', ca_file: '{root.certificate}', signing: {name} }}" for name in ("rsa", "gost")},
    "top": {"signing": f"{{ rsa: {{ pkcs12: 'file:{folder}/ours.p12', pass: 'file:{folder}/pass', carriage: {{ header: X-Signature }} }}, "
                       f"gost: {{ engine: gost, key: 'file:{folder}/gost.key', certificate: '{folder}/gost.pem', carriage: {{ header: X-Signature }} }} }}"}})
try:
    s.start_daemon()
    contract = demo.Contract(101, "Поставка", "согласован", stage="SUCCESS", edms="completed", files=3)
    demo.create(s, contract)
    demo.move(s, contract, "PREPARATION")
    eventually(lambda: len(service.got) == 2, 120, "both calls are made")
    check(service.trouble is None, f"the service: {service.trouble}")
    accepted("/rsa", root.certificate)
    accepted("/gost", "gost.pem")
    own, of_signer = service.got["/gost"][2]
    check(own == [] and of_signer == ["gost.so"], f"the engine belongs into the signer: daemon {own}, its children {of_signer}")
    check(len(service.hellos) >= 2 and all(hello == service.hellos[0] for hello in service.hellos), f"TLS differs: {service.hellos}")
    told = ends()
    for what, days in ((("signer", "rsa"), 20), (("signer", "gost"), 300), (("server", "rsa"), 12), (("server", "gost"), 12)):
        check(told.get(what) == days, f"{what} ends in {days} days: {told}")
    with open(s.daemon_log.name, encoding="utf-8") as f:
        log = f.read()
    for words in ("rsa: сертификат подписи «sedlink» действует до", *(f"{name}: сертификат сервера «{service.url[8:-1]}» действует до" for name in ("rsa", "gost"))):
        check(log.count(words) == (2 if "подписи" in words else 1), f"«{words}» is told once by each who looks: {log}")
finally:
    s.close()
print("ok")
