"""The daemon against another Directum RX (other_rx.py): four kinds of process reach their endings, and nothing is asked that the page
of the service does not promise. other_rx_endings.py [all | STORY…] [kill] [SWITCH=VALUE…], the switches being those of
other_rx.OPTIONS, `adapter.KEY` one of the connection's settings, `kill` killing the daemon again and again."""
import ast
import collections
import json
import os
import subprocess
import sys
import time

from common import BIN, ROOT, check, eventually, fresh_folder, stand
from other_rx import OtherRx
from other_rx_stories import ALONE, FITS, KINDS, STORIES, Card

PEOPLE = ["Петров Пётр Петрович", "Сидорова Анна Викторовна"]


def write_mappings(folder, settings):
    paths = []
    with open(os.path.join(ROOT, "demo", "mappings", "contracts-rx.yaml"), encoding="utf-8") as f:
        text = f.read()
    for kind, category in KINDS.items():
        t = text.replace("contracts-rx", f"rx-{kind}").replace("DT1036_16", f"DT1036_{category}").replace("category: 16", f"category: {category}")
        if not settings["module"]:
            t = t.replace("  - { take: signatures, to: [folder] }\n", "").replace("  - { take: dossier,    to: [folder] }\n", "")
        t = t.replace("results:\n", "results:\n  - { take: pdf, to: [folder] }\n")
        t = t.replace("    responsible:", "    valid_till: \"2026-12-31\"\n    currency: { name: Российский рубль }\n    vendor:\n"
                      "      IsFrameworkContract: true\n    responsible:")
        approvers = "  approvers: [ " + ", ".join(f"{{ name: {p} }}" for p in PEOPLE) + " ]\n  due: 5 days\n"
        route = {"rule": "  template: Согласование договора\n" if settings["draft_is_patched"] else "", "process": "",
                 "free": approvers, "simple": approvers}[kind]
        t = t.replace("  kind: rule\n  template: Согласование договора\n", f"  kind: {kind}\n  name: \"Согласование: {{{{ item.title }}}}, {{{{ item.title }}}}\"\n{route}")
        if kind == "simple":
            t = t.replace("  rework: crm\n", "").replace(f'  give_up: ["DT1036_{category}:FAIL"]\n', "")
        if kind in ("simple", "free"):
            t = "".join(line for line in t.splitlines(True) if ":SIGNING" not in line)
        paths.append(os.path.join(folder, f"rx-{kind}.yaml"))
        with open(paths[-1], "w", encoding="utf-8") as f:
            f.write(t)
    return paths


SHORT = [("rule", "approved"), ("process", "approved"), ("free", "approved"), ("simple", "approved"), ("rule", "annexed"), ("rule", "remarked"),
         ("rule", "reworked"), ("free", "reworked"), ("process", "rejected"), ("free", "aborted"), ("process", "deleted"), ("simple", "withdrawn"),
         ("rule", "suspended"), ("rule", "aborted_signed")]


def questions_refused(rx):
    """What was asked and refused by the service as a service: grammar, names, types, parameters; and 404 and 5xx, to be looked at."""
    seen = collections.OrderedDict()
    for r in rx.log:
        if r["refused"] or r["status"] in (405, 406) or r["status"] >= 500:
            seen.setdefault((r["method"], r["status"], r["refused"] or r["answer"][:200].decode(errors="replace")), r["path"][:300])
    return seen


def main():
    words = [w for w in sys.argv[1:] if "=" not in w]
    options = {}
    for w in sys.argv[1:]:
        if "=" in w:
            name, _, value = w.partition("=")
            try:
                options[name] = ast.literal_eval(value)
            except (ValueError, SyntaxError):
                options[name] = value
            if name == "edition":
                options[name] = value
    settings = {}
    for name in [n for n in options if n.startswith("adapter.")]:
        settings[name[8:]] = options.pop(name)
    kills = 6 if "kill" in words else 0
    words = [w for w in words if w != "kill"]
    folder = fresh_folder()
    rx = OtherRx(**options)
    secret = os.path.join(folder, "rx-password")
    with open(secret, "w", encoding="utf-8") as f:
        f.write(rx.password)
    os.chmod(secret, 0o600)
    more = "".join(f", {k}: {v}" for k, v in {"auth": rx.options["auth"], **settings}.items())
    kinds = [k for k in KINDS if k != "process" or rx.options["edition"] == "4.11"]
    mappings = [m for m in write_mappings(folder, rx.options) if any(m.endswith(f"rx-{k}.yaml") for k in kinds)]
    portal = os.path.join(folder, "portal.yaml")
    with open(os.path.join(ROOT, "demo", "bitrix24.yaml"), encoding="utf-8") as f, open(portal, "w", encoding="utf-8") as to:
        to.write("".join("limits: { rate: false }\n" if line.startswith("limits:") else line for line in f))
    s = stand(folder, crm=portal, mappings=mappings, settings={
        "portal": {"limits": "{ rate_per_second: 0 }"},
        "connections": {"directum": f"{{ type: directum, url: \"{rx.url}\", user: {rx.user}, password: \"file:{secret}\"{more} }}"}})
    wanted = [(k, n) for k, n in SHORT] if not words else [(k, n) for n in STORIES for k in FITS.get(n, KINDS) if "all" in words and n not in ALONE or n in words]
    failures = []
    try:
        s.start_daemon()
        online = subprocess.run([os.path.join(BIN, "sedlink"), "check", "-c", s.config, "--online"], capture_output=True, text=True, timeout=60)
        check(online.returncode == 0, f"check --online finds errors: {online.stdout}{online.stderr}")
        cards = [(Card(s, rx, k, n, annex=n == "annexed"), STORIES[n]) for k, n in wanted if k in kinds]
        seconds = float(os.environ.get("OTHER_RX_SECONDS", "120"))

        def look():
            state = s.crm.state()
            items = {i["id"]: i for i in state["items"] if i["entity"] == "dynamic:1036"}
            for c, _ in cards:
                c.item, c.disk = items[c.id], state["disk"]

        look()
        waiting = []
        for c, story in cards:
            g = story(c)
            waiting.append([c, g, next(g), time.monotonic()])

        began = time.monotonic()

        def went_on():
            nonlocal kills, began
            if kills and time.monotonic() - began > 1.5:
                kills, began = kills - 1, time.monotonic()
                s.kill_daemon()
                s.start_daemon(subscribe=False)
            look()
            for row in list(waiting):
                c, g, (condition, awaited), since = row
                try:
                    while condition():
                        condition, awaited = next(g)
                        since = time.monotonic()
                    row[2:] = [(condition, awaited), since]
                    check(time.monotonic() - since < seconds, f"not within {seconds:.0f} s: {awaited}")
                except StopIteration:
                    waiting.remove(row)
                except AssertionError as e:
                    waiting.remove(row)
                    failures.append(f"{c.kind} {c.story}: {e}\n    {c.tell()}")
            return not waiting

        eventually(went_on, 20 * seconds, "every story is told", 0.2)
        refused = questions_refused(rx)
        for (method, status, why), path in refused.items():
            failures.append(f"refused by the service: {method} {path}: {status} {why}")
    finally:
        with open(os.path.join(folder, "requests.log"), "w", encoding="utf-8") as f:
            for r in rx.log:
                f.write(f"{r['method']} {r['path']} -> {r['status']}\n")
                if r["method"] != "GET" or r["status"] >= 400:
                    body = r["body"].decode(errors="replace") if "octet" not in r["headers"].get("Content-Type", "") else f"<{len(r['body'])} bytes>"
                    f.write(f"    {body}\n    {r['answer'].decode(errors='replace')}\n")
        s.close()
        rx.close()
    print(f"{len(cards)} cards, {len(rx.log)} requests", flush=True)
    check(not failures, "\n".join(failures))


main()
