// File fields: the write defines the whole set; reads give signed links (bitrix24.md 8).
#include "portal_fixture.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::b24_test {

class FileFields : public PortalTest {
 protected:
  static json::value pair(const std::string& name, const std::string& bytes) {
    return json::array{json::string(name), json::string(text::base64_encode(bytes))};
  }
  json::value files(std::int64_t id, const char* name) {
    return ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item").at(name);
  }
  Reply write(std::int64_t id, const char* name, json::value value) {
    return call("crm.item.update", {{"entityTypeId", 1036}, {"id", id}, {"fields", {{name, std::move(value)}}}});
  }
};

TEST_F(FileFields, lose_what_the_write_does_not_list) {
  const std::int64_t id = new_contract({{"ufCrm10Signed", json::array{pair("a.pdf", "A"), pair("b.pdf", "B")}}});
  const json::array before = files(id, "ufCrm10Signed").as_array();
  ASSERT_EQ(before.size(), 2u);
  EXPECT_TRUE(before[0].at("id").is_int64());
  ASSERT_EQ(
      write(id, "ufCrm10Signed", json::array{json::object{{"id", before[0].at("id")}}, pair("c.pdf", "C")}).status,
      200);
  const json::array after = files(id, "ufCrm10Signed").as_array();
  ASSERT_EQ(after.size(), 2u);
  EXPECT_EQ(after[0].at("id"), before[0].at("id"));
  EXPECT_NE(after[1].at("id"), before[1].at("id"));
  ASSERT_EQ(write(id, "ufCrm10Signed", json::array()).status, 200);
  EXPECT_EQ(files(id, "ufCrm10Signed"), json::value(json::array()));
}

TEST_F(FileFields, do_not_change_when_the_same_set_is_written) {
  const std::int64_t id = new_contract({{"ufCrm10Signed", json::array{pair("a.pdf", "A")}}});
  const json::value file = files(id, "ufCrm10Signed").at(0);
  act({{"item", "dynamic:1036/" + std::to_string(id)}, {"do", "edit"}, {"title", "Правка"}, {"user", 15}});
  ASSERT_EQ(write(id, "ufCrm10Signed", json::array{json::object{{"id", file.at("id")}}}).status, 200);
  EXPECT_EQ(ok("crm.item.get", {{"entityTypeId", 1036}, {"id", id}}).at("item").at("updatedBy"), 15);
}

TEST_F(FileFields, of_one_file_are_replaced_kept_or_erased) {
  const std::int64_t id = new_contract({{"ufCrm10Sheet", pair("sheet.pdf", "1")}});
  const json::value file = files(id, "ufCrm10Sheet");
  ASSERT_TRUE(file.is_object());
  ASSERT_EQ(write(id, "ufCrm10Sheet", json::object{{"id", file.at("id")}}).status, 200);
  EXPECT_EQ(files(id, "ufCrm10Sheet").at("id"), file.at("id"));
  ASSERT_EQ(write(id, "ufCrm10Sheet", json::object{{"id", 999999}}).status, 200);
  EXPECT_TRUE(files(id, "ufCrm10Sheet").is_null());
  ASSERT_EQ(write(id, "ufCrm10Sheet", pair("again.pdf", "2")).status, 200);
  ASSERT_EQ(write(id, "ufCrm10Sheet", "").status, 200);
  EXPECT_TRUE(files(id, "ufCrm10Sheet").is_null());
}

TEST_F(FileFields, refuse_what_is_not_base64) {
  const std::int64_t id = new_contract();
  const Reply reply = write(id, "ufCrm10Signed", json::array{json::array{"a.pdf", "data:application/pdf;base64,QQ=="}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body.at("error"), "CRM_FIELD_ERROR_VALUE_NOT_VALID");
}

TEST_F(FileFields, are_downloaded_by_a_signed_link_that_names_the_file) {
  const std::string bytes("\0PDF\xff bytes", 11);
  const std::int64_t id = new_contract({{"ufCrm10Contract", json::array{pair("Договор №1.pdf", bytes)}}});
  const json::value file = files(id, "ufCrm10Contract").at(0);
  const Reply reply = get(text_of(file.at("urlMachine")));
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.raw, bytes);
  EXPECT_EQ(net::disposition_file_name(reply.headers.get("Content-Disposition").value_or("")), "Договор №1.pdf");
  std::string forged = text_of(file.at("urlMachine"));
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_EQ(get(forged).status, 403);
}

TEST_F(FileFields, have_links_that_expire) {
  start("quirks: { link_seconds: 0 }");
  const std::int64_t id = new_contract({{"ufCrm10Contract", json::array{pair("a.pdf", "A")}}});
  const std::string link = text_of(files(id, "ufCrm10Contract").at(0).at("urlMachine"));
  run_for(5);
  EXPECT_EQ(get(link).status, 401);
}

TEST_F(FileFields, are_hidden_from_machines_without_a_browsers_headers_on_a_switch) {
  start("quirks: { download_needs_browser_headers: true }");
  const std::int64_t id = new_contract({{"ufCrm10Contract", json::array{pair("a.pdf", "A")}}});
  const std::string link = text_of(files(id, "ufCrm10Contract").at(0).at("urlMachine"));
  EXPECT_EQ(get(link).status, 404);
  net::Request request;
  request.url = link;
  request.headers.set("Accept", "*/*");
  request.headers.set("Accept-Language", "ru");
  request.headers.set("Referer", base_url() + "/");
  EXPECT_EQ(send(std::move(request)).status, 200);
}

}  // namespace sedlink::sim::b24_test
