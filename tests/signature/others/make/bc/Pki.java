import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Keys, certificates and lists. Times are fixed: certificates hold from 2025 to 2035, people sign on 2026-05-15, the check is on 2026-06-15. */
final class Pki {
  static final Date SIGNED = date("2026-05-15T10:00:00Z");
  private static long serial = 1000;

  static Date date(String iso) { return Date.from(Instant.parse(iso)); }
  static byte[] der(org.bouncycastle.util.Encodable value) {
    try {
      return value.getEncoded();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  record Pair(KeyPair keys, X509CertificateHolder certificate) {
    ContentSigner signer(String digest) { return Pki.signer(keys, digest); }
    ContentSigner signer() { return Pki.signer(keys, "SHA256"); }
  }

  static KeyPair keys(String kind) {
    try {
      KeyPairGenerator out;
      if (kind.startsWith("rsa")) {
        out = KeyPairGenerator.getInstance("RSA", "BC");
        out.initialize(Integer.parseInt(kind.substring(3)), new SecureRandom());
      } else if (kind.equals("Ed25519") || kind.equals("Ed448")) {
        out = KeyPairGenerator.getInstance(kind, "BC");
      } else if (kind.startsWith("dsa")) {
        out = KeyPairGenerator.getInstance("DSA", "BC");
        out.initialize(Integer.parseInt(kind.substring(3)), new SecureRandom());
      } else {
        out = KeyPairGenerator.getInstance(kind.contains("ost") ? "ECGOST3410-2012" : "EC", "BC");
        out.initialize(new ECGenParameterSpec(kind), new SecureRandom());
      }
      return out.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(kind, e);
    }
  }

  /** `digest` is of RSA, DSA and ECDSA; a whole algorithm's name (with "with") is taken as it is. */
  static ContentSigner signer(KeyPair keys, String digest) {
    String algorithm = keys.getPrivate().getAlgorithm();
    String name = switch (algorithm) {
      case "RSA" -> digest + "withRSA";
      case "EC", "ECDSA" -> digest + "withECDSA";
      case "DSA" -> digest + "withDSA";
      case "ECGOST3410-2012" -> gostBits(keys) == 512 ? "GOST3411-2012-512WITHECGOST3410-2012-512" : "GOST3411-2012-256WITHECGOST3410-2012-256";
      default -> algorithm;
    };
    try {
      return new JcaContentSignerBuilder(digest.contains("with") ? digest : name).setProvider("BC").build(keys.getPrivate());
    } catch (org.bouncycastle.operator.OperatorCreationException e) {
      throw new IllegalStateException(name, e);
    }
  }
  private static int gostBits(KeyPair keys) {
    return ((java.security.interfaces.ECKey) keys.getPrivate()).getParams().getOrder().bitLength() > 300 ? 512 : 256;
  }

  static Issue issue(Pair issuer, String subject) { return new Issue(issuer, new X500Name(subject)); }
  static Pair authority(Pair issuer, String name) { return issue(issuer, "O=Others,CN=" + name).ca(-1).make(); }
  static Pair person(Pair issuer, String name) { return issue(issuer, "O=Others,CN=" + name).make(); }

  /** One certificate; what is not said is an ordinary signer's with a P-256 key. */
  static final class Issue {
    private final Pair issuer;
    private X500Name subject;
    private String kind = "P-256", digest = "SHA256";
    private Time from = new Time(date("2025-01-01T00:00:00Z")), to = new Time(date("2035-01-01T00:00:00Z"));
    private KeyPair keys;
    private BigInteger number = BigInteger.valueOf(++serial);
    private int usage = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    private ASN1Encodable constraints = new BasicConstraints(false);
    private final List<Extension> more = new ArrayList<>();
    private boolean identifiers = true;
    private X500Name issuerName;

    Issue(Pair issuer, X500Name subject) {
      this.issuer = issuer;
      this.subject = subject;
      if (issuer != null && issuer.keys().getPrivate().getAlgorithm().startsWith("ECGOST")) kind = "Tc26-Gost-3410-12-256-paramSetA";
    }
    Issue kind(String k) { kind = k; return this; }
    Issue keys(KeyPair k) { keys = k; return this; }
    Issue digest(String d) { digest = d; return this; }
    Issue name(X500Name n) { subject = n; return this; }
    Issue issuerName(X500Name n) { issuerName = n; return this; }
    Issue from(String iso) { from = new Time(date(iso)); return this; }
    Issue to(String iso) { to = new Time(date(iso)); return this; }
    Issue dates(Time f, Time t) { from = f; to = t; return this; }
    Issue number(BigInteger n) { number = n; return this; }
    Issue usage(int u) { usage = u; return this; }
    Issue bare() { identifiers = false; usage = 0; constraints = null; return this; }
    Issue unidentified() { identifiers = false; return this; }
    Issue ca(int path) {
      constraints = path < 0 ? new BasicConstraints(true) : new BasicConstraints(path);
      usage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
      return this;
    }
    Issue ext(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
      try {
        more.add(new Extension(type, critical, value.toASN1Primitive().getEncoded("DER")));
      } catch (java.io.IOException e) {
        throw new IllegalStateException(e);
      }
      return this;
    }
    Issue purpose(boolean critical, KeyPurposeId... uses) { return ext(Extension.extendedKeyUsage, critical, new ExtendedKeyUsage(uses)); }

    Pair make() {
      if (keys == null) keys = Pki.keys(kind);
      SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
      X500Name by = issuerName != null ? issuerName : issuer == null ? subject : issuer.certificate().getSubject();
      X509v3CertificateBuilder out = new X509v3CertificateBuilder(by, number, from, to, subject, key);
      KeyPair signing = issuer == null ? keys : issuer.keys();
      try {
        JcaX509ExtensionUtils identify = new JcaX509ExtensionUtils();
        if (constraints != null) out.addExtension(Extension.basicConstraints, true, constraints);
        if (usage != 0) out.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        if (identifiers) {
          out.addExtension(Extension.subjectKeyIdentifier, false, identify.createSubjectKeyIdentifier(key));
          out.addExtension(Extension.authorityKeyIdentifier, false, identify.createAuthorityKeyIdentifier(SubjectPublicKeyInfo.getInstance(signing.getPublic().getEncoded())));
        }
        for (Extension one : more) out.addExtension(one);
      } catch (java.io.IOException | java.security.NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
      return new Pair(keys, out.build(Pki.signer(signing, digest)));
    }
  }

  /** A list of 2026-06-01 that holds until 2026-07-01. */
  static Crl crl(Pair issuer) { return new Crl(issuer); }

  static final class Crl {
    private final Pair issuer;
    private Date from = date("2026-06-01T00:00:00Z"), to = date("2026-07-01T00:00:00Z");
    private KeyPair keys;
    private X500Name name;
    private String digest = "SHA256";
    private final List<Object[]> entries = new ArrayList<>();
    private final List<Extension> more = new ArrayList<>();

    Crl(Pair issuer) { this.issuer = issuer; }
    Crl dates(String f, String t) { from = date(f); to = t == null ? null : date(t); return this; }
    Crl by(KeyPair k) { keys = k; return this; }
    Crl named(X500Name n) { name = n; return this; }
    Crl digest(String d) { digest = d; return this; }
    Crl revoke(Pair who, String when, int reason) { entries.add(new Object[]{who.certificate().getSerialNumber(), date(when), reason, null}); return this; }
    Crl revoke(Pair who, String when) { return revoke(who, when, CRLReason.unspecified); }
    /** With the extensions given, RFC 5280, 5.3. */
    Crl revoke(Pair who, String when, org.bouncycastle.asn1.x509.Extensions extensions) {
      entries.add(new Object[]{who.certificate().getSerialNumber(), date(when), 0, extensions});
      return this;
    }
    Crl ext(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
      try {
        more.add(new Extension(type, critical, value.toASN1Primitive().getEncoded("DER")));
      } catch (java.io.IOException e) {
        throw new IllegalStateException(e);
      }
      return this;
    }
    X509CRLHolder make() {
      X509v2CRLBuilder out = new X509v2CRLBuilder(name != null ? name : issuer.certificate().getSubject(), from);
      if (to != null) out.setNextUpdate(to);
      for (Object[] one : entries) {
        if (one[3] != null) out.addCRLEntry((BigInteger) one[0], (Date) one[1], (org.bouncycastle.asn1.x509.Extensions) one[3]);
        else out.addCRLEntry((BigInteger) one[0], (Date) one[1], (Integer) one[2]);
      }
      try {
        for (Extension one : more) out.addExtension(one);
      } catch (org.bouncycastle.cert.CertIOException e) {
        throw new IllegalStateException(e);
      }
      return out.build(Pki.signer(keys != null ? keys : issuer.keys(), digest));
    }
  }
}
