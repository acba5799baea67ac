#include "wire/writer.hpp"

#include <gtest/gtest.h>

#include "wire/reader.hpp"
#include "wire/schema.hpp"

namespace sedlink::onec_docflow {
namespace {

TEST(OnecWriter, writes_the_envelope_of_the_protocol_page) {
  Element request("whatever");
  request.type = "DMRetrieveRequest";
  request.children.emplace_back("dataBaseID", "7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa");
  request.children.push_back(id_element("objectIds", ObjectId("1", "DMFile")));
  EXPECT_EQ(write_envelope(request),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:m=\"http://www.1c.ru/dm\" "
            "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
            "<soap:Body><m:execute><m:request xsi:type=\"m:DMRetrieveRequest\">"
            "<m:dataBaseID>7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa</m:dataBaseID>"
            "<m:objectIds><m:id>1</m:id><m:type>DMFile</m:type></m:objectIds></m:request></m:execute></soap:Body></"
            "soap:Envelope>");
}

TEST(OnecWriter, sends_back_what_it_read_with_its_own_prefixes) {
  const std::string came =
      "<q:objects xmlns:q=\"http://www.1c.ru/dm\" xmlns:w=\"http://www.w3.org/2001/XMLSchema-instance\" "
      "xmlns:e=\"http://www.w3.org/2001/XMLSchema\" xmlns:v=\"http://v8.1c.ru/8.1/data/core\" "
      "w:type=\"q:DMBusinessProcessApproval\">"
      "<q:name>А &amp; Б</q:name><q:dueDate w:nil=\"true\"/><q:value w:type=\"e:string\">1</q:value><q:odd "
      "w:type=\"v:Type\">2</q:odd>"
      "</q:objects>";
  const auto read = parse_xml(came);
  ASSERT_TRUE(read);
  Element request("request");
  request.type = "DMUpdateRequest";
  request.children.push_back(read.value());
  const std::string written = write_envelope(request);
  EXPECT_NE(written.find("<m:objects xsi:type=\"m:DMBusinessProcessApproval\"><m:name>А &amp; Б</m:name>"
                         "<m:dueDate xsi:nil=\"true\"/><m:value xsi:type=\"xs:string\">1</m:value>"
                         "<m:odd xmlns:t=\"http://v8.1c.ru/8.1/data/core\" xsi:type=\"t:Type\">2</m:odd></m:objects>"),
            std::string::npos)
      << written;
}

TEST(OnecWriter, drops_what_xml_forbids) { EXPECT_EQ(escape_xml("а\x01\x0B<\"&>\n"), "а&lt;&quot;&amp;&gt;\n"); }

TEST(OnecWriter, leaves_a_hole_for_a_streamed_file) {
  Element request("request");
  request.type = "DMAddFileRequest";
  Element file("file");
  file.children.emplace_back("binaryData", std::string(hole));
  request.children.push_back(std::move(file));
  const auto [before, after] = write_envelope_around(request);
  EXPECT_TRUE(before.ends_with("<m:binaryData>"));
  EXPECT_TRUE(after.starts_with("</m:binaryData></m:file>"));
}

}  // namespace
}  // namespace sedlink::onec_docflow
