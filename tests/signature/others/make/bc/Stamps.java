import java.math.BigInteger;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.tsp.MessageImprint;
import org.bouncycastle.asn1.tsp.TSTInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.util.CollectionStore;

/** CAdES-T: tokens (RFC 3161) by BouncyCastle's own authority. */
final class Stamps {
  static final ASN1ObjectIdentifier TOKEN = PKCSObjectIdentifiers.id_aa_signatureTimeStampToken;
  private static final String STAMPED = "2026-05-15T10:00:30Z";

  static Pki.Pair authority(Pki.Pair root, String name) { return of(root, name).make(); }
  private static Pki.Issue of(Pki.Pair root, String name) { return Pki.issue(root, "O=Others,CN=" + name).purpose(true, KeyPurposeId.id_kp_timeStamping); }
  static byte[] value(CMSSignedData of) { return of.getSignerInfos().getSigners().iterator().next().getSignature(); }

  /** `reference`: the digest of ESSCertID (SHA-1: version 1). */
  static ASN1Primitive token(Pki.Pair who, byte[] covered, ASN1ObjectIdentifier digest, ASN1ObjectIdentifier reference, String when, boolean certificate) {
    try {
      var request = new TimeStampRequestGenerator();
      request.setCertReq(certificate);
      TimeStampRequest asked = request.generate(digest, Sign.hash(new AlgorithmIdentifier(digest), covered), BigInteger.valueOf(77));
      var out = new TimeStampTokenGenerator(new SignerInfoGeneratorBuilder(Sign.DIGESTS).build(who.signer(), who.certificate()),
          Sign.DIGESTS.get(new AlgorithmIdentifier(reference)), new ASN1ObjectIdentifier("1.2.3.4.1"));
      out.addCertificates(new CollectionStore<>(List.of(who.certificate())));
      TimeStampToken made = out.generate(asked, BigInteger.valueOf(5), Pki.date(when));
      return made.toCMSSignedData().toASN1Structure().toASN1Primitive();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
  static ASN1Primitive token(Pki.Pair who, byte[] covered, String when) { return token(who, covered, NISTObjectIdentifiers.id_sha256, OIWObjectIdentifiers.idSHA1, when, true); }
  static ASN1Primitive token(Pki.Pair who, byte[] covered) { return token(who, covered, STAMPED); }

  /** A token by hand, for authorities that BouncyCastle refuses to work for. */
  static ASN1Primitive byHand(Pki.Pair who, byte[] covered, String when, org.bouncycastle.asn1.x509.Extensions extensions) {
    AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
    var info = new TSTInfo(new ASN1ObjectIdentifier("1.2.3.4.1"), new MessageImprint(sha256, Sign.hash(sha256, covered)), new ASN1Integer(9), new ASN1GeneralizedTime(Pki.date(when)), null, null, null, null, extensions);
    try {
      return Sign.by(who).type("1.2.840.113549.1.9.16.1.4").content(info.getEncoded("DER")).attached().make().toASN1Structure().toASN1Primitive();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
  static byte[] stamped(CMSSignedData made, ASN1Encodable... tokens) { return Sign.der(Sign.withUnsigned(made, TOKEN, tokens)); }
  private static byte[] stamped(Pki.Pair who, Pki.Pair authority, String when) {
    CMSSignedData made = Sign.by(who).make();
    return stamped(made, token(authority, value(made), when));
  }

  static void build(Table t, Pki.Pair root) throws Exception {
    Pki.Pair who = Pki.person(root, "stamped"), tsa = authority(root, "tsa");
    CMSSignedData made = Sign.by(who).make();
    byte[] value = value(made);
    tokens(t, root, who, tsa, made, value);
    authorities(t, root, made, value);
    times(t, root, tsa);
  }

  private static void tokens(Table t, Pki.Pair root, Pki.Pair who, Pki.Pair tsa, CMSSignedData made, byte[] value) throws Exception {
    t.valid("t-detached", stamped(made, token(tsa, value)), "an ordinary CAdES-T; ESSCertID of the token is by SHA-1, as RFC 3161 says").require("cades-t").form("cades-t");
    t.valid("t-is-bes", stamped(made, token(tsa, value)), "T contains BES").require("cades-bes");
    t.valid("t-reference-v2", stamped(made, token(tsa, value, NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha256, STAMPED, true)), "RFC 5816").require("cades-t");
    t.valid("t-imprint-sha512", stamped(made, token(tsa, value, NISTObjectIdentifiers.id_sha512, NISTObjectIdentifiers.id_sha512, STAMPED, true)), "RFC 3161, 2.4.1").require("cades-t");
    t.valid("t-with-ocsp", stamped(made, token(tsa, value)), "a stamp, and an answer about the signer").require("cades-t").ocsp(Revocation.answer(who, root, root, org.bouncycastle.cert.ocsp.CertificateStatus.GOOD));
    CMSSignedData inside = Sign.by(Pki.person(root, "stamped-attached")).attached().make();
    t.valid("t-attached", stamped(inside, token(tsa, value(inside))), "an ordinary CAdES-T").attached().require("cades-t");
    byte[] bare = stamped(made, token(tsa, value, NISTObjectIdentifiers.id_sha256, NISTObjectIdentifiers.id_sha256, STAMPED, false));
    t.unknown("t-without-certificate", "time_stamp_untrusted", bare, "RFC 3161, 2.4.1 certReq=false: the authority's certificate is nowhere").require("cades-t");
    t.valid("t-certificate-beside", bare, "RFC 3161, 2.4.1 certReq=false: the certificate is among those known").require("cades-t").helpers(tsa.certificate());
    t.invalid("t-of-another-value", "time_stamp_wrong", stamped(made, token(tsa, "another".getBytes())), "RFC 5126, 6.1.1: the imprint is of the signature value");
    t.invalid("t-of-the-content", "time_stamp_wrong", stamped(made, token(tsa, Table.TEXT)), "RFC 5126, 6.1.1: the imprint is of the signature value");
    byte[] tampered = token(tsa, value).getEncoded("DER");
    tampered[tampered.length - 4] ^= 1;
    t.invalid("t-tampered", "time_stamp_wrong", stamped(made, ASN1Primitive.fromByteArray(tampered)), "the authority's signature is broken");
    byte[] backdated = token(tsa, value).getEncoded("DER");
    int at = new String(backdated, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("20260515100030Z");
    backdated[at + 5] = '4';
    t.invalid("t-backdated", "time_stamp_wrong", stamped(made, ASN1Primitive.fromByteArray(backdated)), "the time is under the authority's signature");
    t.unknown("t-imprint-sha1", "weak_algorithm", stamped(made, token(tsa, value, OIWObjectIdentifiers.idSHA1, OIWObjectIdentifiers.idSHA1, STAMPED, true)), "an imprint by SHA-1 proves nothing");
    t.valid("t-two-in-one-attribute", stamped(made, token(tsa, value), token(tsa, value, "2026-05-16T00:00:00Z")), "RFC 5126, 6.1.1: several instances may stand there").require("cades-t");
    t.invalid("t-two-one-wrong", "time_stamp_wrong", stamped(made, token(tsa, value), token(tsa, "another".getBytes())), "one of the tokens is of another signature");
    t.invalid("t-reply-instead-of-token", "time_stamp_wrong", stamped(made, new DERSequence(new ASN1Encodable[]{new DERSequence(new ASN1Integer(0)), token(tsa, value)})), "TimeStampResp is not a token");
    t.invalid("t-a-signature-instead", "time_stamp_wrong", stamped(made, Sign.by(tsa).content(value).attached().make().toASN1Structure()), "eContentType is not TSTInfo");
    t.invalid("t-empty-attribute", "time_stamp_wrong", Sign.der(Sign.withUnsigned(made, TOKEN)), "an attribute without values stamps nothing").require("cades-t");
    var critical = new org.bouncycastle.asn1.x509.Extensions(new org.bouncycastle.asn1.x509.Extension(new ASN1ObjectIdentifier("1.2.3.4.7"), true, new DEROctetString(new byte[]{5, 0})));
    t.invalid("t-critical-extension", "time_stamp_wrong", stamped(made, byHand(tsa, value, STAMPED, critical)), "RFC 3161, 2.4.2 and RFC 5280, 4.2");
    ASN1Primitive ofContent = token(tsa, Table.TEXT);
    t.invalid("t-content-time-stamp-only", "time_stamp_missing", Sign.by(Pki.person(root, "content-stamped")).edit(v -> v.add(Sign.attribute(PKCSObjectIdentifiers.id_aa_ets_contentTimestamp, ofContent))).der(),
        "RFC 5126, 5.11.4: a content-time-stamp is no signature-time-stamp").require("cades-t");
    t.valid("t-archived", Sign.der(Sign.withUnsigned(Sign.withUnsigned(made, TOKEN, token(tsa, value)), new ASN1ObjectIdentifier("0.4.0.1733.2.4"), token(tsa, value))), "an archive time-stamp outside harms nothing").code("not_judged").require("cades-t");
  }

  private static void authorities(Table t, Pki.Pair root, CMSSignedData made, byte[] value) {
    Pki.Pair foreign = Pki.authority(null, "tsa-root"), rogue = authority(foreign, "rogue");
    byte[] byRogue = stamped(made, token(rogue, value));
    t.unknown("t-by-a-stranger", "time_stamp_untrusted", byRogue, "the authority is not trusted").require("cades-t");
    t.valid("t-authority-trusted-apart", byRogue, "the authority's root is among those for time").require("cades-t").tsa(foreign.certificate());
    t.unknown("t-signers-root-not-for-time", "time_stamp_untrusted", stamped(made, token(authority(root, "tsa-x"), value)), "the roots for time are others").require("cades-t").tsa(foreign.certificate());
    t.valid("t-authority-itself-trusted", byRogue, "the authority's certificate is an anchor").require("cades-t").tsa(rogue.certificate());
    t.invalid("t-authority-is-a-person", "time_stamp_wrong", stamped(made, byHand(Pki.person(root, "no-tsa"), value, STAMPED, null)), "RFC 3161, 2.3: id-kp-timeStamping is missing");
    t.invalid("t-purpose-not-critical", "time_stamp_wrong", stamped(made, byHand(Pki.issue(root, "O=Others,CN=soft-tsa").purpose(false, KeyPurposeId.id_kp_timeStamping).make(), value, STAMPED, null)), "RFC 3161, 2.3: it must be critical");
    t.invalid("t-two-purposes", "time_stamp_wrong", stamped(made, byHand(Pki.issue(root, "O=Others,CN=busy-tsa").purpose(true, KeyPurposeId.id_kp_timeStamping, KeyPurposeId.id_kp_emailProtection).make(), value, STAMPED, null)),
        "RFC 3161, 2.3: the only purpose");
    t.invalid("t-authority-not-yet", "time_stamp_wrong", stamped(made, byHand(of(root, "young-tsa").from("2026-06-01T00:00:00Z").make(), value, STAMPED, null)), "it could not stamp then");
    t.unknown("t-authority-over-now", "time_stamp_untrusted", stamped(made, byHand(of(root, "old-tsa").to("2026-06-01T00:00:00Z").make(), value, STAMPED, null)), "nothing proves that the token is older than its authority's end");
    Pki.Pair gone = authority(root, "gone-tsa");
    t.unknown("t-authority-revoked", "time_stamp_untrusted", stamped(made, token(gone, value)), "who has the key may date as he likes").crls(Pki.crl(root).revoke(gone, "2026-05-01T00:00:00Z", org.bouncycastle.asn1.x509.CRLReason.keyCompromise).make());
  }

  private static void times(Table t, Pki.Pair root, Pki.Pair tsa) {
    Pki.Pair short1 = Pki.issue(root, "O=Others,CN=ends-early").to("2026-06-01T00:00:00Z").make();
    t.valid("t-expired-after-the-stamp", stamped(short1, tsa, STAMPED), "RFC 5126, 6.1: the token proves that it was signed before the end").require("cades-t");
    t.invalid("t-expired-before-the-stamp", "certificate_expired", stamped(short1, tsa, "2026-06-05T00:00:00Z"), "it was over when stamped").require("cades-t");
    t.invalid("t-stamp-before-the-certificate", "certificate_not_yet_valid", stamped(Pki.issue(root, "O=Others,CN=begins-late").from("2026-05-20T00:00:00Z").make(), tsa, STAMPED), "the certificate came later than the stamp");
    t.invalid("t-stamp-ahead", "time_stamp_wrong", stamped(Pki.person(root, "ahead"), tsa, "2026-06-20T00:00:00Z"), "a time that has not come");
    Pki.Pair revoked = Pki.person(root, "revoked-later");
    var list = Pki.crl(root).revoke(revoked, "2026-06-05T00:00:00Z").make();
    t.valid("t-revoked-after-the-stamp", stamped(revoked, tsa, STAMPED), "RFC 5126, 6.1: signed while the certificate held").require("cades-t").crls(list);
    t.invalid("t-revoked-before-the-stamp", "certificate_revoked", stamped(revoked, tsa, "2026-06-06T00:00:00Z"), "revoked when stamped").require("cades-t").crls(list);
    t.invalid("bes-revoked-after-the-signing-time", "certificate_revoked", Sign.by(revoked).der(), "the signer's own word proves no time").crls(list);
    t.unknown("t-revoked-after-an-untrusted-stamp", "time_stamp_untrusted", stamped(Pki.person(root, "rogue-stamped"), authority(Pki.authority(null, "rogue-root"), "rogue2"), STAMPED), "an untrusted token gives no time");
    t.invalid("t-expired-with-an-untrusted-stamp", "certificate_expired", stamped(short1, authority(Pki.authority(null, "rogue-root"), "rogue3"), STAMPED), "an untrusted token gives no time");
  }
}
