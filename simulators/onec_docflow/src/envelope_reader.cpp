#include "envelope_reader.hpp"

#include <algorithm>
#include <cstring>
#include <pugixml.hpp>

#include "lexical.hpp"
#include "well_formed.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

struct QName {
  std::string_view prefix;
  std::string_view local;
};

QName split(std::string_view qualified) {
  const std::size_t colon = qualified.find(':');
  if (colon == std::string_view::npos) return {{}, qualified};
  return {qualified.substr(0, colon), qualified.substr(colon + 1)};
}

// The namespace bound to `prefix` at `node`; nullptr when the prefix is not declared.
const char* namespace_of(pugi::xml_node node, std::string_view prefix) {
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  for (; node.type() == pugi::node_element; node = node.parent()) {
    if (const pugi::xml_attribute found = node.attribute(attribute.c_str())) return found.value();
  }
  return prefix.empty() ? "" : nullptr;
}

bool is_element(pugi::xml_node node, std::string_view ns, std::string_view local) {
  const QName name = split(node.name());
  const char* bound = namespace_of(node, name.prefix);
  return bound != nullptr && bound == ns && name.local == local;
}

[[noreturn]] void fail_property(std::string_view type, std::string_view property, std::string_view why) {
  throw SoapFault("Ошибка преобразования данных XDTO:\nЧтение объекта типа: {" + std::string(dm_namespace) + "}" +
                  std::string(type) + "\nПроверка свойства '" + std::string(property) + "': " + std::string(why));
}

[[noreturn]] void fail_prefix(std::string_view prefix) {
  throw SoapFault("Ошибка преобразования данных XDTO:\nОтсутствует отображение для префикса " + std::string(prefix));
}

std::string text_of(pugi::xml_node node) {
  std::string text;
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) text += child.value();
  }
  return text;
}

bool has_elements(pugi::xml_node node) {
  return std::any_of(node.begin(), node.end(), [](pugi::xml_node n) { return n.type() == pugi::node_element; });
}

struct Attributes {
  std::string type;  // "DMFile", "xs:string"; empty: none given
  bool nil = false;
};

Attributes read_attributes(pugi::xml_node node, std::string_view owner, std::string_view property) {
  Attributes read;
  std::vector<std::string_view> seen;
  for (const pugi::xml_attribute attribute : node.attributes()) {
    const std::string_view full = attribute.name();
    if (std::find(seen.begin(), seen.end(), full) != seen.end()) {
      throw SoapFault("Ошибка разбора XML: атрибут '" + std::string(full) + "' задан дважды");
    }
    seen.push_back(full);
    const QName name = split(full);
    if (full == "xmlns" || name.prefix == "xmlns" || name.prefix == "xml") continue;
    const char* ns = name.prefix.empty() ? "" : namespace_of(node, name.prefix);
    if (ns == nullptr) fail_prefix(name.prefix);
    if (ns != xsi_namespace) fail_property(owner, property, "неизвестный атрибут '" + std::string(full) + "'");
    if (name.local == "nil") {
      read.nil = std::strcmp(attribute.value(), "true") == 0 || std::strcmp(attribute.value(), "1") == 0;
    } else if (name.local == "type") {
      const QName type = split(attribute.value());
      const char* type_namespace = namespace_of(node, type.prefix);
      if (type_namespace == nullptr) fail_prefix(type.prefix);
      if (type_namespace == xs_namespace) {
        read.type = "xs:" + std::string(type.local);
        if (!is_known_simple_type(read.type) && read.type != "xs:anyType") read.type = "?" + std::string(type.local);
      } else if (type_namespace == dm_namespace) {
        read.type = std::string(type.local);
      } else {
        read.type = "?" + std::string(type.local);
      }
      if (read.type.front() == '?') {
        throw SoapFault("Ошибка преобразования данных XDTO:\nТип не определен: {" + std::string(type_namespace) + "}" +
                        std::string(type.local));
      }
    } else if (name.local != "schemaLocation") {
      fail_property(owner, property, "неизвестный атрибут '" + std::string(full) + "'");
    }
  }
  return read;
}

Xdto read_value(const TypeTable& types, pugi::xml_node node, std::string_view declared, bool nillable,
                std::string_view owner);

void read_members(const TypeTable& types, pugi::xml_node node, const Type& type, Xdto& into) {
  std::size_t next = 0;
  bool seen_current = false;
  const std::vector<PropertyRow>& rows = type.properties;
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      const std::string_view text = child.value();
      if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        fail_property(type.name, text.substr(0, 40), "объект не может содержать текст");
      }
      continue;
    }
    if (child.type() != pugi::node_element) continue;
    const QName name = split(child.name());
    const char* ns = namespace_of(child, name.prefix);
    if (ns == nullptr) fail_prefix(name.prefix);
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const PropertyRow& r) { return r.name == name.local; });
    if (ns != dm_namespace || row == rows.end()) {
      fail_property(type.name, name.local,
                    "свойство не определено для типа (пространство имен '" + std::string(ns) + "')");
    }
    const auto position = static_cast<std::size_t>(row - rows.begin());
    if (position < next) fail_property(type.name, name.local, "нарушен порядок следования свойств");
    if (position == next && seen_current && !row->many) {
      fail_property(type.name, name.local, "свойство задано более одного раза");
    }
    for (std::size_t skipped = next + (seen_current ? 1 : 0); skipped < position; ++skipped) {
      if (rows[skipped].required) {
        fail_property(type.name, rows[skipped].name, "обязательное свойство не задано или нарушен порядок свойств");
      }
    }
    next = position;
    seen_current = true;
    into.add(std::string(row->name), read_value(types, child, row->type, row->nillable, type.name));
  }
  for (std::size_t left = next + (seen_current ? 1 : 0); left < rows.size(); ++left) {
    if (rows[left].required) fail_property(type.name, rows[left].name, "обязательное свойство не задано");
  }
}

void check_simple(const TypeTable& types, std::string_view type, std::string_view text, std::string_view owner,
                  std::string_view property) {
  if (const auto* values = types.enumeration(type)) {
    if (std::find(values->begin(), values->end(), text) == values->end()) {
      fail_property(owner, property,
                    "значение '" + std::string(text) + "' не входит в перечисление " + std::string(type));
    }
  } else if (!is_lexically_valid(type, text)) {
    fail_property(owner, property,
                  "значение '" + std::string(text.substr(0, 80)) + "' не соответствует типу " + std::string(type));
  }
}

// The type an element is read as: xsi:type when it fits the declared one.
std::string effective_type(const TypeTable& types, std::string_view declared, const Attributes& attributes,
                           std::string_view owner, std::string_view property) {
  if (attributes.type.empty() || attributes.type == declared) return std::string(declared);
  const bool known = attributes.type.starts_with("xs:") || types.find(attributes.type) != nullptr ||
                     types.enumeration(attributes.type) != nullptr;
  if (!known) {
    throw SoapFault("Ошибка преобразования данных XDTO:\nТип не определен: {" + std::string(dm_namespace) + "}" +
                    attributes.type);
  }
  const Type* type = types.find(attributes.type);
  const bool fits = declared == "xs:anyType" ||
                    (type != nullptr && !type->flattened && types.derives(attributes.type, declared)) ||
                    (declared == "xs:anySimpleType" && attributes.type.starts_with("xs:"));
  if (!fits) {
    fail_property(owner, property,
                  "тип " + attributes.type + " не является производным от типа " + std::string(declared));
  }
  return attributes.type;
}

// A value without xsi:type where anything is allowed: kept as it is, nothing is known to check it against.
Xdto read_untyped(pugi::xml_node node) {
  Xdto value("xs:anyType");
  if (!has_elements(node)) value.text = text_of(node);
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    value.add(std::string(split(child.name()).local), read_untyped(child));
  }
  return value;
}

Xdto read_value(const TypeTable& types, pugi::xml_node node, std::string_view declared, bool nillable,
                std::string_view owner) {
  const std::string_view property = split(node.name()).local;
  const Attributes attributes = read_attributes(node, owner, property);
  const std::string type_name = effective_type(types, declared, attributes, owner, property);
  Xdto value(type_name);
  if (attributes.nil) {
    if (!nillable) fail_property(owner, property, "значение не может быть неопределено (nil)");
    if (has_elements(node) || !text_of(node).empty())
      fail_property(owner, property, "элемент с xsi:nil не может иметь содержания");
    value.nil = true;
    return value;
  }
  if (type_name == "xs:anyType") return read_untyped(node);
  if (const Type* type = types.find(type_name)) {
    if (type->is_abstract) {
      fail_property(owner, property, "тип " + type_name + " является абстрактным, требуется xsi:type");
    }
    read_members(types, node, *type, value);
    return value;
  }
  if (has_elements(node)) fail_property(owner, property, "значение простого типа не может содержать элементы");
  value.text = text_of(node);
  check_simple(types, type_name, value.text, owner, property);
  return value;
}

pugi::xml_node only_element(pugi::xml_node parent, std::string_view ns, std::string_view local) {
  pugi::xml_node found;
  for (const pugi::xml_node child : parent.children()) {
    if (child.type() != pugi::node_element) continue;
    if (!is_element(child, ns, local) || found) {
      throw SoapFault("Ошибка разбора конверта SOAP: неожиданный элемент '" + std::string(child.name()) + "'");
    }
    found = child;
  }
  if (!found)
    throw SoapFault("Ошибка разбора конверта SOAP: нет элемента {" + std::string(ns) + "}" + std::string(local));
  return found;
}

}  // namespace

Xdto read_request(std::string_view envelope, const TypeTable& types) {
  if (const std::string fault = well_formedness_fault(envelope); !fault.empty()) {
    throw SoapFault("Ошибка разбора XML: " + fault);
  }
  pugi::xml_document document;
  const pugi::xml_parse_result parsed = document.load_buffer(
      envelope.data(), envelope.size(), pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) {
    throw SoapFault("Ошибка разбора XML: " + std::string(parsed.description()) + ", смещение " +
                    std::to_string(parsed.offset));
  }
  const pugi::xml_node root = document.document_element();
  if (!is_element(root, soap_namespace, "Envelope"))
    throw SoapFault("Ошибка разбора конверта SOAP: нет элемента Envelope");
  pugi::xml_node body;
  for (const pugi::xml_node child : root.children()) {
    if (child.type() != pugi::node_element) continue;
    if (is_element(child, soap_namespace, "Body") && !body) {
      body = child;
    } else if (!is_element(child, soap_namespace, "Header") || body) {
      throw SoapFault("Ошибка разбора конверта SOAP: неожиданный элемент '" + std::string(child.name()) + "'");
    }
  }
  if (!body) throw SoapFault("Ошибка разбора конверта SOAP: нет элемента Body");
  const pugi::xml_node execute = only_element(body, dm_namespace, "execute");
  const pugi::xml_node request = only_element(execute, dm_namespace, "request");
  return read_value(types, request, "DMRequest", false, "execute");
}

}  // namespace sedlink::sim::onec_docflow
