"""Rows about time-stamps that `openssl ts` would not make: tokens are cut open and signed anew."""
import os

from der import Cms, parse
from pki import LEAF, Tsa, openssl
from table import cms, with_token

TST_INFO = "1.2.840.113549.1.9.16.1.4"


def build(t, folder, root, bes):
    tsa = Tsa(root, "stamps")
    value = Cms(bes).signature.body
    good = tsa.token(value)
    info = Cms(good).signed_data[2][1][0].body

    def by(pair, content=info, *options):
        return cms(pair, "-econtent_type", TST_INFO, *options, content=t.save("tst-info", content), attached=True)

    def authority(name, use):
        return root.issue("stamp-" + name, LEAF + "keyUsage=critical,digitalSignature\n" + use)

    def edited(edit):
        tree = parse(info)
        edit(tree)
        return tree.encode()

    def row(expect, name, token, code="", **more):
        t.row(expect, name, with_token(bes, token), code, **{"require": "cades-t", **more})

    row("valid", "token-signed-anew", by(tsa.pair))
    row("invalid", "token-use-not-critical", by(authority("soft", "extendedKeyUsage=timeStamping\n")), "time_stamp_wrong")
    row("invalid", "token-use-absent", by(authority("useless", "")), "time_stamp_wrong")
    row("invalid", "token-use-not-alone", by(authority("busy", "extendedKeyUsage=critical,timeStamping,clientAuth\n")), "time_stamp_wrong")
    row("invalid", "token-without-reference", cms(tsa.pair, "-econtent_type", TST_INFO, content=t.save("tst-info", info), attached=True, cades=False), "time_stamp_wrong")
    row("invalid", "token-before-its-certificate", by(tsa.pair, edited(lambda i: setattr(i[4], "body", b"20200101000000Z"))), "time_stamp_wrong")
    row("invalid", "token-of-version-2", by(tsa.pair, edited(lambda i: setattr(i[0], "body", b"\2"))), "time_stamp_wrong")
    row("invalid", "token-content-with-a-tail", by(tsa.pair, info + b"\0"), "time_stamp_wrong")
    row("invalid", "token-of-plain-data", cms(tsa.pair, content=t.save("tst-info", info), attached=True), "time_stamp_wrong")
    row("invalid", "token-detached", cms(tsa.pair, "-econtent_type", TST_INFO, content=t.save("tst-info", info)), "time_stamp_wrong")
    second = root.issue("stamp-second", LEAF + "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n")
    one = t.save("token.der", by(tsa.pair))
    two = openssl("cms", "-resign", "-binary", "-inform", "DER", "-in", one, "-signer", second.certificate, "-inkey", second.key, "-outform", "DER", "-cades").stdout
    row("invalid", "token-of-two-signers", two, "time_stamp_wrong")
    row("indeterminate", "token-by-sha1", tsa.token(value, "sha1"), "weak_algorithm")
    bare = Cms(good)
    bare.signed_data.children.remove(bare.certificates)
    row("indeterminate", "token-without-its-certificate", bare.encode(), "time_stamp_untrusted")
    row("valid", "token-with-its-certificate-beside", bare.encode(), intermediates=[tsa.pair.certificate])
    both = Cms(with_token(bes, good))
    both.add_unsigned("1.2.840.113549.1.9.16.2.14", parse(tsa.token(b"another")))
    t.invalid("token-beside-a-wrong-one", both.encode(), "time_stamp_wrong", require="cades-t")
    both = Cms(with_token(bes, good))
    both.add_unsigned("1.2.840.113549.1.9.16.2.14", parse(tsa.token(value, "sha384")))
    t.valid("two-tokens", both.encode(), require="cades-t")
    old = os.path.join(folder, "root", "sha1.tsa.cnf")
    with open(tsa.config) as f, open(old, "w") as own:
        own.write(f.read().replace("ess_cert_id_alg=sha256", "ess_cert_id_alg=sha1"))
    tsa.config = old
    row("valid", "token-with-reference-v1", tsa.token(value))
    root.revoke(second, -1)
    crl = root.crl("stamps", -0.01)
    row("indeterminate", "token-of-a-revoked-authority", by(second), "time_stamp_untrusted", crls=[crl], revocation="signer")
