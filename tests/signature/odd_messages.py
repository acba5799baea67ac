"""Rows about the message and its signer: encodings, algorithms, attributes, certificates, chains."""
import base64
import hashlib

from der import Cms, Node, attribute, in_pieces, length, octets, oid, parse, sequence
from pki import CA, LEAF, SIGNER, Authority, Pair, openssl, when
from table import CONTENT_TYPE, DIGEST, ESS_V2, TEXT, TIME, cms, edited, resigned

ESS_V1, PROTECTION = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.52"
SHA1, SHA256, SHA512 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3"
RSA, SHA256_RSA, SHA512_RSA, EC_KEY = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.13", "1.2.840.10045.2.1"


def der_of(certificate):
    return openssl("x509", "-in", certificate, "-outform", "DER").stdout


def encodings(t, bes, inside):
    pem = openssl("cms", "-cmsout", "-inform", "DER", "-outform", "PEM", data=bes).stdout
    text = base64.b64encode(bes)
    lines = b"\r\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    t.valid("pem-after-words", "Подпись Иванова\n\n".encode() + pem)
    t.valid("pem-with-bom", b"\xef\xbb\xbf" + pem)
    t.valid("pem-crlf", pem.replace(b"\n", b"\r\n"))
    t.valid("pem-labelled-pkcs7-signed-data", pem.replace(b"CMS", b"PKCS #7 SIGNED DATA"))
    t.invalid("pem-of-two-messages", pem + pem, "malformed")
    t.invalid("pem-with-another-end", pem.replace(b"END CMS", b"END PKCS7"), "malformed")
    t.valid("base64-crlf-64", lines + b"\r\n")
    t.valid("base64url-padded", base64.urlsafe_b64encode(bes))
    t.invalid("base64-cut", text[:len(text) // 4 * 4 - 3], "malformed")
    t.valid("base64-of-a-message-just-below-the-limit", base64.b64encode(inside), content=None, attached_limit=len(inside) + 1)
    t.indeterminate("base64-of-a-message-just-above-the-limit", base64.b64encode(inside), "too_large", content=None, attached_limit=len(inside) - 1)
    t.invalid("zeros", bytes(1_000_000), "malformed")
    deep = b""
    for _ in range(2000):
        deep = b"\x30" + length(len(deep)) + deep
    t.invalid("nested-deep", deep, "malformed")
    outer = parse(bes)
    body = b"".join(c.encode() for c in outer.children)
    t.valid("length-longer-than-needed", b"\x30\x84" + len(body).to_bytes(4, "big") + body)
    message = Cms(bes)
    t.valid("ber-everywhere", message.root.encode_ber([message.certificates]), require="cades-bes")
    message = Cms(bes)
    message.signer.children[message.signer.children.index(message.signature)] = in_pieces(message.signature.body)
    t.valid("signature-in-pieces", message.encode())
    message = Cms(inside)
    message.signed_data[2][1].children = [Node(0x24, children=[in_pieces(TEXT[:100]), octets(b""), octets(TEXT[100:])])]
    t.valid("content-in-nested-pieces", message.root.encode_ber([message.certificates]), content=None)
    message = Cms(bes)
    message.signed_data[1].children = []
    t.valid("digest-algorithms-not-listed", message.encode())


def algorithms(t, root, signer, ec, bes):
    c = t.content

    def renamed(data, which, dotted):
        message = Cms(data)
        algorithm = message.signer[2] if which == "digest" else message.signer[message.signer.children.index(message.signature) - 1]
        algorithm.children = [oid(dotted)]
        return message.encode()

    by_ec = cms(ec, content=c)
    t.valid("algorithm-named-with-its-digest", renamed(bes, "signature", SHA256_RSA))
    t.invalid("algorithm-named-with-another-digest", renamed(bes, "signature", SHA512_RSA), "signature_wrong")
    t.invalid("ec-key-named-rsa", renamed(by_ec, "signature", RSA), "signature_wrong")
    t.valid("ec-key-named-by-its-key", renamed(by_ec, "signature", EC_KEY))
    t.invalid("digest-renamed", renamed(bes, "digest", SHA512), "content_changed")
    t.indeterminate("digest-unknown", renamed(bes, "digest", "1.2.3.4.5"), "algorithm_unavailable")
    t.indeterminate("algorithm-unknown", renamed(bes, "signature", "1.2.3.4.5"), "algorithm_unavailable")
    t.valid("p384", cms(root.issue("p384", kind="p384"), "-md", "sha384", content=c), require="cades-bes")
    pss = root.issue("rsa-pss", kind="rsa-pss")
    t.valid("key-of-rsa-pss", cms(pss, "-keyopt", "rsa_padding_mode:pss", content=c), require="cades-bes")
    t.invalid("key-of-rsa-pss-named-rsa", cms(pss, content=c), "signature_wrong")  # so OpenSSL 3.0 signs it, and refuses it itself
    t.indeterminate("p192", cms(root.issue("p192", kind="p192"), content=c), "weak_algorithm")
    protection = attribute(PROTECTION, sequence(sequence(oid(SHA256), Node(0x05)), Node(0xA1, children=[oid(RSA), Node(0x05)])))
    foreign = attribute(PROTECTION, sequence(sequence(oid(SHA512)), Node(0xA1, children=[oid(RSA)])))

    def protected(value):
        def edit(m):
            m.attributes.children.append(value)
            m.sort_attributes()
        return edited(bes, edit, signer.key)

    t.valid("algorithms-protected", protected(protection))
    t.invalid("algorithms-protected-and-changed", protected(foreign), "signature_wrong")

    # OpenSSL 3.0 makes no CMS with Ed25519: another signer's message is sewn over (RFC 8419).
    edwards = root.issue("edwards", kind="ed25519")
    message = Cms(cms(signer, "-md", "sha512", content=c, cades=False))
    certificate = parse(der_of(edwards.certificate))
    message.certificates.children = [certificate]
    message.signer[1].children = [certificate[0][3], certificate[0][1]]
    at = message.signer.children.index(message.signature)
    message.signer[at - 1].children = [oid("1.3.101.112")]
    to_sign = t.save("edwards.attributes", message.attributes_as_set())
    message.signature.body = openssl("pkeyutl", "-sign", "-rawin", "-in", to_sign, "-inkey", edwards.key).stdout
    t.valid("ed25519", message.encode())
    message.signature.body = bytes(message.signature.body[:-1]) + bytes([message.signature.body[-1] ^ 1])
    t.invalid("ed25519-broken", message.encode(), "signature_wrong")
    message = Cms(bes)
    message.signature.body = b""
    t.invalid("signature-of-no-bytes", message.encode(), "signature_wrong")
    message = Cms(by_ec)
    message.signature.body += b"\0"
    t.invalid("signature-with-a-tail", message.encode(), "signature_wrong")


def attributes(t, root, signer, bes):
    c = t.content
    certificate = parse(der_of(signer.certificate))
    serial, issuer = certificate[0][1], certificate[0][3]

    def issuer_serial(name=issuer, number=serial):
        return sequence(sequence(Node(0xA4, children=[name])), number)

    def v2(digest, algorithm=None, more=()):
        hashed = octets(hashlib.new(digest, certificate.encode()).digest())
        return attribute(ESS_V2, sequence(sequence(sequence(*([sequence(oid(algorithm))] if algorithm else []), hashed, *more))))

    v1 = attribute(ESS_V1, sequence(sequence(sequence(octets(hashlib.sha1(certificate.encode()).digest())))))
    v1_wrong = attribute(ESS_V1, sequence(sequence(sequence(octets(b"\x11" * 20)))))

    def with_references(*references):
        def edit(m):
            m.drop(ESS_V2)
            m.attributes.children += references
            m.sort_attributes()
        return edited(bes, edit, signer.key)

    t.valid("reference-v1", with_references(v1), require="cades-bes")
    t.valid("references-v1-and-v2", with_references(v1, v2("sha256")), require="cades-bes")
    t.invalid("reference-v1-wrong-beside-v2", with_references(v1_wrong, v2("sha256")), "certificate_reference_wrong")
    t.valid("reference-names-sha256", with_references(v2("sha256", SHA256)), require="cades-bes")
    t.valid("reference-by-sha512", with_references(v2("sha512", SHA512)), require="cades-bes")
    t.valid("reference-by-sha1", with_references(v2("sha1", SHA1)), "weak_algorithm", require="cades-bes")
    t.invalid("reference-hash-by-another-name", with_references(v2("sha256", SHA512)), "certificate_reference_wrong")
    t.valid("reference-with-issuer-and-serial", with_references(v2("sha256", None, [issuer_serial()])), require="cades-bes")
    t.invalid("reference-to-another-serial", with_references(v2("sha256", None, [issuer_serial(number=Node(0x02, b"\x7f"))])), "certificate_reference_wrong")
    t.invalid("reference-to-another-issuer", with_references(v2("sha256", None, [issuer_serial(sequence())])), "certificate_reference_wrong")
    t.invalid("reference-to-nothing", with_references(attribute(ESS_V2, sequence(sequence()))), "certificate_reference_wrong")
    two = v2("sha256")
    two[1].children.append(two[1][0])
    t.invalid("reference-of-two-values", with_references(two), "attribute_repeated")
    plain = Cms(cms(signer, content=c, cades=False))
    plain.add_unsigned(ESS_V2, v2("sha256")[1][0])
    t.invalid("reference-not-signed", plain.encode(), "certificate_reference_missing", require="cades-bes")

    def at(value):
        def edit(m):
            m.attribute(TIME)[1].children = [value] if value else []
            m.sort_attributes()
        return edited(bes, edit, signer.key)

    t.valid("signing-time-of-tomorrow", at(Node(0x17, when(1).encode())), "signing_time_later")
    t.valid("signing-time-after-2050", at(Node(0x18, b"20610101000000Z")), "signing_time_later")
    t.invalid("signing-time-of-no-value", at(None), "attribute_repeated")
    t.valid("signing-time-absent", edited(bes, lambda m: m.drop(TIME), signer.key), require="cades-bes")

    def reversed_order(m):
        m.sort_attributes()
        m.attributes.children.reverse()

    t.valid("attributes-unsorted-and-signed-so", edited(bes, reversed_order, signer.key))
    t.valid("attributes-unsorted-and-signed-in-order", edited(bes, reversed_order))
    t.invalid("attributes-empty", edited(bes, lambda m: setattr(m.attributes, "children", [])), "content_changed")
    message = Cms(bes)
    message.add_unsigned(DIGEST, octets(b"\x11" * 32))
    t.invalid("message-digest-not-signed", message.encode(), "signature_wrong")
    message = Cms(bes)
    message.add_unsigned("1.2.840.113549.1.9.6", parse(bes)[1][0][-1][0])
    message.add_unsigned("1.2.840.113549.1.9.16.2.48", sequence(octets(b"?")))
    t.valid("countersigned-and-archived", message.encode(), "not_judged")
    odd = cms(signer, "-econtent_type", "1.2.840.113549.1.7.2", content=c, attached=True)
    t.valid("content-type-signed-data", odd, content=None, require="cades-bes")
    t.invalid("content-type-attribute-of-data", edited(odd, lambda m: setattr(m.attribute(CONTENT_TYPE)[1], "children", [oid("1.2.840.113549.1.7.1")]), signer.key),
              "content_type_wrong", content=None)


def signers(t, folder, root, inner, signer, second, ec, bes):
    c = t.content
    renewed = root.issue("renewed", key=signer.key)
    message = Cms(cms(renewed, "-keyid", content=c))
    message.certificates.children.insert(0, parse(der_of(signer.certificate)))
    t.valid("key-identifier-of-two-certificates", message.encode(), require="cades-bes")
    double = Authority(folder, "double", subject="/O=Test/CN=root")
    number = openssl("x509", "-in", signer.certificate, "-noout", "-serial").stdout.decode().strip().split("=")[1]
    with open(double.file("serial"), "w") as f:
        f.write(number + "\n")
    message = Cms(bes)
    message.certificates.children.insert(0, parse(der_of(double.issue("same-number").certificate)))
    t.valid("another-certificate-of-the-same-number", message.encode(), require="cades-bes")
    message = Cms(bes)
    message.certificates.children *= 2
    t.valid("certificate-twice", message.encode())
    message = Cms(bes)
    message.signed_data[-1].children *= 2
    t.valid("signer-twice", message.encode())
    t.invalid("authority-as-signer", cms(Pair(inner.key, inner.certificate, root), content=c), "certificate_purpose")
    both = Authority(folder, "both", parent=root, extensions="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,digitalSignature\n")
    t.valid("authority-that-may-sign", cms(Pair(both.key, both.certificate, root), content=c))
    negative = root.file("negative.pem")
    openssl("x509", "-req", "-in", root.file("second.csr"), "-CA", root.certificate, "-CAkey", root.key, "-set_serial", "-5", "-days", "30", "-extfile",
            root.file("second.ext"), "-out", negative)
    t.valid("negative-serial", cms(Pair(second.key, negative, root), content=c), require="cades-bes")
    first_version = root.file("version1.pem")
    openssl("x509", "-req", "-in", root.file("second.csr"), "-CA", root.certificate, "-CAkey", root.key, "-set_serial", "77", "-days", "30", "-out", first_version)
    t.valid("certificate-of-version-1", cms(Pair(second.key, first_version, root), content=c))
    one = t.save("one-of-three.der", bes)
    expired = root.issue("expired-third", start=-20, end=-10)
    three = openssl("cms", "-resign", "-binary", "-inform", "DER", "-in", one, "-signer", ec.certificate, "-inkey", ec.key, "-signer", expired.certificate,
                    "-inkey", expired.key, "-outform", "DER", "-cades", "-nosmimecap").stdout
    t.invalid("one-of-three-expired", three, "certificate_expired")
    for name, use, expect in (("any", "anyExtendedKeyUsage", "valid"), ("code", "codeSigning", "invalid"), ("ocsp-use", "OCSPSigning", "invalid")):
        t.row(expect, "use-" + name, cms(root.issue("use-" + name, SIGNER + f"extendedKeyUsage={use}\n"), content=c), "" if expect == "valid" else "certificate_purpose")
    t.valid("usage-non-repudiation", cms(root.issue("non-repudiation", LEAF + "keyUsage=critical,nonRepudiation\n"), content=c))
    t.invalid("usage-agreement", cms(root.issue("agreement", LEAF + "keyUsage=critical,keyAgreement\n", kind="ec"), content=c), "certificate_purpose")


def chains(t, folder, root, inner):
    c = t.content
    limited = Authority(folder, "limited", parent=root, extensions=CA.format("") + "nameConstraints=critical,permitted;email:good.test\n")
    for name, expect in (("good", "valid"), ("bad", "invalid")):
        leaf = limited.issue("of-" + name, SIGNER + f"subjectAltName=email:x@{name}.test\n")
        t.row(expect, "name-constraint-" + name, cms(leaf, "-certfile", limited.certificate, content=c), "" if expect == "valid" else "chain_invalid")
    a = Authority(folder, "loop-a")
    b = Authority(folder, "loop-b", parent=a)
    b.issue("a-by-b", CA.format(""), key=a.key, subject="/O=Test/CN=loop-a", out=b.file("a-by-b.pem"))
    ring = t.save("ring.pem", open(b.certificate, "rb").read() + open(b.file("a-by-b.pem"), "rb").read())
    t.indeterminate("issuers-in-a-ring", cms(b.issue("of-the-ring"), "-certfile", ring, content=c), "issuer_unknown")
    old = Authority(folder, "old-inner", parent=root)
    root.issue("old-inner", CA.format(""), key=old.key, subject="/O=Test/CN=old-inner", out=old.certificate, start=-20, end=-10)
    t.invalid("intermediate-expired", cms(old.issue("of-the-old"), "-certfile", old.certificate, content=c), "certificate_expired")
    mute = Authority(folder, "mute", parent=root, extensions="basicConstraints=critical,CA:TRUE\nkeyUsage=critical,cRLSign\nsubjectKeyIdentifier=hash\n")
    t.invalid("issuer-may-not-issue", cms(mute.issue("of-the-mute"), "-certfile", mute.certificate, content=c), "chain_invalid")
    twin = Authority(folder, "twin", subject="/O=Test/CN=root")
    t.invalid("root-of-the-same-name", cms(twin.issue("of-the-twin"), "-certfile", twin.certificate, content=c), "chain_untrusted")
    unmarked = twin.issue("unmarked", "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nauthorityKeyIdentifier=none\n")
    t.invalid("issuer-of-the-same-name-did-not-sign", cms(unmarked, content=c), "chain_invalid")
    bare_root = Authority(folder, "bare-root", extensions="subjectKeyIdentifier=hash\n")
    t.valid("root-without-constraints-that-is-trusted", cms(bare_root.issue("of-bare-root"), content=c), trust=bare_root.certificate)
    t.invalid("root-without-constraints-that-is-not", cms(bare_root.issue("of-bare-root-2"), "-certfile", bare_root.certificate, content=c), "chain_untrusted")
    no_root = Authority(folder, "no-root", extensions="basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n")
    t.invalid("root-that-says-it-is-none", cms(no_root.issue("of-no-root"), content=c), "chain_invalid", trust=no_root.certificate)
    leaf = inner.issue("long-leaf")
    message = Cms(cms(leaf, content=c))
    message.add_unsigned("1.2.840.113549.1.9.16.2.23", sequence(parse(der_of(inner.certificate))))
    t.valid("issuer-among-certificate-values", message.encode(), require="cades-bes")
    bundle = t.save("inner.p7b", openssl("crl2pkcs7", "-nocrl", "-certfile", inner.certificate, "-outform", "DER").stdout)
    t.valid("issuer-in-a-bundle-beside", cms(leaf, content=c), intermediates=[bundle])
    bare = t.save("root.b64", base64.encodebytes(der_of(root.certificate)))
    t.valid("anchor-in-bare-base64", cms(root.issue("of-bare"), content=c), trust=bare)


def build(t, folder, root, inner, signer, second, ec):
    bes, inside = cms(signer, content=t.content), cms(signer, content=t.content, attached=True)
    encodings(t, bes, inside)
    algorithms(t, root, signer, ec, bes)
    attributes(t, root, signer, bes)
    signers(t, folder, root, inner, signer, second, ec, bes)
    chains(t, folder, root, inner)
