// The types of a live service, read from the XML Schema inside its WSDL. Real clients do the same (onec-docflow 4.5):
// order and presence of elements differ between releases and installations.
#include <pugixml.hpp>

#include "sedlink/core/text.hpp"
#include "wire/schema.hpp"

namespace sedlink::onec_docflow {
namespace {

std::string_view local_part(std::string_view qualified) {
  const auto colon = qualified.rfind(':');
  return colon == std::string_view::npos ? qualified : qualified.substr(colon + 1);
}

bool is(const pugi::xml_node& node, std::string_view local) { return local_part(node.name()) == local; }

pugi::xml_node child(const pugi::xml_node& node, std::string_view local) {
  for (const auto& c : node.children()) {
    if (is(c, local)) return c;
  }
  return {};
}

// "tns:DMUser" -> "DMUser", "xs:string" -> "xs:string" whatever the prefixes are called.
std::string type_name(const pugi::xml_node& node, std::string_view qualified) {
  const auto colon = qualified.rfind(':');
  const std::string prefix(colon == std::string_view::npos ? std::string_view() : qualified.substr(0, colon));
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + prefix;
  for (pugi::xml_node n = node; n; n = n.parent()) {
    const auto a = n.attribute(attribute.c_str());
    if (!a) continue;
    const bool builtin = std::string_view(a.value()) == xs_namespace;
    return (builtin ? "xs:" : "") + std::string(local_part(qualified));
  }
  return std::string(local_part(qualified));
}

void read_sequence(const pugi::xml_node& holder, std::vector<Property>& into) {
  const auto sequence = child(holder, "sequence");
  for (const auto& e : sequence.children()) {
    if (!is(e, "element")) continue;
    Property p;
    p.name = e.attribute("name").value();
    if (p.name.empty()) p.name = local_part(e.attribute("ref").value());
    if (p.name.empty()) continue;
    p.type = type_name(e, e.attribute("type").value());
    p.required = std::string_view(e.attribute("minOccurs").as_string("1")) != "0";
    const std::string_view most = e.attribute("maxOccurs").as_string("1");
    p.many = most != "1" && most != "0";
    p.nillable = e.attribute("nillable").as_bool();
    into.push_back(std::move(p));
  }
}

void find_schemas(const pugi::xml_node& node, std::vector<pugi::xml_node>& into, int depth) {
  if (depth > 6) return;
  for (const auto& c : node.children()) {
    if (is(c, "schema")) {
      into.push_back(c);
    } else {
      find_schemas(c, into, depth + 1);
    }
  }
}

Error no_wsdl(const std::string& why) {
  Error e;
  e.fault = Fault::defect;
  e.audience = Audience::admin;
  e.code = "onec.wsdl";
  e.message = "Описание веб-сервиса 1С (WSDL) не прочитано: " + why;
  return e;
}

}  // namespace

Result<Schema> Schema::from_wsdl(std::string_view wsdl, Edition edition) {
  pugi::xml_document document;
  if (const auto parsed = document.load_buffer(wsdl.data(), wsdl.size()); !parsed) {
    return no_wsdl(parsed.description());
  }
  std::vector<pugi::xml_node> schemas;
  find_schemas(document, schemas, 0);
  Schema schema;
  for (const auto& s : schemas) {
    if (std::string_view(s.attribute("targetNamespace").value()) != dm_namespace) continue;
    for (const auto& t : s.children()) {
      if (is(t, "simpleType")) {
        std::vector<std::string> values;
        for (const auto& v : child(t, "restriction").children()) {
          if (is(v, "enumeration")) values.emplace_back(v.attribute("value").value());
        }
        if (!values.empty()) schema.enumerations_.insert_or_assign(t.attribute("name").value(), std::move(values));
      }
      if (!is(t, "complexType") || std::string_view(t.attribute("name").value()).empty()) continue;
      Type type;
      if (const auto extension = child(child(t, "complexContent"), "extension")) {
        type.base = type_name(extension, extension.attribute("base").value());
        read_sequence(extension, type.own);
      } else {
        read_sequence(t, type.own);
      }
      schema.types_.insert_or_assign(std::string(t.attribute("name").value()), std::move(type));
    }
  }
  schema.mark_redeclared();
  // A schema without these, or with another beginning of DMObject, is not the one described by the protocol.
  std::vector<std::string> needed{"DMObjectID", "DMRetrieveRequest", "DMFile", "DMBatchRequest"};
  if (edition == Edition::v3) {
    needed.insert(needed.end(), {"DMDocument", "DMObjectProcessing", "DMStartProcessingRequest"});
  } else {
    needed.insert(needed.end(), {"DMInternalDocument", "DMBusinessProcessApproval", "DMLaunchBusinessProcessRequest"});
  }
  for (const std::string& type : needed) {
    if (!schema.knows(type)) return no_wsdl("нет типа " + type);
  }
  const auto object = schema.properties("DMObject");
  if (object.size() < 2 || object[0]->name != "name" || object[1]->name != "objectID") {
    return no_wsdl("тип DMObject не начинается с name и objectID");
  }
  if (schema.property("DMRetrieveRequest", "dataBaseID") == nullptr) return no_wsdl("у запросов нет dataBaseID");
  return schema;
}

}  // namespace sedlink::onec_docflow
