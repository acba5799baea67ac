"""A credit bureau that believes nothing unsigned: it verifies requests with openssl, answers signed, prepares its reports for a
while. And the calls: of a mapping that asks it."""
import http.server
import os
import re
import subprocess
import sys
import threading

from common import ROOT

sys.path.insert(0, os.path.join(ROOT, "tests", "signature"))
import pki  # noqa: E402,F401

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
    when: launch
    service: bureau
    path: /notice
    content_type: application/json
    body: '{"id":"{{ call.id }}"}'
"""


class Bureau:
    """Keeps what it verified; holds the paths in `held` until they are let go."""

    def __init__(self, root, ours, environment=None):
        """`root`: whose requests are believed; `ours`: the pair that signs answers; `environment`: for openssl, where it needs an engine."""
        self.root, self.ours, self.environment = root, ours, environment
        self.got, self.wrong, self.held, self.released, self.unready = [], [], set(), threading.Event(), set()
        bureau = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, content=b""):
                body = bureau.sign(content) if content else b""
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except BrokenPipeError:
                    pass  # the daemon that asked was killed

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

            def do_GET(self):
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
                              input=body, capture_output=True, env=self.environment)
        return done.stdout.decode() if done.returncode == 0 else None

    def sign(self, content):
        return subprocess.run(["openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-signer", self.ours.certificate,
                               "-inkey", self.ours.key], input=content, capture_output=True, check=True).stdout

    def posts(self, path, call=None):
        return [c for p, c, _ in self.got if p == path and call in (None, c)]


def write_mapping(folder, calls=CALLS):
    path = os.path.join(folder, "contracts.yaml")
    with open(os.path.join(ROOT, "demo", "mappings", "contracts.yaml"), encoding="utf-8") as source, open(path, "w", encoding="utf-8") as out:
        out.write(source.read() + calls)
    return path


def card(s, contract):
    return next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == contract.id)


def scored(s, contract):
    item = card(s, contract)
    said = [c for c in item["comments"] if "Скоринговый балл: 742" in str(c["text"])]
    return item["stage"] == "DT1036_10:SUCCESS" and item["fields"].get("ufCrm10Reason") == "742" and len(said) == 1
