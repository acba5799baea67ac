"""The table of what verification must say: every row is made here by openssl and a knife, never by our own signing.

  cases.py FOLDER    builds the keys and files once and writes FOLDER/cases.json
A row: name, signature, content, trust, crls, tsa_trust, intermediates, require, revocation, days (from now: the verifier's clock),
at (days), attached_limit; expect (verdict) and code (a reason that must be among those given; none for a clean valid).
"""
import base64
import fcntl
import hashlib
import json
import os
import shutil
import sys
import time

import odd_lists
import odd_messages
import odd_stamps
from der import Cms, Node, octets, oid, sequence
from pki import LEAF, SIGNER, Authority, Tsa, openssl
from table import CONTENT_TYPE, DIGEST, ESS_V2, TEXT, TIME, Table, cms, edited, flipped, with_token


def build(folder):
    t = Table(folder)
    root = Authority(folder, "root")
    inner = Authority(folder, "inner", parent=root)
    foreign = Authority(folder, "foreign")
    t.trust = root.certificate
    signer, second, ec = root.issue("signer"), root.issue("second"), root.issue("ec", kind="ec")
    c = t.content
    bes = cms(signer, content=c)
    inside = cms(signer, content=c, attached=True)
    plain = cms(signer, content=c, cades=False)
    bare = cms(signer, "-noattr", content=c, cades=False)

    t.valid("detached-bes", bes, require="cades-bes")
    t.valid("attached-bes", inside, content=None, require="cades-bes")
    t.valid("attached-bes-beside-its-content", inside)
    t.valid("ecdsa", cms(ec, content=c), require="cades-bes")
    t.valid("plain-cms", plain, require="cms")
    t.valid("no-attributes", bare, require="cms")
    t.valid("pem", openssl("cms", "-cmsout", "-inform", "DER", "-outform", "PEM", data=bes).stdout)
    t.valid("pem-labelled-pkcs7", openssl("cms", "-cmsout", "-inform", "DER", "-outform", "PEM", data=bes).stdout.replace(b"CMS", b"PKCS7"))
    t.valid("base64-one-line", base64.b64encode(bes))
    t.valid("base64-crlf-76", base64.encodebytes(bes).replace(b"\n", b"\r\n"))
    t.valid("base64url", base64.urlsafe_b64encode(bes).rstrip(b"="))
    t.valid("ber-indefinite", cms(signer, "-stream", "-indef", content=c, attached=True), content=None)
    t.valid("key-identifier", cms(signer, "-keyid", content=c))
    t.valid("rsa-pss", cms(signer, "-keyopt", "rsa_padding_mode:pss", content=c))
    t.valid("sha512", cms(signer, "-md", "sha512", content=c))
    t.valid("smime-capabilities", openssl("cms", "-sign", "-binary", "-in", c, "-signer", signer.certificate, "-inkey", signer.key, "-outform", "DER").stdout)
    t.valid("empty-content", cms(signer, content=t.save("empty", b""), attached=True), content=None)
    leaf = inner.issue("leaf-of-inner")
    with_chain = cms(leaf, "-certfile", inner.certificate, content=c)
    t.valid("intermediate-inside", with_chain, require="cades-bes")
    t.valid("intermediate-beside", cms(leaf, content=c), intermediates=[inner.certificate])
    t.valid("anchor-is-the-intermediate", cms(leaf, content=c), trust=inner.certificate)
    two = t.save("one.der", bes)
    two = openssl("cms", "-resign", "-binary", "-inform", "DER", "-in", two, "-signer", second.certificate, "-inkey", second.key,
                  "-outform", "DER", "-cades", "-nosmimecap").stdout
    t.valid("two-signers", two, require="cades-bes")
    t.valid("line-break-after-der", bes + b"\r\n")

    t.invalid("content-changed", bes, "content_changed", content=TEXT.replace("сто".encode(), "два".encode()))
    t.invalid("content-shorter", bes, "content_changed", content=TEXT[:-1])
    t.invalid("line-ends-normalised", bes, "content_changed", content=TEXT.replace(b"\r\n", b"\n"))
    t.invalid("attached-content-changed", inside.replace("сто".encode(), "два".encode()), "content_changed", content=None)
    t.invalid("attached-beside-another", inside, "content_changed", content=b"other")
    t.invalid("no-attributes-content-changed", bare, "content_changed", content=TEXT + b"!")
    t.invalid("signature-bit", flipped(bes, -10), "signature_wrong")
    t.invalid("signing-time-edited", edited(bes, lambda m: setattr(m.attribute(TIME)[1][0], "body", b"200101000000Z")), "signature_wrong")
    t.invalid("second-signer-broken", flipped(two, -10), "signature_wrong")
    t.invalid("truncated", bes[:len(bes) // 2], "malformed")
    t.invalid("one-byte-short", bes[:-1], "malformed")
    t.invalid("trailing-bytes", bes + b"\x00\x01\x02", "trailing_data")
    t.invalid("twice-in-a-row", bes + bes, "trailing_data")
    t.invalid("empty-file", b"", "malformed")
    t.invalid("text", "Это не подпись".encode(), "malformed")
    t.invalid("html", b"<html><body>502 Bad Gateway</body></html>", "malformed")
    t.invalid("pem-cut", openssl("cms", "-cmsout", "-inform", "DER", "-outform", "PEM", data=bes).stdout[:-30], "malformed")
    t.invalid("random-bytes", hashlib.shake_128(b"x").digest(600), "malformed")
    t.invalid("length-beyond-the-end", b"\x30\x84\xff\xff\xff\xff" + bes[4:], "malformed")
    t.invalid("nested-without-end", b"\x30\x80" * 20000, "malformed")
    t.invalid("enveloped", openssl("cms", "-encrypt", "-binary", "-in", c, "-outform", "DER", signer.certificate).stdout, "not_signed_data")
    t.invalid("digested-data", openssl("cms", "-digest_create", "-in", c, "-outform", "DER").stdout, "not_signed_data")
    t.invalid("certificate-instead", openssl("x509", "-in", signer.certificate, "-outform", "DER").stdout, "malformed")
    t.invalid("zero-signers", openssl("crl2pkcs7", "-nocrl", "-certfile", signer.certificate, "-outform", "DER").stdout, "no_signers")
    t.invalid("no-attributes-for-cades", bare, "attributes_missing", require="cades-bes")
    t.invalid("plain-for-cades", plain, "certificate_reference_missing", require="cades-bes")
    t.invalid("bes-for-cades-t", bes, "time_stamp_missing", require="cades-t")
    t.invalid("attributes-stripped", edited(bes, lambda m: m.signer.children.remove(m.attributes)), "content_changed", require="cms")
    stripped = Cms(bes)
    attributes = stripped.attributes_as_set()
    stripped.signer.children.remove(stripped.attributes)
    stripped.signed_data[2].children.append(Node(0xA0, children=[octets(attributes)]))
    t.invalid("attributes-shown-as-content", stripped.encode(), "attributes_missing", content=None)
    t.invalid("no-message-digest", edited(bes, lambda m: m.drop(DIGEST), signer.key), "attributes_missing")
    t.invalid("no-content-type", edited(bes, lambda m: m.drop(CONTENT_TYPE), signer.key), "attributes_missing")
    t.invalid("two-message-digests", edited(bes, lambda m: m.attributes.children.append(m.attribute(DIGEST)), signer.key), "attribute_repeated")
    t.invalid("message-digest-of-two-values", edited(bes, lambda m: m.attribute(DIGEST)[1].children.append(octets(b"x" * 32)), signer.key), "attribute_repeated")
    t.invalid("two-signing-times", edited(bes, lambda m: m.attributes.children.append(m.attribute(TIME)), signer.key), "attribute_repeated")
    t.invalid("two-references", edited(bes, lambda m: m.attributes.children.append(m.attribute(ESS_V2)), signer.key), "attribute_repeated")
    t.invalid("reference-to-another", edited(bes, lambda m: setattr(m.attribute(ESS_V2)[1][0][0][0][0], "body", b"\x11" * 32), signer.key), "certificate_reference_wrong")
    t.invalid("reference-is-rubbish", edited(bes, lambda m: setattr(m.attribute(ESS_V2)[1], "children", [octets(b"?")]), signer.key), "certificate_reference_wrong")
    t.invalid("other-content-type", edited(bes, lambda m: setattr(m.attribute(CONTENT_TYPE)[1], "children", [oid("1.2.840.113549.1.7.2")]), signer.key), "content_type_wrong")
    t.invalid("signed-by-another-key", edited(bes, lambda m: None, second.key), "signature_wrong")
    odd_type = Cms(cms(signer, "-noattr", "-econtent_type", "1.2.840.113549.1.9.16.1.4", content=c, cades=False))
    t.invalid("no-attributes-of-other-type", odd_type.encode(), "attributes_missing")

    t.invalid("expired", cms(root.issue("expired", start=-20, end=-10), content=c), "certificate_expired")
    t.valid("expired-as-of-then", cms(root.issue("expired-then", start=-20, end=-10), content=c), at=-15)
    t.invalid("not-yet-valid", cms(root.issue("future", start=10, end=20), content=c), "certificate_not_yet_valid")
    t.invalid("expires-before-the-check", bes, "certificate_expired", days=400)
    t.invalid("use-server", cms(root.issue("server", SIGNER + "extendedKeyUsage=serverAuth\n"), content=c), "certificate_purpose")
    t.invalid("use-time-stamp", cms(root.issue("stamper", SIGNER + "extendedKeyUsage=timeStamping\n"), content=c), "certificate_purpose")
    t.invalid("key-for-encryption", cms(root.issue("encipher", LEAF + "keyUsage=critical,keyEncipherment\n"), content=c), "certificate_purpose")
    t.valid("use-mail-and-client", cms(root.issue("mail", SIGNER + "extendedKeyUsage=clientAuth,emailProtection\n"), content=c))
    t.valid("use-of-the-russian-arc", cms(root.issue("russian", SIGNER + "extendedKeyUsage=1.2.643.2.2.34.6\n"), content=c))
    t.invalid("critical-extension", cms(root.issue("critical", SIGNER + "1.2.3.4.5=critical,ASN1:NULL\n"), content=c), "chain_invalid")
    not_ca = Authority(folder, "not-a-ca", parent=root, extensions=SIGNER)
    t.invalid("issuer-is-no-authority", cms(not_ca.issue("child"), "-certfile", not_ca.certificate, content=c), "chain_invalid")
    short = Authority(folder, "short", parent=root, path=",pathlen:0")
    deep = Authority(folder, "deep", parent=short)
    t.invalid("path-too-long", cms(deep.issue("deep-leaf"), "-certfile", t.save("deep.pem", open(deep.certificate, "rb").read() + open(short.certificate, "rb").read()), content=c), "chain_invalid")
    stranger = foreign.issue("stranger")
    t.invalid("foreign-root-inside", cms(stranger, "-certfile", foreign.certificate, content=c), "chain_untrusted")
    t.indeterminate("foreign-root-unknown", cms(stranger, content=c), "issuer_unknown")
    t.indeterminate("intermediate-missing", cms(leaf, content=c), "issuer_unknown")
    t.indeterminate("certificate-missing", cms(signer, "-nocerts", content=c), "certificate_missing")
    t.valid("certificate-beside", cms(signer, "-nocerts", content=c), intermediates=[signer.certificate])
    t.indeterminate("content-missing", bes, "content_missing", content=None)
    t.indeterminate("too-large", inside, "too_large", content=None, attached_limit=500)
    t.indeterminate("sha1", cms(signer, "-md", "sha1", content=c), "weak_algorithm")
    t.indeterminate("md5", cms(signer, "-md", "md5", content=c, cades=False), "weak_algorithm")
    t.indeterminate("rsa-1024", cms(root.issue("weak-key", kind="rsa1024"), content=c), "weak_algorithm")
    t.indeterminate("certificate-sha1", cms(inner.issue("weak-certificate", digest="sha1"), "-certfile", inner.certificate, content=c), "weak_algorithm")

    revoked, later = root.issue("revoked"), root.issue("revoked-later")
    root.revoke(revoked, -1)
    root.revoke(later, 0)
    crl = root.crl("good", last=-0.01)
    t.valid("crl-says-nothing", bes, crls=[crl], revocation="signer")
    t.invalid("revoked", cms(revoked, content=c), "certificate_revoked", crls=[crl], revocation="signer")
    t.valid("revoked-and-nobody-asks", cms(revoked, content=c))
    t.valid("revoked-after-then", cms(later, content=c), crls=[crl], revocation="signer", at=-1)
    t.invalid("revoked-by-a-stale-list", cms(revoked, content=c), "certificate_revoked", crls=[root.crl("old", -20, -10)], revocation="signer")
    t.indeterminate("crl-stale", bes, "crl_stale", crls=[root.crl("old", -20, -10)], revocation="signer")
    t.indeterminate("crl-of-tomorrow", bes, "revocation_unknown", crls=[root.crl("tomorrow", 1, 30)], revocation="signer")
    t.indeterminate("crl-of-another", bes, "revocation_unknown", crls=[foreign.crl("foreign")], revocation="signer")
    t.indeterminate("crl-absent", bes, "revocation_unknown", revocation="signer")
    impostor = Authority(folder, "impostor", subject="/O=Test/CN=root")
    t.indeterminate("crl-forged", bes, "revocation_unknown", crls=[impostor.crl("forged")], revocation="signer")
    t.valid("crl-of-the-signer-only", with_chain, crls=[inner.crl("inner")], revocation="signer", code="revocation_unknown")
    t.indeterminate("crl-of-the-chain-lacks", with_chain, "revocation_unknown", crls=[inner.crl("inner")], revocation="chain")
    bad_inner = Authority(folder, "bad-inner", parent=root)
    orphan = cms(bad_inner.issue("orphan"), "-certfile", bad_inner.certificate, content=c)
    root.revoke(type("P", (), {"certificate": bad_inner.certificate}), -1)
    t.invalid("intermediate-revoked", orphan, "certificate_revoked", crls=[bad_inner.crl("bad-inner"), root.crl("after")], revocation="signer")

    root.issue("ocsp", LEAF + "keyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\n")  # for the tests of OCSP

    tsa, rogue = Tsa(root), Tsa(foreign, "rogue")
    value = Cms(bes).signature.body
    stamped = with_token(bes, tsa.token(value))
    t.valid("cades-t", stamped, require="cades-t")
    t.valid("cades-t-is-cades-bes", stamped, require="cades-bes")
    t.valid("cades-t-sha512-imprint", with_token(bes, tsa.token(value, "sha512")), require="cades-t")
    t.invalid("token-of-another-signature", with_token(bes, tsa.token(b"another")), "time_stamp_wrong")
    t.invalid("token-of-the-content", with_token(bes, tsa.token(TEXT)), "time_stamp_wrong")
    t.invalid("token-broken", with_token(bes, flipped(tsa.token(value), -10)), "time_stamp_wrong")
    t.invalid("token-is-no-token", with_token(bes, plain), "time_stamp_wrong")
    t.invalid("token-is-rubbish", with_token(bes, sequence(octets(b"?")).encode()), "time_stamp_wrong")
    t.indeterminate("token-of-an-unknown-authority", with_token(bes, rogue.token(value)), "time_stamp_untrusted", require="cades-t")
    t.valid("authority-trusted-apart", with_token(bes, rogue.token(value)), tsa_trust=[foreign.certificate], require="cades-t")
    old = Tsa(root, "long-tsa", end=3000)
    t.valid("expired-after-the-stamp", with_token(bes, old.token(value)), days=400, require="cades-t")
    lasting = cms(root.issue("lasting", end=2000), content=c)
    t.indeterminate("authority-expired", with_token(lasting, tsa.token(Cms(lasting).signature.body)), "time_stamp_untrusted", days=400, require="cades-t")
    t.invalid("both-expired", stamped, "certificate_expired", days=400)
    signed_later = cms(later, content=c)
    t.invalid("stamp-after-the-revocation", with_token(signed_later, old.token(Cms(signed_later).signature.body)), "certificate_revoked", crls=[crl], revocation="signer")
    t.invalid("stamp-of-tomorrow", stamped, "time_stamp_wrong", days=-1.5)
    odd_messages.build(t, folder, root, inner, signer, second, ec)
    odd_lists.build(t, folder)
    odd_stamps.build(t, folder, root, bes)
    with open(os.path.join(folder, "cases.json"), "w", encoding="utf-8") as f:
        json.dump(t.rows, f, ensure_ascii=False, indent=1)


def main():
    folder = os.path.abspath(sys.argv[1])
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    recipe = hashlib.sha256(b"".join(open(os.path.join(here, n), "rb").read() for n in sorted(os.listdir(here)) if n.endswith(".py"))).hexdigest()
    with open(folder + ".lock", "w") as lock:  # every test is a process of its own: the first one builds
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = os.path.join(folder, "recipe")
        made_now = os.path.exists(mark) and open(mark).read() == recipe and os.path.getmtime(mark) > time.time() - 43200
        if not made_now:
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            build(folder)
            with open(mark, "w") as f:
                f.write(recipe)


main()
