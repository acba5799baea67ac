#include "metadata.hpp"

#include <map>
#include <set>

namespace sedlink::sim::directum {
namespace {

constexpr std::string_view container_namespace = "Sungero.IntegrationService";

std::string edm_type(const Model& model, const Property& p, bool is_id) {
  if (is_id) return "Edm." + std::string(model.edition.id_type);
  switch (p.kind) {
    case PropertyKind::int32: return "Edm.Int32";
    case PropertyKind::int64: return "Edm." + std::string(model.edition.id_type);
    case PropertyKind::boolean: return "Edm.Boolean";
    case PropertyKind::date: return "Edm.DateTimeOffset";
    case PropertyKind::number: return "Edm.Double";
    case PropertyKind::guid: return "Edm.Guid";
    default: return "Edm.String";
  }
}

std::string edm_type_of_parameter(const Model& model, std::string_view type) {
  if (type.starts_with("List<"))
    return "Collection(" + edm_type_of_parameter(model, type.substr(5, type.size() - 6)) + ")";
  if (type.starts_with("Nullable<")) type = type.substr(9, type.size() - 10);
  if (type == "Int64") return "Edm." + std::string(model.edition.id_type);
  if (type == "DateTime") return "Edm.DateTimeOffset";
  if (type == "Byte[]") return "Edm.Binary";
  for (const std::string_view plain : {"Int32", "Boolean", "Double", "String", "Guid"}) {
    if (type == plain) return "Edm." + std::string(plain);
  }
  return "Edm.String";  // structures
}

void write_type(std::string& out, const Model& model, const Type& type) {
  out += "<EntityType Name=\"" + std::string(type.dto) + "\"";
  if (type.base != nullptr) out += " BaseType=\"" + type.base->edm_name() + "\"";
  if (type.is_abstract) out += " Abstract=\"true\"";
  out += ">";
  if (type.base == nullptr) out += "<Key><PropertyRef Name=\"Id\"/></Key>";
  const std::size_t inherited = type.base == nullptr ? 0 : type.base->properties.size();
  for (std::size_t i = inherited; i < type.properties.size(); ++i) {
    const Property& p = type.properties[i];
    const std::string name(p.name);
    if (p.kind == PropertyKind::link) {
      out += "<NavigationProperty Name=\"" + name + "\" Type=\"" + p.target->edm_name() + "\"/>";
    } else if (p.kind == PropertyKind::rows) {
      out += "<NavigationProperty Name=\"" + name + "\" Type=\"Collection(" + p.target->edm_name() + ")\"/>";
    } else if (p.kind == PropertyKind::binary) {
      out += "<NavigationProperty Name=\"" + name + "\" Type=\"" + std::string(container_namespace) +
             ".Models.IBinaryDataDto\"/>";
    } else {
      out += "<Property Name=\"" + name + "\" Type=\"" + edm_type(model, p, i == 0) + "\"";
      if (i == 0 || p.required) out += " Nullable=\"false\"";
      if (p.length != 0) out += " MaxLength=\"" + std::to_string(p.length) + "\"";
      out += "/>";
    }
  }
  out += "</EntityType>\n";
}

// A module is a singleton and its functions are bound to it: hence "<Module>/<Function>" on the wire [guess].
void write_function(std::string& out, const Model& model, const Function& function) {
  const std::string element = function.is_action ? "Action" : "Function";
  out += "<" + element + " Name=\"" + std::string(function.name) +
         "\" IsBound=\"true\"><Parameter Name=\"bindingParameter\" Type=\"" + std::string(function.module) +
         ".Module\"/>";
  for (const Parameter& parameter : function.parameters) {
    out += "<Parameter Name=\"" + std::string(parameter.name) + "\" Type=\"" +
           edm_type_of_parameter(model, parameter.type) + "\"";
    const bool nullable = parameter.type.starts_with("Nullable<") || parameter.type == "String";
    out += nullable ? "/>" : " Nullable=\"false\"/>";
  }
  if (function.returns != "void")
    out += "<ReturnType Type=\"" + edm_type_of_parameter(model, function.returns) + "\"/>";
  out += "</" + element + ">\n";
}

}  // namespace

std::string metadata_xml(const Model& model) {
  std::map<std::string_view, std::vector<const Type*>> by_module;
  for (const auto& type : model.types()) by_module[type->module].push_back(type.get());
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<edmx:Edmx Version=\"4.0\" "
      "xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">"
      "<edmx:DataServices>\n";
  const std::string schema = "<Schema xmlns=\"http://docs.oasis-open.org/odata/ns/edm\" Namespace=\"";
  for (const auto& [module, types] : by_module) {
    out += schema + std::string(container_namespace) + ".Models.Generated." + std::string(module) + "\">\n";
    for (const Type* type : types) write_type(out, model, *type);
    out += "</Schema>\n";
  }
  out += schema + std::string(container_namespace) +
         ".Models\"><EntityType Name=\"IBinaryDataDto\"><Key><PropertyRef Name=\"Id\"/></Key>"
         "<Property Name=\"Id\" Type=\"Edm.Guid\" Nullable=\"false\"/><Property Name=\"Value\" "
         "Type=\"Edm.Binary\"/></EntityType></Schema>\n";
  std::set<std::string_view> modules;
  for (const Function& function : model.functions()) modules.insert(function.module);
  for (const std::string_view module : modules) {
    out += schema + std::string(module) + "\">\n<EntityType Name=\"Module\"/>\n";
    for (const Function& function : model.functions()) {
      if (function.module == module) write_function(out, model, function);
    }
    out += "</Schema>\n";
  }
  out += schema + std::string(container_namespace) + "\"><EntityContainer Name=\"Container\">\n";
  for (const auto& type : model.types()) {
    if (type->set.empty()) continue;
    out += "<EntitySet Name=\"" + std::string(type->set) + "\" EntityType=\"" + type->edm_name() + "\"/>\n";
  }
  for (const std::string_view module : modules) {
    out += "<Singleton Name=\"" + std::string(module) + "\" Type=\"" + std::string(module) + ".Module\"/>\n";
  }
  out += "</EntityContainer></Schema>\n</edmx:DataServices></edmx:Edmx>\n";
  return out;
}

json::object service_document(const Model& model, const std::string& root) {
  json::array sets;
  for (const auto& type : model.types()) {
    if (!type->set.empty()) sets.push_back({{"name", type->set}, {"kind", "EntitySet"}, {"url", type->set}});
  }
  return {{"@odata.context", root + "$metadata"}, {"value", std::move(sets)}};
}

}  // namespace sedlink::sim::directum
