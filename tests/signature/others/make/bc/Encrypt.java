import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/** Encrypt CONTENT RSA.der EC.der FOLDER: messages for both certificates, each in a file of its own. */
final class Encrypt {
  private static X509Certificate read(String path) throws Exception { return new JcaX509CertificateConverter().getCertificate(new X509CertificateHolder(Files.readAllBytes(Path.of(path)))); }

  private static RecipientInfoGenerator oaep(X509Certificate to, String hash) throws Exception {
    AlgorithmIdentifier algorithm = new JcaAlgorithmParametersConverter().getAlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP,
        new javax.crypto.spec.OAEPParameterSpec(hash, "MGF1", new java.security.spec.MGF1ParameterSpec(hash), javax.crypto.spec.PSource.PSpecified.DEFAULT));
    return new JceKeyTransRecipientInfoGenerator(to, algorithm).setProvider("BC");
  }
  private static RecipientInfoGenerator agree(X509Certificate to, ASN1ObjectIdentifier agreement, ASN1ObjectIdentifier wrap) throws Exception {
    var own = Pki.keys("P-256");
    return new JceKeyAgreeRecipientInfoGenerator(agreement, own.getPrivate(), own.getPublic(), wrap).addRecipient(to).setProvider("BC");
  }

  public static void main(String[] words) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    byte[] content = Files.readAllBytes(Path.of(words[0]));
    X509Certificate rsa = read(words[1]), ec = read(words[2]);
    Path folder = Path.of(words[3]);
    RecipientInfoGenerator plain = new JceKeyTransRecipientInfoGenerator(rsa).setProvider("BC");
    Object[][] all = {{"rsa-aes128-cbc", CMSAlgorithm.AES128_CBC, plain}, {"rsa-aes256-cbc", CMSAlgorithm.AES256_CBC, plain}, {"rsa-3des", CMSAlgorithm.DES_EDE3_CBC, plain},
        {"rsa-oaep-sha1", CMSAlgorithm.AES256_CBC, oaep(rsa, "SHA-1")}, {"rsa-oaep-sha256", CMSAlgorithm.AES256_CBC, oaep(rsa, "SHA-256")},
        {"ec-sha1kdf", CMSAlgorithm.AES256_CBC, agree(ec, CMSAlgorithm.ECDH_SHA1KDF, CMSAlgorithm.AES128_WRAP)}, {"ec-sha256kdf", CMSAlgorithm.AES256_CBC, agree(ec, CMSAlgorithm.ECDH_SHA256KDF, CMSAlgorithm.AES256_WRAP)},
        {"ec-cofactor", CMSAlgorithm.AES128_CBC, agree(ec, CMSAlgorithm.ECCDH_SHA256KDF, CMSAlgorithm.AES128_WRAP)}};
    for (Object[] one : all) {
      var out = new CMSEnvelopedDataGenerator();
      out.addRecipientInfoGenerator((RecipientInfoGenerator) one[2]);
      Files.write(folder.resolve(one[0] + ".p7m"), out.generate(new CMSProcessableByteArray(content), new JceCMSContentEncryptorBuilder((ASN1ObjectIdentifier) one[1]).setProvider("BC").build()).getEncoded());
    }
    var several = new CMSEnvelopedDataGenerator();
    several.addRecipientInfoGenerator(agree(ec, CMSAlgorithm.ECDH_SHA256KDF, CMSAlgorithm.AES256_WRAP));
    several.addRecipientInfoGenerator(plain);
    several.addRecipientInfoGenerator(oaep(read(words[1]), "SHA-256"));
    Files.write(folder.resolve("both-several.p7m"), several.generate(new CMSProcessableByteArray(content), new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).setProvider("BC").build()).getEncoded());
    var gcm = new CMSAuthEnvelopedDataGenerator();
    gcm.addRecipientInfoGenerator(plain);
    Files.write(folder.resolve("rsa-aes256-gcm.p7m"), gcm.generate(new CMSProcessableByteArray(content), (OutputAEADEncryptor) new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_GCM).setProvider("BC").build()).getEncoded());
  }
}
