#include <cstdio>

#include "control.hpp"
#include "sedlink/core/hash.hpp"

namespace sedlink::sim::b24 {

std::string sample_pdf(std::string_view title) {
  std::string shown;  // the built-in font has Latin only; the digest keeps different titles different
  for (const char c : title) {
    if (c >= ' ' && c < 0x7f && c != '(' && c != ')' && c != '\\') shown += c;
  }
  const std::string text =
      "BT /F1 18 Tf 72 760 Td (" + shown + ") Tj 0 -28 Td /F1 9 Tf (" + sha256_hex(title) + ") Tj ET\n";
  const std::string objects[] = {
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      "<< /Length " + std::to_string(text.size()) + " >>\nstream\n" + text + "endstream",
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"};
  std::string out = "%PDF-1.4\n", table = "xref\n0 6\n0000000000 65535 f \n";
  int number = 0;
  for (const std::string& object : objects) {
    char row[32];
    std::snprintf(row, sizeof row, "%010zu 00000 n \n", out.size());
    table += row;
    out += std::to_string(++number) + " 0 obj\n" + object + "\nendobj\n";
  }
  const std::size_t at = out.size();
  return out + table + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
}

}  // namespace sedlink::sim::b24
