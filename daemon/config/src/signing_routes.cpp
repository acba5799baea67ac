// signing_routes of a connection, and whether the profiles that connections name are there.
#include <fmt/format.h>

#include <array>

#include "draft.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

void check_profile_name(Reader& r, const Draft& d, const std::string& name, const Range& at) {
  if (name.empty() || d.config.signing.contains(name)) return;
  std::vector<std::string> known;
  for (const auto& [one, unused] : d.config.signing) known.push_back(one);
  const std::string near = text::nearest(name, known);
  r.error(at, "unknown-profile", fmt::format("профиля подписи «{}» нет в signing", name),
          near.empty()
              ? (known.empty() ? "раздела signing нет: опишите в нём профиль" : "есть: " + text::join(known, ", "))
              : fmt::format("возможно, вы имели в виду «{}»?", near));
}

constexpr std::array<Key<SigningRoute>, 3> route_table{{
    {{"method", types::text, Need::optional, "метод HTTP; по умолчанию любой"},
     [](Reader& r, const YamlNode& node, SigningRoute& out) {
       out.method = text::to_upper_ascii(r.text(node).value_or(""));
     }},
    {{"path", types::text, Need::required, "путь адреса, * — любые знаки: /qbch/*"},
     [](Reader& r, const YamlNode& node, SigningRoute& out) {
       const auto text = r.text(node);
       if (!text) return;
       out.path = *text;
       if (text->front() != '/' && text->front() != '*')
         r.error(node.range, "value", fmt::format("«{}» не путь", *text), "путь начинается с «/»: /qbch/*");
     }},
    {{"signing", types::text, Need::required, "имя профиля или none — не подписывать"},
     [](Reader& r, const YamlNode& node, SigningRoute& out) {
       const auto text = r.text(node);
       if (text && *text != "none") out.profile = *text;
     }},
}};

}  // namespace

void read_signing_routes(Reader& r, const YamlNode& node, Connection& out) {
  if (!r.is_list(node)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Reader::Step step(r, i, node.items[i].range);
    SigningRoute route;
    route.range = node.items[i].range;
    if (read_section<SigningRoute>(r, node.items[i], route_table, route))
      out.signing_routes.push_back(std::move(route));
  }
}

void check_signing(Reader& r, const Draft& d) {
  for (const auto& [name, profile] : d.config.signing) {
    const std::string& trust = profile.answers.trust;
    if (trust.empty() || d.config.trust.contains(trust)) continue;
    std::vector<std::string> known;
    for (const auto& [one, unused] : d.config.trust) known.push_back(one);
    const std::string near = text::nearest(trust, known);
    r.error(r.place("signing." + name + ".answers.trust"), "unknown-trust", fmt::format("в trust нет «{}»", trust),
            near.empty() ? "опишите в разделе trust, чьим сертификатам верить"
                         : fmt::format("возможно, вы имели в виду «{}»?", near));
  }
  for (const auto& [name, connection] : d.config.connections) {
    const std::string path = "connections." + name;
    check_profile_name(r, d, connection.signing, r.place(path + ".signing"));
    for (std::size_t i = 0; i < connection.signing_routes.size(); ++i)
      check_profile_name(r, d, connection.signing_routes[i].profile,
                         r.place(fmt::format("{}.signing_routes[{}].signing", path, i)));
  }
}

SectionInfo signing_route_section() {
  return section_info<SigningRoute>("signing_routes", "signing_routes подключения", route_table);
}

}  // namespace sedlink::config
