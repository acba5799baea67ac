import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;

/** Forms, algorithms, attributes and signers of ordinary and odd messages. */
final class Messages {
  static void build(Table t, Pki.Pair root) throws Exception {
    Pki.Pair rsa = Pki.issue(root, "O=Others,CN=rsa").kind("rsa2048").make(), ec = Pki.person(root, "ec"), second = Pki.person(root, "second");
    forms(t, rsa, ec);
    attributes(t, ec, second);
    signers(t, root, ec, second);
  }

  private static void forms(Table t, Pki.Pair rsa, Pki.Pair ec) {
    t.valid("bes-detached-rsa", Sign.by(rsa).der(), "an ordinary CAdES-BES").require("cades-bes").form("cades-bes");
    t.valid("bes-attached-rsa", Sign.by(rsa).attached().der(), "an ordinary CAdES-BES").attached().require("cades-bes").form("cades-bes");
    t.valid("bes-detached-ec", Sign.by(ec).der(), "an ordinary CAdES-BES").require("cades-bes").form("cades-bes");
    t.valid("bes-v1-reference", Sign.by(ec).v1().der(), "RFC 5126, 5.7.3.1: signing-certificate is CAdES too").require("cades-bes").form("cades-bes");
    t.valid("bes-reference-without-issuer", Sign.by(ec).withoutIssuerSerial().der(), "RFC 5035: issuerSerial is optional").require("cades-bes");
    t.valid("plain-detached", Sign.by(ec).plain().der(), "CMS without CAdES, and CAdES is not asked for").form("cms");
    t.invalid("plain-for-bes", "certificate_reference_missing", Sign.by(ec).plain().der(), "RFC 5126, 5.7.3: the reference is mandatory").require("cades-bes");
    t.valid("no-attributes-detached", Sign.by(rsa).noAttributes().der(), "RFC 5652, 5.4: the content itself is signed").form("no-attributes");
    t.valid("no-attributes-attached-ec", Sign.by(ec).noAttributes().attached().der(), "RFC 5652, 5.4: the content itself is signed").attached();
    t.invalid("no-attributes-for-bes", "attributes_missing", Sign.by(ec).noAttributes().der(), "RFC 5126, 5.7: signed attributes are mandatory").require("cades-bes");
    t.invalid("content-changed", "content_changed", Sign.by(ec).der(), "messageDigest is of another content").content("other".getBytes());
    t.invalid("content-changed-rsa-no-attributes", "content_changed", Sign.by(rsa).noAttributes().der(), "the value is of another content").content("other".getBytes());
    t.unknown("content-not-given", "content_missing", Sign.by(ec).der(), "a detached signature alone says nothing").attached();
    t.invalid("bes-for-t", "time_stamp_missing", Sign.by(ec).der(), "no signature-time-stamp inside").require("cades-t");
    t.valid("empty-content", Sign.by(ec).content(new byte[0]).attached().der(), "nothing is a content too").attached();
    t.invalid("attached-beside-another", "content_changed", Sign.by(ec).attached().der(), "what is inside is not what lies beside").content("other".getBytes());
  }

  private static void attributes(Table t, Pki.Pair ec, Pki.Pair second) {
    t.invalid("reference-to-another", "certificate_reference_wrong", Sign.by(ec).refersTo(second.certificate()).der(), "RFC 5035, 5.4: the reference is of another certificate")
        .require("cades-bes");
    t.invalid("reference-v1-to-another", "certificate_reference_wrong", Sign.by(ec).v1().refersTo(second.certificate()).der(), "RFC 2634, 5.4: the reference is of another certificate");
    t.invalid("digest-twice", "attribute_repeated", Sign.by(ec).edit(v -> v.add(Sign.attribute(CMSAttributes.messageDigest, new DEROctetString(new byte[32])))).der(),
        "RFC 5652, 11.2: one instance of messageDigest");
    t.invalid("digest-of-two-values", "attribute_repeated", Sign.by(ec).edit(v -> {
      var right = v.get(2).getAttributeValues()[0];
      Sign.drop(v, CMSAttributes.messageDigest);
      v.add(new Attribute(CMSAttributes.messageDigest, new DERSet(new org.bouncycastle.asn1.ASN1Encodable[]{right, new DEROctetString(new byte[32])})));
    }).der(), "RFC 5652, 11.2: a single value");
    t.invalid("digest-absent", "attributes_missing", Sign.by(ec).edit(v -> Sign.drop(v, CMSAttributes.messageDigest)).der(), "RFC 5652, 5.3: messageDigest is mandatory");
    t.invalid("content-type-absent", "attributes_missing", Sign.by(ec).edit(v -> Sign.drop(v, CMSAttributes.contentType)).der(), "RFC 5652, 5.3: contentType is mandatory");
    t.invalid("content-type-of-another", "content_type_wrong", Sign.by(ec).edit(v -> {
      Sign.drop(v, CMSAttributes.contentType);
      v.add(Sign.attribute(CMSAttributes.contentType, new ASN1ObjectIdentifier("1.2.840.113549.1.7.5")));
    }).der(), "RFC 5652, 11.1: it must be eContentType");
  }

  private static void signers(Table t, Pki.Pair root, Pki.Pair ec, Pki.Pair second) {
    t.valid("by-key-identifier", Sign.by(ec).byKey().der(), "RFC 5652, 5.3: the other way to name a signer").require("cades-bes");
    t.valid("two-signers", Sign.by(ec, second).der(), "both are good").require("cades-bes");
  }
}
