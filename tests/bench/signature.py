"""Signing against `openssl speed` in one interleaved run, CPU time, median of five; and the memory that a gigabyte takes.
Prints lines: what TAB ours TAB the raw limit TAB ratio. bench/signature.py BIN_FOLDER ROOT
SEDLINK_BENCH_MEGABYTES makes the large file smaller; SEDLINK_BENCH_ONLY=rates,engine_rates,large runs some parts.
Engines work in a process of their own: their rates are by the clock and have nothing to be compared with (0)."""
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
ONLY = [part for part in os.environ.get("SEDLINK_BENCH_ONLY", "").split(",") if part]
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


def pair(folder, name, generate):
    if not os.path.exists(f"{folder}/{name}.pem"):
        run("openssl", "genpkey", *generate, "-out", f"{folder}/{name}.key")
        run("openssl", "req", "-x509", "-new", "-key", f"{folder}/{name}.key", "-subj", "/O=Test/CN=bench", "-days", "10", "-out", f"{folder}/{name}.pem")


def rates(folder):
    for title, generate, name, promised in KINDS:
        pair(folder, name, generate)
        raw, ours = [], []
        for _ in range(ROUNDS):
            raw.append(raw_rate(name))
            ours.append(our_rate(folder, name))
        ratio = statistics.median(o / r for o, r in zip(ours, raw))
        yield f"{title}: CAdES-BES signatures a CPU second, 200 bytes", statistics.median(ours), statistics.median(raw), ratio, ratio >= promised, promised


def gost(folder):
    with open(f"{folder}/gost.cnf", "w") as f:
        f.write(GOST)
    engine = {"env": {**os.environ, "OPENSSL_CONF": f"{folder}/gost.cnf"}}
    run("openssl", "genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", f"{folder}/gost.key", **engine)
    run("openssl", "req", "-x509", "-new", "-key", f"{folder}/gost.key", "-days", "10", "-out", f"{folder}/gost.pem", "-config", f"{folder}/gost.cnf", **engine)


def engine_rates(folder):
    gost(folder)
    token(folder)
    for title, words in (("GOST R 34.10-2012 256, signer process", (f"{folder}/gost.key", f"{folder}/gost.pem", SECONDS, "gost")),
                         ("RSA-2048 in SoftHSM, signer process", ("pkcs11:token=bench;object=signing", f"{folder}/rsa2048.pem", SECONDS, "pkcs11", f"{folder}/pin"))):
        rounds = []
        for _ in range(ROUNDS):
            count, seconds, _ = run(os.path.join(BIN, "bench-signature"), *words).split()
            rounds.append(int(count) / float(seconds))
        yield f"{title}: CAdES-BES signatures a second, 200 bytes", statistics.median(rounds), 0, 0, True, "printed"


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


def token(folder):
    """The RSA key in SoftHSM."""
    key = ("--pkcs11", "pkcs11:token=bench;object=signing", "--pkcs11-module", "/usr/lib/softhsm/libsofthsm2.so", "--pass", f"file:{folder}/pin", "--cert",
           f"{folder}/rsa2048.pem")
    if os.path.exists(f"{folder}/tokens"):
        return key
    pair(folder, "rsa2048", KINDS[0][1])
    os.mkdir(f"{folder}/tokens")
    with open(f"{folder}/softhsm2.conf", "w") as f:
        f.write(f"directories.tokendir = {folder}/tokens\n")
    with open(f"{folder}/pin", "w") as f:
        f.write("98765432\n")
    os.environ["SOFTHSM2_CONF"] = f"{folder}/softhsm2.conf"
    run("softhsm2-util", "--init-token", "--free", "--label", "bench", "--so-pin", "12345678", "--pin", "98765432")
    run("softhsm2-util", "--import", f"{folder}/rsa2048.key", "--token", "bench", "--label", "signing", "--id", "a1", "--pin", "98765432")
    return key


def command(folder):
    """A tool that signs: openssl itself."""
    tool = f"openssl cms -sign -binary -cades -nosmimecap -in {{input}} -signer {folder}/rsa2048.pem -inkey {folder}/rsa2048.key -outform DER -out {{output}}"
    return ("--command", tool, "--cert", f"{folder}/rsa2048.pem")


def large(folder):
    document, sedlink = f"{folder}/document", os.path.join(BIN, "sedlink")
    with open(document, "wb") as f:
        for _ in range(MEGABYTES):
            f.write(os.urandom(1024) * 1024)
    for title, generate, name, _ in KINDS:
        pair(folder, name, generate)
    gost(folder)
    keys = {name: ("--key", f"file:{folder}/{name}.key", "--cert", f"{folder}/{name}.pem") for name in ("rsa2048", "ecdsap256", "gost")}
    backends = [("rsa2048", "rsa2048", keys["rsa2048"]), ("ecdsap256", "ecdsap256", keys["ecdsap256"]),
                ("gost", "gost", (*keys["gost"], "--engine", "gost")), ("pkcs11", "rsa2048", token(folder)), ("command", "rsa2048", command(folder))]
    for name, certificate, key in backends:
        calls = [(f"sign {MEGABYTES} MB detached, {name}", ("sign", *key, "--out", f"{folder}/s", document)),
                 (f"verify {MEGABYTES} MB detached, {name}", ("verify", "--trust", f"{folder}/{certificate}.pem", "--content", document, f"{folder}/s"))]
        if name != "command":  # an attached one cannot be looked at before it is sent: refused above limits.attached
            calls.append((f"sign {MEGABYTES} MB attached, {name}", ("sign", *key, "--attached", "--out", f"{folder}/a", document)))
        for what, words in calls:
            peak = peak_kb(sedlink, *words)
            yield f"{what}: peak memory of every process, KB", peak, MEMORY_KB, peak / MEMORY_KB, peak < MEMORY_KB, "below the limit"
        for left in ("a", "s"):
            if os.path.exists(f"{folder}/{left}"):
                os.remove(f"{folder}/{left}")


folder = tempfile.mkdtemp(prefix="sedlink-bench-", dir=os.path.join(ROOT, "build"))
broken = []
try:
    for part in [p for p in (rates, engine_rates, large) if not ONLY or p.__name__ in ONLY]:
        for title, ours, raw, ratio, kept, promised in part(folder):
            print(f"{title}\t{ours:.0f}\t{raw:.0f}\t{ratio:.2f}", flush=True)
            broken += [] if kept else [f"{title}: {ratio:.2f}, promised {promised}"]
finally:
    shutil.rmtree(folder, ignore_errors=True)
if broken:
    raise SystemExit("; ".join(broken))
