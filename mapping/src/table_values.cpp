// Readers of single values that several sections share.
#include <fmt/format.h>

#include <algorithm>

#include "sedlink/core/text.hpp"
#include "tables.hpp"

namespace sedlink::mapping {
namespace {

constexpr std::array<std::string_view, 3> recipient_words{"initiator", "responsible", "holder"};

}  // namespace

std::optional<Template> read_template(Reader& r, const YamlNode& node) {
  if (!r.text(node)) return std::nullopt;
  const std::size_t before = r.findings().size();
  Template out = Template::parse(node, r.file(), r.findings());
  if (r.findings().size() != before) return std::nullopt;
  return out;
}

bool is_database_name(std::string_view name) noexcept {
  return name.find('_') != std::string_view::npos &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

std::optional<std::string> read_crm_field(Reader& r, const YamlNode& node) {
  const auto text = r.text(node);
  if (!text) return std::nullopt;
  const bool letters =
      text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string::npos;
  if (letters) {
    if (is_database_name(*text))
      r.warning(node.range, "field-name", fmt::format("«{}»: имя записано не так, как в REST", *text),
                std::string(rest_name_help));
    return text;
  }
  std::string help = "имя поля из REST, например ufCrm10Contract или companyId";
  if (text->starts_with("item.")) help = fmt::format("здесь пишут без «item.»: {}", text->substr(5));
  r.error(node.range, "value", fmt::format("«{}» не имя поля карточки", *text), std::move(help));
  return std::nullopt;
}

std::optional<std::vector<Recipient>> read_recipients(Reader& r, const YamlNode& node) {
  std::vector<Recipient> out;
  const auto add = [&](const YamlNode& item) {
    const auto word = r.choice(item, recipient_words);
    if (!word) return false;
    const auto who = static_cast<Recipient>(*word + 1);
    if (std::find(out.begin(), out.end(), who) == out.end()) {
      out.push_back(who);
    } else {
      r.error(item.range, "duplicate", fmt::format("«{}» уже есть в этом списке", item.text));
    }
    return true;
  };
  if (node.kind == YamlNode::Kind::scalar) return add(node) ? std::optional(out) : std::nullopt;
  if (!r.is_list(node)) return std::nullopt;
  bool good = true;
  for (const YamlNode& item : node.items) good = add(item) && good;
  return good ? std::optional(out) : std::nullopt;
}

std::optional<std::vector<std::string>> read_texts(Reader& r, const YamlNode& node) {
  if (!r.is_list(node)) return std::nullopt;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    const Reader::Step step(r, i, item.range);
    const auto text = r.text(item);
    if (!text) return std::nullopt;
    if (std::find(out.begin(), out.end(), *text) != out.end()) {
      r.error(item.range, "duplicate", fmt::format("«{}» уже есть в этом списке", *text));
      continue;
    }
    out.push_back(*text);
  }
  return out;
}

}  // namespace sedlink::mapping
