"""Files of many megabytes: there and back without a byte changed, limits told in words before anything moves, a full spool waits.
large_files.py [MEGABYTES]: beside the ordinary ones, a file of so many goes to 1C and back to Disk."""
import os
import sys

from common import check, eventually, fresh_folder, stand

MB = 1024 * 1024
HUGE = int(sys.argv[1]) if len(sys.argv) > 1 else 0
PEAK = 96 * MB  # of a daemon without a sanitizer
folder = fresh_folder()


class Card:
    """A contract with a file of `size` made-up bytes."""

    def __init__(self, s, number, size, file=None):
        self.s, self.name, self.size = s, f"Поставка № {number}", size
        self.file = file or f"Договор {number}.pdf"
        row = s.crm.act(do="create", entity="dynamic:1036", user=14, category=10, stage="DT1036_10:NEW",
                        fields={"title": self.name, "companyId": 5, "assignedById": 14, "opportunity": 1000 + number},
                        files={"ufCrm10Contract": [{"name": self.file, "size": size}]})
        self.id = row["id"]
        self.sha256 = self.files("ufCrm10Contract")[0]["sha256"]

    def item(self):
        return next(i for i in self.s.crm.state()["items"] if i["entity"] == "dynamic:1036" and i["id"] == self.id)

    def files(self, field):
        return [f for f in self.item()["files"] if f["field"] == field]

    def comments(self):
        return [c["text"] for c in self.item()["comments"]]

    def in_timeline(self):
        return [f["sha256"] for c in self.item()["comments"] for f in c["files"]]

    def on_disk(self):
        return [f for f in self.s.crm.state()["disk"] if f.get("sha256") == self.sha256 and f["path"].find("Договоры/") >= 0]

    def documents(self):
        return [d for d in self.s.edms.state()["documents"] if d["title"].endswith(self.name)]

    def launch(self):
        self.s.crm.act(do="move", item=f"dynamic:1036/{self.id}", user=14, stage="DT1036_10:PREPARATION")

    def replace(self, size):
        self.s.crm.act(do="edit", item=f"dynamic:1036/{self.id}", user=14, files={"ufCrm10Contract": [{"name": self.file, "size": size}]})
        self.size = size
        self.sha256 = self.files("ufCrm10Contract")[0]["sha256"]

    def ended(self):
        return self.item()["stage"] == "DT1036_10:SUCCESS"

    def says(self, *parts):
        return any(all(p in c for p in parts) for c in self.comments())


def sanitized(s):
    with open(f"/proc/{s.daemon.pid}/maps", encoding="utf-8") as f:
        return "asan" in f.read()


def small_peak(s, what):
    peak = s.peak_memory()
    print(f"{what}: daemon {peak / MB:.0f} MB, bitrix24 {s.peak_memory(s.crm.process) / MB:.0f} MB, "
          f"onec-docflow {s.peak_memory(s.edms.process) / MB:.0f} MB", flush=True)
    check(sanitized(s) or peak < PEAK, f"the daemon took {peak / MB:.0f} MB")


def limits():
    s = stand(os.path.join(folder, "limits"))
    try:
        s.start_daemon()
        inside, above_field, above_edms = Card(s, 301, 19 * MB), Card(s, 302, 21 * MB), Card(s, 303, 60 * MB)
        for card in (inside, above_field, above_edms):
            card.launch()

        eventually(lambda: above_edms.says("Не отправлено в СЭД", "Договор 303.pdf", "60 МБ", "50 МБ"), 90, "60 MB are refused in words")
        check(above_edms.documents() == [], "nothing was created in 1C for a file it does not take")
        above_edms.replace(MB)
        eventually(lambda: above_edms.documents() and [f["sha256"] for f in above_edms.documents()[0]["files"]] == [above_edms.sha256],
                   90, "a smaller file goes by itself")

        for card in (inside, above_field):
            eventually(card.ended, 150, f"{card.name} is approved")
            check([f["sha256"] for f in card.documents()[0]["files"]] == [card.sha256], f"{card.name}: 1C has other bytes")
            eventually(card.on_disk, 90, f"{card.name} is on Disk")
        eventually(lambda: [f["sha256"] for f in inside.files("ufCrm10Signed")] == [inside.sha256], 90, "19 MB are in the field")
        eventually(lambda: inside.sha256 in inside.in_timeline(), 90, "19 MB are in the timeline")
        for place in ("в поле карточки", "в ленте карточки"):
            eventually(lambda: above_field.says("Не удалось сохранить «Договор 302.pdf»", "21 МБ", "20 МБ", place, "Файл остаётся в СЭД"),
                       60, f"21 MB are refused {place} in words")
        check(above_field.files("ufCrm10Signed") == [], "21 MB are not in the field")
        check(s.process("list", "--incidents") == [], "a limit is nobody's incident")
        small_peak(s, "19, 21 and 60 MB")
    finally:
        s.close()


def full_spool():
    s = stand(os.path.join(folder, "spool"), settings={"portal": {"limits": "{ rate_per_second: 0 }"}, "top": {"spool": "{ quota: 8 MB }"}})
    try:
        block = os.path.join(s.folder, "spool", "in-somebody-else")
        os.makedirs(os.path.dirname(block), exist_ok=True)
        with open(block, "wb") as f:
            f.truncate(9 * MB)
        s.start_daemon()
        cards = [Card(s, 310 + n, 5 * MB) for n in range(3)]
        for card in cards:
            card.launch()

        def told():
            with open(os.path.join(s.folder, "sedlink.log"), encoding="utf-8") as f:
                return f.read().count("spool.quota") >= 3

        eventually(told, 60, "the log says that the spool is full")
        check(not any(card.documents() for card in cards), "files wait")
        check(s.daemon.poll() is None and s.process("list", "--incidents") == [], "it waits, it does not fail")
        os.remove(block)
        for card in cards:
            eventually(card.ended, 150, f"{card.name} goes on by itself")
            eventually(card.on_disk, 90, f"{card.name} comes back")
    finally:
        s.close()


def huge(megabytes):
    s = stand(os.path.join(folder, "huge"), settings={"portal": {"limits": "{ rate_per_second: 0, file: 2 GB }"}, "docflow": {"limits": "{ file: 400 MB }"}})
    try:
        s.start_daemon()
        card = Card(s, 320, megabytes * MB)
        card.launch()
        eventually(card.ended, 600, "it is approved")
        check([f["sha256"] for f in card.documents()[0]["files"]] == [card.sha256], "1C has other bytes")
        eventually(card.on_disk, 300, "it is on Disk")
        eventually(lambda: card.says("Не удалось сохранить «Договор 320.pdf»", "в поле карточки"), 60, "the field's limit is told")
        eventually(lambda: any(f["name"] == f"Досье — {card.name}.zip" for f in s.crm.state()["disk"] if f["type"] == "file"), 300, "the dossier is on Disk")
        small_peak(s, f"{megabytes} MB there and back, dossier included")
    finally:
        s.close()


if HUGE:
    huge(HUGE)
else:
    limits()
    full_spool()
