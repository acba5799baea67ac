#pragma once
// Answers: bytes -> rows. Pure, strict in form and bounds, fuzzed. What a script returns is our own contract
// (docs/directum5-scripts.md), inside an envelope the customer's service makes:
//   <answer><error><code/><message/></error></answer>        refused
//   <answer><task><id>5</id>…</task><job>…</job></answer>    rows of plain fields; none is an answer, too
// either as elements at the configured place or as text there (escaped, or CDATA).
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/error.hpp"

namespace sedlink::directum5 {

struct Row {
  Row() = default;
  std::string kind;  // "task"
  std::map<std::string, std::string, std::less<>> fields;
  [[nodiscard]] std::string get(std::string_view name) const;  // trimmed; empty when absent
};
struct SoapFault {
  std::string code, text;
};
struct ScriptError {
  std::string code, message;
};
struct Answer {
  Answer() = default;
  std::optional<SoapFault> fault;
  std::optional<ScriptError> error;
  std::vector<Row> rows;
  [[nodiscard]] std::vector<const Row*> all(std::string_view kind) const;
};

inline constexpr std::size_t max_rows = 20'000, max_fields = 200, max_field_bytes = 1024 * 1024;

// theirs -> ours
using NameTable = std::map<std::string, std::string, std::less<>>;

// `path`: local names from Body to the place of the answer. Errors: transient directum5.xml (truncated, malformed),
// directum5.empty; defect directum5.answer (XML, but not what was agreed: no envelope, no such place, a field with
// elements in it, a field twice, too many).
[[nodiscard]] Result<Answer> read_answer(std::string_view bytes, const std::vector<std::string>& path,
                                         const NameTable& names);

[[nodiscard]] bool looks_like_html(std::string_view bytes);
// One line for people out of a page or a plain text, at most 300 code points.
[[nodiscard]] std::string plain_text(std::string_view bytes);
[[nodiscard]] std::string_view local_name(std::string_view qualified) noexcept;

// Splits an answer while it arrives: base64 inside <content> (or the escaped &lt;content&gt;) goes to one side, the
// rest with that element left empty to the other.
class ContentScanner {
 public:
  using Decoded = std::function<Result<void>(std::string_view)>;
  ContentScanner(std::string element, Decoded decoded, std::size_t envelope_limit)
      : element_(std::move(element)), decoded_(std::move(decoded)), limit_(envelope_limit) {}
  // Errors: rejected directum5.body_limit (of the rest), transient directum5.base64, those of `decoded`.
  Result<void> feed(std::string_view piece);
  Result<void> finish();  // transient directum5.xml when it ends inside the content
  [[nodiscard]] const std::string& envelope() const noexcept { return envelope_; }
  [[nodiscard]] bool found() const noexcept { return found_; }

 private:
  enum class Place { text = 1, tag, escaped_tag, payload, entity };
  Result<void> keep(char c);
  void end_tag();
  Result<void> payload(char c);
  Result<void> end_entity();
  Result<void> flush();
  Result<void> end_payload();

  std::string element_;
  Decoded decoded_;
  std::size_t limit_;
  Place place_ = Place::text;
  std::string envelope_, tag_, digits_;
  bool padded_ = false, found_ = false;
};

[[nodiscard]] Error make_error(Fault, Audience, std::string code, std::string message, std::string vendor = {});

}  // namespace sedlink::directum5
