"""Webhooks under load and five kill -9: every delivery that got 200 is in the store; every item is read after its last one.
deliveries.py N: so many deliveries over N / 5 items."""
import http.client
import os
import sqlite3
import sys
import threading
import time
import urllib.parse

from common import check, eventually, fresh_folder, reads, stand

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
ITEMS = max(COUNT // 5, 1)
folder = fresh_folder()
record = os.path.join(folder, "record")
s = stand(folder, record=record)
access = s.crm.state()["access"]
answered, last_sent, lock, back = {}, {}, threading.Lock(), threading.Event()
back.set()


def body(item):
    return urllib.parse.urlencode({
        "event": "ONCRMDYNAMICITEMUPDATE", "event_handler_id": "1", "data[FIELDS][ID]": str(item), "data[FIELDS][ENTITY_TYPE_ID]": "1036",
        "ts": str(int(time.time())), "auth[domain]": access.get("domain", ""), "auth[member_id]": access["member_id"],
        "auth[application_token]": access["event_token"]})


def sender(first, step):
    connection = None
    n = first
    while n < COUNT:
        item = 100000 + n % ITEMS
        try:
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", s.port, timeout=10)
            sent = time.time()
            connection.request("POST", "/hooks/portal/", body(item), {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                with lock:
                    answered[item] = answered.get(item, 0) + 1
                    last_sent[item] = max(sent, last_sent.get(item, 0))
                n += step
        except (OSError, http.client.HTTPException):
            connection = None
            back.wait(10)  # the daemon is being killed: go on once it is back


try:
    s.start_daemon(subscribe=False)
    threads = [threading.Thread(target=sender, args=(i, 8)) for i in range(8)]
    for t in threads:
        t.start()
    for k in range(5):
        goal = COUNT * (k + 1) // 7
        eventually(lambda: sum(answered.values()) >= goal, 120, f"{goal} deliveries answered", 0.01)
        back.clear()
        s.kill_daemon()
        s.start_daemon(subscribe=False)
        back.set()
    for t in threads:
        t.join()
    total = sum(answered.values())
    check(total >= COUNT, f"{total} of {COUNT} answered")
    eventually(lambda: s.process("status")["inbox"] == 0, 180, "every row is read", 0.3)
    s.stop_daemon()
    db = sqlite3.connect(os.path.join(folder, "sedlink.db"))
    stored = dict(db.execute("select item, sum(1 + coalesced) from inbox where source = 'hook:portal' group by item"))
    lost = {i: (n, stored.get(str(i), 0)) for i, n in answered.items() if stored.get(str(i), 0) < n}
    check(not lost, f"acknowledged and not stored: {dict(list(lost.items())[:5])}")
    unread = db.execute("select count(*) from inbox where status in (1, 2) and kind = 'look'").fetchone()[0]
    check(unread == 0, f"{unread} rows were never read")
    read = {i: times[-1] for i, times in reads(record).items()}
    stale = {i: (t, read.get(i)) for i, t in last_sent.items() if read.get(i, 0) < t}
    check(not stale, f"not read after the last delivery: {dict(list(stale.items())[:5])} and {len(stale)} in all")
    print(f"deliveries answered {total}, items {len(answered)}, rows {sum(stored.values())}, unread {unread}")
finally:
    s.close()
