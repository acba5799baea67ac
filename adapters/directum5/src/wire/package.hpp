#pragma once
// The Tasks section of a DIRECTUM 5 package (directum, Part B): Tasks/Task with Attachments/Attachment (three variants
// by Type), RouteCode and WorkflowParams/WorkflowParam. Pure. What the page leaves open is in PackageSettings.
#include <string>
#include <vector>

#include "sedlink/core/error.hpp"
#include "sedlink/directum5/package_settings.hpp"

namespace sedlink::directum5 {

enum class AttachmentType { reference = 1, document, link };

struct Attachment {
  Attachment() = default;
  AttachmentType type = AttachmentType::document;
  std::string id;
  std::string name;         // Reference: ReferenceName (the reference book); EDocument: Name
  std::string object_key;   // Link: the code of the external system
  std::string object_type;  // Link
};

struct WorkflowParam {
  WorkflowParam() = default;
  WorkflowParam(std::string n, std::string t, std::string v)
      : name(std::move(n)), type(std::move(t)), values{std::move(v)} {}
  std::string name, type;
  std::vector<std::string> values;
  bool list = false;  // Values/Value, whatever their number: collections and lists of users
};

struct TaskPackage {
  TaskPackage() = default;
  std::vector<Attachment> attachments;
  std::string route_code;  // код типового маршрута
  std::vector<WorkflowParam> params;
};

// The whole XML, one line, UTF-8. Errors: defect directum5.package when a mandatory part is empty.
[[nodiscard]] Result<std::string> write_package(const TaskPackage&, const PackageSettings&);

}  // namespace sedlink::directum5
