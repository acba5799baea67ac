"""Certificates and lists of the config: their ends are metrics and warnings of the daemon and of `sedlink check`; the daemon leaves no core
file, nobody of its user reads its memory, and a GOST signer brings nothing into its process."""
import os
import re
import subprocess
import sys
import time

from common import ROOT, BIN, check, eventually, fresh_folder, stand

sys.path.insert(0, os.path.join(ROOT, "tests", "signature"))
from pki import Authority  # noqa: E402

ENGINE = ("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=gost\n")
DAY = 86400

folder = fresh_folder()
root = Authority(folder, "root")
soon = root.issue("soon", end=10)
over = Authority(folder, "over")
root.issue("over", key=over.key, subject="/O=Test/CN=over", out=over.certificate, start=-20, end=-10)
stale = root.crl("stale", -20, -10)
with open(os.path.join(folder, "gost.cnf"), "w") as f:
    f.write(ENGINE)
engine = {**os.environ, "OPENSSL_CONF": os.path.join(folder, "gost.cnf")}
for words in (("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "gost.key"),
              ("req", "-x509", "-key", "gost.key", "-days", "300", "-config", "gost.cnf", "-out", "gost.pem")):
    subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder, env=engine)
signing = (f"{{ bank: {{ key: file:{soon.key}, certificate: {soon.certificate}, chain: [{over.certificate}], carriage: {{ header: X-Signature }} }}, "
           f"bureau: {{ engine: gost, key: file:{folder}/gost.key, certificate: {folder}/gost.pem, carriage: {{ header: X-Signature }} }} }}")
trust = {"partners": f"{{ certificates: [{root.certificate}], crls: [{stale}] }}"}
s = stand(folder, settings={"portal": {"limits": "{ rate_per_second: 0 }"}, "top": {"signing": signing}, "trust": trust})


def series(text):
    return {(m[1], m[2], m[3]): float(m[4])
            for m in re.finditer(r'^sedlink_(certificate_expiry|crl_next_update)_timestamp_seconds\{kind="(\w+)",name="(\w+)"\} (\S+)$', text, re.M)}


def about(value, days):
    return abs(value - time.time() - days * DAY) < DAY


def metrics():
    found = series(s.http.call("GET", "/metrics")[1].decode())
    return found if len(found) >= 5 else None


def checked(*words, code):
    done = subprocess.run([os.path.join(BIN, "sedlink"), "check", "-c", s.config, *words], capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    check(done.returncode == code, f"check {words}: exit {done.returncode}: {said}")
    return said


try:
    said = checked(code=0)
    for words in ("сертификат подписи «soon» действует до", "сертификат издателя для подписи «over» истёк", "список отзыва издателя «CN=root,O=Test» просрочен",
                  "certificate.ends", "certificate.list_over"):
        check(words in said, f"check does not say «{words}»: {said}")
    check("bureau (" not in said, f"check warns of a certificate that is good for 300 days: {said}")
    checked("--strict", code=3)
    s.start_daemon()
    found = eventually(metrics, 20, "metrics of certificates")
    for key, days in ((("certificate_expiry", "signer", "bank"), 10), (("certificate_expiry", "chain", "bank"), -10), (("certificate_expiry", "signer", "bureau"), 300),
                      (("certificate_expiry", "trust", "partners"), 3000), (("crl_next_update", "crl", "partners"), -10)):
        check(key in found and about(found[key], days), f"{key}: {found}")
    with open(s.daemon_log.name, encoding="utf-8") as f:
        log = f.read()
    check(len(re.findall("certificate_ends", log)) == 3 and "осталось дней: 9" in log, f"one warning for each of three ends: {log}")
    proc = f"/proc/{s.daemon.pid}"
    with open(f"{proc}/limits", encoding="ascii") as f:
        check(re.search(r"Max core file size +0 +0 ", f.read()), "the daemon may leave a core file")
    check(os.stat(f"{proc}/environ").st_uid == 0, "the daemon's memory may be read by its user")
    with open(f"{proc}/maps", encoding="utf-8") as f:
        check(not re.search(r"/(gost|pkcs11|libsofthsm2)\.so", f.read()), "an engine is loaded into the daemon")
finally:
    s.close()
print("ok")
