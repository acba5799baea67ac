#include "wsdl.hpp"

#include "envelope_reader.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string qualified(std::string_view type) {
  return type.starts_with("xs:") ? std::string(type) : "tns:" + std::string(type);
}

std::string element(const PropertyRow& row) {
  std::string out = "<xs:element name=\"" + std::string(row.name) + "\" type=\"" + qualified(row.type) + "\"";
  if (!row.required) out += " minOccurs=\"0\"";
  if (row.many) out += " maxOccurs=\"unbounded\"";
  if (row.nillable) out += " nillable=\"true\"";
  return out + "/>";
}

std::string complex_type(const Type& type) {
  // A flattened type lists everything itself: XML Schema has no way to put own elements before inherited ones.
  const bool extends = !type.base.empty() && !type.flattened;
  const std::size_t first = extends ? type.properties.size() - type.own : 0;
  std::string sequence = "<xs:sequence>";
  for (std::size_t i = first; i < type.properties.size(); ++i) sequence += element(type.properties[i]);
  sequence += "</xs:sequence>";
  std::string out =
      "<xs:complexType name=\"" + std::string(type.name) + "\"" + (type.is_abstract ? " abstract=\"true\"" : "") + ">";
  if (extends) {
    out += "<xs:complexContent><xs:extension base=\"tns:" + std::string(type.base) + "\">" + sequence +
           "</xs:extension></xs:complexContent>";
  } else {
    out += sequence;
  }
  return out + "</xs:complexType>\n";
}

std::string schema(const TypeTable& table) {
  std::string out = "<xs:schema targetNamespace=\"" + std::string(dm_namespace) +
                    "\" elementFormDefault=\"qualified\" attributeFormDefault=\"unqualified\">\n";
  for (const auto& [name, values] : table.enumerations()) {
    out += "<xs:simpleType name=\"" + std::string(name) + "\"><xs:restriction base=\"xs:string\">";
    for (const std::string_view value : values) out += "<xs:enumeration value=\"" + escaped(value) + "\"/>";
    out += "</xs:restriction></xs:simpleType>\n";
  }
  for (const auto& [name, type] : table.types()) out += complex_type(type);
  out +=
      "<xs:element name=\"execute\"><xs:complexType><xs:sequence><xs:element name=\"request\" "
      "type=\"tns:DMRequest\"/></xs:sequence></xs:complexType></xs:element>\n";
  out +=
      "<xs:element name=\"executeResponse\"><xs:complexType><xs:sequence><xs:element name=\"return\" "
      "type=\"xs:anyType\"/></xs:sequence></xs:complexType></xs:element>\n";
  return out + "</xs:schema>";
}

}  // namespace

std::string wsdl(const TypeTable& types, const std::string& address) {
  const std::string ns(dm_namespace);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\""
         " xmlns:soapbind=\"http://schemas.xmlsoap.org/wsdl/soap/\" xmlns:xs=\"" +
         std::string(xs_namespace) + "\" xmlns:tns=\"" + ns + "\" name=\"DMService\" targetNamespace=\"" + ns +
         "\">\n<types>\n" + schema(types) +
         "\n</types>\n<message name=\"executeRequestMessage\"><part name=\"parameters\" "
         "element=\"tns:execute\"/></message>\n"
         "<message name=\"executeResponseMessage\"><part name=\"parameters\" "
         "element=\"tns:executeResponse\"/></message>\n"
         "<portType name=\"DMServicePortType\"><operation name=\"execute\"><input "
         "message=\"tns:executeRequestMessage\"/>"
         "<output message=\"tns:executeResponseMessage\"/></operation></portType>\n"
         "<binding name=\"DMServiceSoapBinding\" type=\"tns:DMServicePortType\"><soapbind:binding style=\"document\""
         " transport=\"http://schemas.xmlsoap.org/soap/http\"/><operation name=\"execute\"><soapbind:operation "
         "style=\"document\""
         " soapAction=\"" +
         ns +
         "#DMService:execute\"/><input><soapbind:body use=\"literal\"/></input><output><soapbind:body"
         " use=\"literal\"/></output></operation></binding>\n<service name=\"DMService\"><port name=\"DMServiceSoap\""
         " binding=\"tns:DMServiceSoapBinding\"><soapbind:address location=\"" +
         escaped(address) + "\"/></port></service>\n</definitions>\n";
}

}  // namespace sedlink::sim::onec_docflow
