import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.bouncycastle.cert.AttributeCertificateHolder;
import org.bouncycastle.cert.AttributeCertificateIssuer;
import org.bouncycastle.cert.X509AttributeCertificateHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2AttributeCertificateBuilder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationStore;
import org.bouncycastle.util.CollectionStore;

/** Attributes, signers and bytes as one meets them, and as somebody who wants to deceive makes them. */
final class Odd {
  static void build(Table t, Pki.Pair root) throws Exception {
    Pki.Pair ec = Pki.person(root, "odd"), second = Pki.person(root, "odd-second");
    attributes(t, root, ec);
    signers(t, root, ec, second);
    counter(t, root, ec, second);
    contents(t, ec, second);
    encodings(t, Sign.by(ec).der());
  }

  private static Attribute reference(X509CertificateHolder... of) {
    AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
    ESSCertIDv2[] ids = new ESSCertIDv2[of.length];
    for (int i = 0; i < of.length; ++i) ids[i] = new ESSCertIDv2(sha256, Sign.hash(sha256, Pki.der(of[i])));
    return Sign.attribute(Sign.ESS_V2, new SigningCertificateV2(ids));
  }

  private static void attributes(Table t, Pki.Pair root, Pki.Pair ec) throws Exception {
    byte[] der = Sign.by(ec).der();
    int at = new String(der, StandardCharsets.ISO_8859_1).indexOf("260515100000Z");
    byte[] redated = der.clone();
    redated[at + 3] = '4';
    t.invalid("signing-time-tampered", "signature_wrong", redated, "the attributes are under the signature");
    byte[] broken = der.clone();
    broken[der.length - 5] ^= 1;
    t.invalid("value-tampered", "signature_wrong", broken, "the value is not the signer's");
    t.invalid("truncated", "malformed", java.util.Arrays.copyOf(der, der.length - 40), "half a message");
    t.invalid("trailing-bytes", "trailing_data", concat(der, new byte[]{1, 2, 3}), "what follows is signed by nobody");
    t.valid("signing-time-generalized", Sign.by(ec).edit(v -> {
      Sign.drop(v, CMSAttributes.signingTime);
      v.add(Sign.attribute(CMSAttributes.signingTime, new ASN1GeneralizedTime("20260515100000Z")));
    }).der(), "against RFC 5652, 11.3 (UTCTime until 2049), but unmistakable");
    t.valid("signing-time-absent", Sign.by(ec).edit(v -> Sign.drop(v, CMSAttributes.signingTime)).der(), "RFC 5652, 11.3: it is optional").require("cades-bes");
    t.invalid("signing-time-twice", "attribute_repeated", Sign.by(ec).edit(v -> v.add(Sign.attribute(CMSAttributes.signingTime, new ASN1GeneralizedTime("20260101100000Z")))).der(), "RFC 5652, 11.3: one instance");
    t.invalid("reference-twice", "attribute_repeated", Sign.by(ec).edit(v -> v.add(reference(root.certificate()))).der(), "RFC 5035, 3: one instance");
    t.valid("reference-with-issuer-after", Sign.by(ec).edit(v -> {
      Sign.drop(v, Sign.ESS_V2);
      v.add(reference(ec.certificate(), root.certificate()));
    }).der(), "RFC 5035, 3: the first is the signer's, others limit the path; the path is inside").require("cades-bes");
    t.invalid("reference-signer-is-not-first", "certificate_reference_wrong", Sign.by(ec).edit(v -> {
      Sign.drop(v, Sign.ESS_V2);
      v.add(reference(root.certificate(), ec.certificate()));
    }).der(), "RFC 5035, 3: the first must be the signer's");
    t.valid("references-of-both-versions", Sign.by(ec).edit(v -> v.add(new Sign().v1().referenceOf(ec.certificate()))).der(), "RFC 5035, 3: both may stand there").require("cades-bes");
    t.invalid("references-of-both-versions-one-wrong", "certificate_reference_wrong", Sign.by(ec).edit(v -> v.add(new Sign().v1().referenceOf(root.certificate()))).der(), "RFC 5035, 3: both must be right");
    t.valid("policy-identifier", Sign.by(ec).edit(v -> v.add(Sign.attribute(new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.2.15"), new DERSequence(new ASN1Encodable[]{new ASN1ObjectIdentifier("1.2.3.4.9"),
        new DERSequence(new ASN1Encodable[]{new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256), new DEROctetString(new byte[32])})})))).der(), "CAdES-EPES contains BES").require("cades-bes");
    t.valid("unknown-attribute", Sign.by(ec).edit(v -> v.add(Sign.attribute(new ASN1ObjectIdentifier("1.2.643.2.4.1.1"), new DERUTF8String("должность")))).der(), "RFC 5652, 5.3: others may stand there").require("cades-bes");
    t.valid("unknown-unsigned-attribute", Sign.der(Sign.withUnsigned(Sign.by(ec).make(), new ASN1ObjectIdentifier("1.2.643.2.4.1.2"), new DERUTF8String("x"))), "unsigned attributes are nobody's word");
    t.valid("many-attributes", Sign.by(ec).edit(v -> {
      for (int i = 1; i <= 60; ++i) v.add(Sign.attribute(new ASN1ObjectIdentifier("1.2.643.2.4.2." + i), new DEROctetString(new byte[i])));
    }).der(), "the SET is sorted by DER, whatever its length");
  }

  private static void signers(Table t, Pki.Pair root, Pki.Pair ec, Pki.Pair second) throws Exception {
    CMSSignedData two = Sign.by(ec, second).make();
    byte[] broken = Sign.der(two);
    broken[broken.length - 5] ^= 1;
    t.invalid("two-signers-one-broken", "signature_wrong", broken, "all must be good");
    Pki.Pair gone = Pki.issue(root, "O=Others,CN=gone-second").to("2026-06-01T00:00:00Z").make();
    t.invalid("two-signers-one-expired", "certificate_expired", Sign.by(ec, gone).der(), "all must be good");
    t.unknown("two-signers-one-unknown", "issuer_unknown", Sign.by(ec, Pki.person(Pki.authority(null, "nobody"), "of-nobody")).der(), "all must be good, one cannot be told");
    t.unknown("certificate-absent", "certificate_missing", Sign.by(ec).without().der(), "RFC 5652, 5.1: certificates may be left out");
    t.valid("certificate-beside", Sign.by(ec).without().der(), "RFC 5652, 5.1: certificates may be left out").helpers(ec.certificate()).require("cades-bes");
    t.valid("certificate-beside-by-key", Sign.by(ec).without().byKey().der(), "RFC 5652, 5.3").helpers(ec.certificate());
    Pki.Pair impostor = Pki.issue(Pki.authority(null, "root"), "O=Others,CN=odd").number(ec.certificate().getSerialNumber()).make();
    t.valid("another-of-the-same-number-inside", Sign.by(ec).with(impostor.certificate()).der(), "the key tells which it was").require("cades-bes");
    t.invalid("key-of-an-impostor", "signature_wrong", Sign.by(new Pki.Pair(impostor.keys(), ec.certificate())).plain().der(), "signed with another key than the certificate's");
    var thousand = new CMSSignedDataGenerator();
    var info = new SignerInfoGeneratorBuilder(Sign.DIGESTS).setDirectSignature(true);
    for (int i = 0; i < 400; ++i) thousand.addSignerInfoGenerator(info.build(ec.signer(), ec.certificate()));
    thousand.addCertificate(ec.certificate());
    t.valid("four-hundred-signers", thousand.generate(new CMSProcessableByteArray(Table.TEXT), false).toASN1Structure().getEncoded("DER"), "RFC 5652, 5.1: any number");
    var withAttribute = new CMSSignedDataGenerator();
    withAttribute.addSignerInfoGenerator(new SignerInfoGeneratorBuilder(Sign.DIGESTS).build(ec.signer(), ec.certificate()));
    withAttribute.addCertificate(ec.certificate());
    var builder = new X509v2AttributeCertificateBuilder(new AttributeCertificateHolder(ec.certificate()), new AttributeCertificateIssuer(root.certificate().getSubject()), java.math.BigInteger.TEN,
        Pki.date("2025-01-01T00:00:00Z"), Pki.date("2035-01-01T00:00:00Z"));
    builder.addAttribute(new ASN1ObjectIdentifier("2.5.4.72"), new DERUTF8String("role"));
    X509AttributeCertificateHolder attribute = builder.build(root.signer());
    withAttribute.addAttributeCertificate(attribute);
    t.valid("attribute-certificate-inside", withAttribute.generate(new CMSProcessableByteArray(Table.TEXT), false).toASN1Structure().getEncoded("DER"), "RFC 5652, 10.2.2: other certificates may lie there").now("2026-12-31T00:00:00Z");
    var withAnswer = new CMSSignedDataGenerator();
    withAnswer.addSignerInfoGenerator(new SignerInfoGeneratorBuilder(Sign.DIGESTS).build(ec.signer(), ec.certificate()));
    withAnswer.addCertificate(ec.certificate());
    withAnswer.addOtherRevocationInfo(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.16.2"), new DERSequence(new org.bouncycastle.asn1.ASN1Enumerated(6)));
    t.valid("ocsp-answer-inside", withAnswer.generate(new CMSProcessableByteArray(Table.TEXT), false).toASN1Structure().getEncoded("DER"), "RFC 5940: other revocation information may lie there").now("2026-12-31T00:00:00Z");
  }

  private static void counter(Table t, Pki.Pair root, Pki.Pair ec, Pki.Pair second) throws Exception {
    CMSSignedData made = Sign.by(ec).make();
    SignerInformation first = made.getSignerInfos().getSigners().iterator().next();
    var counter = new CMSSignedDataGenerator();
    var v = new ASN1EncodableVector();
    v.add(Sign.attribute(CMSAttributes.signingTime, new org.bouncycastle.asn1.cms.Time(Pki.SIGNED)));
    counter.addSignerInfoGenerator(new SignerInfoGeneratorBuilder(Sign.DIGESTS).setSignedAttributeGenerator(new org.bouncycastle.cms.DefaultSignedAttributeTableGenerator(new AttributeTable(v))).build(second.signer(), second.certificate()));
    SignerInformationStore by = counter.generateCounterSigners(first);
    List<SignerInformation> all = new ArrayList<>();
    all.add(SignerInformation.addCounterSigners(first, by));
    CMSSignedData counted = CMSSignedData.replaceSigners(made, new SignerInformationStore(all));
    counted = CMSSignedData.replaceCertificatesAndCRLs(counted, new CollectionStore<>(List.of(ec.certificate(), second.certificate())), null, null);
    t.valid("countersigned", Sign.der(counted), "RFC 5652, 11.4: it is about the signature, not about the content").code("countersigned").require("cades-bes");
    SignerInformationStore ofAnother = counter.generateCounterSigners(Sign.by(ec).make().getSignerInfos().getSigners().iterator().next());
    all.set(0, SignerInformation.addCounterSigners(first, ofAnother));
    CMSSignedData wrong = CMSSignedData.replaceCertificatesAndCRLs(CMSSignedData.replaceSigners(made, new SignerInformationStore(all)), new CollectionStore<>(List.of(ec.certificate(), second.certificate())), null, null);
    t.valid("countersigned-another-value", Sign.der(wrong), "RFC 5652, 11.4: somebody else's signature was confirmed; this one is as good as before").code("countersignature_wrong").require("cades-bes");
    CMSSignedData without = CMSSignedData.replaceCertificatesAndCRLs(counted, new CollectionStore<>(List.of(ec.certificate())), null, null);
    t.valid("countersigner-unknown", Sign.der(without), "RFC 5652, 11.4: who confirmed cannot be told; the signature itself is good").code("countersignature_unknown").require("cades-bes");
  }

  private static byte[] withSignedData(byte[] der, java.util.function.UnaryOperator<ASN1Sequence> change) throws Exception {
    ContentInfo outer = ContentInfo.getInstance(der);
    return new ContentInfo(outer.getContentType(), change.apply(ASN1Sequence.getInstance(outer.getContent()))).getEncoded("DER");
  }
  private static ASN1Sequence replaced(ASN1Sequence of, int at, ASN1Encodable with) {
    ASN1EncodableVector v = new ASN1EncodableVector();
    for (int i = 0; i < of.size(); ++i) if (i != at) v.add(of.getObjectAt(i)); else if (with != null) v.add(with);
    return new DERSequence(v);
  }

  private static void contents(Table t, Pki.Pair ec, Pki.Pair second) throws Exception {
    byte[] inner = Sign.by(second).attached().der();
    t.valid("signed-twice-attached", Sign.by(ec).type("1.2.840.113549.1.7.2").content(inner).attached().der(), "a signature of a signature: eContentType signedData").attached().require("cades-bes");
    t.valid("signed-twice-detached", Sign.by(ec).content(inner).der(), "a signature of a signature's bytes").content(inner);
    t.invalid("no-attributes-of-another-type", "attributes_missing", Sign.by(ec).noAttributes().type("1.2.840.113549.1.7.5").attached().der(), "RFC 5652, 5.3: signedAttrs must be there when the type is not data").attached();
    byte[] detached = Sign.by(ec).der();
    t.valid("detached-made-attached", withSignedData(detached, s -> replaced(s, 2, new DERSequence(new ASN1Encodable[]{new ASN1ObjectIdentifier("1.2.840.113549.1.7.1"), new DERTaggedObject(0, new DEROctetString(Table.TEXT))}))),
        "the same signature holds for both forms").attached();
    t.invalid("type-renamed", "content_type_wrong", withSignedData(Sign.by(ec).attached().der(), s -> replaced(s, 2, new DERSequence(new ASN1Encodable[]{new ASN1ObjectIdentifier("1.2.840.113549.1.7.5"), new DERTaggedObject(0, new DEROctetString(Table.TEXT))}))),
        "RFC 5652, 11.1: contentType must be eContentType").attached();
    t.invalid("signers-emptied", "no_signers", withSignedData(detached, s -> replaced(s, s.size() - 1, new DERSet())), "nobody signed");
    t.unknown("certificates-emptied", "certificate_missing", withSignedData(detached, s -> replaced(s, 3, new DERTaggedObject(false, 0, new DERSet()))), "an empty set of certificates");
    t.valid("digest-algorithms-emptied", withSignedData(detached, s -> replaced(s, 1, new DERSet())), "RFC 5652, 5.1: there may be any number, including zero");
    t.valid("version-of-another-kind", withSignedData(detached, s -> replaced(s, 0, new org.bouncycastle.asn1.ASN1Integer(3))), "the version says how to read, and it is read");
    byte[] attributes = detachedAttributes(Sign.by(ec).make());
    t.invalid("attributes-as-content", "attributes_missing", strip(Sign.by(ec), attributes), "the signature over attributes shown as one over a content");
  }
  private static byte[] detachedAttributes(CMSSignedData made) throws Exception { return made.getSignerInfos().getSigners().iterator().next().getEncodedSignedAttributes(); }
  /** The signer of a message with attributes, without them: the attributes' encoding is the content then. */
  private static byte[] strip(Sign sign, byte[] unused) throws Exception {
    CMSSignedData made = sign.make();
    byte[] attributes = detachedAttributes(made);
    SignedData data = SignedData.getInstance(made.toASN1Structure().getContent());
    ASN1Sequence info = ASN1Sequence.getInstance(data.getSignerInfos().getObjectAt(0));
    ASN1EncodableVector v = new ASN1EncodableVector();
    for (int i = 0; i < info.size(); ++i) if (i != 3) v.add(info.getObjectAt(i));
    return withSignedData(made.toASN1Structure().getEncoded("DER"), s -> replaced(replaced(s, s.size() - 1, new DERSet(new DERSequence(v))), 2,
        new DERSequence(new ASN1Encodable[]{new ASN1ObjectIdentifier("1.2.840.113549.1.7.1"), new DERTaggedObject(0, new DEROctetString(attributes))})));
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] out = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  private static void encodings(Table t, byte[] der) {
    String one = Base64.getEncoder().encodeToString(der), lines = Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(der), crlf = Base64.getMimeEncoder(76, "\r\n".getBytes()).encodeToString(der);
    String what = "the page, section 1: DER, bare base64 and PEM are accepted";
    t.valid("pem-cms", ("-----BEGIN CMS-----\n" + lines + "\n-----END CMS-----\n").getBytes(), what);
    t.valid("pem-pkcs7-crlf", ("-----BEGIN PKCS7-----\r\n" + crlf + "\r\n-----END PKCS7-----\r\n").getBytes(), what);
    t.valid("pem-signed-message", ("-----BEGIN SIGNED MESSAGE-----\n" + lines + "\n-----END SIGNED MESSAGE-----\n").getBytes(), "the label of GnuPG");
    t.valid("pem-after-words", ("Подпись документа\nsubject=/CN=x\n\n-----BEGIN PKCS7-----\n" + lines + "\n-----END PKCS7-----\n").getBytes(StandardCharsets.UTF_8), "RFC 7468, 2: text before the boundary");
    t.valid("pem-in-one-line", ("-----BEGIN PKCS7-----\n" + one + "\n-----END PKCS7-----").getBytes(), "RFC 7468, 2: parsers may accept other line lengths");
    t.valid("pem-with-bom", concat(new byte[]{(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, ("-----BEGIN CMS-----\n" + lines + "\n-----END CMS-----\n").getBytes()), "as Notepad saves it");
    t.valid("base64-one-line", one.getBytes(), what);
    t.valid("base64-lines-crlf", crlf.getBytes(), what);
    t.valid("base64-with-bom", concat(new byte[]{(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, crlf.getBytes()), "as Notepad saves it");
    t.valid("base64-without-padding", Base64.getEncoder().withoutPadding().encodeToString(der).getBytes(), "as JSON carries it");
    t.valid("base64url", Base64.getUrlEncoder().withoutPadding().encodeToString(der).getBytes(), "as forms carry it");
    t.valid("base64-in-utf16", concat(new byte[]{(byte) 0xFF, (byte) 0xFE}, crlf.getBytes(StandardCharsets.UTF_16LE)), "as PowerShell's > writes it");
    t.valid("pem-in-utf16-be", concat(new byte[]{(byte) 0xFE, (byte) 0xFF}, ("-----BEGIN CMS-----\r\n" + crlf + "\r\n-----END CMS-----\r\n").getBytes(StandardCharsets.UTF_16BE)), "as Notepad saves «Unicode big endian»");
    t.valid("der-and-line-end", concat(der, "\n".getBytes()), "a text tool added it; nothing is said by it");
    t.invalid("base64-broken", "malformed", (one.substring(0, 200) + "!!" + one.substring(202)).getBytes(), "no base64");
    t.invalid("pem-without-end", "malformed", ("-----BEGIN CMS-----\n" + lines).getBytes(), "RFC 7468, 2: the boundary is missing");
  }
}
