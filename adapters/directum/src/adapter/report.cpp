// Read-only looks: test_connection and the lists a mapping may name (directum A2, A7.4, A9.1, A11).
#include "adapter/directum_adapter.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

// What an edition lacks, by the function that would tell (A1): data, not versions.
struct Lack {
  const char* function;
  const char* words;
};
constexpr Lack base_lacks[] = {
    {"StartTask",
     "нет функций запуска задач (StartTask): нужна Directum RX 4.4 или новее, запускать согласование нечем"},
    {"CompleteAssignment",
     "нет CompleteAssignment: служба не сможет решать за автора (rework: crm) и завершать свободное согласование"},
    {"CreateDocumentFlowTask", "нет CreateDocumentFlowTask: kind: process (согласование по процессу) недоступен"},
};
constexpr Lack module_lacks[] = {
    {module::signatures, "электронные подписи не отдаются"},
    {module::sheet, "лист согласования рисует сама служба по заданиям"},
    {module::abort, "отзыв согласования возможен только в самой Directum RX"},
};

struct Listed {
  const char* kind;
  const char* set;
  const char* filter;
  const char* detail = "";  // a property that tells entries apart: the ИНН of a company, the e-mail of a person
};
constexpr Listed lists[] = {
    {"organization", "IBusinessUnits", "Status eq 'Active'", "TIN"},
    {"department", "IDepartments", "Status eq 'Active'"},
    {"template.rule", "IApprovalRuleBases", "Status eq 'Active'"},
    {"category", "IContractCategories", "Status eq 'Active'"},
    {"register", "IDocumentRegisters", "Status eq 'Active'"},
    {"currency", "ICurrencies", "Status eq 'Active'"},
    {"person", "IEmployees", "Status eq 'Active'", "Email"},
};

}  // namespace

Task<api::ConnectionReport> DirectumAdapter::test_connection(api::CallContext ctx) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const Settings& settings = session_->settings();
  api::ConnectionReport report;
  report.product = "Directum RX";
  report.version = session_->has("CreateDocumentFlowTask") ? "4.11 или новее"
                   : session_->metadata().wide_ids()       ? "4.7 или новее"
                   : session_->has("StartTask")            ? "4.4 или новее"
                                                           : "4.0 или новее";
  report.user = settings.user;
  if (!settings.user.empty()) {
    // "Who am I": by the login; an employee has the id of its user (A2). Domain logins carry a prefix.
    Query query("IUsers");
    query.filter = "Login/LoginName eq " + literal(settings.user);
    query.select = "Id,Name";
    query.top = 2;
    auto users = co_await session_->page(ctx, query);
    if (users && users.value().rows.empty()) {
      query.filter = "contains(tolower(Login/LoginName)," + literal(text::fold(settings.user)) + ")";
      users = co_await session_->page(ctx, query);
    }
    if (!users && users.error().fault != Fault::rejected) co_return users.error();
    if (!users || users.value().rows.size() != 1) {
      report.warnings.push_back("не видно, какой пользователь Directum RX входит как «" + settings.user +
                                "»: задачи может отправлять только сотрудник");
    } else {
      const auto id = id_of(users.value().rows.front());
      const auto name = text_of(users.value().rows.front(), "Name");
      if (!id) co_return id.error();
      if (name && !name.value().empty()) report.user = name.value();
      Reference self;
      self.id = std::to_string(id.value());
      auto employee = co_await session_->employees(ctx, std::move(self));
      if (!employee) co_return employee.error();
      if (employee.value().empty()) {
        report.warnings.push_back("пользователь «" + report.user +
                                  "» — не сотрудник: Directum RX не даст ему отправить задачу на согласование");
      }
    }
  }
  for (const Lack& lack : base_lacks) {
    if (!session_->has(lack.function)) report.warnings.emplace_back(lack.words);
  }
  std::string missing;
  for (const Lack& lack : module_lacks) {
    if (!session_->has(lack.function)) missing += (missing.empty() ? "" : "; ") + std::string(lack.words);
  }
  if (!settings.notification_token.empty() && !session_->has(module::target))
    missing += (missing.empty() ? "" : "; ") + std::string("уведомлений нет, хотя notification_token задан: нет ") +
               module::target + ", об изменениях служба узнаёт опросом";
  if (!missing.empty()) {
    report.warnings.push_back("модуль Sedlink в Directum RX не установлен или неполон: " + missing +
                              " (docs/directum-module.md)");
  }
  co_return report;
}

Task<api::Catalog> DirectumAdapter::discover(api::CallContext ctx) {
  auto connected = co_await session_->ready(ctx);
  if (!connected) co_return connected.error();
  const Metadata& has = session_->metadata();
  api::Catalog catalog;
  Query kinds("IDocumentKinds");
  kinds.filter = "Status eq 'Active'";
  kinds.select = "Id,Name";
  kinds.expand = "DocumentType($select=Id,DocumentTypeGuid)";
  auto kind_rows = co_await session_->rows(ctx, std::move(kinds));
  if (!kind_rows) co_return kind_rows.error();
  for (const Row& row : kind_rows.value()) {
    const auto id = id_of(row);
    const auto name = text_of(row, "Name");
    const auto type = link_of(row, "DocumentType");
    if (!id) co_return id.error();
    if (!name) co_return name.error();
    if (!type) co_return type.error();
    if (type.value() == nullptr) continue;
    const auto guid = text_of(*type.value(), "DocumentTypeGuid");
    if (!guid) co_return guid.error();
    for (const DocumentType& t : document_types()) {
      if (text::iequals_ascii(t.guid, guid.value())) {
        catalog.emplace_back("document_kind." + std::string(t.neutral), std::to_string(id.value()), name.value());
      }
    }
  }
  for (const Listed& list : lists) {
    if (!has.has_set(list.set)) continue;
    Query query(list.set);
    query.filter = has.lacks(list.set, "Status") ? "" : list.filter;
    const std::string detail = has.property(list.set, list.detail) != nullptr ? list.detail : "";
    query.select = detail.empty() ? "Id,Name" : "Id,Name," + detail;
    auto rows = co_await session_->rows(ctx, std::move(query));
    if (!rows && rows.error().fault == Fault::rejected) {
      // An administrator may hide a databook; what names it will be told at use.
      session_->log().warning("directum_catalog", {{"set", list.set}, {"error", describe(rows.error())}});
      catalog.emplace_back(api::unread_list, list.kind, rows.error().message);
      continue;
    }
    if (!rows) co_return rows.error();
    for (const Row& row : rows.value()) {
      const auto id = id_of(row);
      const auto name = text_of(row, "Name");
      if (!id || !name) continue;
      api::CatalogEntry entry(list.kind, std::to_string(id.value()), name.value());
      if (!detail.empty()) {
        const auto told = text_of(row, detail);
        if (told) entry.detail = told.value();
      }
      catalog.push_back(std::move(entry));
    }
  }
  for (const DocumentType& t : document_types()) {
    if (!has.has_set(t.set)) continue;
    for (const std::string& name : has.property_names(t.set)) {
      const Metadata::Property* property = has.property(t.set, name);
      if (property == nullptr || property->many) continue;
      api::CatalogEntry entry("document_field." + std::string(t.neutral), name, name);
      entry.detail = property->type;
      catalog.push_back(std::move(entry));
    }
  }
  co_return catalog;
}

}  // namespace sedlink::directum
