// The external command: a script that plays cryptcp.
#include <gtest/gtest.h>

#include <cstdlib>

#include "signature/tools.hpp"

namespace sedlink::signature::test {
namespace {

struct Tool {
  std::filesystem::path folder = fresh_folder();
  ExternalCommand command;

  // `body` is sh; "$1" input, "$2" output, "$3" thumbprint.
  explicit Tool(const std::string& body) {
    const auto script = write(folder / "tool", "#!/bin/sh\n" + body + "\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    command.sign_detached = {script.string(), "{input}", "{output}", "{thumbprint}"};
    command.decrypt = command.sign_detached;
    command.thumbprint = "AB CD";
    command.certificate = pair_of("root", "signer").certificate;
    command.pin = Secret("canary-5521");
  }
  std::string sign() {
    auto backend = open_external(command, open_in_process({}).value());
    if (!backend) return backend.error().code;
    made.clear();
    const auto done = backend.value()->sign(request(Form::cades_bes), Content::memory("документ"),
                                            [this](std::string_view piece) -> Result<void> {
                                              made += piece;
                                              return {};
                                            });
    if (done) return "signed";
    EXPECT_EQ(made, "");
    EXPECT_EQ(describe(done.error()).find("canary"), std::string::npos) << describe(done.error());
    fault = done.error().fault;
    return done.error().code;
  }
  std::string made;
  Fault fault = Fault::defect;
};

std::string openssl_sign(const char* name) {
  const auto root = (table_folder() / "root" / name).string();
  return "openssl cms -sign -binary -cades -in \"$1\" -signer " + root + ".pem -inkey " + root +
         ".key -outform DER -out \"$2\"";
}

TEST(Command, signs_with_the_pin_on_standard_input_only) {
  ::setenv("SEDLINK_CANARY", "canary-in-the-environment", 1);
  Tool tool(
      "read pin; [ \"$pin\" = canary-5521 ] || exit 3\n[ \"$3\" = 'AB CD' ] || exit 4\nenv > \"$(dirname "
      "\"$0\")/environment\"\n"
      "tr '\\0' ' ' < /proc/$$/cmdline > \"$(dirname \"$0\")/arguments\"\n" +
      openssl_sign("signer"));
  ASSERT_EQ(tool.sign(), "signed");
  const auto verdict = open_in_process({}).value()->verify(question(tool.made, Content::memory("документ")));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->status, Status::valid);
  EXPECT_EQ(read(tool.folder / "environment").find("canary"), std::string::npos);
  EXPECT_EQ(read(tool.folder / "arguments").find("canary"), std::string::npos);
  EXPECT_NE(read(tool.folder / "arguments").find("tool"), std::string::npos);
}

TEST(Command, base64_from_the_tool_becomes_der) {
  Tool tool(openssl_sign("signer") + " && base64 \"$2\" > \"$2.b\" && mv \"$2.b\" \"$2\"");
  ASSERT_EQ(tool.sign(), "signed");
  EXPECT_EQ(tool.made.front(), '\x30');
}

TEST(Command, whatever_is_not_a_signature_of_these_bytes_is_refused) {
  EXPECT_EQ(Tool("exit 0").sign(), "signature.command_result");
  EXPECT_EQ(Tool(": > \"$2\"").sign(), "signature.command_result");
  EXPECT_EQ(Tool("echo rubbish > \"$2\"").sign(), "signature.command_result");
  EXPECT_EQ(Tool(openssl_sign("second")).sign(), "signature.command_result");  // another certificate
  EXPECT_EQ(Tool("echo other > \"$1\"; " + openssl_sign("signer")).sign(),
            "signature.command_result");  // another content
  EXPECT_EQ(Tool(openssl_sign("signer") + " -nodetach").sign(), "signature.command_result");
  EXPECT_EQ(Tool("cp \"$1\" \"$2\"; " + openssl_sign("signer") + " -noattr").sign(),
            "signature.command");  // openssl refuses both
}

TEST(Command, a_tool_that_fails_or_hangs_is_told) {
  Tool failing("read pin; echo \"bad $pin\"; exit 7");
  EXPECT_EQ(failing.sign(), "signature.command");
  EXPECT_EQ(failing.fault, Fault::rejected);
  Tool hanging("sleep 600 & wait");
  hanging.command.timeout = Duration(300);
  EXPECT_EQ(hanging.sign(), "signature.command");
  EXPECT_EQ(hanging.fault, Fault::transient);
  Tool absent("");
  absent.command.sign_detached = {"/nonexistent/cryptcp"};
  EXPECT_EQ(absent.sign(), "signature.command");
}

TEST(Command, a_pin_among_the_arguments_is_refused_when_the_back_end_is_opened) {
  Tool tool("");
  tool.command.sign_detached.push_back("-pin={pin}");
  EXPECT_EQ(tool.sign(), "signature.command");
  tool.command.sign_detached.back() = "-key=canary-5521";
  EXPECT_EQ(tool.sign(), "signature.command");
  tool.command.sign_detached.back() = "-PIN";
  EXPECT_EQ(tool.sign(), "signature.command");
}

TEST(Command, decrypts_through_the_tool) {
  Tool tool("tr a-z A-Z < \"$1\" > \"$2\"");
  auto backend = open_external(tool.command, open_in_process({}).value());
  ASSERT_TRUE(backend);
  std::string out;
  ASSERT_TRUE(backend.value()->decrypt(Content::memory("message"), 100, [&out](std::string_view piece) -> Result<void> {
    out += piece;
    return {};
  }));
  EXPECT_EQ(out, "MESSAGE");
}

}  // namespace
}  // namespace sedlink::signature::test
