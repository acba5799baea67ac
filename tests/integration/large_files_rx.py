"""A file of many megabytes goes from the portal into Directum RX and comes back to Disk without a byte changed, and the daemon's memory
does not grow with it. large_files_rx.py [MEGABYTES]"""
import os
import sys

from common import ROOT, check, eventually, fresh_folder, stand

MB = 1024 * 1024
SIZE = (int(sys.argv[1]) if len(sys.argv) > 1 else 40) * MB
PEAK = 96 * MB  # of a daemon without a sanitizer
folder = fresh_folder()
mapping = os.path.join(folder, "contracts-rx.yaml")
with open(os.path.join(ROOT, "demo", "mappings", "contracts-rx.yaml"), encoding="utf-8") as f:
    head, tail = f.read().split("results:")
with open(mapping, "w", encoding="utf-8") as f:
    f.write(head + "results:\n  - { take: document, to: [folder] }\n" + tail[tail.index("folder: "):])
scenario = os.path.join(ROOT, "demo", "directum.yaml")
s = stand(folder, crm=os.path.join(ROOT, "demo", "bitrix24.yaml"), mappings=[mapping],
          directum=(scenario, "4.11", False),
          settings={"portal": {"limits": "{ rate_per_second: 0, file: 2 GB }"}, "directum": {"limits": "{ file: 2 GB }"}})
try:
    s.start_daemon()
    card = s.crm.act(do="create", entity="dynamic:1036", user=14, category=16, stage="DT1036_16:NEW",
                     fields={"title": "Поставка № 401", "companyId": 5, "assignedById": 14, "opportunity": 1},
                     files={"ufCrm10Contract": [{"name": "Договор 401.pdf", "size": SIZE}]})["id"]

    def item():
        return next(i for i in s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == card)

    sha256 = item()["files"][0]["sha256"]
    s.crm.act(do="move", item=f"dynamic:1036/{card}", user=14, stage="DT1036_16:PREPARATION")
    eventually(lambda: any(f["sha256"] == sha256 for d in s.rx.state()["documents"] for f in d["files"]), 300, "Directum RX has every byte", 0.2)
    eventually(lambda: item()["stage"] == "DT1036_16:SUCCESS", 120, "the contract is approved", 0.2)
    eventually(lambda: any(f.get("sha256") == sha256 for f in s.crm.state()["disk"]), 300, "Disk has every byte", 0.2)
    peak = s.peak_memory()
    with open(f"/proc/{s.daemon.pid}/maps", encoding="utf-8") as f:
        sanitized = "asan" in f.read()
    print(f"{SIZE // MB} MB there and back: daemon {peak / MB:.0f} MB, bitrix24 {s.peak_memory(s.crm.process) / MB:.0f} MB, "
          f"directum {s.peak_memory(s.rx.process) / MB:.0f} MB", flush=True)
    check(sanitized or peak < PEAK, f"the daemon took {peak / MB:.0f} MB")
finally:
    s.close()
