"""Every back end signs in every form, attached and detached, and every encoding is read; `openssl cms -verify` and `sedlink verify` accept it.
  matrix.py    with SEDLINK_BIN and SEDLINK_WORK in the environment"""
import base64
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from der import Cms, Node, oid  # noqa: E402
from pki import Authority, Tsa, openssl  # noqa: E402

SEDLINK, WORK = os.path.join(os.environ["SEDLINK_BIN"], "sedlink"), os.environ["SEDLINK_WORK"]
PIN = "98765432"
ENGINE = ("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n"
          "[dn]\nCN=gost\n[v3]\nbasicConstraints=CA:TRUE\nkeyUsage=digitalSignature,keyCertSign\n")
FORMS = ("cades-bes", "cades-t", "cms", "no-attributes")
TOOL = """#!/bin/sh
# tool FORM SHAPE INPUT OUTPUT: plays cryptcp
case $1 in cades-bes) how=-cades;; cms) how=;; no-attributes) how=-noattr;; esac
case $2 in attached) where=-nodetach;; *) where=;; esac
exec openssl cms -sign -binary -nosmimecap $how $where -in "$3" -signer "$SIGNER.pem" -inkey "$SIGNER.key" -outform DER -out "$4"
"""


def sedlink(*words, code=0):
    environment = {name: value for name, value in os.environ.items() if name != "OPENSSL_CONF"}
    done = subprocess.run([SEDLINK, *words], cwd=WORK, capture_output=True, env=environment, timeout=120)
    if done.returncode != code:
        raise SystemExit(f"sedlink {' '.join(words)}: exit {done.returncode}: {done.stdout.decode()}{done.stderr.decode()}")
    return done.stdout.decode()


class Stamps(http.server.BaseHTTPRequestHandler):
    authority = None

    def do_POST(self):
        answer = self.authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words):
        pass


class GostTsa:
    """`openssl ts` with a GOST key and Streebog; its certificate is its own anchor."""

    def __init__(self):
        with open(os.path.join(WORK, "gost-tsa.cnf"), "w") as f:
            f.write("[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=gost-tsa\n[v3]\nkeyUsage=critical,digitalSignature\n"
                    "extendedKeyUsage=critical,timeStamping\n[tsa]\ndefault_tsa=t\n[t]\nserial=gost-tsa.serial\nsigner_cert=gost-tsa.pem\ncerts=gost-tsa.pem\n"
                    "signer_key=gost-tsa.key\nsigner_digest=md_gost12_256\ndefault_policy=1.2.3.4.1\ndigests=md_gost12_256,md_gost12_512\nordering=no\n"
                    "ess_cert_id_chain=no\ness_cert_id_alg=sha256\n")
        openssl("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "gost-tsa.key", cwd=WORK)
        openssl("req", "-x509", "-key", "gost-tsa.key", "-days", "30", "-config", "gost-tsa.cnf", "-out", "gost-tsa.pem", cwd=WORK)

    def answer(self, query):
        with open(os.path.join(WORK, "gost.tsq"), "wb") as f:
            f.write(query)
        return openssl("ts", "-reply", "-config", "gost-tsa.cnf", "-queryfile", "gost.tsq", cwd=WORK).stdout


def der_of(name, encoding):
    with open(os.path.join(WORK, name), "rb") as f:
        data = f.read()
    if encoding == "pem":
        return openssl("cms", "-cmsout", "-inform", "PEM", "-outform", "DER", data=data).stdout
    if encoding == "base64":
        return base64.b64decode(data, validate=True)
    if encoding == "base64url":
        return base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    return data


def accepted(name, anchor, form, attached, encoding="der", signers=1):
    with open(os.path.join(WORK, "to-verify.der"), "wb") as f:
        f.write(der_of(name, encoding))
    options = [] if attached else ["-content", "document"]
    options += ["-cades"] if form.startswith("cades") else []
    openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", "to-verify.der", "-CAfile", anchor, "-purpose", "any", "-out", "out", *options, cwd=WORK)
    with open(os.path.join(WORK, "out"), "rb") as out, open(os.path.join(WORK, "document"), "rb") as document:
        if out.read() != document.read():
            raise SystemExit(f"{name}: openssl gives another content")
    content = [] if attached else ["--content", "document"]
    require = form if form.startswith("cades") else "cms"
    verdict = json.loads(sedlink("verify", "--trust", anchor, "--tsa-trust", "root/ca.pem", "--require", require, "--json", *content, name))
    if len(verdict["signers"]) != signers or verdict["signers"][0]["form"] != form or verdict["attached"] != attached:
        raise SystemExit(f"{name}: not what was asked for: {verdict}")
    if verdict["signers"][0]["days_left"] < 1:
        raise SystemExit(f"{name}: days left of the certificate: {verdict}")


def prepare():
    shutil.rmtree(WORK, ignore_errors=True)
    os.makedirs(os.path.join(WORK, "tokens"))
    with open(os.path.join(WORK, "document"), "wb") as f:
        f.write("Договор № 7\r\nс нулевым байтом\0 и без конца строки".encode() * 500)
    root = Authority(WORK, "root")
    pairs = {name: root.issue(name, kind=kind) for name, kind in (("rsa", "rsa"), ("ec", "ec"), ("p384", "p384"))}
    openssl("pkcs12", "-export", "-inkey", pairs["ec"].key, "-in", pairs["ec"].certificate, "-out", "ec.p12", "-passout", f"pass:{PIN}", cwd=WORK)
    with open(os.path.join(WORK, "gost.cnf"), "w") as f:
        f.write(ENGINE)
    os.environ["OPENSSL_CONF"] = os.path.join(WORK, "gost.cnf")  # of our openssl from here on; sedlink gets none
    for bits, parameters in ((256, ("gost2012_256", "paramset:TCB")), (512, ("gost2012_512", "paramset:A"))):
        openssl("genpkey", "-algorithm", parameters[0], "-pkeyopt", parameters[1], "-out", f"gost{bits}.key", cwd=WORK)
        openssl("req", "-x509", "-key", f"gost{bits}.key", "-days", "30", "-config", "gost.cnf", "-out", f"gost{bits}.pem", cwd=WORK)
    with open(os.path.join(WORK, "softhsm2.conf"), "w") as f:
        f.write(f"directories.tokendir = {WORK}/tokens\n")
    with open(os.path.join(WORK, "pin"), "w") as f:
        f.write(PIN + "\n")
    os.environ["SOFTHSM2_CONF"] = os.path.join(WORK, "softhsm2.conf")
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "m", "--so-pin", "12345678", "--pin", PIN], check=True, capture_output=True)
    for number, name in enumerate(("rsa", "ec")):
        subprocess.run(["softhsm2-util", "--import", pairs[name].key, "--token", "m", "--label", name, "--id", f"a{number}", "--pin", PIN], check=True,
                       capture_output=True)
    with open(os.path.join(WORK, "tool"), "w") as f:
        f.write(TOOL.replace("$SIGNER", pairs["rsa"].key[:-len(".key")]))
    os.chmod(os.path.join(WORK, "tool"), 0o755)
    return root


def of_file(name):
    return ("--key", f"file:root/{name}.key", "--cert", f"root/{name}.pem")


def of_gost(bits):
    return ("--engine", "gost", "--key", f"file:gost{bits}.key", "--cert", f"gost{bits}.pem")


def of_token(name):
    return ("--pkcs11", f"pkcs11:token=m;object={name}", "--pkcs11-module", "/usr/lib/softhsm/libsofthsm2.so", "--pass", "file:pin", "--cert", f"root/{name}.pem")


BACKENDS = {"rsa": (of_file("rsa"), "root/ca.pem"), "p384": (of_file("p384"), "root/ca.pem"), "pkcs12": (("--pkcs12", "file:ec.p12", "--pass", "file:pin"), "root/ca.pem"),
            "gost256": (of_gost(256), "gost256.pem"), "gost512": (of_gost(512), "gost512.pem"), "token-rsa": (of_token("rsa"), "root/ca.pem"),
            "token-ec": (of_token("ec"), "root/ca.pem")}


def forms(url):
    for backend, (key, anchor) in BACKENDS.items():
        for form in FORMS:
            stamp = ("--tsa", url, "--tsa-trust", "root/ca.pem", "--tsa-digest", "sha256") if form == "cades-t" else ()
            for attached in (False, True):
                name = f"{backend}-{form}-{'attached' if attached else 'detached'}.sig"
                sedlink("sign", *key, "--form", form, *stamp, *(["--attached"] if attached else []), "--out", name, "document")
                accepted(name, anchor, form, attached)
    for form in ("cades-bes", "cms", "no-attributes"):
        for attached in (False, True):
            name, shape = f"command-{form}-{attached}.sig", "attached" if attached else "detached"
            sedlink("sign", "--command", f"{WORK}/tool {form} {shape} {{input}} {{output}}", "--cert", "root/rsa.pem", "--form", form, "--out", name,
                    *(["--attached"] if attached else []), "document")
            accepted(name, "root/ca.pem", form, attached)


def encodings():
    for backend in ("rsa", "gost256"):
        key, anchor = BACKENDS[backend]
        for encoding, attached in (("base64", False), ("pem", True), ("base64url", False), ("base64url", True)):
            name = f"{backend}-{encoding}.sig"
            sedlink("sign", *key, "--encoding", encoding, "--out", name, *(["--attached"] if attached else []), "document")
            accepted(name, anchor, "cades-bes", attached, encoding)


def gost_stamps(url):
    """Without --tsa-digest the imprint is by the key: Streebog."""
    for bits, digest in ((256, ()), (512, ("--tsa-digest", "md_gost12_512"))):
        sedlink("sign", *of_gost(bits), "--form", "cades-t", "--tsa", url, "--tsa-trust", "gost-tsa.pem", *digest, "--out", "stamped.sig", "document")
        verdict = json.loads(sedlink("verify", "--trust", f"gost{bits}.pem", "--tsa-trust", "gost-tsa.pem", "--require", "cades-t", "--content", "document", "--json",
                                     "stamped.sig"))
        if verdict["signers"][0]["time_stamps"][0]["verdict"] != "valid":
            raise SystemExit(f"a stamp of a GOST authority: {verdict}")


def gost_variants():
    """Parameters of algorithms absent, NULL and with a set; the name of the key or of the signature with the digest (e-signature page, section 1)."""
    null = Node(0x05)
    for bits, digest, key, signature in ((256, "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.3.2"),
                                         (512, "1.2.643.7.1.1.2.3", "1.2.643.7.1.1.1.2", "1.2.643.7.1.1.3.3")):
        for form in ("cades-bes", "no-attributes"):
            signed = der_of(f"gost{bits}-{form}-detached.sig", "der")
            for number, (of_digest, of_signature) in enumerate((([oid(digest)], [oid(key)]), ([oid(digest), null], [oid(key), null]), ([oid(digest)], [oid(signature)]),
                                                                ([oid(digest), null], [oid(signature), null]))):
                message = Cms(signed)
                at = message.signer.children.index(message.signature)
                message.signer[2].children, message.signer[at - 1].children = of_digest, of_signature
                message.signed_data[1][0].children = of_digest
                name = f"gost{bits}-{form}-variant-{number}.sig"
                with open(os.path.join(WORK, name), "wb") as f:
                    f.write(message.encode())
                sedlink("verify", "--trust", f"gost{bits}.pem", "--content", "document", name)
            sedlink("verify", "--trust", f"gost{bits}.pem", "--content", "tool", name, code=1)


def several():
    """Two and three signers of different back ends under one document."""
    anchors = os.path.join(WORK, "anchors.pem")
    with open(anchors, "wb") as out:
        for name in ("root/ca.pem", "gost256.pem", "gost512.pem"):
            with open(os.path.join(WORK, name), "rb") as f:
                out.write(f.read())
    for attached in (False, True):
        shape, signed = ["--attached"] if attached else [], "one.sig"
        sedlink("sign", *BACKENDS["rsa"][0], *shape, "--out", signed, "document")
        for count, backend in enumerate(("token-ec", "gost256", "gost512"), 2):
            sedlink("sign", *BACKENDS[backend][0], *shape, "--add-to", signed, "--out", f"{count}.sig", "document")
            signed = f"{count}.sig"
            accepted(signed, "anchors.pem", "cades-bes", attached, signers=count)


ROOT = prepare()
Stamps.authority = Tsa(ROOT)
SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stamps)
threading.Thread(target=SERVER.serve_forever, daemon=True).start()
forms(f"http://127.0.0.1:{SERVER.server_port}/")
Stamps.authority = GostTsa()
gost_stamps(f"http://127.0.0.1:{SERVER.server_port}/")
encodings()
gost_variants()
several()
print("ok")
