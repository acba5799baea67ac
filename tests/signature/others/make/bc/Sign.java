import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.ess.ESSCertID;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificate;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuerSerial;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAttributeTableGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationStore;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** One SignedData by BouncyCastle; what is not said is CAdES-BES, detached, with the signer's certificate inside. */
final class Sign {
  static final ASN1ObjectIdentifier ESS_V1 = PKCSObjectIdentifiers.id_aa_signingCertificate, ESS_V2 = PKCSObjectIdentifiers.id_aa_signingCertificateV2;
  static final DigestCalculatorProvider DIGESTS = digests();
  private final List<Object[]> signers = new ArrayList<>();
  private final List<X509CertificateHolder> certificates = new ArrayList<>();
  private final List<X509CRLHolder> lists = new ArrayList<>();
  private byte[] content = Table.TEXT;
  private boolean attached, attributes = true, own = true, byKey, plain;
  private ASN1ObjectIdentifier type = CMSObjectIdentifiers.data;
  private String digest = "SHA256";
  private ASN1ObjectIdentifier reference = ESS_V2;
  private AlgorithmIdentifier referenceDigest;
  private X509CertificateHolder referred;
  private boolean issuerSerial = true;
  private AlgorithmIdentifier encryption, contentDigest;
  private Consumer<List<Attribute>> edit = v -> {};
  private final Map<ASN1ObjectIdentifier, ASN1Encodable> unsigned = new java.util.LinkedHashMap<>();

  static DigestCalculatorProvider digests() {
    try {
      return new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
  static byte[] hash(AlgorithmIdentifier algorithm, byte[] data) {
    try {
      var calculator = DIGESTS.get(algorithm);
      calculator.getOutputStream().write(data);
      return calculator.getDigest();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
  static Sign by(Pki.Pair... who) {
    Sign out = new Sign();
    for (Pki.Pair one : who) out.signers.add(new Object[]{one, null});
    return out;
  }
  /** With a signer of the caller's (another key, other parameters). */
  static Sign by(Pki.Pair who, ContentSigner with) {
    Sign out = new Sign();
    out.signers.add(new Object[]{who, with});
    return out;
  }
  Sign attached() { attached = true; return this; }
  Sign content(byte[] c) { content = c; return this; }
  Sign type(String oid) { type = new ASN1ObjectIdentifier(oid); return this; }
  Sign digest(String d) { digest = d; return this; }
  Sign noAttributes() { attributes = false; return this; }
  /** No reference to the certificate. */
  Sign plain() { plain = true; return this; }
  Sign v1() { reference = ESS_V1; return this; }
  Sign referenceDigest(ASN1ObjectIdentifier oid) { referenceDigest = new AlgorithmIdentifier(oid); return this; }
  Sign refersTo(X509CertificateHolder other) { referred = other; return this; }
  Sign withoutIssuerSerial() { issuerSerial = false; return this; }
  /** The signature's algorithm as the SignerInfo names it. */
  Sign encryption(AlgorithmIdentifier named) { encryption = named; return this; }
  /** The digest of the content, when it is not that of the signature. */
  Sign contentDigest(ASN1ObjectIdentifier oid) { contentDigest = new AlgorithmIdentifier(oid); return this; }
  Sign without() { own = false; return this; }
  Sign with(X509CertificateHolder... more) { certificates.addAll(List.of(more)); return this; }
  Sign with(X509CRLHolder... more) { lists.addAll(List.of(more)); return this; }
  Sign byKey() { byKey = true; return this; }
  /** The signed attributes, before they are signed. */
  Sign edit(Consumer<List<Attribute>> e) { edit = e; return this; }
  Sign unsigned(ASN1ObjectIdentifier oid, ASN1Encodable value) { unsigned.put(oid, value); return this; }

  static Attribute attribute(ASN1ObjectIdentifier oid, ASN1Encodable value) { return new Attribute(oid, new DERSet(value)); }
  static void drop(List<Attribute> v, ASN1ObjectIdentifier oid) { v.removeIf(one -> one.getAttrType().equals(oid)); }

  Attribute referenceOf(X509CertificateHolder certificate) {
    byte[] der = Pki.der(certificate);
    IssuerSerial serial = issuerSerial ? new IssuerSerial(new GeneralNames(new GeneralName(certificate.getIssuer())), certificate.getSerialNumber()) : null;
    AlgorithmIdentifier sha1 = new AlgorithmIdentifier(org.bouncycastle.asn1.oiw.OIWObjectIdentifiers.idSHA1);
    if (reference.equals(ESS_V1)) return attribute(ESS_V1, new SigningCertificate(new ESSCertID(hash(sha1, der), serial)));
    AlgorithmIdentifier by = referenceDigest != null ? referenceDigest : new AlgorithmIdentifier(org.bouncycastle.asn1.nist.NISTObjectIdentifiers.id_sha256);
    return attribute(ESS_V2, new SigningCertificateV2(new ESSCertIDv2(by, hash(by, der), serial)));
  }

  private CMSAttributeTableGenerator generator(Pki.Pair who) {
    return parameters -> {
      List<Attribute> v = new ArrayList<>();
      v.add(attribute(CMSAttributes.contentType, (ASN1ObjectIdentifier) parameters.get(CMSAttributeTableGenerator.CONTENT_TYPE)));
      v.add(attribute(CMSAttributes.signingTime, new org.bouncycastle.asn1.cms.Time(Pki.SIGNED)));
      v.add(attribute(CMSAttributes.messageDigest, new DEROctetString((byte[]) parameters.get(CMSAttributeTableGenerator.DIGEST))));
      if (!plain) v.add(referenceOf(referred != null ? referred : who.certificate()));
      edit.accept(v);
      ASN1EncodableVector all = new ASN1EncodableVector();
      v.forEach(all::add);
      return new AttributeTable(all);
    };
  }

  CMSSignedData make() {
    try {
      CMSSignedDataGenerator out = new CMSSignedDataGenerator();
      for (Object[] one : signers) {
        Pki.Pair who = (Pki.Pair) one[0];
        SignerInfoGeneratorBuilder builder = encryption == null ? new SignerInfoGeneratorBuilder(DIGESTS) : new SignerInfoGeneratorBuilder(DIGESTS, any -> encryption);
        if (contentDigest != null) builder.setContentDigest(contentDigest);
        if (attributes) builder.setSignedAttributeGenerator(generator(who)); else builder.setDirectSignature(true);
        if (!unsigned.isEmpty()) {
          ASN1EncodableVector v = new ASN1EncodableVector();
          unsigned.forEach((oid, value) -> v.add(attribute(oid, value)));
          builder.setUnsignedAttributeGenerator(p -> new AttributeTable(v));
        }
        ContentSigner signer = one[1] != null ? (ContentSigner) one[1] : who.signer(digest);
        byte[] id = byKey ? org.bouncycastle.asn1.x509.SubjectKeyIdentifier.fromExtensions(who.certificate().getExtensions()).getKeyIdentifier() : null;
        SignerInfoGenerator info = id != null ? builder.build(signer, id) : builder.build(signer, who.certificate());
        out.addSignerInfoGenerator(info);
        if (own) out.addCertificate(who.certificate());
      }
      for (X509CertificateHolder one : certificates) out.addCertificate(one);
      for (X509CRLHolder one : lists) out.addCRL(one);
      return out.generate(new CMSProcessableByteArray(type, content), attached);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
  byte[] der() {
    try {
      return make().toASN1Structure().getEncoded("DER");
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
  static byte[] der(CMSSignedData made) {
    try {
      return made.toASN1Structure().getEncoded("DER");
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
  /** The first signer's unsigned attributes, with this one more. */
  static CMSSignedData withUnsigned(CMSSignedData made, ASN1ObjectIdentifier oid, ASN1Encodable... values) {
    List<SignerInformation> all = new ArrayList<>(made.getSignerInfos().getSigners());
    SignerInformation first = all.get(0);
    ASN1EncodableVector v = first.getUnsignedAttributes() == null ? new ASN1EncodableVector() : first.getUnsignedAttributes().toASN1EncodableVector();
    v.add(new Attribute(oid, new DERSet(values)));
    all.set(0, SignerInformation.replaceUnsignedAttributes(first, new AttributeTable(v)));
    return CMSSignedData.replaceSigners(made, new SignerInformationStore(all));
  }
}
