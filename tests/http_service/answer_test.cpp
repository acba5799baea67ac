// Values out of answers, whatever they are.
#include "answer.hpp"

#include <gtest/gtest.h>

namespace sedlink::http_service {
namespace {

using Values = std::vector<std::optional<std::string>>;

Values take(const std::string& body, const std::vector<std::string>& takes, const std::string& type = "") {
  const auto values = take_values(type, body, takes);
  EXPECT_TRUE(values) << describe(values.error());
  return values ? *values : Values();
}

TEST(Answer, json_is_read_by_pointers) {
  const std::string body = R"({"score":742,"rate":1.5,"who":{"name":"ООО \"Ромашка\""},"list":[true,null],"e":""})";
  EXPECT_EQ(take(body, {"/score", "/rate", "/who/name", "/list/0", "/list/1", "/absent", "/e", "/who", ""}),
            (Values{"742", "1.5", "ООО \"Ромашка\"", "true", std::nullopt, std::nullopt, "",
                    R"({"name":"ООО \"Ромашка\""})", body}));
}

TEST(Answer, xml_is_read_by_xpath) {
  const std::string body =
      "\xEF\xBB\xBF<?xml version=\"1.0\"?><Ответ Номер='7'><Балл> 742 </Балл><x:a xmlns:x='u'>1</x:a></Ответ>";
  EXPECT_EQ(take(body, {"/Ответ/Балл", "/Ответ/@Номер", "//*[local-name()='a']", "count(/Ответ/*)", "/Ответ/Нет"}),
            (Values{"742", "7", "1", "2", std::nullopt}));
}

TEST(Answer, the_old_cyrillic_charset_is_known) {
  const std::string xml = "<?xml version=\"1.0\" encoding=\"windows-1251\"?><a>\xCF\xF0\xE8\xE2\xE5\xF2 \xB9\xA8</a>";
  EXPECT_EQ(take(xml, {"/a"}), (Values{"Привет №Ё"}));
  EXPECT_EQ(take("\xE4\xE0", {""}, "text/plain; charset=Windows-1251"), (Values{"да"}));
}

TEST(Answer, what_cannot_be_read_is_told) {
  const auto code = [](const std::string& body, const std::string& take) {
    const auto values = take_values("", body, {take});
    return values ? std::string() : values.error().code;
  };
  EXPECT_EQ(code("просто слова", "/a"), "service.answer");
  EXPECT_EQ(code("", "/a"), "service.answer");
  EXPECT_EQ(code("<a><b></a>", "/a"), "service.answer");
  EXPECT_EQ(code("{\"a\":", "/a"), "service.answer");
  EXPECT_EQ(code("<a/>", "/a[["), "service.take");
  EXPECT_EQ(code("просто слова", ""), "");
}

}  // namespace
}  // namespace sedlink::http_service
