import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.rosstandart.RosstandartObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSSignedData;

/** GOST R 34.10-2012 (RFC 9215, Р 1323565.1.025-2019) by BouncyCastle's own code; judged with OpenSSL's engine. */
final class Gost {
  static void build(Table t) throws Exception {
    t.gost = true;
    ASN1ObjectIdentifier d256 = RosstandartObjectIdentifiers.id_tc26_gost_3411_12_256, d512 = RosstandartObjectIdentifiers.id_tc26_gost_3411_12_512;
    for (String curve : List.of("GostR3410-2001-CryptoPro-A", "GostR3410-2001-CryptoPro-B", "GostR3410-2001-CryptoPro-C", "GostR3410-2001-CryptoPro-XchA", "GostR3410-2001-CryptoPro-XchB",
        "Tc26-Gost-3410-12-256-paramSetA", "Tc26-Gost-3410-12-512-paramSetA", "Tc26-Gost-3410-12-512-paramSetB", "Tc26-Gost-3410-12-512-paramSetC")) {
      boolean big = curve.contains("12-512");
      Pki.Pair root = Pki.issue(null, "O=Others,CN=gost-root").kind(curve).ca(-1).make(), who = Pki.issue(root, "O=Others,CN=gost").kind(curve).make();
      t.root = root.certificate();
      t.valid("gost-" + curve.replace("GostR3410-2001-CryptoPro", "cp").replace("Tc26-Gost-3410-12-", "tc26-"), Sign.by(who).referenceDigest(big ? d512 : d256).der(), "the page, section 1: this set of parameters").require("cades-bes");
      if (big) t.invalid("gost-512-content-changed-" + curve.substring(curve.length() - 1), "content_changed", Sign.by(who).der(), "another content").content("other".getBytes());
    }
    Pki.Pair root = Pki.issue(null, "O=Others,CN=gost-root").kind("Tc26-Gost-3410-12-512-paramSetA").ca(-1).make();
    t.root = root.certificate();
    Pki.Pair inner = Pki.issue(root, "O=Others,CN=gost-inner").kind("GostR3410-2001-CryptoPro-A").ca(-1).make();
    Pki.Pair who = Pki.issue(inner, "O=Others,CN=gost-person").kind("GostR3410-2001-CryptoPro-A").make();
    t.valid("gost-chain-512-over-256", Sign.by(who).referenceDigest(d256).with(inner.certificate()).der(), "a long key above a short one").require("cades-bes");
    t.unknown("gost-issuer-absent", "issuer_unknown", Sign.by(who).der(), "no path can be built");
    t.valid("gost-attached", Sign.by(who).attached().referenceDigest(d256).with(inner.certificate()).der(), "attached").attached().require("cades-bes");
    t.valid("gost-reference-by-sha256", Sign.by(who).with(inner.certificate()).der(), "RFC 5035: any digest").require("cades-bes");
    t.valid("gost-reference-by-sha1", Sign.by(who).v1().with(inner.certificate()).der(), "RFC 2634: SHA-1, as old CryptoPro writes").require("cades-bes");
    t.valid("gost-no-attributes", Sign.by(who).noAttributes().with(inner.certificate()).der(), "RFC 5652, 5.4; ЕСИА expects this").form("no-attributes");
    t.valid("gost-plain", Sign.by(who).plain().with(inner.certificate()).der(), "no reference").form("cms");
    for (var named : List.of(RosstandartObjectIdentifiers.id_tc26_gost_3410_12_256, RosstandartObjectIdentifiers.id_tc26_signwithdigest_gost_3410_12_256)) {
      String word = named.equals(RosstandartObjectIdentifiers.id_tc26_gost_3410_12_256) ? "key" : "signature";
      t.valid("gost-named-by-" + word, Sign.by(who).encryption(new AlgorithmIdentifier(named)).with(inner.certificate()).der(), "the page, section 1: both names, no parameters");
      t.valid("gost-named-by-" + word + "-null", Sign.by(who).encryption(new AlgorithmIdentifier(named, DERNull.INSTANCE)).with(inner.certificate()).der(), "the page, section 1: both names, NULL");
    }
    t.invalid("gost-content-changed", "content_changed", Sign.by(who).with(inner.certificate()).der(), "another content").content("other".getBytes());
    t.invalid("gost-content-changed-no-attributes", "content_changed", Sign.by(who).noAttributes().with(inner.certificate()).der(), "another content").content("other".getBytes());
    byte[] broken = Sign.by(who).with(inner.certificate()).der();
    broken[broken.length - 9] ^= 1;
    t.invalid("gost-value-tampered", "signature_wrong", broken, "the value is not the signer's");
    t.valid("gost-two-signers-with-rsa", Sign.by(who, Pki.issue(root, "O=Others,CN=rsa-of-gost").kind("P-256").make()).with(inner.certificate()).der(), "GOST and ECDSA in one message");
    var clean = Pki.crl(inner).make();
    t.valid("gost-list-clean", Sign.by(who).with(inner.certificate()).der(), "a list by GOST").crls(clean);
    t.invalid("gost-list-revoked", "certificate_revoked", Sign.by(who).with(inner.certificate()).der(), "a list by GOST").crls(Pki.crl(inner).revoke(who, "2026-06-05T00:00:00Z").make());
    t.unknown("gost-list-forged", "revocation_unknown", Sign.by(who).with(inner.certificate()).der(), "a list by another key").crls(Pki.crl(inner).by(who.keys()).make());
    Pki.Pair tsa = Pki.issue(root, "O=Others,CN=gost-tsa").kind("Tc26-Gost-3410-12-256-paramSetA").purpose(true, org.bouncycastle.asn1.x509.KeyPurposeId.id_kp_timeStamping).make();
    CMSSignedData made = Sign.by(who).referenceDigest(d256).with(inner.certificate()).make();
    ASN1Primitive token = Stamps.token(tsa, Stamps.value(made), d256, d256, "2026-05-15T10:00:30Z", true);
    t.valid("gost-t", Stamps.stamped(made, token), "CAdES-T, the token by GOST").require("cades-t").form("cades-t");
    t.invalid("gost-t-of-another", "time_stamp_wrong", Stamps.stamped(Sign.by(who).with(inner.certificate()).make(), token), "the imprint is of another value");
    t.invalid("gost-certificate-tampered", "chain_invalid", Sign.by(new Pki.Pair(who.keys(), Chains.flipped(who.certificate()))).with(inner.certificate()).der(), "RFC 5280, 6.1.3 (a)(1)");
  }
}
