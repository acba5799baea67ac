#include "wire/package.hpp"

#include "wire/answer.hpp"
#include "wire/envelope.hpp"

namespace sedlink::directum5 {
namespace {

Error incomplete(const std::string& what) {
  return make_error(Fault::defect, Audience::developer, "directum5.package", "В пакете задачи пусто: " + what);
}

void element(std::string& out, std::string_view name, std::string_view value) {
  out += '<';
  out += name;
  out += '>';
  out += escape_xml(value);
  out += "</";
  out += name;
  out += '>';
}

// An element whose scalars are elements or attributes, as the customer's schema wants it.
class Scalars {
 public:
  Scalars(std::string& out, std::string_view name, PackageForm form) : out_(out), name_(name), form_(form) {
    out_ += '<';
    out_ += name_;
    if (form_ == PackageForm::elements) out_ += '>';
  }
  Scalars& put(std::string_view name, std::string_view value) {
    if (form_ == PackageForm::elements) {
      element(out_, name, value);
    } else {
      out_ += ' ';
      out_ += name;
      out_ += "=\"" + escape_xml(value) + '"';
    }
    return *this;
  }
  // After the last scalar: what is always an element may follow.
  void body() {
    if (form_ == PackageForm::attributes) out_ += '>';
  }
  void close() {
    out_ += "</";
    out_ += name_;
    out_ += '>';
  }

 private:
  std::string& out_;
  std::string_view name_;
  PackageForm form_;
};

Result<void> write_attachment(std::string& out, const Attachment& a, PackageForm form) {
  if (a.id.empty()) return incomplete("Attachment/ID");
  Scalars attachment(out, "Attachment", form);
  switch (a.type) {
    case AttachmentType::reference:
      if (a.name.empty()) return incomplete("Attachment/ReferenceName");
      attachment.put("Type", "Reference").put("ID", a.id).put("ReferenceName", a.name);
      break;
    case AttachmentType::document: attachment.put("Type", "EDocument").put("ID", a.id).put("Name", a.name); break;
    case AttachmentType::link:
      if (a.object_key.empty() || a.object_type.empty()) return incomplete("Attachment/ObjectKey");
      attachment.put("Type", "Link").put("ID", a.id).put("ObjectKey", a.object_key).put("ObjectType", a.object_type);
      break;
  }
  attachment.body();
  attachment.close();
  return {};
}

Result<void> write_param(std::string& out, const WorkflowParam& p, PackageForm form) {
  if (p.name.empty()) return incomplete("WorkflowParam/Name");
  if (!p.list && p.values.size() != 1) return incomplete("WorkflowParam/Value");
  Scalars param(out, "WorkflowParam", form);
  param.put("Name", p.name).put("Type", p.type);
  param.body();
  if (p.list) out += "<Values>";
  for (const std::string& value : p.values) element(out, "Value", value);
  if (p.list) out += "</Values>";
  param.close();
  return {};
}

}  // namespace

Result<std::string> write_package(const TaskPackage& task, const PackageSettings& settings) {
  if (task.route_code.empty()) return incomplete("RouteCode");
  const bool wrapped = settings.root != "-";
  const std::string xmlns =
      settings.xml_namespace.empty() ? std::string() : " xmlns=\"" + escape_xml(settings.xml_namespace) + '"';
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";
  if (wrapped) out += '<' + settings.root + xmlns + '>';
  out += wrapped ? std::string("<Tasks>") : "<Tasks" + xmlns + '>';
  out += "<Task><Attachments>";
  for (const Attachment& a : task.attachments) {
    if (auto written = write_attachment(out, a, settings.form); !written) return written.error();
  }
  out += "</Attachments>";
  element(out, "RouteCode", task.route_code);
  out += "<WorkflowParams>";
  for (const WorkflowParam& p : task.params) {
    if (auto written = write_param(out, p, settings.form); !written) return written.error();
  }
  out += "</WorkflowParams></Task></Tasks>";
  if (wrapped) out += "</" + settings.root + '>';
  return out;
}

}  // namespace sedlink::directum5
