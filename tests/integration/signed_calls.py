"""A mapping asks a signed service: an approved contract makes a credit bureau's request (attached CMS as the whole body), the
bureau verifies it with openssl, answers signed, prepares the report for a while, and the card gets the score. kill -9 between
sent and answered: `repeat: safe` sends the same call.id again, `repeat: never` parks it for a person, and the approval goes on."""
import http.server
import os
import re
import subprocess
import sys
import threading

from common import ROOT, check, eventually, fresh_folder, stand
import demo

sys.path.insert(0, os.path.join(ROOT, "tests", "signature"))
import pki  # noqa: E402

CALLS = """
calls:
  - name: report
    when: outcome
    service: bureau
    path: /dlrequest
    body: |
      <?xml version="1.0" encoding="UTF-8"?>
      <Запрос ИдентификаторЗапроса="{{ call.id }}"><ИНН>{{ company.requisite.inn }}</ИНН></Запрос>
    content_type: application/xml
    repeat: safe
    ready:
      id: /Ответ/ИдентификаторОтвета
      path: "/dlanswer?id={{ call.ticket }}"
      wait_ms: /Ответ/ВремяГотовности
    answer:
      - { take: /ОтветПоКИ/Балл, to: [field:ufCrm10Reason, timeline], text: "Скоринговый балл: {{ call.value }}" }
  - name: notice
    when: outcome
    service: bureau
    path: /notice
    content_type: application/json
    body: '{"id":"{{ call.id }}"}'
"""


class Bureau:
    """Keeps what it verified; holds the paths in `held` until they are let go."""

    def __init__(self, folder, root, ours):
        self.folder, self.root, self.ours = folder, root, ours
        self.got, self.wrong, self.held, self.released, self.unready = [], [], set(), threading.Event(), set()
        bureau = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, content=b""):
                body = bureau.sign(content) if content else b""
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                content = bureau.verify(self.rfile.read(int(self.headers["Content-Length"])))
                if content is None or self.headers["Content-Type"]:
                    bureau.wrong.append(self.path)
                    return self.answer(400)
                call = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", content).group()
                bureau.got.append((self.path, call, content))
                if self.path in bureau.held:
                    bureau.released.wait(120)
                self.answer(200, f"<Ответ><ИдентификаторОтвета>{call}/1</ИдентификаторОтвета></Ответ>".encode())

            def do_GET(self):  # not signed: signing_routes
                ticket = self.path.partition("?id=")[2]
                bureau.got.append(("GET", ticket, ""))
                if ticket not in bureau.unready:
                    bureau.unready.add(ticket)
                    return self.answer(202, "<Ответ><ВремяГотовности>1500</ВремяГотовности></Ответ>".encode())
                self.answer(200, "<ОтветПоКИ><Балл>742</Балл></ОтветПоКИ>".encode())

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def verify(self, body):
        done = subprocess.run(["openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-CAfile", self.root],
                              input=body, capture_output=True)
        return done.stdout.decode() if done.returncode == 0 else None

    def sign(self, content):
        return subprocess.run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-signer", self.ours.certificate,
                               "-inkey", self.ours.key], input=content, capture_output=True, check=True).stdout

    def posts(self, path, call=None):
        return [c for p, c, _ in self.got if p == path and call in (None, c)]


folder = fresh_folder()
root = pki.Authority(folder, "pki")
ours, theirs = root.issue("sedlink", kind="ec"), root.issue("bureau", kind="ec")
bureau = Bureau(folder, root.certificate, theirs)
mapping = os.path.join(folder, "contracts.yaml")
with open(os.path.join(ROOT, "demo", "mappings", "contracts.yaml"), encoding="utf-8") as source, open(mapping, "w", encoding="utf-8") as out:
    out.write(source.read() + CALLS)
s = stand(folder, mappings=[mapping], settings={
    "portal": {"limits": "{ rate_per_second: 0 }"},
    "connections": {"bureau": f"{{ type: http, url: '{bureau.url}', signing: bureau, "
                              "signing_routes: [ { method: GET, path: '*', signing: answers } ] }"},
    "top": {"trust": f"{{ bureau: {{ certificates: '{root.certificate}' }} }}",
            # A question carries no body: its signature goes into a header, the answer is verified all the same.
            "signing": f"{{ bureau: {{ key: 'file:{ours.key}', certificate: '{ours.certificate}', carriage: {{ body: attached }}, "
                       "answers: { signed: attached, trust: bureau } }, "
                       f"answers: {{ key: 'file:{ours.key}', certificate: '{ours.certificate}', carriage: {{ header: X-Signature }}, "
                       "answers: { signed: attached, trust: bureau } } }"}})


def card(contract):
    return next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == contract.id)


def approved(number, title):
    contract = demo.Contract(number, title, "согласован", stage="SUCCESS", edms="completed", files=3)
    demo.create(s, contract)
    demo.move(s, contract, "PREPARATION")
    return contract


def scored(contract):
    item = card(contract)
    said = [c for c in item["comments"] if "Скоринговый балл: 742" in str(c["text"])]
    return item["stage"] == "DT1036_10:SUCCESS" and item["fields"].get("ufCrm10Reason") == "742" and len(said) == 1


def killed_while(path, contract_number, title):
    """The bureau has the request, the daemon has no answer and is killed."""
    bureau.held = {path}
    bureau.released.clear()
    before = len(bureau.posts(path))
    contract = approved(contract_number, title)
    eventually(lambda: len(bureau.posts(path)) > before, 90, f"{path} is sent", 0.02)
    s.kill_daemon()
    bureau.held = set()
    bureau.released.set()
    s.start_daemon(subscribe=False)
    return contract, bureau.posts(path)[-1]


try:
    s.start_daemon()
    first = approved(101, "Поставка")
    eventually(lambda: scored(first) and bureau.posts("/notice"), 120, "the score is in the card")
    check(not bureau.wrong, f"not accepted by openssl: {bureau.wrong}")
    check(len(bureau.posts("/dlrequest")) == 1 and len(bureau.posts("/notice")) == 1, "each request once")
    request = next(c for p, _, c in bureau.got if p == "/dlrequest")
    check("<ИНН>" in request and request.startswith("<?xml"), f"the signed bytes are the body: {request}")
    check(any(p == "GET" and c == bureau.posts("/dlrequest")[0] + "%2F1" for p, c, _ in bureau.got), "the ticket is in the question")

    safe, key = killed_while("/dlrequest", 101, "Поставка вторая")
    eventually(lambda: scored(safe), 120, "the score came after the kill")
    check(len(bureau.posts("/dlrequest", key)) == 2, f"the same call.id twice: {bureau.posts('/dlrequest')}")
    check(s.process("list", "--incidents") == [], "no incident for a safe repetition")

    never, key = killed_while("/notice", 101, "Поставка третья")
    eventually(lambda: scored(never), 120, "the approval and the other call go on")
    incidents = eventually(lambda: s.process("list", "--incidents"), 60, "doubt is an incident")
    check(len(bureau.posts("/notice", key)) == 1, "not repeated without a person")
    check(key in str(incidents) and "sedlink process retry" in str(incidents), f"what to do is said: {incidents}")
    run = re.search(r"sedlink process retry ([0-9a-f-]{36})", str(incidents)).group(1)
    s.process("retry", run)
    eventually(lambda: len(bureau.posts("/notice", key)) == 2, 60, "the operator lets it go out again")
    eventually(lambda: s.process("list", "--incidents") == [], 60, "the incident is over")
    check(not bureau.wrong, f"not accepted by openssl: {bureau.wrong}")
finally:
    s.close()
