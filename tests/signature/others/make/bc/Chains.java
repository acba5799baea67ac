import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERNumericString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509CertificateHolder;

/** Certificates: uses, dates, names, numbers, and the paths between them (RFC 5280, 6.1). */
final class Chains {
  static void build(Table t, Pki.Pair root) throws Exception {
    uses(t, root);
    dates(t, root);
    names(t, root);
    paths(t, root);
    crossed(t, root);
  }

  private static byte[] by(Pki.Issue who) { return Sign.by(who.make()).der(); }
  private static Pki.Issue one(Pki.Pair root, String name) { return Pki.issue(root, "O=Others,CN=" + name); }

  private static void uses(Table t, Pki.Pair root) {
    String none = "RFC 5280, 4.2.1.3: no keyUsage, no limit";
    t.valid("usage-absent", by(one(root, "usage-absent").usage(0)), none);
    t.valid("usage-non-repudiation", by(one(root, "usage-nr").usage(KeyUsage.nonRepudiation)), "contentCommitment is for documents");
    t.valid("usage-digital-signature", by(one(root, "usage-ds").usage(KeyUsage.digitalSignature)), "digitalSignature is enough");
    t.invalid("usage-key-encipherment", "certificate_purpose", by(one(root, "usage-ke").usage(KeyUsage.keyEncipherment)), "RFC 5280, 4.2.1.3: this key may not sign");
    t.invalid("usage-crl-sign", "certificate_purpose", by(one(root, "usage-crl").usage(KeyUsage.cRLSign)), "RFC 5280, 4.2.1.3: this key signs lists only");
    t.valid("purpose-mail", by(one(root, "p-mail").purpose(false, KeyPurposeId.id_kp_emailProtection)), "S/MIME is the format of these messages");
    t.valid("purpose-any", by(one(root, "p-any").purpose(true, KeyPurposeId.anyExtendedKeyUsage)), "RFC 5280, 4.2.1.12");
    t.invalid("purpose-code", "certificate_purpose", by(one(root, "p-code").purpose(false, KeyPurposeId.id_kp_codeSigning)), "RFC 5280, 4.2.1.12: code only");
    t.invalid("purpose-stamps", "certificate_purpose", by(one(root, "p-tsa").purpose(true, KeyPurposeId.id_kp_timeStamping)), "RFC 5280, 4.2.1.12: time-stamps only");
    t.invalid("purpose-server", "certificate_purpose", by(one(root, "p-server").purpose(false, KeyPurposeId.id_kp_serverAuth)), "RFC 5280, 4.2.1.12: TLS servers only");
    t.valid("purpose-document", by(one(root, "p-doc").purpose(false, KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3.36")))), "RFC 9336: documents");
    t.valid("purpose-russian", by(one(root, "p-ru").purpose(false, KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_emailProtection,
        KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.2.643.2.2.34.6")), KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.2.643.3.251.1.1")))), "as qualified certificates have it");
    t.invalid("authority-signs", "certificate_purpose", Sign.by(Pki.authority(root, "authority-signs")).der(), "keyCertSign and cRLSign only");
    t.invalid("critical-unknown", "chain_invalid", by(one(root, "critical").ext(new ASN1ObjectIdentifier("1.2.3.4.5"), true, DERNull.INSTANCE)), "RFC 5280, 4.2: it must be rejected");
    t.valid("extension-unknown", by(one(root, "not-critical").ext(new ASN1ObjectIdentifier("1.2.643.100.111"), false, new DERUTF8String("СКЗИ «Пример»"))), "RFC 5280, 4.2: it may be ignored");
    Pki.Pair anchor = Pki.person(root, "own-anchor");
    t.valid("anchor-is-the-signer", Sign.by(anchor).der(), "the certificate itself is trusted").trust(anchor.certificate());
  }

  private static void dates(Table t, Pki.Pair root) throws Exception {
    Pki.Issue gone = one(root, "gone").from("2025-01-01T00:00:00Z").to("2026-06-01T00:00:00Z");
    byte[] by = by(gone);
    t.invalid("expired-now", "certificate_expired", by, "it held when signed, but nothing proves when that was");
    t.valid("expired-now-checked-then", by, "as of a time that the caller has proof of").at("2026-05-20T00:00:00Z");
    t.invalid("expired-before-signing", "certificate_expired", by(one(root, "gone2").to("2026-05-01T00:00:00Z")), "signingTime is after the end");
    t.invalid("of-tomorrow", "certificate_not_yet_valid", by(one(root, "tomorrow").from("2026-06-20T00:00:00Z")), "RFC 5280, 6.1.3 (a)(2)");
    t.valid("generalized-time-before-2050", by(one(root, "generalized").dates(generalized("20250101000000Z"), generalized("20350101000000Z"))),
        "against RFC 5280, 4.1.2.5, but unmistakable, and real authorities do it");
    t.valid("without-end", by(one(root, "endless").dates(generalized("20250101000000Z"), generalized("99991231235959Z"))), "RFC 5280, 4.1.2.5");
    Pki.Pair oldInner = Pki.issue(root, "O=Others,CN=old-inner").ca(-1).to("2026-06-01T00:00:00Z").make();
    t.invalid("issuer-expired", "certificate_expired", Sign.by(Pki.person(oldInner, "of-old-inner")).with(oldInner.certificate()).der(), "RFC 5280, 6.1.3 (a)(2) is of every certificate");
  }
  private static Time generalized(String text) { return Time.getInstance(new ASN1GeneralizedTime(text)); }

  private static RDN rdn(String oid, org.bouncycastle.asn1.ASN1Encodable value) { return new RDN(new ASN1ObjectIdentifier(oid), value); }

  private static void names(Table t, Pki.Pair root) {
    X500Name person = new X500Name(new RDN[]{rdn("2.5.4.6", new DERPrintableString("RU")), rdn("2.5.4.8", new DERUTF8String("77 г. Москва")), rdn("2.5.4.10", new DERUTF8String("ООО «Ромашка»")),
        rdn("2.5.4.12", new DERUTF8String("Генеральный директор")), rdn("2.5.4.4", new DERUTF8String("Иванов")), rdn("2.5.4.42", new DERUTF8String("Иван Иванович")),
        rdn("1.2.643.3.131.1.1", new DERNumericString("500100732259")), rdn("1.2.643.100.4", new DERNumericString("7717586110")), rdn("1.2.643.100.1", new DERNumericString("1027700132195")),
        rdn("1.2.643.100.3", new DERNumericString("11223344595")), rdn("2.5.4.3", new DERUTF8String("ООО «Ромашка»"))});
    t.valid("names-russian-utf8", by(one(root, "x").name(person)), "attributes of Приказ ФСБ 795").owner("Иванов Иван Иванович");
    t.valid("name-bmp", by(one(root, "x").name(new X500Name(new RDN[]{rdn("2.5.4.4", new DERBMPString("Петров")), rdn("2.5.4.42", new DERBMPString("Пётр"))}))), "BMPString, as older authorities wrote").owner("Петров Пётр");
    t.valid("name-t61", by(one(root, "x").name(new X500Name(new RDN[]{rdn("2.5.4.3", new DERT61String("Old Name"))}))), "T61String of plain letters").owner("Old Name");
    t.valid("name-of-several-values", by(one(root, "x").name(new X500Name(new RDN[]{new RDN(new org.bouncycastle.asn1.x500.AttributeTypeAndValue[]{
        new org.bouncycastle.asn1.x500.AttributeTypeAndValue(BCStyle.CN, new DERUTF8String("Двое")), new org.bouncycastle.asn1.x500.AttributeTypeAndValue(BCStyle.O, new DERUTF8String("Фирма"))})}))),
        "an RDN of two values").owner("Двое");
    t.valid("serial-negative", by(one(root, "negative").number(BigInteger.valueOf(-77))), "RFC 5280, 4.1.2.2: users should handle such gracefully");
    t.valid("serial-long", by(one(root, "long").number(new BigInteger("7f".repeat(32), 16))), "longer than 20 octets, met in life");
    t.valid("serial-zero", by(one(root, "zero").number(BigInteger.ZERO)), "RFC 5280, 4.1.2.2: users should handle such gracefully");
    Pki.Pair spaced = Pki.issue(null, "CN=x").name(new X500Name(new RDN[]{rdn("2.5.4.3", new DERUTF8String("Name  Of Issuer"))})).ca(-1).make();
    t.valid("issuer-spelled-otherwise", Sign.by(Pki.issue(spaced, "O=Others,CN=of-spaced").issuerName(new X500Name(new RDN[]{rdn("2.5.4.3", new DERPrintableString("name of issuer"))})).make()).der(),
        "RFC 5280, 7.1: case, spaces and the string's type do not matter").trust(spaced.certificate());
  }

  private static void paths(Table t, Pki.Pair root) {
    Pki.Pair inner = Pki.authority(root, "inner"), leaf = Pki.person(inner, "of-inner");
    t.valid("chain-inside", Sign.by(leaf).with(inner.certificate(), root.certificate()).der(), "RFC 5280, 6.1").require("cades-bes");
    t.unknown("issuer-absent", "issuer_unknown", Sign.by(leaf).der(), "no path can be built, none is refuted");
    t.valid("issuer-beside", Sign.by(leaf).der(), "the path is built with what lies beside").helpers(inner.certificate());
    t.valid("unrelated-certificates-inside", Sign.by(leaf).with(Pki.authority(null, "unrelated").certificate(), inner.certificate()).der(), "others do no harm");
    Pki.Pair foreign = Pki.authority(null, "foreign");
    t.invalid("foreign-root-inside", "chain_untrusted", Sign.by(Pki.person(foreign, "stranger")).with(foreign.certificate()).der(), "the path ends at a stranger");
    Pki.Pair self = Pki.issue(null, "O=Others,CN=self").make();
    t.invalid("self-signed", "chain_untrusted", Sign.by(self).der(), "nobody vouches for it");
    t.valid("self-signed-trusted", Sign.by(self).der(), "it is an anchor itself").trust(self.certificate());
    Pki.Pair short0 = Pki.issue(root, "O=Others,CN=short").ca(0).make(), deep = Pki.authority(short0, "deep");
    t.invalid("path-too-long", "chain_invalid", Sign.by(Pki.person(deep, "of-deep")).with(short0.certificate(), deep.certificate()).der(), "RFC 5280, 6.1.4 (l)");
    t.valid("path-just-long-enough", Sign.by(Pki.person(short0, "of-short")).with(short0.certificate()).der(), "RFC 5280, 4.2.1.9");
    Pki.Pair mere = Pki.person(root, "mere");
    t.invalid("issuer-is-a-person", "chain_invalid", Sign.by(Pki.person(mere, "of-mere")).with(mere.certificate()).der(), "RFC 5280, 6.1.4 (k)");
    Pki.Pair v1 = Pki.issue(root, "O=Others,CN=bare-inner").bare().make();
    t.invalid("issuer-without-constraints", "chain_invalid", Sign.by(Pki.issue(v1, "O=Others,CN=of-bare").unidentified().make()).with(v1.certificate()).der(), "RFC 5280, 6.1.4 (k)");
    Pki.Pair broken = new Pki.Pair(leaf.keys(), flipped(leaf.certificate()));
    t.invalid("certificate-tampered", "chain_invalid", Sign.by(broken).with(inner.certificate()).der(), "RFC 5280, 6.1.3 (a)(1)");
    constraints(t, root);
    policies(t, root);
  }
  static X509CertificateHolder flipped(X509CertificateHolder from) {
    byte[] der = Pki.der(from);
    der[der.length - 3] ^= 1;
    try {
      return new X509CertificateHolder(der);
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void constraints(Table t, Pki.Pair root) {
    NameConstraints only = new NameConstraints(new GeneralSubtree[]{new GeneralSubtree(new GeneralName(new X500Name("O=Good")))}, null);
    Pki.Pair limited = Pki.issue(root, "O=Others,CN=limited").ca(-1).ext(Extension.nameConstraints, true, only).make();
    t.valid("name-permitted", Sign.by(Pki.issue(limited, "O=Good,CN=permitted").make()).with(limited.certificate()).der(), "RFC 5280, 4.2.1.10");
    t.invalid("name-not-permitted", "chain_invalid", Sign.by(Pki.issue(limited, "O=Bad,CN=not-permitted").make()).with(limited.certificate()).der(), "RFC 5280, 6.1.3 (b)");
    NameConstraints except = new NameConstraints(null, new GeneralSubtree[]{new GeneralSubtree(new GeneralName(GeneralName.rfc822Name, "bad.test"))});
    Pki.Pair excluding = Pki.issue(root, "O=Others,CN=excluding").ca(-1).ext(Extension.nameConstraints, true, except).make();
    t.invalid("mail-excluded", "chain_invalid", Sign.by(Pki.issue(excluding, "O=Others,CN=m").ext(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(GeneralName.rfc822Name, "x@bad.test"))).make())
        .with(excluding.certificate()).der(), "RFC 5280, 6.1.3 (c)");
  }

  private static CertificatePolicies policy(String oid) { return new CertificatePolicies(new PolicyInformation(new ASN1ObjectIdentifier(oid))); }
  /** PolicyConstraints ::= SEQUENCE { requireExplicitPolicy [0], inhibitPolicyMapping [1] } */
  private static DERSequence explicit(int skip) { return new DERSequence(new DERTaggedObject(false, 0, new ASN1Integer(skip))); }

  private static void policies(Table t, Pki.Pair root) {
    Pki.Pair strict = Pki.issue(root, "O=Others,CN=strict").ca(-1).ext(Extension.policyConstraints, true, explicit(0)).ext(Extension.certificatePolicies, false, policy("1.2.3.4.1")).make();
    t.valid("policy-kept", Sign.by(Pki.issue(strict, "O=Others,CN=kept").ext(Extension.certificatePolicies, false, policy("1.2.3.4.1")).make()).with(strict.certificate()).der(), "RFC 5280, 6.1.5");
    t.invalid("policy-lost", "chain_invalid", Sign.by(Pki.issue(strict, "O=Others,CN=lost").ext(Extension.certificatePolicies, false, policy("1.2.3.4.2")).make()).with(strict.certificate()).der(),
        "RFC 5280, 6.1.5 (g): an explicit policy is required, and the path has none");
    t.invalid("policy-absent", "chain_invalid", Sign.by(Pki.person(strict, "without-policy")).with(strict.certificate()).der(), "RFC 5280, 6.1.5 (g)");
    t.valid("policies-of-qualified", Sign.by(Pki.issue(root, "O=Others,CN=kc1").ext(Extension.certificatePolicies, false, policy("1.2.643.100.113.1")).make()).der(), "КС1: nothing is required of policies");
  }

  private static void crossed(Table t, Pki.Pair root) {
    Pki.Pair oldRoot = Pki.issue(null, "O=Others,CN=old-root").ca(-1).to("2026-01-01T00:00:00Z").make();
    Pki.Pair inner = Pki.authority(root, "crossed");
    Pki.Pair byOld = Pki.issue(oldRoot, "O=Others,CN=crossed").ca(-1).keys(inner.keys()).to("2026-01-01T00:00:00Z").make();
    Pki.Pair leaf = Pki.person(inner, "of-crossed");
    String two = "of two paths one has expired; one good path is enough";
    t.valid("crossed-expired-first", Sign.by(leaf).with(byOld.certificate(), inner.certificate()).der(), two);
    t.valid("crossed-expired-last", Sign.by(leaf).with(inner.certificate(), byOld.certificate()).der(), two);
    t.valid("crossed-both-roots-trusted", Sign.by(leaf).with(byOld.certificate(), inner.certificate()).der(), two).trust(oldRoot.certificate(), root.certificate());
    t.valid("crossed-both-roots-inside", Sign.by(leaf).with(oldRoot.certificate(), byOld.certificate(), root.certificate(), inner.certificate()).der(), two);
    Pki.Pair otherRoot = Pki.authority(null, "other-root"), byOther = Pki.issue(otherRoot, "O=Others,CN=crossed").ca(-1).keys(inner.keys()).make();
    t.valid("crossed-by-a-stranger-first", Sign.by(leaf).with(byOther.certificate(), otherRoot.certificate(), inner.certificate()).der(), "of two paths one is not trusted; one good path is enough");
    Pki.Pair renewed = Pki.issue(null, "O=Others,CN=renewed").ca(-1).to("2026-06-01T00:00:00Z").make(), anew = Pki.issue(null, "O=Others,CN=renewed").ca(-1).keys(renewed.keys()).make();
    t.valid("root-renewed", Sign.by(Pki.person(renewed, "of-renewed")).with(renewed.certificate()).der(), "the same key under a newer certificate").trust(anew.certificate());
    t.valid("root-renewed-both-trusted", Sign.by(Pki.person(renewed, "of-renewed2")).der(), "the same key under a newer certificate").trust(renewed.certificate(), anew.certificate());
    Pki.Pair twin = Pki.authority(null, "twin"), twin2 = Pki.authority(null, "twin");
    t.valid("roots-of-one-name", Sign.by(Pki.person(twin2, "of-twin")).der(), "authorityKeyIdentifier tells them apart").trust(twin.certificate(), twin2.certificate());
    t.valid("roots-of-one-name-unidentified-1", Sign.by(Pki.issue(twin2, "O=Others,CN=of-twin").unidentified().make()).der(), "the issuer's signature tells them apart").trust(twin.certificate(), twin2.certificate());
    t.valid("roots-of-one-name-unidentified-2", Sign.by(Pki.issue(twin2, "O=Others,CN=of-twin").unidentified().make()).der(), "the issuer's signature tells them apart").trust(twin2.certificate(), twin.certificate());
    Pki.Pair in1 = Pki.authority(root, "same-inner"), in2 = Pki.authority(root, "same-inner");
    t.valid("issuers-of-one-name-inside", Sign.by(Pki.issue(in2, "O=Others,CN=of-same").unidentified().make()).with(in1.certificate(), in2.certificate()).der(), "the issuer's signature tells them apart");
  }
}
