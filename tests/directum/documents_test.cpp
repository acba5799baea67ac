// Documents and counterparties: found by key, created whole, once (directum A7, A11; architecture 7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripted_rx.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink::directum::test {
namespace {

using testing::HasSubstr;
namespace js = sedlink::json;

DocumentDraft contract() {
  DocumentDraft d;
  d.type = "contract";
  d.fields.emplace_back("title", Value("Договор 15"));
  Reference kind;
  kind.name = "договор поставки";
  d.fields.emplace_back("kind", kind);
  Reference counterparty;
  counterparty.id = "15";
  d.fields.emplace_back("counterparty", counterparty);
  Reference responsible;
  responsible.edms_name = "Орлова Мария";
  d.fields.emplace_back("responsible", responsible);
  d.fields.emplace_back("sum", Value(Money{"125000.50", "RUB"}));
  d.fields.emplace_back("currency", Value("RUB"));
  d.fields.emplace_back("valid_till", Value("2026-12-31"));
  d.fields.emplace_back("comment", Value("из CRM"));
  d.fields.emplace_back("subject", Value(""));
  return d;
}

std::optional<net::ServerResponse> databooks(const Seen& s) {
  if (s.path == "IDocumentKinds")
    // GUIDs are written in any letters; a kind of another type has the same name.
    return rows(
        R"({"Id":20,"Name":"Договор аренды","DocumentType":{"DocumentTypeGuid":"f37c7e63-b134-4446-9b5b-f8811f6c9666"}},
                   {"Id":19,"Name":"Договор поставки","DocumentType":{"DocumentTypeGuid":"265f2c57-6a8a-4a15-833b-ca00e8047fa5"}},
                   {"Id":21,"Name":"Договор поставки","DocumentType":{"DocumentTypeGuid":"F37C7E63-B134-4446-9B5B-F8811F6C9666"}})");
  if (s.path == "ICurrencies") return rows(R"({"Id":1,"Name":"Рубль"})");
  if (s.path == "IDocumentRegisters") return rows(R"({"Id":3,"Name":"Договоры"})");
  if (s.path == "IEmployees") {
    return rows(R"({"Id":41,"Name":"Орлова Мария","Department":{"Id":9,"BusinessUnit":{"Id":5}}})");
  }
  return std::nullopt;
}

boost::json::value body_of(const Seen& s) {
  auto parsed = js::parse(s.body);
  EXPECT_TRUE(parsed) << s.body;
  return parsed ? parsed.value() : boost::json::value();
}

TEST(RxDocuments, are_created_whole_with_the_key_in_the_create_itself) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "POST IContracts") return json(201, R"({"@odata.context":"c","Id":1234,"Name":"Договор 15"})");
    if (s.what() == "GET IContracts") return nothing();
    return databooks(s);
  });
  const auto adapter = rx.adapter();
  const auto made = rx.run(adapter->create_document(rx.context(), contract()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, "1234");
  EXPECT_EQ(made.value().type, "IContracts");
  EXPECT_EQ(made.value().url, "https://rx.example.ru/Client/#/card/f37c7e63-b134-4446-9b5b-f8811f6c9666/1234");
  const auto posts = rx.asked("POST");
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0].headers.get("Content-Type").value_or(""), "application/json");
  const auto body = body_of(posts[0]);
  EXPECT_EQ(js::text(body, "ExternalId"), key);
  EXPECT_EQ(js::text(body, "Note"), "из CRM");
  EXPECT_EQ(js::text(body, "Subject"), "Договор 15") << "demanded by contracts";
  EXPECT_EQ(js::integer(*js::find(body, "DocumentKind"), "Id"), 21);
  EXPECT_EQ(js::integer(*js::find(body, "Counterparty"), "Id"), 15);
  EXPECT_EQ(js::integer(*js::find(body, "Department"), "Id"), 9) << "of the responsible";
  EXPECT_EQ(js::integer(*js::find(body, "BusinessUnit"), "Id"), 5);
  EXPECT_EQ(js::text(body, "ValidTill"), "2026-12-31T00:00:00+03:00");
  EXPECT_THAT(posts[0].body, HasSubstr("\"TotalAmount\":125000.50"));
  for (const Seen& s : rx.asked("GET")) EXPECT_THAT(s.query, HasSubstr("$filter=")) << s.path << ": never without (A4)";
}

TEST(RxDocuments, keep_the_key_in_the_last_line_of_the_note_where_there_is_no_external_id) {
  Offer old;
  old.external_id = false;
  ScriptedRx rx(
      [](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.what() == "POST IContracts") return json(201, R"({"Id":1234})");
        if (s.what() == "GET IContracts") return nothing();
        return databooks(s);
      },
      old);
  const auto adapter = rx.adapter();
  ASSERT_TRUE(rx.run(adapter->create_document(rx.context(), contract())));
  EXPECT_EQ(js::text(body_of(rx.asked("POST").at(0)), "Note"), std::string("из CRM\nsedlink:") + key);
  EXPECT_THAT(rx.asked("GET IContracts").at(0).query, HasSubstr(std::string("contains(Note,'sedlink:") + key + "')"));
}

TEST(RxDocuments, that_are_there_by_key_are_not_made_again) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "GET IContracts") return rows(R"({"Id":1234,"RegistrationState":"NotRegistered"})");
    return databooks(s);
  });
  const auto adapter = rx.adapter();
  const auto found = rx.run(adapter->find_document(rx.context(), contract()));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, "1234");
  const auto made = rx.run(adapter->create_document(rx.context(), contract()));
  ASSERT_TRUE(made);
  EXPECT_EQ(made.value().id, "1234");
  EXPECT_TRUE(rx.asked("POST").empty());
}

TEST(RxDocuments, a_create_without_an_answer_is_doubt_and_one_that_was_refused_is_not) {
  int status = 500;
  std::string answer;
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "POST IContracts") return json(status, answer);
    if (s.what() == "GET IContracts") return nothing();
    return databooks(s);
  });
  const auto adapter = rx.adapter();
  EXPECT_EQ(rx.run(adapter->create_document(rx.context(), contract())).error().fault, Fault::ambiguous);
  status = 201;
  answer = "{\"Id\":12";
  EXPECT_EQ(rx.run(adapter->create_document(rx.context(), contract())).error().fault, Fault::ambiguous);
  status = 400;
  answer = R"({"error":{"code":"","message":"Нет прав на регистрацию документа в этом журнале."}})";
  const auto refused = rx.run(adapter->create_document(rx.context(), contract()));
  EXPECT_EQ(refused.error().fault, Fault::rejected);
  EXPECT_EQ(refused.error().code, "rx.rights");
}

TEST(RxDocuments, get_a_link_row_after_and_are_found_by_it_when_the_field_was_cleared) {
  Offer offer;
  offer.entity_links = true;
  bool created = false;
  ScriptedRx rx(
      [&](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.what() == "POST IContracts") return json(201, R"({"Id":1234})");
        if (s.what() == "POST IExternalEntityLinks") {
          created = true;
          return json(201, R"({"Id":7})");
        }
        if (s.path == "IExternalEntityLinks" && created) return rows(R"({"Id":7,"EntityId":1234})");
        if (s.what() == "GET IContracts(1234)") return json(200, R"({"Id":1234,"RegistrationState":null})");
        if (s.method == "GET" && databooks(s)) return databooks(s);
        return nothing();
      },
      offer);
  const auto adapter = rx.adapter();
  ASSERT_TRUE(rx.run(adapter->create_document(rx.context(), contract())));
  const auto body = body_of(rx.asked("POST IExternalEntityLinks").at(0));
  EXPECT_EQ(js::text(body, "ExtEntityId"), key);
  EXPECT_EQ(js::integer(body, "EntityId"), 1234);
  const auto found = rx.run(adapter->find_document(rx.context(), contract()));
  ASSERT_TRUE(found) << describe(found.error());
  ASSERT_TRUE(found.value());
  EXPECT_EQ(found.value()->id, "1234");
  EXPECT_EQ(rx.asked("POST IExternalEntityLinks").size(), 1U);
}

TEST(RxDocuments, have_a_name_also_where_the_platform_s_own_type_is_not_described) {
  Offer offer;
  offer.platform = false;
  ScriptedRx rx(
      [&](const Seen& s) -> std::optional<net::ServerResponse> {
        if (s.what() == "POST IContracts") return json(201, R"({"Id":1234})");
        if (s.what() == "GET IContracts") return nothing();
        return databooks(s);
      },
      offer);
  const auto adapter = rx.adapter();
  const auto made = rx.run(adapter->create_document(rx.context(), contract()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_FALSE(js::text(body_of(rx.asked("POST IContracts").at(0)), "Name").empty());
}

TEST(RxDocuments, with_a_number_are_registered_after_the_create_and_once) {
  bool registered = false;
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "POST IContracts") return json(201, R"({"Id":1234})");
    if (s.what() == "POST Docflow/RegisterDocument") {
      registered = true;
      return nothing();
    }
    if (s.what() == "GET IContracts")
      return registered ? rows(R"({"Id":1234,"RegistrationState":"Registered"})") : nothing();
    return databooks(s);
  });
  const auto adapter = rx.adapter();
  DocumentDraft draft = contract();
  draft.fields.emplace_back("number", Value("42"));
  draft.fields.emplace_back("date", Value("01.09.2026"));
  EXPECT_EQ(rx.run(adapter->create_document(rx.context(), draft)).error().code, "edms.registration");
  Reference journal;
  journal.name = "Договоры";
  draft.fields.emplace_back("vendor.DocumentRegister", journal);
  const auto made = rx.run(adapter->create_document(rx.context(), draft));
  ASSERT_TRUE(made) << describe(made.error());
  const auto body = body_of(rx.asked("POST Docflow/RegisterDocument").at(0));
  EXPECT_EQ(js::integer(body, "documentId"), 1234);
  EXPECT_EQ(js::integer(body, "documentRegisterId"), 3);
  EXPECT_EQ(js::text(body, "registrationNumber"), "42");
  EXPECT_EQ(js::text(body, "registrationDate"), "2026-09-01T00:00:00+03:00");
  EXPECT_NE(js::find(body, "numberReservation"), nullptr) << "every parameter, or 404 (A8)";
  ASSERT_TRUE(rx.run(adapter->find_document(rx.context(), draft)));
  EXPECT_EQ(rx.asked("POST Docflow/RegisterDocument").size(), 1U);
}

TEST(RxDocuments, name_what_cannot_be_filled) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "GET IContracts") return nothing();
    return databooks(s);
  });
  const auto adapter = rx.adapter();
  DocumentDraft draft = contract();
  draft.fields.emplace_back("vendor.TotalAmout", Value(1));
  const auto unknown = rx.run(adapter->create_document(rx.context(), draft));
  EXPECT_EQ(unknown.error().code, "edms.field_unknown");
  EXPECT_THAT(unknown.error().message, HasSubstr("vendor.TotalAmount"));
  draft = contract();
  std::get<Reference>(draft.fields[1].value).name = "Договор займа";
  const auto kind = rx.run(adapter->create_document(rx.context(), draft));
  EXPECT_EQ(kind.error().code, "edms.reference.none");
  EXPECT_THAT(kind.error().message, HasSubstr("Договор поставки"));
  draft.type = "waybill";
  EXPECT_THAT(rx.run(adapter->create_document(rx.context(), draft)).error().message, HasSubstr("IWaybills"));
  EXPECT_TRUE(rx.asked("POST").empty());
}

// ---- counterparties -------------------------------------------------------------------------------------------------

Reference company(const char* inn, const char* kpp, bool create = false) {
  Reference r;
  r.inn = inn;
  r.kpp = kpp;
  r.create = create;
  return r;
}

TEST(RxCounterparties, are_found_by_both_numbers_then_by_the_first_and_never_guessed) {
  std::string by_inn = R"({"Id":15,"Name":"Ромашка"})";
  ScriptedRx rx([&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.query.find("TRRC eq '770101001'") != std::string::npos) return rows(R"({"Id":16,"Name":"Ромашка, филиал"})");
    if (s.query.find("TRRC") != std::string::npos) return nothing();
    return rows(by_inn);
  });
  const auto adapter = rx.adapter();
  const auto exact = rx.run(adapter->ensure_counterparty(rx.context(), company("7701234567", "770101001"), "Ромашка"));
  ASSERT_TRUE(exact) << describe(exact.error());
  EXPECT_EQ(exact.value().id, "16");
  const auto other = rx.run(adapter->ensure_counterparty(rx.context(), company("7701234567", "999901001"), "Ромашка"));
  ASSERT_TRUE(other);
  EXPECT_EQ(other.value().id, "15");
  by_inn += R"(,{"Id":17,"Name":"Ромашка-2"})";
  const auto several = rx.run(adapter->ensure_counterparty(rx.context(), company("7701234567", ""), "Ромашка"));
  EXPECT_EQ(several.error().code, "edms.counterparty.several");
  EXPECT_THAT(several.error().message, HasSubstr("Ромашка-2"));
  by_inn.clear();
  EXPECT_EQ(rx.run(adapter->ensure_counterparty(rx.context(), company("7701234567", ""), "Ромашка")).error().code,
            "edms.counterparty.none");
  EXPECT_TRUE(rx.asked("POST").empty());
}

TEST(RxCounterparties, are_created_active_with_their_key) {
  ScriptedRx rx([](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.what() == "POST ICompanies") return json(201, R"({"Id":18,"Name":"ООО Лютик"})");
    return nothing();
  });
  const auto adapter = rx.adapter();
  const auto made =
      rx.run(adapter->ensure_counterparty(rx.context(), company("7707083893", "770701001", true), "ООО Лютик"));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().id, "18");
  const auto body = body_of(rx.asked("POST").at(0));
  EXPECT_EQ(js::text(body, "Status"), "Active");
  EXPECT_EQ(js::text(body, "TRRC"), "770701001");
  EXPECT_THAT(js::text(body, "Note"), HasSubstr(key)) << "this installation's companies have no ExternalId";
}

}  // namespace
}  // namespace sedlink::directum::test
