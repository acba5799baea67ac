// What 1C and its web servers really send (onec-docflow 2.5, 3, 4.2).
#include "wire/reader.hpp"

#include <gtest/gtest.h>

namespace sedlink::onec_docflow {
namespace {

std::string answer(const std::string& prefix, const std::string& type, const std::string& inside) {
  return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><" + prefix +
         ":executeResponse xmlns:" + prefix +
         "=\"http://www.1c.ru/dm\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><" + prefix +
         ":return i:type=\"" + prefix + ":" + type + "\">" + inside + "</" + prefix + ":return></" + prefix +
         ":executeResponse></s:Body></s:Envelope>";
}

TEST(OnecReader, reads_the_answer_under_any_prefix) {
  for (const std::string prefix : {"m", "tns", "d2p1"}) {
    const auto read =
        parse_answer(answer(prefix, "DMOK", "<" + prefix + ":versionNumber>2.1</" + prefix + ":versionNumber>"));
    ASSERT_TRUE(read) << describe(read.error());
    EXPECT_EQ(read.value().result.type, "DMOK");
    EXPECT_EQ(read.value().result.text_of("versionNumber"), "2.1");
  }
}

TEST(OnecReader, strips_a_byte_order_mark) {
  const auto read = parse_answer("\xEF\xBB\xBF" + answer("m", "DMOK", ""));
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read.value().result.type, "DMOK");
}

TEST(OnecReader, takes_an_undeclared_prefix_of_a_type_for_the_service_and_keeps_builtins_apart) {
  const auto read = parse_xml(
      "<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><b xsi:type=\"q:DMUser\"/><c "
      "xsi:type=\"z:string\">x</c></a>");
  ASSERT_TRUE(read);
  EXPECT_EQ(read.value().child("b")->type, "DMUser");
  EXPECT_EQ(read.value().child("b")->type_namespace, "");
  EXPECT_EQ(read.value().child("c")->type_namespace, xs_namespace);
}

TEST(OnecReader, treats_nil_as_empty) {
  const auto read =
      parse_xml("<a xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dueDate xsi:nil=\"true\"/></a>");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read.value().child("dueDate")->nil);
  EXPECT_EQ(read.value().text_of("dueDate"), "");
}

TEST(OnecReader, keeps_unknown_elements_in_their_place) {
  const auto read = parse_xml("<a><name>1</name><TD_NewDateExecution>2</TD_NewDateExecution><x>3</x></a>");
  ASSERT_TRUE(read);
  ASSERT_EQ(read.value().children.size(), 3u);
  EXPECT_EQ(read.value().children[1].name, "TD_NewDateExecution");
}

TEST(OnecReader, drops_control_characters_that_users_paste) {
  const auto read = parse_xml(std::string("<a><c>до\x0B&#2;после</c></a>"));
  ASSERT_TRUE(read) << describe(read.error());
  EXPECT_EQ(read.value().text_of("c"), "допосле");
}

TEST(OnecReader, calls_a_truncated_answer_transient) {
  const std::string whole = answer("m", "DMOK", "<m:a>1</m:a>");
  for (const std::size_t length : {whole.size() - 1, whole.size() / 2, std::size_t{30}}) {
    const auto read = parse_answer(std::string_view(whole).substr(0, length));
    ASSERT_FALSE(read) << length;
    EXPECT_EQ(read.error().code, "onec.xml");
    EXPECT_EQ(read.error().fault, Fault::transient);
  }
}

TEST(OnecReader, refuses_an_answer_nested_beyond_reason) {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  for (int i = 0; i < 1000; ++i) deep += "</a>";
  const auto read = parse_xml(deep);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "onec.depth");
}

TEST(OnecReader, reads_a_fault) {
  const auto read = parse_answer(
      "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>"
      "<faultcode>soap:Client</faultcode><faultstring>Ошибка преобразования данных XDTO</faultstring><detail/>"
      "</soap:Fault></soap:Body></soap:Envelope>");
  ASSERT_TRUE(read);
  ASSERT_TRUE(read.value().fault);
  EXPECT_EQ(read.value().fault->code, "soap:Client");
  EXPECT_EQ(read.value().fault->text, "Ошибка преобразования данных XDTO");
}

TEST(OnecReader, says_that_xml_without_the_service_is_no_envelope) {
  const auto read = parse_answer("<note>привет</note>");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "onec.envelope");
}

TEST(OnecReader, knows_a_page_for_people) {
  EXPECT_TRUE(looks_like_html("\xEF\xBB\xBF\r\n<!DOCTYPE HTML PUBLIC>"));
  EXPECT_TRUE(looks_like_html("<html><body>x"));
  EXPECT_FALSE(looks_like_html(answer("m", "DMOK", "")));
  EXPECT_EQ(html_text("<html><h1>503</h1> Сервис <b>недоступен</b></html>"), "503 Сервис недоступен");
}

TEST(OnecReader, says_once_what_a_page_has_in_its_title_and_its_heading) {
  EXPECT_EQ(html_text("<html><head><title>401 Unauthorized</title><style>h1 { color: red }</style>\r\n</head><body>"
                      "<center><h1>401 Unauthorized</h1></center><hr><center>nginx/1.22.1</center></body></html>"),
            "401 Unauthorized nginx/1.22.1");
  EXPECT_EQ(html_text("<TITLE>Ошибка</TITLE><SCRIPT>if (1 < 2) alert('нет')</SCRIPT><p>Нет связи с сервером 1С"),
            "Ошибка Нет связи с сервером 1С");
  EXPECT_EQ(html_text("<"), "");
  EXPECT_EQ(html_text("просто текст"), "просто текст");
}

}  // namespace
}  // namespace sedlink::onec_docflow
