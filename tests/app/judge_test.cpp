// What check --online says of config and mappings, by the catalogs two systems gave.
#include "judge.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sedlink::app {
namespace {

constexpr const char* text = R"(mapping: contracts
title: Согласование договоров
crm: portal
edms: docflow
launch:
  entity: dynamic:1036
  category: 10
  when: { stage: "DT1036_10:PREPARATION" }
  once_per: revision
document:
  type: internal
  kind: { name: Договор }
  our_company: { inn: "7701234567" }
  fields:
    title: "Договор {{ item.title }}"
    vendor: { codeName: "x" }
  files:
    - { from: item.ufContract, role: main }
process: { kind: approval, template: Согласование договора, approvers: [ { name: Петров Пётр } ] }
stages:
  - { edms: "*", crm: keep }
outcomes:
  approved: { crm: "DT1036_10:SUCCESS" }
  approved_with_remarks: { crm: "DT1036_10:SUCCESS" }
  rejected: { crm: "DT1036_10:SUCCESS" }
  withdrawn: { crm: "DT1036_10:NEW" }
  interrupted: { crm: "DT1036_10:NEW" }
results:
  - { take: document, to: [field:ufSigned] }
  - { take: sheet, to: [field:ufSigned] }
)";

api::CatalogEntry entry(std::string kind, std::string id, std::string name, std::string detail = {}) {
  api::CatalogEntry e(std::move(kind), std::move(id), std::move(name));
  e.detail = std::move(detail);
  return e;
}

api::Catalog portal() {
  api::Catalog out{entry("category", "10", "Договоры", "dynamic:1036"),
                   entry("category", "12", "Счета", "dynamic:1036"),
                   entry("stage", "DT1036_12:PREPARATION", "Подготовка"),
                   entry("stage.dynamic:1036.12", "DT1036_12:PREPARATION", "Подготовка"),
                   entry("user", "14", "Иванов Иван Иванович"),
                   entry("user", "15", "Почтовый Олег", "oleg@example.ru")};
  for (const char* stage : {"DT1036_10:PREPARATION", "DT1036_10:SUCCESS", "DT1036_10:NEW"}) {
    out.push_back(entry("stage", stage, stage));
    out.push_back(entry("stage.dynamic:1036.10", stage, stage));
  }
  for (const char* field : {"title", "ufContract", "ufSigned"}) out.push_back(entry("field", field, field));
  return out;
}

api::Catalog docflow() {
  return {entry("document_kind.internal", "k1", "Договор"),
          entry("organization", "o1", "ООО Свои", "7701234567"),
          entry("template.approval", "t1", "Согласование договора"),
          entry("person", "p1", "Петров Пётр"),
          entry("person", "p2", "Иванов Иван Иванович"),
          entry("person", "p3", "Олег П.", "oleg@example.ru"),
          entry("document_field.internal", "codeName", "codeName")};
}

api::Capabilities able() {
  api::Capabilities can;
  can.document_types = {"internal"};
  can.process_kinds = {"approval"};
  return can;
}

class Judge : public ::testing::Test {
 protected:
  Judge() {
    project_.config.emplace();
    project_.config->file = "sedlink.yaml";
  }
  const mapping::CompiledMapping& mapping(const std::string& from = "", const std::string& to = "") {
    std::string changed = text;
    if (!from.empty()) changed.replace(changed.find(from), from.size(), to);
    mapping::CompileResult result = mapping::compile(changed, "one.yaml", {});
    for (const auto& f : result.findings) EXPECT_NE(f.severity, config::Severity::error) << f.message;
    project_.places["one.yaml"] = result.places;
    mapping_ = result.mapping;
    return *mapping_;
  }
  // The only finding of a rule; its line is a real one.
  config::Finding only(const std::string& rule) {
    std::vector<config::Finding> found;
    for (const auto& f : project_.findings)
      if (f.rule == rule) found.push_back(f);
    EXPECT_EQ(found.size(), 1u) << rule << " among " << project_.findings.size();
    if (found.size() != 1) return {};
    return found.front();
  }
  // The line's text that the finding points at begins with `words`.
  static void points_at(const config::Finding& f, const std::string& changed, const std::string& words) {
    std::size_t start = 0;
    for (int line = 1; line < f.range.start.line; ++line) start = changed.find('\n', start) + 1;
    const std::string line = changed.substr(start, changed.find('\n', start) - start);
    EXPECT_NE(line.find(words), std::string::npos) << f.message << " stands at: " << line;
  }

  Project project_;
  mapping::MappingPtr mapping_;
};

TEST_F(Judge, finds_nothing_where_everything_is_there) {
  const auto& m = mapping();
  judge_crm(project_, m, portal());
  judge_edms(project_, m, docflow(), able());
  judge_people(project_, "portal", "docflow", portal(), docflow());
  for (const auto& f : project_.findings) ADD_FAILURE() << f.rule << ": " << f.message;
}

TEST_F(Judge, names_a_pipeline_that_the_portal_lacks_and_the_ones_it_has) {
  judge_crm(project_, mapping("category: 10", "category: 11"), portal());
  const auto f = only("online.category");
  EXPECT_NE(f.help.find("12 «Счета»"), std::string::npos) << f.help;
  points_at(f, mapping_->text, "category: 11");
}

TEST_F(Judge, finds_a_launch_stage_of_another_pipeline) {
  judge_crm(project_, mapping("{ stage: \"DT1036_10:PREP", "{ stage: \"DT1036_12:PREP"), portal());
  points_at(only("online.category"), mapping_->text, "DT1036_12:PREPARATION");
}

TEST_F(Judge, finds_an_own_field_the_document_lacks) {
  judge_edms(project_, mapping("codeName", "codename1"), docflow(), able());
  const auto f = only("online.vendor_field");
  EXPECT_NE(f.help.find("codeName"), std::string::npos) << f.help;
  points_at(f, mapping_->text, "codename1");
}

TEST_F(Judge, finds_an_approver_nobody_knows) {
  judge_edms(project_, mapping("name: Петров Пётр", "name: Петров Петер"), docflow(), able());
  points_at(only("online.person"), mapping_->text, "approvers");
}

TEST_F(Judge, finds_an_approver_the_portal_does_not_employ) {
  judge_crm(project_, mapping("name: Петров Пётр", "user: \"999\""), portal());
  points_at(only("online.user"), mapping_->text, "approvers");
}

TEST_F(Judge, finds_our_company_by_its_tax_number) {
  judge_edms(project_, mapping("7701234567", "7701234568"), docflow(), able());
  const auto f = only("online.organization");
  EXPECT_NE(f.help.find("7701234567"), std::string::npos) << f.help;
  points_at(f, mapping_->text, "our_company");
}

TEST_F(Judge, says_nothing_of_tax_numbers_the_edms_did_not_tell) {
  api::Catalog silent = docflow();
  silent.push_back(entry("organization", "o2", "ООО Другие"));
  judge_edms(project_, mapping("7701234567", "7701234568"), silent, able());
  EXPECT_TRUE(project_.findings.empty());
}

TEST_F(Judge, shows_a_missing_template_in_its_line) {
  judge_edms(project_, mapping("Согласование договора,", "Согласование договоров,"), docflow(), able());
  const auto f = only("online.template.approval");
  EXPECT_NE(f.help.find("«Согласование договора»"), std::string::npos) << f.help;
  points_at(f, mapping_->text, "template:");
}

TEST_F(Judge, compares_nothing_with_a_list_the_edms_refused_and_says_so) {
  api::Catalog refused = docflow();
  std::erase_if(refused, [](const auto& e) { return e.kind.starts_with("templ") || e.kind == "person"; });
  refused.emplace_back(api::unread_list, "template.approval", "Недостаточно прав");
  refused.emplace_back(api::unread_list, "folder", "Недостаточно прав");
  judge_edms(project_, mapping(), refused, able());
  const auto f = only("online.unread");  // folders are named by nobody here
  EXPECT_EQ(f.severity, config::Severity::warning);
  EXPECT_NE(f.message.find("«template.approval», имена не сверены: Недостаточно прав"), std::string::npos) << f.message;
  points_at(f, mapping_->text, "template:");
  EXPECT_EQ(project_.findings.size(), 1u);
}

TEST_F(Judge, leaves_kinds_and_templates_alone_where_the_edms_has_no_such_type_or_process) {
  api::Capabilities can = able();
  can.document_types = {"contract"};
  can.process_kinds = {"rule"};
  api::Catalog other = docflow();
  std::erase_if(other,
                [](const auto& e) { return e.kind.starts_with("document_kind") || e.kind.starts_with("templ"); });
  judge_edms(project_, mapping(), other, can);
  EXPECT_TRUE(project_.findings.empty());
}

TEST_F(Judge, warns_of_fields_that_the_edms_demands) {
  api::Catalog strict = docflow();
  strict.push_back(entry("required_field.internal", "folder", "Папка"));
  strict.push_back(entry("required_field.internal", "our_company", "Организация"));
  judge_edms(project_, mapping(), strict, able());
  const auto f = only("online.required_field");
  EXPECT_EQ(f.severity, config::Severity::warning);
  EXPECT_NE(f.message.find("«Папка»"), std::string::npos) << f.message;
}

TEST_F(Judge, names_the_wrong_value_of_people_and_the_user_the_portal_lacks) {
  auto& table = project_.config->people["portal"]["docflow"];
  table["14"] = "Иванов Иван Ивановичь";
  table["999"] = "Петров Пётр";
  judge_people(project_, "portal", "docflow", portal(), docflow());
  ASSERT_EQ(project_.findings.size(), 2u);
  EXPECT_NE(project_.findings[0].message.find("14 записано «Иванов Иван Ивановичь»"), std::string::npos);
  EXPECT_NE(project_.findings[0].help.find("«Иванов Иван Иванович»"), std::string::npos);
  EXPECT_NE(project_.findings[1].message.find("999"), std::string::npos);
}

TEST_F(Judge, lists_users_without_a_pair_by_name_and_mail) {
  api::Catalog users = portal();
  users.push_back(entry("user", "16", "Никто Никита"));
  judge_people(project_, "portal", "docflow", users, docflow());
  const auto f = only("online.people");
  EXPECT_NE(f.message.find(": Никто Никита (16)"), std::string::npos) << f.message;
}

TEST_F(Judge, warns_of_large_files_only_where_nothing_but_a_field_takes_them) {
  api::CrmCapabilities crm;
  crm.max_inline_file = 1024;
  crm.max_file = 300 * 1024 * 1024;
  api::Capabilities edms = able();
  edms.max_file = 50 * 1024 * 1024;
  judge_sizes(project_, mapping(), crm, edms, false);
  points_at(only("online.inline_file"), mapping_->text, "take: document");
  project_.findings.clear();
  judge_sizes(project_, mapping("[field:ufSigned]", "[field:ufSigned, timeline]"), crm, edms, false);
  EXPECT_TRUE(project_.findings.empty());
}

}  // namespace
}  // namespace sedlink::app
