// Large contents leave the body while it arrives, however the network cuts it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "sedlink/core/text.hpp"
#include "sedlink/sim/json.hpp"
#include "sedlink/sim/message_body.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::sim {
namespace {

constexpr std::size_t pieces[] = {1, 7, 1000, 65'536, 10'000'000};

class Splitter : public ::testing::Test {
 protected:
  struct Split {
    std::string text;
    std::vector<ContentPtr> held;
  };
  Split split(const std::string& type, const std::string& body, std::size_t piece) {
    const auto splitter = make_splitter(store_, type);
    for (std::size_t at = 0; at < body.size(); at += piece) splitter->feed(std::string_view(body).substr(at, piece));
    splitter->finish();
    return {splitter->text(), splitter->held()};
  }
  static std::string file(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 37 + i / 101);
    return bytes;
  }

  testing_support::TempDir folder_;
  ContentStore store_{folder_.path()};
};

TEST_F(Splitter, takes_the_large_files_of_pairs_out_of_json) {
  const std::string bytes = file(150'000);
  const std::string body = "{\"fields\":{\"ufCrm\":[{\"id\":1},[ \"Имя \\\"1\\\".pdf\" , \"" +
                           text::base64_encode(bytes) + "\" ],[\"small.txt\",\"QUJD\"]],\"title\":\"[\\\"a\\\",\"}}";
  for (const std::size_t piece : pieces) {
    const Split s = split("application/json", body, piece);
    ASSERT_EQ(s.held.size(), 1u) << piece;
    EXPECT_EQ(s.held[0]->sha256(), sha256_hex(bytes));
    const json::value parsed = json::parse(s.text);
    const json::value& list = parsed.at("fields").at("ufCrm");
    EXPECT_EQ(text_of(list.at(1).at(1)), s.held[0]->token());
    EXPECT_EQ(text_of(list.at(2).at(1)), "QUJD");
    EXPECT_EQ(text_of(parsed.at("fields").at("title")), "[\"a\",");
  }
}

TEST_F(Splitter, reads_json_escapes_inside_base64) {
  const std::string bytes = file(150'000);
  std::string escaped;
  for (const char c : text::base64_encode(bytes)) {
    if (c == '/')
      escaped += "\\/";
    else if (c == '+')
      escaped += "\\u002B";
    else
      escaped += c;
    if (escaped.size() % 5000 == 0) escaped += "\\r\\n";
  }
  for (const std::size_t piece : pieces) {
    const Split s = split("application/json", "[\"a\",\"" + escaped + "\"]", piece);
    ASSERT_EQ(s.held.size(), 1u) << piece;
    EXPECT_EQ(s.held[0]->sha256(), sha256_hex(bytes));
  }
}

TEST_F(Splitter, leaves_long_texts_that_are_no_files_alone) {
  std::string words;
  while (words.size() < 100'000) words += "слово, ";
  for (const std::string& body : {"[\"a\",\"" + words + "\"]", "{\"comment\":\"" + std::string(100'000, 'A') + "\"}"}) {
    for (const std::size_t piece : pieces) EXPECT_EQ(split("application/json", body, piece).text, body);
  }
}

TEST_F(Splitter, keeps_base64_that_breaks_late_from_passing_for_a_file) {
  std::string broken = text::base64_encode(file(150'000));
  broken[190'000] = '*';
  for (const std::size_t piece : pieces) {
    const Split json = split("application/json", "[\"a\",\"" + broken + "\"]", piece);
    EXPECT_TRUE(json.held.empty());
    EXPECT_EQ(store_.from_base64(text_of(json::parse(json.text).at(1))), nullptr);
    const Split xml = split("text/xml", "<m:binaryData>" + broken + "</m:binaryData>", piece);
    EXPECT_EQ(xml.text, "<m:binaryData>!</m:binaryData>");
  }
  const std::string cut = text::base64_encode(file(150'000)).substr(0, 199'999);
  EXPECT_EQ(split("text/xml", "<binaryData>" + cut + "</binaryData>", 4096).text, "<binaryData>!</binaryData>");
}

TEST_F(Splitter, takes_every_large_binary_data_out_of_xml_and_nothing_else) {
  const std::string one = file(150'000), two = file(99'999);
  std::string lines;
  for (const char c : text::base64_encode(two)) {
    lines += c;
    if (lines.size() % 78 == 76) lines += "\r\n";
    if (lines.size() % 7800 == 0) lines += "&#13;";
  }
  const std::string before =
      "<?xml version='1.0'?><!-- <binaryData> --><a b=\"<binaryData>'>\"><![CDATA[<binaryData>]]>";
  const std::string small = "<d2:binaryData>QUJD</d2:binaryData><m:text>" + std::string(100'000, 'A') + "</m:text>";
  const std::string body = before + "<d2:binaryData xsi:type='xs:base64Binary'>" + text::base64_encode(one) +
                           "</d2:binaryData>" + small + "<binaryData>" + lines + "</binaryData></a>";
  for (const std::size_t piece : pieces) {
    const Split s = split("text/xml; charset=utf-8", body, piece);
    ASSERT_EQ(s.held.size(), 2u) << piece;
    EXPECT_EQ(s.held[0]->sha256(), sha256_hex(one));
    EXPECT_EQ(s.held[1]->sha256(), sha256_hex(two));
    EXPECT_EQ(s.text, before + "<d2:binaryData xsi:type='xs:base64Binary'>" + s.held[0]->token() + "</d2:binaryData>" +
                          small + "<binaryData>" + s.held[1]->token() + "</binaryData></a>");
  }
}

TEST_F(Splitter, takes_the_large_file_parts_out_of_a_multipart_form) {
  const std::string bytes = file(200'000) + "\r\n--other\r\n--b" + file(10);
  const std::string long_field(100'000, 'x');
  const std::string head = "--b1\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n" + long_field +
                           "\r\n--b1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n";
  const std::string tail =
      "\r\n--b1\r\nContent-Disposition: form-data; name=\"s\"; filename=\"s\"\r\n\r\nsmall\r\n--b1--\r\n";
  for (const std::size_t piece : pieces) {
    if (piece == 1) continue;  // quadratic in the tail kept for the boundary
    const Split s = split("multipart/form-data; boundary=b1", head + bytes + tail, piece);
    ASSERT_EQ(s.held.size(), 1u) << piece;
    EXPECT_EQ(s.held[0]->sha256(), sha256_hex(bytes));
    EXPECT_EQ(s.text, head + s.held[0]->token() + tail);
  }
}

TEST_F(Splitter, keeps_what_is_cut_off_as_it_came) {
  for (const char* type : {"application/json", "text/xml", "multipart/form-data; boundary=b", "text/plain"}) {
    for (const char* body : {"", "x", "[\"a\",\"QU", "<binaryData>QU&#1", "--b\r\nContent-Disp", "--b\r\n\r\nabc"})
      EXPECT_EQ(split(type, body, 3).text, body) << type;
  }
}

}  // namespace
}  // namespace sedlink::sim
