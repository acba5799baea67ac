"""Tables of cmsutil (NSS), gpgsm, certtool (GnuTLS), `openssl smime` and python3-cryptography: `tools.py FOLDER [MAKER …]` (README.md).

Each row's verdict is written here with its reason, before ours is looked at. Keys live in a temporary folder only.
"""
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

TEXT = "Договор № 1: сто рублей\r\n".encode() * 4
NOW = "2026-06-15T12:00:00Z"
UTC = datetime.timezone.utc
START, END = datetime.datetime(2025, 1, 1, tzinfo=UTC), datetime.datetime(2035, 1, 1, tzinfo=UTC)


def run(*words, data=None, env=None):
    done = subprocess.run(words, input=data, capture_output=True, env={**os.environ, **(env or {})})
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout.decode(errors='replace')}{done.stderr.decode(errors='replace')}")
    return done.stdout


class Pair:
    """A key and a certificate; `end` before the check makes an expired one."""

    def __init__(self, name, issuer=None, ca=False, kind="ec", end=END, usage=True, signs=True):
        self.key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Others"), x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        by = issuer or self
        self.name, self.subject = name, subject
        made = (x509.CertificateBuilder().subject_name(subject).issuer_name(by.subject).public_key(self.key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(START).not_valid_after(end).add_extension(x509.BasicConstraints(ca, None), True)
                .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
                .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), False))
        if usage:
            made = made.add_extension(x509.KeyUsage(signs and not ca, signs and not ca, not signs, False, False, ca, ca, False, False), True)
        self.certificate = made.sign(by.key, hashes.SHA256())

    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    def p12(self, password, folder):
        """By openssl: gpgsm crashes at what python3-cryptography writes."""
        files = [os.path.join(folder, n) for n in ("own.pem", "own.key")]
        for path, data in zip(files, (self.pem(), self.key_pem())):
            with open(path, "wb") as f:
                f.write(data)
        return run("openssl", "pkcs12", "-export", "-legacy", "-in", files[0], "-inkey", files[1], "-name", self.name, "-passout", "pass:" + password)


class Table:
    def __init__(self, folder, root):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder, self.rows, self.work = folder, [], tempfile.mkdtemp()
        self.content = self.keep("content.txt", TEXT)
        self.root = self.keep("root.cer", root.der())

    def keep(self, name, data):
        with open(os.path.join(self.folder, name), "wb") as f:
            f.write(data)
        return name

    def temporary(self, name, data):
        path = os.path.join(self.work, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    def row(self, expect, name, data, why, content=True, code="", **more):
        row = {"name": name, "signature": self.keep(name + ".sig", data), "expect": expect, "why": why, "now": NOW, "trust": [self.root]}
        if content is True:
            row["content"] = self.content
        elif content:
            row["content"] = self.keep(name + ".content", content)
        if code:
            row["code"] = code
        self.rows.append({**row, **more})

    def usual(self, word, detached, attached, form="cms"):
        """What is expected of every maker's ordinary message."""
        self.row("valid", word + "-detached", detached, "an ordinary detached signature", form=form)
        self.row("valid", word + "-attached", attached, "an ordinary attached signature", content=False, form=form)
        self.row("invalid", word + "-of-another-content", detached, "messageDigest or the value is of another content", content=b"other", code="content_changed")
        self.row("invalid", word + "-attached-tampered", attached.replace("сто".encode(), "два".encode(), 1), "what is inside was changed", content=False, code="content_changed")
        self.row("invalid", word + "-no-cades", detached, "no reference to the certificate", require="cades-bes",
                 code="attributes_missing" if form == "no-attributes" else "certificate_reference_missing")
        self.row("indeterminate", word + "-content-not-given", detached, "a detached signature alone says nothing", content=False, code="content_missing")
        other = Pair("other-root", ca=True)
        self.row("indeterminate", word + "-not-trusted", detached, "the issuer is not known here", code="issuer_unknown", trust=[self.keep("other.cer", other.der())])

    def write(self):
        with open(os.path.join(self.folder, "table.json"), "w", encoding="utf-8") as f:
            f.write("[\n" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in self.rows) + "\n]\n")
        shutil.rmtree(self.work)


def python_cryptography(folder):
    root = Pair("root", ca=True)
    t = Table(folder, root)
    o, e = pkcs7.PKCS7Options, serialization.Encoding

    def sign(who, *options, encoding=e.DER, digest=hashes.SHA256(), more=()):
        b = pkcs7.PKCS7SignatureBuilder().set_data(TEXT).add_signer(who.certificate, who.key, digest)
        for one in more:
            b = b.add_certificate(one.certificate)
        return b.sign(encoding, [o.Binary, *options])

    for kind in ("ec", "rsa"):
        who = Pair(kind, root, kind=kind)
        t.usual(kind, sign(who, o.DetachedSignature), sign(who))
        t.usual(kind + "-bare", sign(who, o.DetachedSignature, o.NoAttributes), sign(who, o.NoAttributes), form="no-attributes")
    t.row("valid", "pem", sign(who, o.DetachedSignature, encoding=e.PEM), "PEM, the label PKCS7")
    t.row("valid", "sha512", sign(who, o.DetachedSignature, digest=hashes.SHA512()), "another digest")
    t.row("valid", "no-capabilities", sign(who, o.DetachedSignature, o.NoCapabilities), "an attribute less")
    without = sign(who, o.DetachedSignature, o.NoCerts)
    t.row("indeterminate", "no-certificate", without, "the signer's certificate is nowhere", code="certificate_missing")
    t.row("valid", "certificate-beside", without, "the signer's certificate lies beside", intermediates=[t.keep("rsa.cer", who.der())])
    inner = Pair("inner", root, ca=True)
    leaf = Pair("leaf", inner)
    t.row("valid", "chain-inside", sign(leaf, o.DetachedSignature, more=[inner]), "the issuer's certificate is inside")
    t.row("indeterminate", "issuer-absent", sign(leaf, o.DetachedSignature), "the issuer's certificate is nowhere", code="issuer_unknown")
    t.row("invalid", "expired", sign(Pair("expired", root, end=datetime.datetime(2026, 6, 1, tzinfo=UTC)), o.DetachedSignature), "the certificate is over", code="certificate_expired")
    t.row("invalid", "not-for-signing", sign(Pair("cipher", root, kind="rsa", signs=False), o.DetachedSignature), "keyUsage is keyEncipherment", code="certificate_purpose")
    t.row("invalid", "authority", sign(inner, o.DetachedSignature), "keyUsage is keyCertSign", code="certificate_purpose")
    two = pkcs7.PKCS7SignatureBuilder().set_data(TEXT)
    for one in (who, leaf):
        two = two.add_signer(one.certificate, one.key, hashes.SHA256())
    t.row("valid", "two-signers", two.add_certificate(inner.certificate).sign(e.DER, [o.Binary, o.DetachedSignature]), "both are good")
    mime = sign(who, o.DetachedSignature, encoding=e.SMIME)
    t.row("invalid", "smime", mime, "a letter, not a signature: the attachment is to be checked", code="malformed")
    t.write()


def openssl_smime(folder):
    root = Pair("root", ca=True)
    t = Table(folder, root)
    for kind in ("ec", "rsa"):
        who = Pair(kind, root, kind=kind)
        certificate, key, content = t.temporary("c.pem", who.pem()), t.temporary("k.pem", who.key_pem()), t.temporary("content", TEXT)
        words = ["openssl", "smime", "-sign", "-binary", "-in", content, "-signer", certificate, "-inkey", key, "-outform", "DER"]
        t.usual(kind, run(*words), run(*words, "-nodetach"))
        t.usual(kind + "-noattr", run(*words, "-noattr"), run(*words, "-noattr", "-nodetach"), form="no-attributes")
    t.row("valid", "pem", run(*words[:-1], "PEM"), "PEM, the label PKCS7")
    t.row("valid", "sha512", run(*words, "-md", "sha512"), "another digest")
    t.row("indeterminate", "sha1", run(*words, "-md", "sha1"), "SHA-1", code="weak_algorithm")
    unix = t.temporary("unix", TEXT.replace(b"\r\n", b"\n"))
    normalised = run("openssl", "smime", "-sign", "-in", unix, "-signer", certificate, "-inkey", key, "-outform", "DER")
    t.row("invalid", "without-binary", normalised, "without -binary the line ends were made CR LF: other bytes than the file's", content=TEXT.replace(b"\r\n", b"\n"), code="content_changed")
    t.row("valid", "without-binary-normalised", normalised, "and those bytes are what was signed")
    t.write()


def gpgsm(folder):
    root = Pair("root", ca=True)
    t = Table(folder, root)
    home = tempfile.mkdtemp()
    env = {"GNUPGHOME": home, "LC_ALL": "C"}
    with open(os.path.join(home, "gpgsm.conf"), "w") as f:
        f.write("disable-crl-checks\nbatch\n")
    with open(os.path.join(home, "gpg-agent.conf"), "w") as f:
        f.write("allow-loopback-pinentry\n")
    with open(os.path.join(home, "trustlist.txt"), "w") as f:
        f.write(root.certificate.fingerprint(hashes.SHA1()).hex().upper() + " S\n")
    inner = Pair("inner", root, ca=True)
    run("gpgsm", "--import", data=root.pem(), env=env)
    run("gpgsm", "--import", data=inner.pem(), env=env)
    for kind, issuer in (("direct", root), ("chain", inner)):  # its import of ECDSA keys crashes
        who = Pair("gpgsm-" + kind, issuer, kind="rsa")
        p12 = t.temporary("k.p12", who.p12("p", t.work))
        run("gpgsm", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--import", p12, data=b"p\n", env=env)
        words = ["gpgsm", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--local-user", who.certificate.fingerprint(hashes.SHA1()).hex().upper(), "--output", "-"]
        content = t.temporary("content", TEXT)
        detached, attached = run(*words, "--detach-sign", content, data=b"p\n", env=env), run(*words, "--sign", content, data=b"p\n", env=env)
        t.usual(kind, detached, attached)
    t.row("valid", "armor", run(*words, "--armor", "--detach-sign", content, data=b"p\n", env=env), "PEM, the label SIGNED MESSAGE")
    t.row("valid", "base64", run(*words, "--base64", "--detach-sign", content, data=b"p\n", env=env), "base64 in lines")
    alone = run(*words, "--include-certs", "1", "--detach-sign", content, data=b"p\n", env=env)
    t.row("indeterminate", "issuer-absent", alone, "the signer's certificate alone is inside", code="issuer_unknown")
    t.row("valid", "issuer-beside", alone, "the issuer's lies beside", intermediates=[t.keep("inner.cer", inner.der())])
    none = run(*words, "--include-certs", "0", "--detach-sign", content, data=b"p\n", env=env)
    t.row("indeterminate", "no-certificate", none, "no certificate is inside", code="certificate_missing")
    t.row("valid", "sha512", run(*words, "--digest-algo", "SHA512", "--detach-sign", content, data=b"p\n", env=env), "another digest")
    run("gpgconf", "--kill", "gpg-agent", env=env)
    shutil.rmtree(home, ignore_errors=True)
    t.write()


def nss(folder):
    root = Pair("root", ca=True)
    t = Table(folder, root)
    db = tempfile.mkdtemp()
    run("certutil", "-N", "-d", db, "--empty-password")
    run("certutil", "-A", "-d", db, "-n", "root", "-t", "C,C,C", "-i", t.temporary("root.pem", root.pem()), "-a")
    content = t.temporary("content", TEXT)

    def sign(who, *options):
        return run("cmsutil", "-S", "-d", db, "-N", who.name, "-i", content, *options)

    for kind in ("rsa", "ec"):
        who = Pair("nss-" + kind, root, kind=kind, usage=False)
        run("pk12util", "-i", t.temporary("k.p12", who.p12("p", t.work)), "-d", db, "-W", "p")
        t.usual(kind, sign(who, "-T", "-G"), sign(who, "-G"))
        t.usual(kind + "-without-time", sign(who, "-T"), sign(who))
    t.row("valid", "capabilities", sign(who, "-T", "-G", "-P"), "with S/MIME capabilities")
    for digest in ("SHA384", "SHA512"):
        t.row("valid", digest.lower(), sign(who, "-T", "-G", "-H", digest), "another digest")
    t.row("indeterminate", "sha1", sign(who, "-T", "-G", "-H", "SHA1"), "SHA-1", code="weak_algorithm")
    shutil.rmtree(db)
    t.write()


def certtool(folder):
    root = Pair("root", ca=True)
    t = Table(folder, root)
    content = t.temporary("content", TEXT)
    for kind in ("rsa", "ec"):
        who = Pair("gnutls-" + kind, root, kind=kind)
        words = ["certtool", "--load-certificate", t.temporary("c.pem", who.pem()), "--load-privkey", t.temporary("k.pem", who.key_pem()), "--infile", content, "--outder"]
        t.usual(kind, run(*words, "--p7-detached-sign", "--p7-time", "--p7-include-cert"), run(*words, "--p7-sign", "--p7-time", "--p7-include-cert"))
        t.usual(kind + "-bare", run(*words, "--p7-detached-sign", "--p7-include-cert"), run(*words, "--p7-sign", "--p7-include-cert"), form="no-attributes")
    t.row("valid", "pem", run(*words[:-1], "--p7-detached-sign", "--p7-time", "--p7-include-cert"), "PEM, the label PKCS7")
    without = run(*words, "--p7-detached-sign", "--p7-time", "--no-p7-include-cert")
    t.row("indeterminate", "no-certificate", without, "the signer's certificate is nowhere", code="certificate_missing")
    t.row("valid", "certificate-beside", without, "the signer's certificate lies beside", intermediates=[t.keep("ec.cer", who.der())])
    for digest in ("SHA384", "SHA512"):
        t.row("valid", digest.lower(), run(*words, "--hash", digest, "--p7-detached-sign", "--p7-time", "--p7-include-cert"), "another digest")
    t.write()


MAKERS = {"cryptography": python_cryptography, "openssl": openssl_smime, "gpgsm": gpgsm, "nss": nss, "gnutls": certtool}

if __name__ == "__main__":
    for maker in sys.argv[2:] or MAKERS:
        MAKERS[maker](os.path.join(os.path.abspath(sys.argv[1]), maker))
