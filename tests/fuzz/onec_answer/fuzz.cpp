// Answers of DMService: whatever comes is read or refused, and what was read can be written and read again unchanged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sedlink/core/clock.hpp"
#include "translate/snapshot.hpp"
#include "translate/task_tree.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace {

using sedlink::onec_docflow::Element;

bool same(const Element& a, const Element& b) {
  if (a.name != b.name || a.type != b.type || a.type_namespace != b.type_namespace || a.nil != b.nil) return false;
  if (a.nil) return true;  // a nil element is written empty
  if (a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!same(a.children[i], b.children[i])) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace onec = sedlink::onec_docflow;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)onec::html_text(bytes);
  const auto answer = onec::parse_answer(bytes);
  if (!answer || answer.value().fault) return 0;
  const Element& result = answer.value().result;
  static const sedlink::TimeZone zone = sedlink::TimeZone::find("Europe/Moscow").value();
  for (const auto& [id, node] : onec::read_tree(result)) (void)onec::with_nested(onec::read_tree(result), id);
  (void)onec::read_tasks(result, "DMBusinessProcessApproval", "", zone);
  (void)onec::read_process(result, zone);
  const auto again = onec::parse_xml(onec::write_envelope(result));
  if (!again) std::abort();
  const Element* request = again.value().child("Body")->child("execute")->child("request");
  if (request == nullptr) std::abort();
  Element renamed = result;
  renamed.name = "request";
  if (!same(renamed, *request)) std::abort();
  return 0;
}
