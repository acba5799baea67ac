// The dialect is chosen at connect time and learned anew, once, when answers stop fitting (onec-docflow 0, 11).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal3.hpp"
#include "wire/edition.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

std::string schema_fault() {
  return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
         "<faultcode>s:Client</faultcode><faultstring>Ошибка преобразования данных XDTO: неизвестный тип</faultstring>"
         "<detail/></s:Fault></s:Body></s:Envelope>";
}

DocumentDraft letter() {
  DocumentDraft draft;
  draft.type = "internal";
  draft.fields.emplace_back("title", Value("Договор"));
  return draft;
}

// What a 3.0 does with a message of 2.1.
std::optional<net::ServerResponse> refuse_2_1(const Seen& s) {
  for (const char* unknown : {"DMInternalDocument", "DMBusinessProcess", "DMGetTasksTree"}) {
    if (s.body.find(unknown) != std::string::npos) return net::ServerResponse(500, "text/xml", schema_fault());
  }
  return std::nullopt;
}

std::size_t versions(const ScriptedService& service) {
  std::size_t n = 0;
  for (const Seen& s : service.seen) n += s.request.type == "DMGetVersionRequest";
  return n;
}

TEST(OnecUpgrade, of_the_portal_under_us_is_noticed_and_the_call_is_made_again_in_the_other_dialect) {
  Portal3 portal;
  portal.other = [](const Element& r) {
    EXPECT_EQ(r.type, "DMCreateRequest");
    return envelope("DMCreateResponse", object("object", "DMDocument", key, "Договор"));
  };
  bool upgraded = false;
  ScriptedService service([&](const Element& r) {
    if (upgraded) return portal(r);
    if (r.type == "DMGetDocumentListRequest") return envelope("DMGetDocumentListResponse", "");
    return r.type == "DMRetrieveRequest" ? dm_error("Ошибка", "Объект не найден")
                                         : envelope("DMGetObjectListResponse", "");
  });
  service.judged = false;  // two schemas in one run
  const auto adapter = service.adapter();
  const auto before = service.run(adapter->find_document(service.context(), letter()));
  ASSERT_TRUE(before && !before.value());
  EXPECT_TRUE(adapter->capabilities().resubmit) << "2.1";
  upgraded = true;
  service.version = version3;
  service.before = refuse_2_1;
  const auto made = service.run(adapter->create_document(service.context(), letter()));
  ASSERT_TRUE(made) << describe(made.error());
  EXPECT_EQ(made.value().type, "DMDocument");
  EXPECT_FALSE(adapter->capabilities().resubmit) << "3.0";
  EXPECT_EQ(versions(service), 2u);
}

TEST(OnecUpgrade, that_leaves_the_answers_unfit_is_said_clearly_and_not_tried_for_ever) {
  bool upgraded = false;
  ScriptedService service([](const Element& r) {
    return r.type == "DMRetrieveRequest" ? dm_error("Ошибка", "Объект не найден")
                                         : envelope("DMGetDocumentListResponse", "");
  });
  service.judged = false;
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->find_document(service.context(), letter())));
  upgraded = true;
  service.version = version3;
  service.before = [&upgraded](const Seen& s) -> std::optional<net::ServerResponse> {
    if (!upgraded || s.request.type == "DMGetVersionRequest") return std::nullopt;
    return net::ServerResponse(500, "text/xml", schema_fault());
  };
  const auto made = service.run(adapter->find_document(service.context(), letter()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, "onec.dialect");
  EXPECT_EQ(made.error().audience, Audience::admin);
  EXPECT_THAT(made.error().message, HasSubstr("обновлён с 2.1.32.6.CORP до 3.0.16.33.CORP"));
  EXPECT_LE(service.seen.size(), 24u);
}

TEST(OnecUpgrade, is_not_suspected_of_a_refusal_by_the_same_version) {
  ScriptedService service([](const Element& r) {
    return r.type == "DMRetrieveRequest" ? dm_error("Ошибка", "Объект не найден")
                                         : envelope("DMGetDocumentListResponse", "");
  });
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->find_document(service.context(), letter())));
  service.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.request.type != "DMBatchRequest") return std::nullopt;
    return net::ServerResponse(500, "text/xml", schema_fault());
  };
  const auto found = service.run(adapter->find_document(service.context(), letter()));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, "onec.schema") << describe(found.error());
}

TEST(OnecVersion, tells_the_edition_the_release_and_the_delivery) {
  EXPECT_EQ(Version("2.1.32.6.CORP").edition(), Edition::v2);
  EXPECT_EQ(Version("1.4.12.1").edition(), Edition::v2);
  EXPECT_EQ(Version(" 3.0.16.33.CORP\n").edition(), Edition::v3);
  EXPECT_FALSE(Version("4.0.1.1").edition());
  EXPECT_FALSE(Version("CORP").edition());
  EXPECT_TRUE(Version("3.0.9.18").at_least({3, 0, 9, 18}));
  EXPECT_FALSE(Version("3.0.9.17.CORP").at_least({3, 0, 9, 18}));
  EXPECT_TRUE(Version("2.1.32.6.CORP").corp());
  EXPECT_FALSE(Version("2.1.32.6").corp());
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
