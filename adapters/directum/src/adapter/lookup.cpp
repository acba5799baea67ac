// References of mappings -> ids: by id, by ИНН, by name; people by e-mail or name (directum A7.4, A11).
#include <algorithm>

#include "adapter/session.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::size_t shown = 8, most_hits = 50;

// CRMs write ISO codes, people Russian names.
constexpr std::string_view currency_set = "ICurrencies";

std::string hit_list(const std::vector<Row>& rows) {
  std::string out;
  for (std::size_t i = 0; i < rows.size() && i < shown; ++i) {
    const auto name = text_of(rows[i], "Name");
    const auto id = id_of(rows[i]);
    out += (out.empty() ? "«" : ", «") + (name ? name.value() : std::string()) + "»";
    if (id) out += " (" + std::to_string(id.value()) + ")";
  }
  if (rows.size() > shown) out += " и другие";
  return out;
}

Result<std::int64_t> only(const std::vector<Row>& rows, const std::string& what, const std::string& wanted) {
  if (rows.size() == 1) return id_of(rows.front());
  if (rows.empty()) return rejected("edms.reference.none", what + " " + wanted + " в Directum RX нет");
  return rejected("edms.reference.several",
                  what + " " + wanted + " в Directum RX не одна запись: " + hit_list(rows) + "; укажите id");
}

// The longest piece of a name without е and ё, which people mix: enough to ask for, the rest is compared here.
std::string sure_piece(const std::string& name) {
  std::string best, piece;
  const std::string folded = text::fold(name);  // ё -> е
  const std::string_view e = "е";
  for (std::size_t i = 0; i <= folded.size(); ++i) {
    const bool cut = i == folded.size() || folded[i] == ' ' || folded.compare(i, e.size(), e) == 0;
    if (!cut) {
      piece += folded[i];
      continue;
    }
    if (text::code_points(piece) > text::code_points(best)) best = piece;
    piece.clear();
    if (i < folded.size() && folded[i] != ' ') i += e.size() - 1;
  }
  return best;
}

Person person_of(const Row& row) {
  Person p;
  const auto id = id_of(row);
  const auto name = text_of(row, "Name");
  const auto email = text_of(row, "Email");
  if (id) p.id = std::to_string(id.value());
  if (name) p.name = name.value();
  if (email) p.email = email.value();
  return p;
}

}  // namespace

Task<std::int64_t> Session::resolve(api::CallContext ctx, std::string set, Reference reference, std::string what) {
  if (!reference.id.empty()) co_return number_of(reference.id, what);
  if (set == "IEmployees") {
    auto people = co_await employees(ctx, reference);
    if (!people) co_return people.error();
    const std::string wanted = "«" +
                               (reference.edms_name.empty() && reference.user ? reference.user->name
                                : reference.edms_name.empty()                 ? reference.name
                                                                              : reference.edms_name) +
                               "»";
    if (people.value().size() == 1) co_return number_of(people.value().front().id, what);
    if (people.value().empty()) {
      co_return rejected("edms.reference.none", what + ": действующего сотрудника " + wanted + " в Directum RX нет");
    }
    std::string list;
    for (const Person& p : people.value()) list += (list.empty() ? "" : ", ") + p.name + " (" + p.id + ")";
    co_return rejected("edms.reference.several", what + ": сотрудников " + wanted + " несколько: " + list);
  }
  Query query(set);
  query.select = "Id,Name";
  query.top = most_hits;
  const bool closes = !metadata_.lacks(set, "Status");
  const std::string active = closes ? " and Status eq 'Active'" : "";
  if (!reference.inn.empty() && metadata_.property(set, "TIN") != nullptr) {
    std::string filter = "TIN eq " + literal(reference.inn);
    if (!reference.kpp.empty() && metadata_.property(set, "TRRC") != nullptr) {
      query.filter = filter + " and TRRC eq " + literal(reference.kpp) + active;
      auto exact = co_await cached(ctx, query);
      if (!exact) co_return exact.error();
      if (!exact.value().empty()) co_return only(exact.value(), what, "с ИНН " + reference.inn);
    }
    query.filter = filter + active;
    auto hits = co_await cached(ctx, query);
    if (!hits) co_return hits.error();
    co_return only(hits.value(), what, "с ИНН " + reference.inn);
  }
  const std::string name(text::trim(reference.name));
  if (name.empty()) co_return rejected("edms.reference.none", what + ": не указано, что искать в Directum RX");
  std::string by = "Name eq " + literal(name);
  if (set == currency_set) by = "(AlphaCode eq " + literal(name) + " or Name eq " + literal(name) + ")";
  query.filter = by + active;
  auto hits = co_await cached(ctx, query);
  if (!hits) co_return hits.error();
  if (hits.value().empty() && set != currency_set) {  // letter case and ё
    const std::string piece = sure_piece(name);
    if (text::code_points(piece) >= 2) {
      query.filter = "contains(tolower(Name)," + literal(piece) + ")" + active;
      auto near = co_await cached(ctx, query);
      if (!near) co_return near.error();
      const std::string folded = text::fold(name);
      std::vector<Row> same;
      for (const Row& row : near.value()) {
        const auto own = text_of(row, "Name");
        if (own && text::fold(own.value()) == folded) same.push_back(row);
      }
      if (same.empty() && !near.value().empty()) {
        co_return rejected("edms.reference.none",
                           what + " «" + name + "» в Directum RX нет; похожие: " + hit_list(near.value()));
      }
      co_return only(same, what, "«" + name + "»");
    }
  }
  co_return only(hits.value(), what, "«" + name + "»");
}

// A kind belongs to one type of documents, told by its GUID in whatever letters (A7.4).
Task<std::int64_t> Session::resolve_kind(api::CallContext ctx, const DocumentType& type, Reference reference) {
  const std::string what = "Вид документа";
  if (!reference.id.empty()) co_return number_of(reference.id, what);
  const std::string name(text::trim(reference.name));
  Query query("IDocumentKinds");
  query.select = "Id,Name";
  query.expand = "DocumentType($select=Id,DocumentTypeGuid)";
  query.order = "Id";
  query.top = 500;
  std::vector<Row> same, others;
  for (const std::string& by : {"Name eq " + literal(name) + " and ", std::string()}) {  // then: letter case and ё
    query.filter = by + "Status eq 'Active'";
    auto kinds = co_await cached(ctx, query);
    if (!kinds) co_return kinds.error();
    for (const Row& row : kinds.value()) {
      const auto own = text_of(row, "Name");
      const auto of = link_of(row, "DocumentType");
      const auto guid =
          of && of.value() != nullptr ? text_of(*of.value(), "DocumentTypeGuid") : Result<std::string>("");
      if (!guid) co_return guid.error();
      if (!text::iequals_ascii(guid.value(), type.guid)) continue;
      (own && text::fold(own.value()) == text::fold(name) ? same : others).push_back(row);
    }
    if (!same.empty()) break;
  }
  if (same.empty() && !others.empty()) {
    co_return rejected("edms.reference.none", what + " «" + name + "» для типа «" + std::string(type.russian) +
                                                  "» в Directum RX нет; есть: " + hit_list(others));
  }
  co_return only(same, what, "«" + name + "»");
}

Task<std::optional<std::int64_t>> Session::only_kind(api::CallContext ctx, const DocumentType& type) {
  Query query("IDocumentKinds");
  query.filter = "Status eq 'Active'";
  query.select = "Id,Name";
  query.expand = "DocumentType($select=Id,DocumentTypeGuid)";
  query.order = "Id";
  query.top = 500;
  auto kinds = co_await cached(ctx, std::move(query));
  if (!kinds && kinds.error().fault == Fault::rejected) co_return std::optional<std::int64_t>();
  if (!kinds) co_return kinds.error();
  std::optional<std::int64_t> only;
  for (const Row& row : kinds.value()) {
    const auto of = link_of(row, "DocumentType");
    const auto guid = of && of.value() != nullptr ? text_of(*of.value(), "DocumentTypeGuid") : Result<std::string>("");
    if (!guid || !text::iequals_ascii(guid.value(), type.guid)) continue;
    const auto id = id_of(row);
    if (!id) co_return id.error();
    if (only) co_return std::optional<std::int64_t>();
    only = id.value();
  }
  co_return only;
}

Task<std::vector<Person>> Session::employees(api::CallContext ctx, Reference reference) {
  Query query("IEmployees");
  query.select = "Id,Name,Email";
  query.top = most_hits;
  const std::string active = " and Status eq 'Active'";
  std::vector<Person> people;
  if (!reference.id.empty()) {
    const auto id = number_of(reference.id, "Сотрудник");
    if (!id) co_return id.error();
    query.filter = "Id eq " + std::to_string(id.value()) + active;
    auto one = co_await cached(ctx, std::move(query));
    if (!one) co_return one.error();
    for (const Row& row : one.value()) people.push_back(person_of(row));
    co_return people;
  }
  if (reference.edms_name.empty() && reference.user && !reference.user->email.empty()) {
    query.filter = "tolower(Email) eq " + literal(text::to_lower_ascii(reference.user->email)) + active;
    auto found = co_await cached(ctx, query);
    if (!found) co_return found.error();
    for (const Row& row : found.value()) people.push_back(person_of(row));
    if (!people.empty()) co_return people;
  }
  std::string name = !reference.edms_name.empty() ? reference.edms_name : reference.name;
  if (name.empty() && reference.user) name = reference.user->name;
  name = std::string(text::trim(name));
  if (name.empty()) co_return people;
  query.filter = "Name eq " + literal(name) + active;
  auto exact = co_await cached(ctx, query);
  if (!exact) co_return exact.error();
  std::vector<Row> rows = exact.value();
  const std::string piece = sure_piece(name);
  if (rows.empty() && text::code_points(piece) >= 2) {
    query.filter = "contains(tolower(Name)," + literal(piece) + ")" + active;
    query.top = 200;
    auto near = co_await cached(ctx, std::move(query));
    if (!near) co_return near.error();
    rows = near.value();
  }
  const std::string folded = text::fold(name);
  for (const Row& row : rows) {
    Person p = person_of(row);
    if (text::fold(p.name) == folded) people.push_back(std::move(p));
  }
  co_return people;
}

Task<std::int64_t> Session::application(api::CallContext ctx, std::string extension) {
  Query query("IAssociatedApplications");
  query.filter = "Extension eq " + literal(extension);
  query.select = "Id,Extension";
  query.order = "Id";
  query.top = 1;
  auto found = co_await cached(ctx, std::move(query));
  if (!found) co_return found.error();
  if (!found.value().empty()) co_return id_of(found.value().front());
  co_return rejected("edms.file_type",
                     extension.empty() ? std::string("У файла нет расширения: Directum RX не поймёт, чем его открыть")
                                       : "В Directum RX нет приложения-обработчика для файлов «." + extension +
                                             "»: заведите его в справочнике «Приложения-обработчики»",
                     Audience::admin);
}

}  // namespace sedlink::directum
