#include "wire/signatures.hpp"

#include "sedlink/core/json.hpp"
#include "sedlink/core/text.hpp"
#include "wire/answer.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {
namespace {

Error not_ours(const std::string& what) {
  return make_error(Fault::defect, Audience::admin, "rx.module",
                    "Модуль Directum RX прислал подписи не по договору: " + what);
}

// "NotEndorsing" is a signature of refusal; people must not read it as consent.
constexpr std::string_view refusal = "NotEndorsing";
constexpr std::string_view approval = "Approval";

}  // namespace

Result<std::vector<ModuleSignature>> read_signatures(std::string_view given, const TimeZone& zone) {
  std::vector<ModuleSignature> out;
  if (text::trim(given).empty()) return out;
  auto parsed = json::parse(given);
  if (!parsed) return not_ours(parsed.error().message);
  if (!parsed.value().is_array()) return not_ours("не список");
  for (const auto& item : parsed.value().get_array()) {
    const Row* row = item.if_object();
    if (row == nullptr) return not_ours("в списке не объект");
    const auto version = integer_of(*row, "versionId");
    if (!version || !version.value()) return not_ours("нет versionId");
    ModuleSignature one;
    one.version = *version.value();
    one.approving = json::text(item, "type") == approval;
    SignatureInfo& s = one.info;
    s.signer = json::text(item, "signatory");
    s.certificate_subject = json::text(item, "subject");
    s.thumbprint = json::text(item, "thumbprint");
    s.comment = json::text(item, "comment");
    if (json::text(item, "type") == refusal) s.comment = "Не согласовано" + (s.comment.empty() ? "" : ": " + s.comment);
    if (const std::string instead_of = json::text(item, "substituted"); !instead_of.empty())
      s.signer += " (за: " + instead_of + ")";
    const auto at = time_of(*row, "signedAt", zone);
    if (!at) return not_ours("signedAt");
    s.signed_at = at.value();
    auto bytes = text::base64_decode(json::text(item, "data"));
    if (!bytes) return not_ours("data не base64");
    s.bytes = std::move(bytes).value();
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace sedlink::directum
