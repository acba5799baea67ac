#include <gtest/gtest.h>

#include "sedlink/net/http.hpp"

namespace sedlink::net {
namespace {

TEST(Headers, are_found_whatever_their_case_and_keep_their_order) {
  Headers headers{{"Content-Type", "text/xml"}, {"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(headers.get("content-type"), "text/xml");
  EXPECT_EQ(headers.get("X-ONE"), "1");
  EXPECT_FALSE(headers.get("absent"));
  headers.set("X-one", "3");
  ASSERT_EQ(headers.all().size(), 2u);
  EXPECT_EQ(headers.all()[1].first, "X-One");
  EXPECT_EQ(headers.all()[1].second, "3");
  headers.remove("x-ONE");
  EXPECT_EQ(headers.all().size(), 1u);
}

TEST(MediaType, drops_parameters_and_case) {
  EXPECT_EQ(media_type("Text/HTML; charset=utf-8"), "text/html");
  EXPECT_EQ(media_type(" application/json "), "application/json");
  EXPECT_EQ(media_type(""), "");
}

TEST(Url, is_split_into_its_parts) {
  const auto url = Url::parse("https://Portal.Bitrix24.ru/rest/1/abc/crm.item.list?start=0&x=%20#top");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "portal.bitrix24.ru");
  EXPECT_EQ(url->port, "443");
  EXPECT_EQ(url->target, "/rest/1/abc/crm.item.list?start=0&x=%20");
  EXPECT_EQ(url->origin(), "https://portal.bitrix24.ru");
}

TEST(Url, gets_a_target_and_a_port_when_they_are_absent) {
  const auto url = Url::parse("http://1c.local");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->target, "/");
  EXPECT_EQ(url->port, "80");
  const auto with_query = Url::parse("http://1c.local:8080?wsdl");
  ASSERT_TRUE(with_query);
  EXPECT_EQ(with_query->target, "/?wsdl");
  EXPECT_EQ(with_query->origin(), "http://1c.local:8080");
}

TEST(Url, encodes_cyrillic_and_blanks_of_the_path) {
  const auto url = Url::parse("http://host/док файл");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->target, "/%D0%B4%D0%BE%D0%BA%20%D1%84%D0%B0%D0%B9%D0%BB");
}

TEST(Url, reads_addresses_of_both_families) {
  const auto v6 = Url::parse("http://[::1]:8080/x");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->origin(), "http://[::1]:8080");
  const auto v4 = Url::parse("http://127.0.0.1:1/");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->host, "127.0.0.1");
}

TEST(Url, refuses_what_cannot_be_called_without_repeating_it) {
  for (const char* bad : {"", "host/path", "ftp://host/", "http://", "http:///x", "http://host:0/",
                          "http://host:65536/", "http://host:/", "http://user:secret@host/", "http://сэд.рф/",
                          "http://ho st/", "http://[::1", "http://[::1]x/", "http://host/a\r\nb", "http://host:80a/"}) {
    const auto url = Url::parse(bad);
    ASSERT_FALSE(url) << bad;
    EXPECT_EQ(url.error().code, "net.url");
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
  }
}

TEST(Form, is_decoded_in_its_order) {
  const auto form = parse_form("a=1&b%5B0%5D=x+y&&empty=&flag&a=%D0%94");
  ASSERT_TRUE(form);
  const FormPairs expected{{"a", "1"}, {"b[0]", "x y"}, {"empty", ""}, {"flag", ""}, {"a", "Д"}};
  EXPECT_EQ(*form, expected);
}

TEST(Form, refuses_a_bad_escape_and_too_many_fields) {
  for (const char* bad : {"a=%", "a=%4", "a=%zz", "%G0=1"}) {
    const auto form = parse_form(bad);
    ASSERT_FALSE(form) << bad;
    EXPECT_EQ(form.error().code, "net.form");
  }
  EXPECT_TRUE(parse_form("a=1&b=2", 2));
  EXPECT_FALSE(parse_form("a=1&b=2&c=3", 2));
}

TEST(Form, survives_encoding_and_decoding) {
  const FormPairs pairs{{"имя", "ООО «Ромашка» & Ко = 100%"}, {"b", "+ ?/#"}, {"", "\n"}};
  const auto back = parse_form(encode_form(pairs));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, pairs);
}

TEST(DispositionFileName, prefers_the_extended_form) {
  EXPECT_EQ(
      disposition_file_name(
          "attachment; filename=\"dogovor.pdf\"; filename*=UTF-8''%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80.pdf"),
      "Договор.pdf");
  EXPECT_EQ(disposition_file_name("attachment; filename*=iso-8859-1'en'%A3%20rates.txt"), "£ rates.txt");
}

TEST(DispositionFileName, falls_back_to_the_plain_form) {
  EXPECT_EQ(disposition_file_name("attachment; filename=\"a \\\"b\\\"; c.pdf\"; size=3"), "a \"b\"; c.pdf");
  EXPECT_EQ(disposition_file_name("inline;FileName=акт.pdf"), "акт.pdf");
  EXPECT_EQ(disposition_file_name("attachment; filename*=UTF-8''%FF%FE; filename=ok.txt"), "ok.txt");
  EXPECT_EQ(disposition_file_name("attachment; filename*=koi8-r''%E4; filename=ok.txt"), "ok.txt");
}

TEST(DispositionFileName, is_empty_when_there_is_none) {
  EXPECT_EQ(disposition_file_name(""), "");
  EXPECT_EQ(disposition_file_name("attachment"), "");
  EXPECT_EQ(disposition_file_name("attachment; size=5"), "");
}

TEST(DispositionFileName, is_never_a_path) {
  EXPECT_EQ(disposition_file_name("attachment; filename=\"../../etc/passwd\""), "passwd");
  EXPECT_EQ(disposition_file_name("attachment; filename*=UTF-8''..%2F..%5Cx.txt"), "x.txt");
  EXPECT_EQ(disposition_file_name("attachment; filename=\"..\""), "");
  EXPECT_EQ(disposition_file_name("attachment; filename*=UTF-8''a%0Ab%00.txt"), "ab.txt");
}

}  // namespace
}  // namespace sedlink::net
