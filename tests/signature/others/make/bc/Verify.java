import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Collection;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampToken;

/** Verify CONTENT FILE…: BouncyCastle's word about DER signatures of that content, attached or not; «-» for none beside. */
final class Verify {
  public static void main(String[] words) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    byte[] content = Files.readAllBytes(Path.of(words[0]));
    for (int i = 1; i < words.length; ++i) System.out.println(words[i] + " " + judge(content, Files.readAllBytes(Path.of(words[i]))));
  }

  @SuppressWarnings("unchecked")
  private static String judge(byte[] content, byte[] der) {
    try {
      CMSSignedData made = new CMSSignedData(der);
      if (made.getSignedContent() == null) made = new CMSSignedData(new CMSProcessableByteArray(content), der);
      else if (!java.util.Arrays.equals((byte[]) made.getSignedContent().getContent(), content)) return "another content";
      String said = "";
      for (SignerInformation one : made.getSignerInfos().getSigners()) {
        Collection<X509CertificateHolder> found = made.getCertificates().getMatches(one.getSID());
        X509CertificateHolder who = found.iterator().next();
        if (!one.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(who))) return "wrong";
        if (one.getSignedAttributes() != null) {
          var v2 = one.getSignedAttributes().get(Sign.ESS_V2);
          if (v2 != null) {
            var id = org.bouncycastle.asn1.ess.SigningCertificateV2.getInstance(v2.getAttributeValues()[0]).getCerts()[0];
            if (!java.util.Arrays.equals(id.getCertHash(), Sign.hash(id.getHashAlgorithm(), Pki.der(who)))) return "another reference";
            if (id.getIssuerSerial() != null && !id.getIssuerSerial().getSerial().getValue().equals(who.getSerialNumber())) return "another serial in the reference";
            said += " reference";
          }
        }
        if (one.getUnsignedAttributes() != null && one.getUnsignedAttributes().get(Stamps.TOKEN) != null) {
          TimeStampToken token = new TimeStampToken(org.bouncycastle.asn1.cms.ContentInfo.getInstance(one.getUnsignedAttributes().get(Stamps.TOKEN).getAttributeValues()[0]));
          var info = token.getTimeStampInfo();
          if (!java.util.Arrays.equals(info.getMessageImprintDigest(), Sign.hash(info.getHashAlgorithm(), one.getSignature()))) return "another imprint";
          X509CertificateHolder authority = (X509CertificateHolder) token.getCertificates().getMatches(token.getSID()).iterator().next();
          token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(authority));
          said += " stamp";
        }
      }
      return "good" + said;
    } catch (Exception e) {
      return "fails: " + e;
    }
  }
}
