"""Webhooks answered after their commit, as a ratio to single durable SQLite commits of the same run (group commit).
Prints: what TAB ours TAB raw TAB ratio. bench/deliveries.py BIN_FOLDER ROOT"""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

BIN, ROOT = sys.argv[1], sys.argv[2]
sys.path.insert(0, os.path.join(ROOT, "scripts", "lib"))
sys.path.insert(0, os.path.join(ROOT, "tests", "integration"))
os.environ["SEDLINK_BIN"], os.environ["SEDLINK_ROOT"] = BIN, ROOT

from common import stand  # noqa: E402

ITEMS, SECONDS = 2_000, 4


def single_commits(folder):
    """One row a transaction, WAL, synchronous=FULL: what a store without group commit can do on this disk."""
    db = sqlite3.connect(os.path.join(folder, "raw.db"), isolation_level=None)
    db.execute("pragma journal_mode=wal")
    db.execute("pragma synchronous=full")
    db.execute("create table t (id integer primary key, body text)")
    n, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        db.execute("begin immediate")
        db.execute("insert into t (body) values (?)", ("x" * 200,))
        db.execute("commit")
        n += 1
    db.close()
    return n / SECONDS


def wrk(s, folder):
    access = s.crm.state()["access"]
    body = urllib.parse.urlencode({"event": "ONCRMDYNAMICITEMUPDATE", "data[FIELDS][ENTITY_TYPE_ID]": "1036", "ts": "1",
                                   "auth[domain]": access.get("domain", ""), "auth[member_id]": access["member_id"],
                                   "auth[application_token]": access["event_token"]}).replace("%", "%%")
    script = os.path.join(folder, "deliver.lua")
    with open(script, "w", encoding="utf-8") as f:
        f.write(f'''local n = 0
request = function()
  n = n + 1
  local id = 100000 + n % {ITEMS}
  return wrk.format("POST", "/hooks/portal/", {{["Content-Type"] = "application/x-www-form-urlencoded"}},
    string.format("{body}", 0) .. "&data%5BFIELDS%5D%5BID%5D=" .. id)
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d\\n", summary.requests, summary.duration, summary.errors.status))
end''')
    out = subprocess.run(["wrk", "-t1", "-c64", f"-d{SECONDS}s", "-s", script, f"http://127.0.0.1:{s.port}"],
                         capture_output=True, text=True, check=True).stdout
    requests, microseconds, errors = map(int, out.split("RESULT ")[1].split())
    if errors:
        raise SystemExit(f"{errors} deliveries were not answered with 200")
    return requests / (microseconds / 1e6)


folder = tempfile.mkdtemp(prefix="sedlink-bench-", dir=os.path.join(ROOT, "build"))
try:
    s = stand(folder, settings={})  # the vendor's own rate: reading goes on beside, as in life
    try:
        s.start_daemon(subscribe=False)
        rounds = []
        for _ in range(3):  # alternating, the middle one counts
            for name in ("raw.db", "raw.db-wal", "raw.db-shm"):
                if os.path.exists(os.path.join(folder, name)):
                    os.remove(os.path.join(folder, name))
            raw = single_commits(folder)
            ours = wrk(s, folder)
            rounds.append((ours / raw, ours, raw))
            print(f"{ours:.0f} deliveries/s, {raw:.0f} single commits/s", file=sys.stderr, flush=True)
        ratio, ours, raw = sorted(rounds)[1]
        if ratio < 3:
            raise SystemExit(f"group commit promises 3, measured {ratio:.2f}")
        print(f"webhooks answered after commit / single durable commits\t{ours:.0f}/s\t{raw:.0f}/s\t{ratio:.2f}")
    finally:
        s.close()
finally:
    shutil.rmtree(folder, ignore_errors=True)
