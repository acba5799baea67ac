#include "wire/metadata.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <utility>
#include <vector>

#include "sedlink/core/text.hpp"
#include "wire/error.hpp"

namespace sedlink::directum {
namespace {

constexpr int deepest = 32;  // bases of a type; a circle ends here

Error no_service(const std::string& why) {
  return make_error(Fault::transient, Audience::admin, "rx.metadata",
                    "По адресу url нет сервиса интеграции Directum RX: " + why +
                        ". Ожидается адрес вида https://СЕРВЕР/Integration/odata/");
}

std::string_view local(const char* name) {
  const std::string_view all(name);
  const auto colon = all.find(':');
  return colon == std::string_view::npos ? all : all.substr(colon + 1);
}

std::string_view last_segment(std::string_view name) {
  return name.substr(name.find_last_of('.') + 1);  // npos + 1 = 0
}

std::string single(std::string_view type) {
  constexpr std::string_view many = "Collection(";
  if (type.starts_with(many) && type.ends_with(')')) type = type.substr(many.size(), type.size() - many.size() - 1);
  return std::string(type);
}

}  // namespace

Result<Metadata> Metadata::parse(std::string_view edmx) {
  if (text::trim(edmx).empty()) return no_service("ответ пуст");
  if (looks_like_html(edmx)) return no_service("пришла веб-страница «" + error_text(edmx) + "»");
  pugi::xml_document document;
  const pugi::xml_parse_result read =
      document.load_buffer(edmx.data(), edmx.size(), pugi::parse_default, pugi::encoding_auto);
  // The parser lets odd bytes in a name pass.
  if (!read || !text::is_valid_utf8(edmx)) {
    return no_service(std::string("$metadata — не XML (") + (read ? "не UTF-8" : read.description()) + ")");
  }
  const pugi::xml_node root = document.document_element();
  if (local(root.name()) != "Edmx") return no_service("$metadata — другой XML");
  Metadata m;
  const auto function = [&m](const char* name) {
    const std::string_view all(name);
    if (all.empty()) return;
    m.functions_.emplace(all.substr(all.find_last_of("./_") + 1));  // npos + 1 = 0
  };
  for (const pugi::xml_node services : root.children()) {
    for (const pugi::xml_node schema : services.children()) {
      const std::string space = schema.attribute("Namespace").value();
      for (const pugi::xml_node node : schema.children()) {
        const std::string_view kind = local(node.name());
        const char* name = node.attribute("Name").value();
        if (kind == "EntityType" || kind == "ComplexType") {
          Type& type = m.types_[space + "." + name];
          type.base = node.attribute("BaseType").value();
          for (const pugi::xml_node p : node.children()) {
            const std::string_view what = local(p.name());
            if (what != "Property" && what != "NavigationProperty") continue;
            Property& property = type.properties[p.attribute("Name").value()];
            const std::string_view declared = p.attribute("Type").value();
            property.type = single(declared);
            property.link = what == "NavigationProperty";
            property.many = declared.starts_with("Collection(");
          }
        } else if (kind == "Action" || kind == "Function") {
          function(name);
        } else if (kind == "EntityContainer") {
          for (const pugi::xml_node entry : node.children()) {
            const std::string_view what = local(entry.name());
            const char* own = entry.attribute("Name").value();
            if (what == "EntitySet") m.sets_[own] = entry.attribute("EntityType").value();
            if (what == "ActionImport" || what == "FunctionImport") function(own);
          }
        }
      }
    }
  }
  for (const char* needed : {"ITasks", "IAssignments", "IElectronicDocuments", "IOfficialDocuments"}) {
    if (!m.has_set(needed)) {
      return no_service(std::string("в $metadata нет набора ") + needed +
                        " (у типа должно быть включено «Использовать в сервисе интеграции»)");
    }
  }
  return m;
}

const Metadata::Type* Metadata::type(const std::string& name) const {
  const auto it = types_.find(name);
  return it == types_.end() ? nullptr : &it->second;
}

const Metadata::Property* Metadata::property_of(const std::string& type_name, std::string_view name) const {
  const Type* t = type(type_name);
  for (int depth = 0; t != nullptr && depth < deepest; ++depth) {
    if (const auto p = t->properties.find(name); p != t->properties.end()) return &p->second;
    t = type(t->base);
  }
  return nullptr;
}

const Metadata::Property* Metadata::property(std::string_view set, std::string_view name) const {
  const auto found = sets_.find(set);
  return found == sets_.end() ? nullptr : property_of(found->second, name);
}

bool Metadata::type_lacks(const std::string& type_name, std::string_view name) const {
  if (property_of(type_name, name) != nullptr) return false;
  std::vector<std::pair<std::string, const Type*>> chain;
  std::string at = type_name;
  while (!at.empty() && chain.size() < deepest) {
    const Type* t = type(at);
    if (t == nullptr) return false;  // only named
    chain.emplace_back(at, t);
    at = t->base;
  }
  // No set of RX has rows of nothing but an Id: such a type is only named, too, and so is what is built upon it.
  bool more = false;
  for (auto one = chain.rbegin(); one != chain.rend(); ++one) {
    for (const auto& [own, unused] : one->second->properties) more = more || own != "Id";
    const bool of_a_set = std::ranges::any_of(sets_, [&](const auto& set) { return set.second == one->first; });
    if (of_a_set && !more) return false;
  }
  return more;
}

bool Metadata::lacks(std::string_view set, std::string_view name) const {
  const auto found = sets_.find(set);
  return found == sets_.end() || type_lacks(found->second, name);
}

bool Metadata::rows_lack(std::string_view set, std::string_view link, std::string_view name) const {
  const Property* rows = property(set, link);
  if (rows == nullptr) return lacks(set, link);
  return !rows->link || type_lacks(rows->type, name);
}

std::vector<std::string> Metadata::property_names(std::string_view set) const {
  std::vector<std::string> out;
  const auto found = sets_.find(set);
  if (found == sets_.end()) return out;
  const Type* t = type(found->second);
  for (int depth = 0; t != nullptr && depth < deepest; ++depth) {
    for (const auto& [name, unused] : t->properties) out.push_back(name);
    t = type(t->base);
  }
  return out;
}

// An overridden type moves to the namespace of the overriding solution (A3): the last segment decides.
std::string Metadata::set_of_type(std::string_view wanted) const {
  const std::string_view own = last_segment(wanted);
  std::string by_name;
  for (const auto& [set, type_name] : sets_) {
    if (type_name == wanted) return set;
    if (by_name.empty() && last_segment(type_name) == own) by_name = set;
  }
  return by_name;
}

bool Metadata::wide_ids() const {
  const Property* id = property("ITasks", "Id");
  return id != nullptr && id->type == "Edm.Int64";
}

}  // namespace sedlink::directum
