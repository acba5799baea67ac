import java.math.BigInteger;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.DigestCalculator;

/** Lists (RFC 5280, 5 and 6.3) and OCSP answers (RFC 6960). The check is on 2026-06-15. */
final class Revocation {
  private static final String BEFORE = "2026-06-05T00:00:00Z", AFTER = "2026-06-20T00:00:00Z";

  static void build(Table t, Pki.Pair root) throws Exception {
    lists(t, root);
    scopes(t, root);
    chains(t, root);
    answers(t, root);
  }

  private static void lists(Table t, Pki.Pair root) {
    Pki.Pair good = Pki.person(root, "good"), bad = Pki.person(root, "bad"), later = Pki.person(root, "later");
    byte[] byGood = Sign.by(good).der(), byBad = Sign.by(bad).der(), byLater = Sign.by(later).der();
    var list = Pki.crl(root).revoke(bad, BEFORE, CRLReason.keyCompromise).revoke(later, "2026-06-10T00:00:00Z").make();
    t.valid("list-clean", byGood, "not on a fresh list").crls(list);
    t.invalid("list-revoked", "certificate_revoked", byBad, "on the list, before the check").crls(list);
    t.valid("list-revoked-after-the-time-asked", byLater, "it was revoked after the time that is judged").crls(list).at("2026-06-07T00:00:00Z");
    t.invalid("list-revoked-before-the-time-asked", "certificate_revoked", byBad, "it was revoked before the time that is judged").crls(list).at("2026-06-07T00:00:00Z");
    t.valid("list-inside-clean", Sign.by(good).with(list).der(), "a list is as good inside as beside: it is signed by itself").revocation("signer");
    t.invalid("list-inside-revoked", "certificate_revoked", Sign.by(bad).with(list).der(), "a list is as good inside as beside").revocation("signer");
    t.unknown("list-absent", "revocation_unknown", byGood, "asked for and nowhere").revocation("signer");
    t.unknown("list-over", "crl_stale", byGood, "RFC 5280, 6.3.3 (a): a newer one is out").crls(Pki.crl(root).dates("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z").make());
    t.invalid("list-over-revoked", "certificate_revoked", byBad, "revocation is for ever").crls(Pki.crl(root).dates("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z").revoke(bad, "2026-04-01T00:00:00Z").make());
    t.unknown("list-of-tomorrow", "revocation_unknown", byGood, "thisUpdate is ahead").crls(Pki.crl(root).dates("2026-06-20T00:00:00Z", "2026-07-01T00:00:00Z").make());
    t.unknown("list-without-end-old", "crl_stale", byGood, "RFC 5280, 5.1.2.5 demands nextUpdate; of 2025-02-01 it says nothing about the signature of 2026").crls(Pki.crl(root).dates("2025-02-01T00:00:00Z", null).make());
    t.valid("list-without-end-of-later", byGood, "issued after the time that is judged").crls(Pki.crl(root).dates("2026-06-14T00:00:00Z", null).make()).at("2026-06-01T00:00:00Z");
    Pki.Pair foreign = Pki.authority(null, "list-foreign");
    t.unknown("list-of-another", "revocation_unknown", byGood, "a list of another authority").crls(Pki.crl(foreign).make());
    t.unknown("list-forged", "revocation_unknown", byGood, "the issuer's name, a stranger's key").crls(Pki.crl(root).by(foreign.keys()).make());
    t.unknown("list-critical-unknown", "revocation_unknown", byGood, "RFC 5280, 5.2: it must not be used").crls(Pki.crl(root).ext(new ASN1ObjectIdentifier("1.2.3.4.6"), true, DERNull.INSTANCE).make());
    t.unknown("list-entry-critical-unknown", "revocation_unknown", byGood, "RFC 5280, 5.3: a list with a critical entry extension that is not understood must not be used").crls(Pki.crl(root).revoke(bad, BEFORE,
        new Extensions(new Extension(new ASN1ObjectIdentifier("1.2.3.4.6"), true, new DEROctetString(new byte[]{5, 0})))).make());
    t.unknown("list-by-sha1", "revocation_unknown", byGood, "SHA-1 under a list proves as little as under a certificate").crls(Pki.crl(root).digest("SHA1").make());
    t.invalid("list-held", "certificate_revoked", byBad, "certificateHold is revocation while it lasts").crls(Pki.crl(root).revoke(bad, BEFORE, CRLReason.certificateHold).make());
    t.invalid("list-two-one-revokes", "certificate_revoked", byBad, "an older list does not clear").crls(Pki.crl(root).dates("2026-06-02T00:00:00Z", "2026-07-01T00:00:00Z").make(), list);
    t.valid("list-nobody-asked", byBad, "revocation is not asked for, and nothing here tells of it");
    t.invalid("list-known-though-not-asked", "certificate_revoked", byBad, "what is known to be revoked is not valid").crls(list).revocation("none");
    t.invalid("list-inside-though-not-asked", "certificate_revoked", Sign.by(bad).with(list).der(), "what is known to be revoked is not valid");
    t.valid("list-clean-not-asked", byGood, "an old list is no obstacle when nobody asks").crls(Pki.crl(root).dates("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z").make()).revocation("none");
  }

  private static DistributionPointName name(String uri) { return new DistributionPointName(new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri))); }

  private static void scopes(Table t, Pki.Pair root) {
    Pki.Pair who = Pki.issue(root, "O=Others,CN=scoped").ext(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[]{new DistributionPoint(name("http://crl.test/a.crl"), null, null)})).make();
    byte[] by = Sign.by(who).der();
    t.valid("scope-its-point", by, "RFC 5280, 6.3.3 (b)(2)(i)").crls(Pki.crl(root).ext(Extension.issuingDistributionPoint, true, new IssuingDistributionPoint(name("http://crl.test/a.crl"), false, false, null, false, false)).make());
    t.unknown("scope-another-point", "revocation_unknown", by, "RFC 5280, 6.3.3 (b)(2)(i): another part of the certificates").crls(Pki.crl(root).ext(Extension.issuingDistributionPoint, true, new IssuingDistributionPoint(name("http://crl.test/b.crl"), false, false, null, false, false)).make());
    t.valid("scope-users", by, "RFC 5280, 6.3.3 (b)(2)(ii)").crls(Pki.crl(root).ext(Extension.issuingDistributionPoint, true, new IssuingDistributionPoint(null, true, false, null, false, false)).make());
    t.unknown("scope-authorities", "revocation_unknown", by, "RFC 5280, 6.3.3 (b)(2)(iii)").crls(Pki.crl(root).ext(Extension.issuingDistributionPoint, true, new IssuingDistributionPoint(null, false, true, null, false, false)).make());
    t.unknown("scope-some-reasons", "revocation_unknown", by, "RFC 5280, 6.3.3 (d): other reasons stay open").crls(Pki.crl(root).ext(Extension.issuingDistributionPoint, true,
        new IssuingDistributionPoint(null, false, false, new ReasonFlags(ReasonFlags.keyCompromise), false, false)).make());
    t.unknown("scope-indirect", "revocation_unknown", by, "an indirect list speaks only for certificates that name its issuer").crls(Pki.crl(root).ext(Extension.issuingDistributionPoint, true,
        new IssuingDistributionPoint(null, false, false, null, true, false)).make());
    t.unknown("delta-alone", "revocation_unknown", by, "RFC 5280, 5.2.4: changes without what they change").crls(Pki.crl(root).ext(Extension.deltaCRLIndicator, true, new ASN1Integer(1)).make());
    t.invalid("delta-revokes", "certificate_revoked", by, "RFC 5280, 5.2.4").crls(Pki.crl(root).ext(Extension.cRLNumber, false, new ASN1Integer(1)).make(),
        Pki.crl(root).ext(Extension.cRLNumber, false, new ASN1Integer(2)).ext(Extension.deltaCRLIndicator, true, new ASN1Integer(1)).revoke(who, BEFORE).make());
    t.valid("delta-silent", by, "RFC 5280, 5.2.4").crls(Pki.crl(root).ext(Extension.cRLNumber, false, new ASN1Integer(1)).make(),
        Pki.crl(root).ext(Extension.cRLNumber, false, new ASN1Integer(2)).ext(Extension.deltaCRLIndicator, true, new ASN1Integer(1)).make());
  }

  private static void chains(Table t, Pki.Pair root) {
    Pki.Pair inner = Pki.authority(root, "listed-inner"), leaf = Pki.person(inner, "of-listed");
    byte[] by = Sign.by(leaf).with(inner.certificate()).der();
    t.valid("chain-all-listed", by, "a fresh list for each").crls(Pki.crl(inner).make(), Pki.crl(root).make()).revocation("chain");
    t.unknown("chain-issuer-not-listed", "revocation_unknown", by, "the issuer's standing is open").crls(Pki.crl(inner).make()).revocation("chain");
    t.invalid("chain-issuer-revoked", "certificate_revoked", by, "RFC 5280, 6.1.3 (a)(3) is of every certificate").crls(Pki.crl(inner).make(), Pki.crl(root).revoke(inner, BEFORE).make());
    Pki.Pair mute = Pki.issue(root, "O=Others,CN=mute").ca(-1).usage(KeyUsage.keyCertSign).make();
    t.unknown("list-issuer-may-not", "revocation_unknown", Sign.by(Pki.person(mute, "of-mute")).with(mute.certificate()).der(), "RFC 5280, 6.3.3 (f): cRLSign is missing").crls(Pki.crl(mute).make());
  }

  /** An answer about `who` by `responder`; times null: none. */
  private static byte[] answer(Pki.Pair who, Pki.Pair issuer, Pki.Pair responder, CertificateStatus status, String from, String to, AlgorithmIdentifier hash, Extensions extensions, String digest) throws Exception {
    DigestCalculator calculator = Sign.DIGESTS.get(hash);
    CertificateID id = new CertificateID(calculator, issuer.certificate(), who.certificate().getSerialNumber());
    var out = new BasicOCSPRespBuilder(new RespID(responder.certificate().getSubject()));
    out.addResponse(id, status, Pki.date(from), to == null ? null : Pki.date(to), null);
    if (extensions != null) out.setResponseExtensions(extensions);
    X509CertificateHolder[] chain = {responder.certificate()};
    return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, out.build(responder.signer(digest), chain, Pki.date(from))).getEncoded();
  }
  static byte[] answer(Pki.Pair who, Pki.Pair issuer, Pki.Pair responder, CertificateStatus status) throws Exception {
    return answer(who, issuer, responder, status, "2026-06-15T11:00:00Z", "2026-06-16T11:00:00Z", CertificateID.HASH_SHA1, null, "SHA256");
  }

  private static void answers(Table t, Pki.Pair root) throws Exception {
    Pki.Pair who = Pki.person(root, "asked");
    byte[] by = Sign.by(who).der();
    CertificateStatus good = CertificateStatus.GOOD, revoked = new RevokedStatus(Pki.date(BEFORE), CRLReason.keyCompromise);
    t.valid("ocsp-good", by, "RFC 6960, 2.2").ocsp(answer(who, root, root, good));
    t.invalid("ocsp-revoked", "certificate_revoked", by, "RFC 6960, 2.2").ocsp(answer(who, root, root, revoked));
    t.valid("ocsp-revoked-after-the-time-asked", by, "it was revoked after the time that is judged").ocsp(answer(who, root, root, revoked)).at("2026-06-01T00:00:00Z");
    t.unknown("ocsp-unknown", "revocation_unknown", by, "RFC 6960, 2.2: the responder does not know").ocsp(answer(who, root, root, new UnknownStatus()));
    t.unknown("ocsp-over", "revocation_unknown", by, "RFC 6960, 4.2.2.1: nextUpdate is past").ocsp(answer(who, root, root, good, "2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z", CertificateID.HASH_SHA1, null, "SHA256"));
    t.unknown("ocsp-ahead", "revocation_unknown", by, "RFC 6960, 4.2.2.1: thisUpdate is ahead").ocsp(answer(who, root, root, good, "2026-06-17T00:00:00Z", "2026-06-18T00:00:00Z", CertificateID.HASH_SHA1, null, "SHA256"));
    t.valid("ocsp-without-end-fresh", by, "RFC 6960, 4.2.2.1: newer information is always available; an hour old").ocsp(answer(who, root, root, good, "2026-06-15T11:00:00Z", null, CertificateID.HASH_SHA1, null, "SHA256"));
    t.unknown("ocsp-without-end-old", "revocation_unknown", by, "RFC 6960, 4.2.2.1; two weeks old").ocsp(answer(who, root, root, good, "2026-06-01T11:00:00Z", null, CertificateID.HASH_SHA1, null, "SHA256"));
    t.unknown("ocsp-about-another", "revocation_unknown", by, "RFC 6960, 3.2 (1)").ocsp(answer(Pki.person(root, "not-asked"), root, root, good));
    t.unknown("ocsp-other-nonce", "revocation_unknown", by, "RFC 6960, 4.4.1: an answer to another question").ocsp(answer(who, root, root, good, "2026-06-15T11:00:00Z", "2026-06-16T11:00:00Z", CertificateID.HASH_SHA1,
        new Extensions(new Extension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(new DEROctetString(new byte[16]).getEncoded()))), "SHA256"));
    KeyPurposeId ocsp = KeyPurposeId.id_kp_OCSPSigning;
    t.valid("ocsp-delegate", by, "RFC 6960, 4.2.2.2").ocsp(answer(who, root, Pki.issue(root, "O=Others,CN=delegate").purpose(false, ocsp).ext(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE).make(), good));
    t.invalid("ocsp-delegate-revoked", "certificate_revoked", by, "RFC 6960, 4.2.2.2").ocsp(answer(who, root, Pki.issue(root, "O=Others,CN=delegate").purpose(false, ocsp).make(), revoked));
    t.unknown("ocsp-delegate-without-purpose", "revocation_unknown", by, "RFC 6960, 4.2.2.2: id-kp-OCSPSigning is missing").ocsp(answer(who, root, Pki.person(root, "no-delegate"), good));
    t.unknown("ocsp-delegate-expired", "revocation_unknown", by, "the delegate's certificate is over").ocsp(answer(who, root, Pki.issue(root, "O=Others,CN=late-delegate").purpose(false, ocsp).to("2026-06-01T00:00:00Z").make(), good));
    Pki.Pair foreign = Pki.authority(null, "ocsp-foreign");
    t.unknown("ocsp-by-a-stranger", "revocation_unknown", by, "RFC 6960, 4.2.2.2: not the issuer").ocsp(answer(who, root, foreign, good));
    t.unknown("ocsp-delegate-of-a-stranger", "revocation_unknown", by, "RFC 6960, 4.2.2.2: issued by another").ocsp(answer(who, root, Pki.issue(foreign, "O=Others,CN=foreign-delegate").purpose(false, ocsp).make(), good));
    t.unknown("ocsp-by-the-person", "revocation_unknown", by, "nobody vouches for oneself").ocsp(answer(who, root, who, good));
    byte[] tampered = answer(who, root, root, revoked);
    String text = new String(tampered, java.nio.charset.StandardCharsets.ISO_8859_1);
    tampered[text.indexOf("20260605000000Z") + 3] = '7';
    t.unknown("ocsp-tampered", "revocation_unknown", by, "the responder's signature is broken").ocsp(tampered);
    t.unknown("ocsp-try-later", "revocation_unknown", by, "RFC 6960, 2.3").ocsp(new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null).getEncoded());
    t.unknown("ocsp-html", "revocation_unknown", by, "no OCSP at all").ocsp("<html>".getBytes());
    t.unknown("ocsp-by-sha1", "revocation_unknown", by, "SHA-1 under an answer proves as little as under a list").ocsp(answer(who, root, root, good, "2026-06-15T11:00:00Z", "2026-06-16T11:00:00Z", CertificateID.HASH_SHA1, null, "SHA1"));
    t.invalid("ocsp-good-list-revoked", "certificate_revoked", by, "whoever says revoked is believed").ocsp(answer(who, root, root, good)).crls(Pki.crl(root).revoke(who, BEFORE).make());
    t.invalid("ocsp-revoked-list-clean", "certificate_revoked", by, "whoever says revoked is believed").ocsp(answer(who, root, root, revoked)).crls(Pki.crl(root).make());
    t.valid("ocsp-silent-list-clean", by, "the list is enough").ocsp("<html>".getBytes()).crls(Pki.crl(root).make());
  }
}
