#pragma once
// How the Tasks package of a connection is written.
#include <string>

namespace sedlink::directum5 {

enum class PackageForm { elements = 1, attributes };

// The Tasks section of a package (directum, Part B). Assumed where not marked.
struct PackageSettings {
  PackageSettings() = default;
  // package.namespace (documented for 5.6: it holds the version)
  std::string xml_namespace = "http://docs.mycompany.ru/IntegrationServices/5.6/Models";
  std::string root = "Package";              // package.root: around Tasks; "-": Tasks is the root
  PackageForm form = PackageForm::elements;  // package.form: elements | attributes
  std::string system_code;  // package.system_code: of «Интегрированные системы»; empty: no Link
  std::string link_type = "sedlink.item";  // package.link_type: ObjectType of the Link that carries our key
  std::string string_type = "String";      // workflow.string_type: Type of a parameter with a text
  std::string users_type = "Users";        // workflow.users_type: «список пользователей»
  std::string date_type = "DateTime";      // workflow.date_type
  // Names of the route's parameters; an empty one is not sent, and what cannot be sent is refused.
  std::string key, approvers, subject, description, due, author;  // workflow.key, …
};

}  // namespace sedlink::directum5
