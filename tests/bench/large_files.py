"""Large files from the portal into 1C and back to Disk, beside curl and base64 doing the same by hand against the same simulators;
and what the daemon's memory grows to meanwhile. Prints: what TAB ours TAB raw TAB ratio. bench/large_files.py BIN_FOLDER ROOT [MB [ROUNDS]]"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

BIN, ROOT = sys.argv[1], sys.argv[2]
SIZE = int(sys.argv[3]) if len(sys.argv) > 3 else 300  # MB
ROUNDS = int(sys.argv[4]) if len(sys.argv) > 4 else 5
MB = 1024 * 1024
PEAK, PROMISE = 96, 0.5
sys.path.insert(0, os.path.join(ROOT, "scripts", "lib"))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
os.environ["SEDLINK_BIN"], os.environ["SEDLINK_ROOT"] = BIN, ROOT

from common import EDMS_SCENARIO, MAPPINGS, eventually, stand  # noqa: E402

ENVELOPE = ('<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:m="http://www.1c.ru/dm" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            "<soap:Body><m:execute>{}</m:execute></soap:Body></soap:Envelope>")
HOLE = "@file@"


class Bench:
    def __init__(self, folder):
        self.folder = folder
        with open(EDMS_SCENARIO, encoding="utf-8") as f:  # the demo's infobase with one performer, who waits for us
            text = f.read().split("rules:")[0].replace("[ Петров Пётр Петрович, Сидорова Анна Викторовна, Кузнецов Дмитрий Олегович ]",
                                                       "[ Петров Пётр Петрович ]")
        self.path("edms.yaml", text)
        with open(MAPPINGS[0], encoding="utf-8") as f:
            head, tail = f.read().split("results:")
        self.path("mapping.yaml", head + "results:\n  - { take: document, to: [folder] }\n" + tail[tail.index("folder: "):])
        self.s = stand(folder, edms=self.path("edms.yaml"), mappings=[self.path("mapping.yaml")], engine={"poll_active": "200ms"},
                       settings={"portal": {"limits": "{ rate_per_second: 0, file: 2 GB }"}, "docflow": {"limits": "{ file: 2 GB }"}})
        access = self.s.edms.state()["access"]
        self.soap_url = access["url"]
        self.database = access["database_id"]
        self.login = "Basic " + base64.b64encode(f"{access['user']}:{access['password']}".encode()).decode()
        self.document = None  # any one of 1C, for the raw uploads
        self.root = next(r["ROOT_OBJECT_ID"] for r in self.s.rest("disk.storage.getlist") if r["ENTITY_TYPE"] == "common")

    def path(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        return path

    def shell(self, script):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{script}: {done.stderr}")
        return done.stdout

    def card(self, name, size):
        return self.s.crm.act(do="create", entity="dynamic:1036", user=14, category=10, stage="DT1036_10:NEW",
                              fields={"title": name, "companyId": 5, "assignedById": 14, "opportunity": 1},
                              files={"ufCrm10Contract": [{"name": name + ".bin", "size": size}]})["id"]

    def sha256(self, card):
        item = next(i for i in self.s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == card)
        return next(f["sha256"] for f in item["files"] if f["field"] == "ufCrm10Contract")

    def in_1c(self, sha256):
        return next((d for d in self.s.edms.state()["documents"] if any(f["sha256"] == sha256 for f in d["files"])), None)

    def on_disk(self, sha256):
        return any(f.get("sha256") == sha256 for f in self.s.crm.state()["disk"])

    def ours(self, name, size):
        """Seconds there and seconds back."""
        card = self.card(name, size)
        sha256 = self.sha256(card)
        start = time.monotonic()
        self.s.crm.act(do="move", item=f"dynamic:1036/{card}", user=14, stage="DT1036_10:PREPARATION")
        document = eventually(lambda: self.in_1c(sha256), 300, f"{name} is in 1C", 0.02)
        there = time.monotonic() - start
        self.document = document["id"]
        process = eventually(lambda: next((p for p in self.s.edms.state()["processes"] if p["document"] == document["id"] and p["open"]), None),
                             60, f"{name} is being approved", 0.05)
        eventually(lambda: "APPROVAL" in next(i["stage"] for i in self.s.crm.state()["items"] if i["id"] == card and i["entity"] == "dynamic:1036"),
                   60, "the card knows it", 0.05)
        start = time.monotonic()
        self.s.edms.act(process=process["id"], person="Петров*", do="approve")
        eventually(lambda: self.on_disk(sha256), 300, f"{name} is on Disk", 0.02)
        return there, time.monotonic() - start

    def ask_1c(self, body):
        return (f"curl -sS -f -X POST -H 'Authorization: {self.login}' -H 'Content-Type: text/xml; charset=utf-8' "
                f"-H 'SOAPAction: \"http://www.1c.ru/dm#DMService:execute\"' -T {body} '{self.soap_url}'")

    def raw(self, name, size):
        card = self.card(name, size)
        sha256 = self.sha256(card)
        link = self.s.rest("crm.item.get", entityTypeId=1036, id=card)["item"]["ufCrm10Contract"][0]["urlMachine"]
        request = (f'<m:request xsi:type="m:DMAddFileRequest"><m:dataBaseID>{self.database}</m:dataBaseID><m:file><m:name>{name}</m:name>'
                   f"<m:objectID><m:id/><m:type>DMFile</m:type></m:objectID><m:binaryData>{HOLE}</m:binaryData><m:extension>bin</m:extension>"
                   f'<m:size>{size}</m:size></m:file><m:owner xsi:type="m:DMInternalDocument"><m:name/><m:objectID><m:id>{self.document}</m:id>'
                   "<m:type>DMInternalDocument</m:type></m:objectID></m:owner></m:request>")
        head, tail = ENVELOPE.format(request).split(HOLE)
        self.path("head", head), self.path("tail", tail)
        start = time.monotonic()
        self.shell(f"curl -sS -f -o file '{link}'; {{ cat head; base64 -w0 file; cat tail; }} > envelope; {self.ask_1c('envelope')} -o answer; "
                   "grep -q DMAddFileResponse answer")
        there = time.monotonic() - start
        if self.in_1c(sha256) is None:
            raise SystemExit("the raw upload has other bytes")

        document = self.in_1c(sha256)
        file = next(f["id"] for f in document["files"] if f["sha256"] == sha256)
        self.path("ask", ENVELOPE.format(
            f'<m:request xsi:type="m:DMRetrieveRequest"><m:dataBaseID>{self.database}</m:dataBaseID><m:objectIds><m:id>{file}</m:id>'
            "<m:type>DMFile</m:type></m:objectIds><m:columnSet>binaryData</m:columnSet></m:request>"))
        hook = self.s.crm.state()["access"]["webhook_url"]
        self.path("upload", json.dumps({"id": self.root, "data": {"NAME": name + ".bin"}}))
        start = time.monotonic()
        self.shell(f"{self.ask_1c('ask')} -o answer; at=$(head -c 8192 answer | grep -abo 'binaryData>' | head -1 | cut -d: -f1); "
                   f"tail -c +$((at + 12)) answer | head -c {(size + 2) // 3 * 4} | base64 -d > back; "
                   f"url=$(curl -sS -f -H 'Content-Type: application/json' -d @upload '{hook}disk.folder.uploadfile' | "
                   "sed 's/.*\"uploadUrl\":\"\\([^\"]*\\)\".*/\\1/'); curl -sS -f -F 'file=@back' \"$url\" | grep -q '\"ID\"'")
        back = time.monotonic() - start
        if not self.on_disk(sha256):
            raise SystemExit("the raw file on Disk has other bytes")
        return there, back


def memory(s, process):
    return s.peak_memory(process) / MB


folder = tempfile.mkdtemp(prefix="sedlink-bench-", dir=os.path.join(ROOT, "build"))
try:
    bench = Bench(folder)
    s = bench.s
    try:
        s.start_daemon()
        bench.ours("warm-up", 3 * MB)
        rounds = []
        for n in range(ROUNDS):  # alternating, the middle one counts; every round has bytes of its own
            ours, raw = bench.ours(f"ours {n}", SIZE * MB), bench.raw(f"raw {n}", SIZE * MB)
            rounds.append((ours, raw))
            print(f"{SIZE} MB: ours {ours[0]:.2f} s there, {ours[1]:.2f} s back; raw {raw[0]:.2f} s there, {raw[1]:.2f} s back",
                  file=sys.stderr, flush=True)
        peak = memory(s, s.daemon)
        print(f"peak memory: daemon {peak:.0f} MB, bitrix24 {memory(s, s.crm.process):.0f} MB, onec-docflow "
              f"{memory(s, s.edms.process):.0f} MB", file=sys.stderr, flush=True)
        failed = []
        for way, title in enumerate((f"{SIZE} MB from the portal into 1C / curl and base64", f"{SIZE} MB from 1C to Disk / curl and base64")):
            ratio, ours, raw = sorted((r[way] / o[way], SIZE / o[way], SIZE / r[way]) for o, r in rounds)[len(rounds) // 2]
            print(f"{title}\t{ours:.0f} MB/s\t{raw:.0f} MB/s\t{ratio:.2f}")
            if ratio < PROMISE:
                failed.append(f"{title}: {PROMISE} is promised, measured {ratio:.2f}")
        print(f"the daemon's peak memory with files of {SIZE} MB / its limit\t{peak:.0f} MB\t{PEAK} MB\t{peak / PEAK:.2f}")
        if peak >= PEAK:
            failed.append(f"the daemon took {peak:.0f} MB of memory")
        if failed:
            raise SystemExit("; ".join(failed))
    finally:
        s.close()
finally:
    shutil.rmtree(folder, ignore_errors=True)
