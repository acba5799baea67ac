import java.nio.file.Path;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Make FOLDER: BouncyCastle's table, anew. */
final class Make {
  public static void main(String[] words) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    Table t = new Table(Path.of(words[0]));
    Pki.Pair root = Pki.authority(null, "root");
    t.root = root.certificate();
    Messages.build(t, root);
    Algorithms.build(t, root);
    Chains.build(t, root);
    Revocation.build(t, root);
    Stamps.build(t, root);
    Odd.build(t, root);
    Gost.build(t);
    t.write();
  }
}
