#pragma once
// The tables of the language: each section of a mapping file with its keys, readers and words for the manual.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "sedlink/config/reader.hpp"
#include "sedlink/mapping/model.hpp"

namespace sedlink::mapping {

using config::Key;
using config::Need;
using config::Reader;
using config::SectionInfo;
using config::ValueType;
using config::YamlNode;

// A row with CompiledMapping as its target per top-level key.
[[nodiscard]] std::span<const Key<CompiledMapping>> root_table();

void read_launch(Reader&, const YamlNode&, CompiledMapping&);
void read_withdraw(Reader&, const YamlNode&, CompiledMapping&);
void read_document(Reader&, const YamlNode&, CompiledMapping&);
void read_process(Reader&, const YamlNode&, CompiledMapping&);
void read_stages(Reader&, const YamlNode&, CompiledMapping&);
void read_outcomes(Reader&, const YamlNode&, CompiledMapping&);
void read_results(Reader&, const YamlNode&, CompiledMapping&);
void read_calls(Reader&, const YamlNode&, CompiledMapping&);
void read_deadlines(Reader&, const YamlNode&, CompiledMapping&);
void read_tests(Reader&, const YamlNode&, CompiledMapping&);
// What tests need from the rest of the file: file fields, the stage of withdraw:.
void finish_tests(Reader&, CompiledMapping&);

void read_reaction(Reader&, const YamlNode&, Reaction&);  // sent:, refused:
void read_reference(Reader&, const YamlNode&, ReferenceSpec&, bool& optional, std::string_view field);

// Sections in the order of the manual.
[[nodiscard]] std::vector<SectionInfo> language_sections();
void add_launch_sections(std::vector<SectionInfo>&);
void add_document_sections(std::vector<SectionInfo>&);
void add_process_sections(std::vector<SectionInfo>&);
void add_reaction_sections(std::vector<SectionInfo>&);
void add_result_sections(std::vector<SectionInfo>&);
void add_call_sections(std::vector<SectionInfo>&);
void add_test_sections(std::vector<SectionInfo>&);

// ---- shared readers of values: nullopt after a finding --------------------------------------------------------------

[[nodiscard]] std::optional<Template> read_template(Reader&, const YamlNode&);
// A field's name as the portal's database spells it (UF_CRM_10_FILE): a card read by REST never has such a field.
[[nodiscard]] bool is_database_name(std::string_view name) noexcept;
inline constexpr std::string_view rest_name_help =
    "имена полей пишутся как в REST API карточки: ufCrm…, например ufCrm10Contract";
[[nodiscard]] std::optional<std::string> read_crm_field(Reader&, const YamlNode&);  // "ufCrm10Contract", "companyId"
[[nodiscard]] std::optional<std::vector<Recipient>> read_recipients(Reader&, const YamlNode&);
[[nodiscard]] std::optional<std::vector<std::string>> read_texts(Reader&, const YamlNode&);  // a list without repeats
[[nodiscard]] std::optional<ResultTarget> read_result_target(Reader&, const YamlNode&, bool folder);
// Calls read(element) for each element of a list, inside its step.
template <class F>
void each(Reader& r, const YamlNode& node, F&& read) {
  if (!r.is_list(node)) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Reader::Step step(r, i, node.items[i].range);
    read(node.items[i]);
  }
}

// ---- neutral names of a document's fields ---------------------------------------------------------------------------

enum class FieldShape { value = 1, reference, either };
struct FieldInfo {
  std::string_view name;
  FieldShape shape;
  std::string_view parts;  // of a reference, blank-separated
  std::string_view doc;
};
[[nodiscard]] std::span<const FieldInfo> document_fields();
[[nodiscard]] const FieldInfo* find_document_field(std::string_view name);

// Process kinds that need a template or approvers.
[[nodiscard]] bool needs_route(std::string_view kind);
[[nodiscard]] std::span<const std::string_view> process_kinds();

namespace types {
using namespace config::types;
inline constexpr ValueType pattern{"шаблон", R"({"type":["string","number","boolean"]})"};
inline constexpr ValueType stage{"код стадии CRM", R"({"type":"string"})"};
inline constexpr ValueType stage_or_keep{"код стадии CRM или keep", R"({"type":"string"})"};
inline constexpr ValueType stage_list{"список кодов стадий CRM", R"({"type":"array","items":{"type":"string"}})"};
inline constexpr ValueType recipients{
    "список: initiator, responsible, holder",
    R"({"type":["array","string"],"items":{"enum":["initiator","responsible","holder"]}})"};
inline constexpr ValueType recipient{"initiator, responsible или holder",
                                     R"({"enum":["initiator","responsible","holder"]})"};
inline constexpr ValueType reference{"ссылка: { name: … }", R"({"type":"object"})"};
inline constexpr ValueType references{"список ссылок: { user: … }", R"({"type":"array","items":{"type":"object"}})"};
inline constexpr ValueType field_map{"раздел: поле карточки → шаблон", R"({"type":"object"})"};
inline constexpr ValueType value_map{"раздел: поле → значение", R"({"type":"object"})"};
}  // namespace types

}  // namespace sedlink::mapping
