import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSCompressedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.ZlibCompressor;

/** Keys, digests, BER, and what is no signature at all. */
final class Algorithms {
  static void build(Table t, Pki.Pair root) throws Exception {
    Pki.Pair rsa = Pki.issue(root, "O=Others,CN=rsa2").kind("rsa2048").make(), ec = Pki.person(root, "ec2");
    good(t, root, rsa, ec);
    mixed(t, rsa, ec);
    weak(t, root, rsa, ec);
    streams(t, ec);
    noSignatures(t, root, rsa);
  }

  private static void good(Table t, Pki.Pair root, Pki.Pair rsa, Pki.Pair ec) {
    String fine = "a usual algorithm of RFC 5754, 4056, 8419 or 8702";
    Pki.Pair p384 = Pki.issue(root, "O=Others,CN=p384").kind("P-384").make(), p521 = Pki.issue(root, "O=Others,CN=p521").kind("P-521").make();
    t.valid("p384-sha384", Sign.by(p384).digest("SHA384").der(), fine).require("cades-bes");
    t.valid("p521-sha512", Sign.by(p521).digest("SHA512").der(), fine).require("cades-bes");
    t.valid("p256-sha512", Sign.by(ec).digest("SHA512").der(), fine);
    t.valid("p256-sha224", Sign.by(ec).digest("SHA224").der(), fine);
    t.valid("rsa-sha384", Sign.by(rsa).digest("SHA384").der(), fine);
    t.valid("rsa-sha512", Sign.by(rsa).digest("SHA512").der(), fine);
    t.valid("rsa-pss-sha256", Sign.by(rsa, rsa.signer("SHA256withRSAandMGF1")).der(), fine).require("cades-bes");
    t.valid("rsa-pss-sha512", Sign.by(rsa, rsa.signer("SHA512withRSAandMGF1")).attached().der(), fine).attached();
    t.valid("rsa-pss-no-attributes", Sign.by(rsa, rsa.signer("SHA256withRSAandMGF1")).noAttributes().der(), fine);
    t.valid("rsa-sha3", Sign.by(rsa).digest("SHA3-256").der(), fine);
    t.valid("ec-sha3", Sign.by(ec).digest("SHA3-256").der(), fine);
    Pki.Pair edwards = Pki.issue(root, "O=Others,CN=ed25519").kind("Ed25519").make();
    t.valid("ed25519", Sign.by(edwards).der(), fine).require("cades-bes");
    t.valid("ed25519-attached", Sign.by(edwards).attached().der(), fine).attached();
    t.valid("ed25519-no-attributes", Sign.by(edwards).noAttributes().attached().der(), "RFC 8419, 3.1: without attributes the content is signed").attached();
    t.valid("ed25519-no-attributes-detached", Sign.by(edwards).noAttributes().der(), "RFC 8419, 3.1: without attributes the content is signed");
    t.invalid("ed25519-no-attributes-content-changed", "content_changed", Sign.by(edwards).noAttributes().der(), "another content").content("other".getBytes());
    t.unknown("ed448", "algorithm_unavailable", Sign.by(Pki.issue(root, "O=Others,CN=ed448").kind("Ed448").make()).der(), "RFC 8419 has it with SHAKE256, OpenSSL 3.0 has not: not supported is not wrong");
    t.valid("brainpool", Sign.by(Pki.issue(root, "O=Others,CN=brainpool").kind("brainpoolP256r1").make()).der(), "RFC 5639: a curve of 256 bits");
    t.valid("dsa-2048", Sign.by(Pki.issue(root, "O=Others,CN=dsa").kind("dsa2048").make()).der(), fine);
    t.valid("rsa-named-with-digest", Sign.by(rsa).encryption(new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE)).der(), "RFC 5754, 3.2: sha256WithRSAEncryption may stand there");
  }

  private static void mixed(Table t, Pki.Pair rsa, Pki.Pair ec) {
    var sha256 = NISTObjectIdentifiers.id_sha256;
    String why = "RFC 8933, 3: one digest for the content and for the attributes";
    t.invalid("mixed-digests-pss", "signature_wrong", Sign.by(rsa, rsa.signer("SHA512withRSAandMGF1")).contentDigest(sha256).der(), why);
    t.invalid("mixed-digests-rsa", "signature_wrong", Sign.by(rsa, rsa.signer("SHA512withRSA")).contentDigest(sha256).der(), why);
    t.invalid("mixed-digests-ec", "signature_wrong", Sign.by(ec, ec.signer("SHA512withECDSA")).contentDigest(sha256).der(), why);
    t.invalid("mixed-digests-content-by-sha1", "signature_wrong", Sign.by(ec, ec.signer("SHA256withECDSA")).contentDigest(OIWObjectIdentifiers.idSHA1).der(), why + "; and SHA-1 under the content");
  }

  private static void weak(Table t, Pki.Pair root, Pki.Pair rsa, Pki.Pair ec) {
    t.unknown("md5", "weak_algorithm", Sign.by(rsa).digest("MD5").der(), "RFC 6151: MD5 proves nothing any more");
    t.unknown("sha1", "weak_algorithm", Sign.by(ec).digest("SHA1").der(), "RFC 6194: SHA-1 has collisions");
    t.unknown("rsa-1024", "weak_algorithm", Sign.by(Pki.issue(root, "O=Others,CN=rsa1024").kind("rsa1024").make()).der(), "a key shorter than 2048 bits");
    t.unknown("certificate-by-sha1", "weak_algorithm", Sign.by(Pki.issue(root, "O=Others,CN=by-sha1").digest("SHA1").make()).der(), "the issuer's signature is over SHA-1");
    Pki.Pair rsaRoot = Pki.issue(null, "O=Others,CN=rsa-root").kind("rsa2048").ca(-1).make();
    t.unknown("certificate-by-md5", "weak_algorithm", Sign.by(Pki.issue(rsaRoot, "O=Others,CN=by-md5").digest("MD5").make()).der(), "the issuer's signature is over MD5").trust(rsaRoot.certificate());
    Pki.Pair old = Pki.issue(null, "O=Others,CN=sha1-root").digest("SHA1").ca(-1).make();
    t.valid("root-by-sha1", Sign.by(Pki.person(old, "of-sha1-root")).der(), "nobody relies on the signature of an anchor under itself").trust(old.certificate());
    Pki.Pair short1024 = Pki.issue(root, "O=Others,CN=inner1024").kind("rsa1024").ca(-1).make();
    t.unknown("issuer-rsa-1024", "weak_algorithm", Sign.by(Pki.person(short1024, "of-inner1024")).with(short1024.certificate()).der(), "the issuer's key is short");
    t.valid("reference-by-sha1", Sign.by(ec).referenceDigest(OIWObjectIdentifiers.idSHA1).der(), "RFC 5035 allows it; the certificate is under a good digest itself").code("weak_algorithm");
    t.valid("reference-by-sha512", Sign.by(ec).referenceDigest(NISTObjectIdentifiers.id_sha512).der(), "RFC 5035, 4").require("cades-bes");
  }

  private static byte[] streamed(Pki.Pair who, boolean attached, boolean reference) throws Exception {
    var out = new CMSSignedDataStreamGenerator();
    var builder = new SignerInfoGeneratorBuilder(Sign.DIGESTS);
    var v = new org.bouncycastle.asn1.ASN1EncodableVector();
    v.add(Sign.attribute(org.bouncycastle.asn1.cms.CMSAttributes.signingTime, new org.bouncycastle.asn1.cms.Time(Pki.SIGNED)));
    if (reference) v.add(new Sign().referenceOf(who.certificate()));
    builder.setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(new org.bouncycastle.asn1.cms.AttributeTable(v)));
    out.addSignerInfoGenerator(builder.build(who.signer(), who.certificate()));
    out.addCertificate(who.certificate());
    out.setBufferSize(64);
    var bytes = new ByteArrayOutputStream();
    OutputStream in = out.open(bytes, attached);
    in.write(Table.TEXT);
    in.close();
    return bytes.toByteArray();
  }

  private static void streams(Table t, Pki.Pair ec) throws Exception {
    t.valid("ber-stream-attached", streamed(ec, true, true), "BER of indefinite length, the content in pieces; RFC 6211 attribute").attached().require("cades-bes");
    t.valid("ber-stream-detached", streamed(ec, false, true), "BER of indefinite length; RFC 6211 attribute").require("cades-bes");
    t.valid("default-attributes", streamed(ec, false, false), "what BouncyCastle signs when nothing is said").form("cms");
    t.valid("definite-length-ber", Sign.by(ec).make().toASN1Structure().getEncoded(ASN1Encoding.DL), "definite lengths, sets unsorted");
    t.valid("ber-as-generated", Sign.by(ec).attached().make().getEncoded(), "as the library writes it").attached();
  }

  private static void noSignatures(Table t, Pki.Pair root, Pki.Pair rsa) throws Exception {
    var content = new CMSProcessableByteArray(Table.TEXT);
    var enveloped = new CMSEnvelopedDataGenerator();
    enveloped.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(new org.bouncycastle.cert.jcajce.JcaX509CertificateConverter().getCertificate(rsa.certificate())).setProvider("BC"));
    t.invalid("enveloped", "not_signed_data", enveloped.generate(content, new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES128_CBC).setProvider("BC").build()).getEncoded(), "encrypted, not signed");
    t.invalid("compressed", "not_signed_data", new CMSCompressedDataGenerator().generate(content, new ZlibCompressor()).getEncoded(), "CompressedData, RFC 3274: not signed");
    var digested = new org.bouncycastle.asn1.DERSequence(new org.bouncycastle.asn1.ASN1Encodable[]{CMSObjectIdentifiers.digestedData, new org.bouncycastle.asn1.DERTaggedObject(0,
        new org.bouncycastle.asn1.DERSequence(new org.bouncycastle.asn1.ASN1Encodable[]{new org.bouncycastle.asn1.ASN1Integer(0), new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256),
            new org.bouncycastle.asn1.DERSequence(new org.bouncycastle.asn1.ASN1Encodable[]{CMSObjectIdentifiers.data,
                new org.bouncycastle.asn1.DERTaggedObject(0, new org.bouncycastle.asn1.DEROctetString(Table.TEXT))}),
            new org.bouncycastle.asn1.DEROctetString(Sign.hash(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256), Table.TEXT))}))});
    t.invalid("digested", "not_signed_data", digested.getEncoded(), "DigestedData, RFC 5652, 7: nobody signed").attached();
    var plainData = new org.bouncycastle.asn1.DERSequence(new org.bouncycastle.asn1.ASN1Encodable[]{CMSObjectIdentifiers.data, new org.bouncycastle.asn1.DERTaggedObject(0, new org.bouncycastle.asn1.DEROctetString(Table.TEXT))});
    t.invalid("plain-data", "not_signed_data", plainData.getEncoded(), "data, RFC 5652, 4: nobody signed").attached();
    var none = new org.bouncycastle.cms.CMSSignedDataGenerator();
    none.addCertificate(rsa.certificate());
    t.invalid("no-signers", "no_signers", none.generate(content, true).toASN1Structure().getEncoded("DER"), "a bundle of certificates: nobody signed").attached();
    t.invalid("certificate", "malformed", Pki.der(rsa.certificate()), "a certificate is no CMS");
    t.invalid("list", "malformed", Pki.der(Pki.crl(root).make()), "a CRL is no CMS");
  }
}
