"""Rows about certificate revocation lists: which of them speak of this certificate, and what they say together."""
from der import Cms, Node, parse, sequence
from pki import CA, SIGNER, Authority, openssl, when
from table import cms

DELTA, UNKNOWN = "2.5.29.27=critical,ASN1:INTEGER:1\n", "1.2.3.4.5=critical,ASN1:NULL\n"
POINT = "issuingDistributionPoint=critical,@scope\n[scope]\n"


def build(t, folder):
    lists = Authority(folder, "lists")
    point = SIGNER + "crlDistributionPoints=URI:http://crl.test/one.crl\n"
    good, bad, held, of_point = lists.issue("good"), lists.issue("bad"), lists.issue("held", start=-10), lists.issue("of-point", point)
    by_good, by_bad, by_held, by_point = (cms(one, content=t.content) for one in (good, bad, held, of_point))

    def row(expect, name, data, crls, code="", **more):
        t.row(expect, name, data, code, trust=lists.certificate, crls=crls, **{"revocation": "signer", **more})

    base = lists.crl("base", -5)
    lists.revoke(bad, -3)
    delta = lists.crl("delta", -2, extensions=DELTA)
    lists.release(bad)
    lists.revoke(held, -4, "certificateHold")
    hold = lists.crl("hold", -3)
    lists.enter(held, "R", when(-4) + ",removeFromCRL")
    released = lists.crl("released", -2, extensions=DELTA)
    lists.release(held)
    later = lists.crl("later", -1)
    row("valid", "list-without-the-certificate", by_bad, [base])
    row("invalid", "delta-adds-a-revocation", by_bad, [base, delta], "certificate_revoked")
    row("invalid", "delta-alone-revokes", by_bad, [delta], "certificate_revoked")
    row("indeterminate", "delta-alone-clears-nobody", by_good, [delta], "revocation_unknown")
    row("invalid", "on-hold", by_held, [hold], "certificate_revoked")
    row("valid", "on-hold-after-then", by_held, [hold], at=-4.5)
    row("valid", "hold-over-by-a-later-list", by_held, [hold, later])
    row("invalid", "hold-after-an-earlier-list", by_held, [base, hold], "certificate_revoked")
    row("valid", "hold-over-by-a-delta", by_held, [hold, released])
    lists.revoke(bad, 5)
    row("valid", "revoked-from-next-week-on", by_bad, [lists.crl("ahead", -0.5)])
    lists.release(bad)

    for name, scope, expect in (("of-users", "onlyuser=TRUE\n", "valid"), ("of-authorities", "onlyCA=TRUE\n", "indeterminate"),
                                ("of-attribute-certificates", "onlyAA=TRUE\n", "indeterminate"), ("indirect", "indirectCRL=TRUE\n", "indeterminate"),
                                ("of-some-reasons", "onlysomereasons=keyCompromise\n", "indeterminate"),
                                ("of-another-point", "fullname=URI:http://crl.test/two.crl\n", "indeterminate"),
                                ("of-its-point", "fullname=URI:http://crl.test/one.crl\n", "valid")):
        row(expect, "list-" + name, by_point, [lists.crl(name, extensions=POINT + scope)], "" if expect == "valid" else "revocation_unknown")
    row("indeterminate", "list-of-a-point-nobody-named", by_good, [lists.crl("point", extensions=POINT + "fullname=URI:http://crl.test/one.crl\n")], "revocation_unknown")
    row("indeterminate", "list-with-an-unknown-critical-extension", by_good, [lists.crl("critical", extensions=UNKNOWN)], "revocation_unknown")
    silent = Authority(folder, "silent", extensions=CA.format("").replace(",cRLSign", ""))
    t.indeterminate("list-by-one-who-may-not", cms(silent.issue("leaf"), content=t.content), "revocation_unknown", trust=silent.certificate, crls=[silent.crl("own")],
                    revocation="signer")

    lists.revoke(bad, -1)
    now = parse(openssl("crl", "-in", lists.crl("now", -0.5), "-outform", "DER").stdout)

    def carrying(data):
        message = Cms(data)
        message.signed_data.children.insert(-1, Node(0xA1, children=[now]))
        return message.encode()

    def long_form(data):
        message = Cms(data)
        message.add_unsigned("1.2.840.113549.1.9.16.2.24", sequence(Node(0xA0, children=[sequence(now)])))
        return message.encode()

    row("valid", "list-inside-the-message", carrying(by_good), [])
    row("invalid", "list-inside-the-message-revokes", carrying(by_bad), [], "certificate_revoked")
    row("valid", "list-among-revocation-values", long_form(by_good), [])
    row("invalid", "list-among-revocation-values-revokes", long_form(by_bad), [base], "certificate_revoked")
    row("invalid", "list-inside-and-nobody-asks", carrying(by_bad), [], "certificate_revoked", revocation="none")
    row("valid", "list-inside-clean-and-nobody-asks", carrying(by_good), [], revocation="none")

