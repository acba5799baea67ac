"""The other direction: `back.py BIN`: what `sedlink sign` makes is read by BouncyCastle, NSS, gpgsm, certtool; what they encrypt, `sedlink decrypt` reads.

BC: a class path with BouncyCastle and the compiled classes of bc/ (README.md). Prints a line each; exit code 1 when one is not as it must be.
"""
import base64
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
import tools
from pki import Authority, Tsa  # noqa: E402

BIN, JAVA = sys.argv[1], ["java", "-cp", os.environ["BC"]]
work = tempfile.mkdtemp()
failures = 0


def path(name):
    return os.path.join(work, name)


def put(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return path(name)


def said(good, words):
    global failures
    failures += not good
    print("ok " if good else "BAD", words)


def attempt(*words, data=None, env=None):
    return subprocess.run(words, input=data, capture_output=True, env={**os.environ, **(env or {})})


def der(data):
    if data[:1] == b"0":
        return data
    text = data.decode()
    if "-----" in text:
        text = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    text = text.strip().replace("-", "+").replace("_", "/")
    return base64.b64decode(text + "=" * (-len(text) % 4))


def signing():
    root = tools.Pair("root", ca=True)
    content, trust = put("content.txt", tools.TEXT), put("root.pem", root.pem())
    tsa_root = Authority(work, "tsa-root")
    tsa = Tsa(tsa_root)
    server = serve(tsa)
    made = []
    for kind in ("rsa", "ec"):
        who = tools.Pair("ours-" + kind, root, kind=kind, usage=False)
        key = ["--key", "file:" + put(kind + ".key", who.key_pem()), "--cert", put(kind + ".pem", who.pem())]
        for form in ("cades-bes", "cades-t", "cms", "no-attributes"):
            for attached in (False, True):
                for encoding in ("der", "base64", "base64url", "pem") if form == "cades-bes" else ("der",):
                    name = f"{kind}.{form}.{'attached' if attached else 'detached'}.{encoding}"
                    words = [BIN, "sign", *key, "--form", form, "--encoding", encoding, "--out", path(name), "--chain", trust]
                    words += (["--attached"] if attached else []) + (["--tsa", server] if form == "cades-t" else [])
                    done = attempt(*words, content)
                    if done.returncode != 0:
                        said(False, name + " " + done.stderr.decode())
                        continue
                    put(name + ".der", der(open(path(name), "rb").read()))
                    made.append((name, kind, form, attached))
    answers = attempt(*JAVA, "Verify", content, *[path(n) + ".der" for n, *_ in made]).stdout.decode().splitlines()
    for (name, kind, form, attached), line in zip(made, answers, strict=True):
        wanted = "good" + (" reference" if form.startswith("cades") else "") + (" stamp" if form == "cades-t" else "")
        said(line.endswith(wanted) and line.split(" ", 1)[1] == wanted, f"BouncyCastle {name}: {line.split(' ', 1)[1]}")
    nss(made, root, trust, content)
    gnutls(made, trust, content)
    gnupg(made, root, content)


GOST = """openssl_conf=o
[o]
engines=e
[e]
gost=g
[g]
engine_id=gost
default_algorithms=ALL
[req]
distinguished_name=dn
x509_extensions=v3
prompt=no
[dn]
CN=gost
[v3]
basicConstraints=CA:TRUE
"""


def engines():
    """GOST keys by the engine's own files, RSA and ECDSA keys in a SoftHSM token."""
    content = put("content.txt", tools.TEXT)
    env = {"OPENSSL_CONF": put("gost.cnf", GOST.encode())}
    made = []

    def sign(name, *words, env=None):
        for form in ("cades-bes", "cms", "no-attributes"):
            for attached in (False, True):
                out = f"{name}.{form}.{'attached' if attached else 'detached'}.der"
                done = attempt(BIN, "sign", *words, "--form", form, "--out", path(out), *(["--attached"] if attached else []), content, env=env)
                if done.returncode == 0:
                    made.append((out, form))
                else:
                    said(False, f"{out} {done.stderr.decode()[:300]}")

    for algorithm, paramset in (("gost2012_256", "A"), ("gost2012_256", "B"), ("gost2012_256", "C"), ("gost2012_256", "XA"), ("gost2012_512", "A"),
                                ("gost2012_512", "B")):  # not TCA, TCB, 512-C: BouncyCastle 1.72 stumbles over keys without digestParamSet (RFC 9215, 4.1)
        name = f"{algorithm}-{paramset}"
        done = attempt("openssl", "genpkey", "-algorithm", algorithm, "-pkeyopt", "paramset:" + paramset, "-out", path(name + ".key"), env=env)
        done = attempt("openssl", "req", "-x509", "-config", path("gost.cnf"), "-key", path(name + ".key"), "-days", "30", "-out", path(name + ".pem"), env=env)
        if done.returncode != 0:
            said(False, name + done.stderr.decode()[:200])
            continue
        sign(name, "--engine", "gost", "--key", "file:" + path(name + ".key"), "--cert", path(name + ".pem"))
    os.makedirs(path("tokens"))
    hsm = {"SOFTHSM2_CONF": put("softhsm.conf", f"directories.tokendir = {path('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n".encode())}
    attempt("softhsm2-util", "--init-token", "--free", "--label", "others", "--pin", "1234", "--so-pin", "1234", env=hsm)
    pin = "file:" + put("pin", b"1234")
    root = tools.Pair("root", ca=True)
    for number, kind in enumerate(("rsa", "ec"), 1):
        who = tools.Pair("token-" + kind, root, kind=kind, usage=False)
        attempt("softhsm2-util", "--import", put("k.pem", who.key_pem()), "--token", "others", "--label", kind, "--id", f"0{number}", "--pin", "1234", env=hsm)
        sign("token-" + kind, "--pkcs11", f"pkcs11:token=others;object={kind};type=private", "--pkcs11-module", "/usr/lib/softhsm/libsofthsm2.so", "--pass", pin, "--cert", put(kind + ".token.pem", who.pem()), env=hsm)
    answers = attempt(*JAVA, "Verify", content, *[path(n) for n, _ in made]).stdout.decode().splitlines()
    for (name, form), line in zip(made, answers, strict=True):
        wanted = "good" + (" reference" if form == "cades-bes" else "")
        said(line.split(" ", 1)[1] == wanted, f"BouncyCastle {name}: {line.split(' ', 1)[1]}")


def serve(tsa):
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            answer = tsa.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def nss(made, root, trust, content):
    db = tempfile.mkdtemp()
    tools.run("certutil", "-N", "-d", db, "--empty-password")
    tools.run("certutil", "-A", "-d", db, "-n", "root", "-t", "C,C,C", "-i", trust, "-a")
    for name, kind, form, attached in made:
        if not name.endswith(".der"):
            continue
        done = attempt("cmsutil", "-D", "-d", db, "-i", path(name) + ".der", "-u", "4", *([] if attached else ["-c", content]), "-o", path("nss.out"))
        said(done.returncode == 0, f"NSS {name} {(done.stdout + done.stderr).decode(errors='replace').strip()[:200] if done.returncode else ''}")


def gnutls(made, trust, content):
    for name, kind, form, attached in made:
        if not name.endswith(".der"):
            continue
        done = attempt("certtool", "--p7-verify", "--inder", "--infile", path(name) + ".der", "--load-ca-certificate", trust, *([] if attached else ["--load-data", content]))
        said(done.returncode == 0, f"GnuTLS {name} {(done.stdout + done.stderr).decode(errors='replace').strip()[-200:] if done.returncode else ''}")


def gnupg(made, root, content):
    home = tempfile.mkdtemp()
    env = {"GNUPGHOME": home, "LC_ALL": "C"}
    with open(os.path.join(home, "gpgsm.conf"), "w") as f:
        f.write("disable-crl-checks\nbatch\n")
    with open(os.path.join(home, "trustlist.txt"), "w") as f:
        f.write(root.certificate.fingerprint(tools.hashes.SHA1()).hex().upper() + " S\n")
    tools.run("gpgsm", "--import", data=root.pem(), env=env)
    for name, kind, form, attached in made:
        if not name.endswith(".der"):
            continue
        done = attempt("gpgsm", "--verify", path(name) + ".der", *([] if attached else [content]), env=env)
        said(done.returncode == 0, f"gpgsm {name} {done.stderr.decode(errors='replace').strip()[-300:] if done.returncode else ''}")
    attempt("gpgconf", "--kill", "all", env=env)


def decrypting():
    root = tools.Pair("root", ca=True)
    pairs = {k: tools.Pair("to-" + k, root, kind=k, usage=False) for k in ("rsa", "ec")}
    content = put("secret.txt", tools.TEXT)
    for k, who in pairs.items():
        put(k + ".cer", who.der()), put(k + ".pem", who.pem()), put(k + ".key", who.key_pem())
    folder = os.path.join(work, "enveloped")
    os.makedirs(folder)
    done = attempt(*JAVA, "Encrypt", content, path("rsa.cer"), path("ec.cer"), folder)
    if done.returncode != 0:
        said(False, done.stderr.decode())
    for cipher in ("aes128", "aes256", "des3", "aes-128-gcm", "aes-256-gcm"):
        attempt("openssl", "cms", "-encrypt", "-binary", f"-{cipher}", "-in", content, "-outform", "DER", "-out", os.path.join(folder, f"both-openssl-{cipher}.p7m"), path("rsa.pem"), path("ec.pem"))
    attempt("openssl", "cms", "-encrypt", "-binary", "-aes256", "-in", content, "-outform", "DER", "-out", os.path.join(folder, "rsa-openssl-keyid-oaep.p7m"), "-keyid", "-recip", path("rsa.pem"),
            "-keyopt", "rsa_padding_mode:oaep")
    attempt("openssl", "smime", "-encrypt", "-binary", "-aes128", "-in", content, "-outform", "PEM", "-out", os.path.join(folder, "rsa-smime-pem.p7m"), path("rsa.pem"))
    db = tempfile.mkdtemp()
    tools.run("certutil", "-N", "-d", db, "--empty-password")
    tools.run("certutil", "-A", "-d", db, "-n", "root", "-t", "C,C,C", "-i", put("root.pem", root.pem()), "-a")
    tools.run("certutil", "-A", "-d", db, "-n", "rsa", "-t", ",,", "-i", path("rsa.cer"))
    nss_made = attempt("cmsutil", "-E", "-d", db, "-r", "rsa", "-i", content, "-o", os.path.join(folder, "rsa-nss.p7m"))
    if nss_made.returncode != 0:
        print("    NSS did not encrypt:", nss_made.stderr.decode(errors="replace").strip()[:200])
    home = tempfile.mkdtemp()
    env = {"GNUPGHOME": home, "LC_ALL": "C"}
    with open(os.path.join(home, "gpgsm.conf"), "w") as f:
        f.write("disable-crl-checks\nbatch\n")
    with open(os.path.join(home, "trustlist.txt"), "w") as f:
        f.write(root.certificate.fingerprint(tools.hashes.SHA1()).hex().upper() + " S\n")
    tools.run("gpgsm", "--import", data=root.pem(), env=env)
    tools.run("gpgsm", "--import", data=pairs["rsa"].pem(), env=env)
    made = attempt("gpgsm", "--encrypt", "--recipient", pairs["rsa"].certificate.fingerprint(tools.hashes.SHA1()).hex().upper(), "--output", os.path.join(folder, "rsa-gpgsm.p7m"), content, env=env)
    if made.returncode != 0:
        print("    gpgsm did not encrypt:", made.stderr.decode(errors="replace").strip()[:200])
    for name in sorted(os.listdir(folder)):
        if os.path.getsize(os.path.join(folder, name)) == 0:
            continue
        for kind in ("rsa", "ec"):
            out = path("out")
            if os.path.exists(out):
                os.unlink(out)
            done = attempt(BIN, "decrypt", "--key", "file:" + path(kind + ".key"), "--cert", path(kind + ".pem"), "--out", out, os.path.join(folder, name))
            ours = name.startswith((kind, "both"))
            right = done.returncode == 0 and open(out, "rb").read() == tools.TEXT if ours else done.returncode != 0 and not os.path.exists(out)
            said(right, f"decrypt {name} by {kind}: {done.returncode} {done.stderr.decode(errors='replace').strip()[:200]}")


signing()
engines()
decrypting()
sys.exit(1 if failures else 0)
