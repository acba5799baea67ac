// Section `trust`: whose certificates, revocation lists and time-stamps are believed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "draft.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

using std::string_view;

constexpr std::array<string_view, 3> require_words{"cms", "cades-bes", "cades-t"};
constexpr std::array<string_view, 3> revocation_words{"none", "signer", "chain"};
constexpr std::array<string_view, 2> invalid_words{"tell", "incident"};

struct TrustDraft {
  TrustPolicy policy;
  Draft* whole = nullptr;
};

void add_file(Reader& r, const YamlNode& node, const Draft& d, std::vector<std::filesystem::path>& out) {
  const auto text = r.text(node);
  if (!text) return;
  std::filesystem::path file = d.absolute(*text);
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem)) {
    r.error(node.range, "file-missing", fmt::format("файла {} нет или он не читается", file.string()));
    return;
  }
  out.push_back(std::move(file));
}

// One file or a list of them.
template <auto Member>
void read_files(Reader& r, const YamlNode& node, TrustDraft& d) {
  if (node.kind == YamlNode::Kind::scalar) return add_file(r, node, *d.whole, d.policy.*Member);
  if (!r.is_list(node)) return;
  for (const YamlNode& item : node.items) add_file(r, item, *d.whole, d.policy.*Member);
}

template <auto Member, const auto& Words>
void read_word(Reader& r, const YamlNode& node, TrustDraft& d) {
  if (const auto i = r.choice(node, Words)) d.policy.*Member = Words.at(*i);
}

void read_ocsp(Reader& r, const YamlNode& node, TrustDraft& d) {
  if (node.kind == YamlNode::Kind::scalar && node.text.find("://") != std::string::npos) {
    if (auto url = read_url(r, node, *d.whole)) d.policy.ocsp = true, d.policy.ocsp_url = std::move(*url);
  } else if (const auto yes = r.boolean(node)) {
    d.policy.ocsp = *yes;
  }
}

constexpr ValueType files_type{"путь или список путей", R"({"type":["string","array"],"items":{"type":"string"}})"};

constexpr std::array<Key<TrustDraft>, 8> trust_table{{
    {{"certificates", files_type, Need::required,
      "сертификаты, которым верят: корневые или прямо сертификаты людей; PEM или DER"},
     read_files<&TrustPolicy::certificates>},
    {{"intermediates", files_type, Need::optional,
      "сертификаты промежуточных центров, которых может не быть в подписи; сами по себе доверия не дают"},
     read_files<&TrustPolicy::intermediates>},
    {{"crls", files_type, Need::optional, "списки отзыва, PEM или DER; обновлённый файл читается без перезапуска"},
     read_files<&TrustPolicy::crls>},
    {{"time_stamps", files_type, Need::optional, "корневые сертификаты служб меток времени; по умолчанию certificates"},
     read_files<&TrustPolicy::time_stamps>},
    {{"revocation",
      {"none, signer или chain", R"({"enum":["none","signer","chain"]})"},
      Need::optional,
      "чей отзыв обязан быть проверен: ничей, подписанта, всей цепочки; по умолчанию signer, если есть crls или ocsp, "
      "иначе none"},
     read_word<&TrustPolicy::revocation, revocation_words>},
    {{"ocsp",
      {"true, false или адрес http(s)", R"({"type":["boolean","string"]})"},
      Need::optional,
      "спрашивать службу OCSP, названную в сертификате (true) или указанную здесь; по умолчанию false"},
     read_ocsp},
    {{"require",
      {"cms, cades-bes или cades-t", R"({"enum":["cms","cades-bes","cades-t"]})"},
      Need::optional,
      "какой подпись обязана быть; по умолчанию cms"},
     read_word<&TrustPolicy::require, require_words>},
    {{"when_invalid",
      {"tell или incident", R"({"enum":["tell","incident"]})"},
      Need::optional,
      "неверная подпись документа: сказать людям или ещё и открыть инцидент; по умолчанию tell"},
     read_word<&TrustPolicy::when_invalid, invalid_words>},
}};

}  // namespace

void read_trust(Reader& r, const YamlNode& node, Draft& d) {
  if (!r.is_section(node)) return;
  for (const auto& [name, value] : node.entries) {
    const Reader::Step step(r, name.text, name.range);
    TrustDraft one;
    one.whole = &d;
    one.policy.name = name.text;
    one.policy.range = name.range;
    if (!read_section<TrustDraft>(r, value, trust_table, one)) continue;
    const YamlNode* anchors = value.find("certificates");
    if (anchors != nullptr && anchors->kind == YamlNode::Kind::sequence && anchors->items.empty())
      r.error(anchors->range, "missing", "нет ни одного сертификата, которому верят");
    if (one.policy.revocation.empty())
      one.policy.revocation = one.policy.crls.empty() && !one.policy.ocsp ? "none" : "signer";
    d.config.trust.insert_or_assign(name.text, std::move(one.policy));
  }
}

void check_trust(Reader& r, const Config& config) {
  for (const auto& [name, connection] : config.connections) {
    const auto named = connection.values.find("signatures");
    if (named == connection.values.end() || config.trust.contains(named->second)) continue;
    std::vector<std::string> known;
    for (const auto& [trust, unused] : config.trust) known.push_back(trust);
    const std::string near = text::nearest(named->second, known);
    const auto at = connection.ranges.find("signatures");
    r.error(at == connection.ranges.end() ? connection.range : at->second, "unknown-trust",
            fmt::format("в trust нет «{}»", named->second),
            near.empty() ? "опишите в разделе trust, чьим сертификатам верить"
                         : fmt::format("возможно, вы имели в виду «{}»?", near));
  }
}

SectionInfo trust_section() { return section_info<TrustDraft>("trust", "trust: ИМЯ", trust_table); }

}  // namespace sedlink::config
