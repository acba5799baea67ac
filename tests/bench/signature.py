"""Signing against `openssl speed` in one interleaved run, CPU time, median of five; and the memory that a gigabyte takes.
Prints lines: what TAB ours TAB the raw limit TAB ratio. bench/signature.py BIN_FOLDER ROOT
SEDLINK_BENCH_MEGABYTES makes the large file smaller."""
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

BIN, ROOT = sys.argv[1], sys.argv[2]
ROUNDS, SECONDS = 5, "1"
MEGABYTES = int(os.environ.get("SEDLINK_BENCH_MEGABYTES", "1024"))
MEMORY_KB = 64 * 1024
KINDS = [("RSA-2048", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "rsa2048", 0.85),
         ("ECDSA P-256", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "ecdsap256", 0.35)]
GOST = "openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=gost\n"


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, **options).stdout.decode()


def raw_rate(name):
    """Signatures a CPU second, as `openssl speed` counts them."""
    row = [line for line in run("openssl", "speed", "-mr", "-seconds", SECONDS, name).splitlines() if re.match(r"\+F[24]:", line)][-1].split(":")
    return float(row[3])


def our_rate(folder, kind):
    count, seconds, _ = run(os.path.join(BIN, "bench-signature"), f"{folder}/{kind}.key", f"{folder}/{kind}.pem", SECONDS).split()
    return int(count) / float(seconds)


def rates(folder):
    for title, generate, name, promised in KINDS:
        run("openssl", "genpkey", *generate, "-out", f"{folder}/{name}.key")
        run("openssl", "req", "-x509", "-new", "-key", f"{folder}/{name}.key", "-subj", "/O=Test/CN=bench", "-days", "10", "-out", f"{folder}/{name}.pem")
        raw, ours = [], []
        for _ in range(ROUNDS):
            raw.append(raw_rate(name))
            ours.append(our_rate(folder, name))
        ratio = statistics.median(o / r for o, r in zip(ours, raw))
        yield f"{title}: CAdES-BES signatures a CPU second, 200 bytes", statistics.median(ours), statistics.median(raw), ratio, ratio >= promised, promised


def peak_kb(*words):
    """The largest of the process and its children."""
    pid = os.fork()
    if pid == 0:
        with open(os.devnull, "w") as null:
            done = subprocess.run(words, stdout=null)
        os._exit(0 if done.returncode == 0 and resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 4e6 else 1)
    _, status, used = os.wait4(pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(words)} failed")
    return used.ru_maxrss


def large(folder):
    document, sedlink = f"{folder}/document", os.path.join(BIN, "sedlink")
    with open(document, "wb") as f:
        for _ in range(MEGABYTES):
            f.write(os.urandom(1024) * 1024)
    with open(f"{folder}/gost.cnf", "w") as f:
        f.write(GOST)
    gost = {"env": {**os.environ, "OPENSSL_CONF": f"{folder}/gost.cnf"}}
    run("openssl", "genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", f"{folder}/gost.key", **gost)
    run("openssl", "req", "-x509", "-new", "-key", f"{folder}/gost.key", "-days", "10", "-out", f"{folder}/gost.pem", "-config", f"{folder}/gost.cnf", **gost)
    for name, engine in (("rsa2048", ()), ("ecdsap256", ()), ("gost", ("--engine", "gost"))):
        key = ("--key", f"file:{folder}/{name}.key", "--cert", f"{folder}/{name}.pem", *engine)
        for what, words in ((f"sign {MEGABYTES} MB detached, {name}", ("sign", *key, "--out", f"{folder}/s", document)),
                            (f"verify {MEGABYTES} MB detached, {name}", ("verify", "--trust", f"{folder}/{name}.pem", "--content", document, f"{folder}/s")),
                            (f"sign {MEGABYTES} MB attached, {name}", ("sign", *key, "--attached", "--out", f"{folder}/a", document))):
            peak = peak_kb(sedlink, *words)
            yield f"{what}: peak memory, KB", peak, MEMORY_KB, peak / MEMORY_KB, peak < MEMORY_KB, "below the limit"
        os.remove(f"{folder}/a")


folder = tempfile.mkdtemp(prefix="sedlink-bench-", dir=os.path.join(ROOT, "build"))
broken = []
try:
    for part in (rates, large):
        for title, ours, raw, ratio, kept, promised in part(folder):
            print(f"{title}\t{ours:.0f}\t{raw:.0f}\t{ratio:.2f}", flush=True)
            broken += [] if kept else [f"{title}: {ratio:.2f}, promised {promised}"]
finally:
    shutil.rmtree(folder, ignore_errors=True)
if broken:
    raise SystemExit("; ".join(broken))
