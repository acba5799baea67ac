import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;

/** Rows of one maker's table: each says what is expected and why, before anybody looked at Sedlink's verdict. */
final class Table {
  static final byte[] TEXT = "Договор № 1: сто рублей\r\n".repeat(4).getBytes(StandardCharsets.UTF_8);
  private final Path folder;
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, String> saved = new LinkedHashMap<>();
  X509CertificateHolder root;
  boolean gost;

  Table(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
  }

  /** The same bytes are kept once. */
  String save(String name, byte[] bytes) {
    String known = java.util.Base64.getEncoder().encodeToString(bytes);
    if (saved.containsKey(known)) return saved.get(known);
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    saved.put(known, name);
    return name;
  }

  Row valid(String name, byte[] signature, String why) { return row("valid", "", name, signature, why); }
  Row invalid(String name, String code, byte[] signature, String why) { return row("invalid", code, name, signature, why); }
  Row unknown(String name, String code, byte[] signature, String why) { return row("indeterminate", code, name, signature, why); }

  private Row row(String expect, String code, String name, byte[] signature, String why) {
    Row row = new Row(name);
    row.put("signature", save(name + ".sig", signature)).put("expect", expect).put("why", why).put("now", "2026-06-15T12:00:00Z");
    if (!code.isEmpty()) row.put("code", code);
    if (gost) row.fields.put("gost", "true");
    row.content(TEXT).trust(root);
    rows.add(row);
    return row;
  }

  void write() throws IOException {
    StringBuilder out = new StringBuilder("[\n");
    for (Row row : rows) out.append(out.length() > 2 ? ",\n" : "").append(row.json());
    Files.writeString(folder.resolve("table.json"), out.append("\n]\n"));
  }

  final class Row {
    private final String name;
    final Map<String, String> fields = new LinkedHashMap<>();

    Row(String name) {
      this.name = name;
      put("name", name);
    }
    Row put(String key, String value) {
      fields.put(key, '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
      return this;
    }
    Row content(byte[] bytes) { return put("content", save(bytes == TEXT ? "content.txt" : name + ".content", bytes)); }
    Row attached() {
      fields.remove("content");
      return this;
    }
    Row trust(X509CertificateHolder... list) { return certificates("trust", list); }
    Row tsa(X509CertificateHolder... list) { return certificates("tsa_trust", list); }
    Row helpers(X509CertificateHolder... list) { return certificates("intermediates", list); }
    Row crls(X509CRLHolder... list) {
      StringBuilder out = new StringBuilder();
      for (X509CRLHolder one : list) out.append(out.length() > 0 ? ", " : "").append('"').append(save(name + out.length() + ".crl", Pki.der(one))).append('"');
      fields.put("crls", "[" + out + "]");
      return fields.containsKey("revocation") ? this : put("revocation", "signer");
    }
    Row revocation(String word) { return put("revocation", word); }
    Row ocsp(byte[] answer) { return put("ocsp", save(name + ".ocsp", answer)).put("revocation", "signer"); }
    Row require(String form) { return put("require", form); }
    Row form(String form) { return put("form", form); }
    Row now(String time) { return put("now", time); }
    Row at(String time) { return put("at", time); }
    Row code(String code) { return put("code", code); }
    Row owner(String owner) { return put("owner", owner); }

    private Row certificates(String key, X509CertificateHolder... list) {
      StringBuilder out = new StringBuilder();
      for (X509CertificateHolder one : list) {
        String file = one.getSubject().toString().replaceAll(".*CN=([^,]+).*", "$1").replaceAll("[^A-Za-z0-9-]", "_") + "-" + one.getSerialNumber() + ".cer";
        out.append(out.length() > 0 ? ", " : "").append('"').append(save(file, Pki.der(one))).append('"');
      }
      fields.put(key, "[" + out + "]");
      return this;
    }
    String json() {
      StringBuilder out = new StringBuilder("{");
      fields.forEach((k, v) -> out.append(out.length() > 1 ? ", " : "").append('"').append(k).append("\": ").append(v));
      return out.append('}').toString();
    }
  }
}
