#pragma once
// Files, the openssl command line and the keys that tests/signature/*.py make.
#include <filesystem>
#include <string>

#include "sedlink/signature/backends.hpp"

namespace sedlink::signature::test {

// The folder of the table's keys and files; made on the first call of the day, shared by all tests.
const std::filesystem::path& table_folder();
// An empty folder of this test.
std::filesystem::path fresh_folder();

std::string read(const std::filesystem::path&);
std::filesystem::path write(const std::filesystem::path&, std::string_view bytes);

struct Ran {
  int code = -1;
  std::string output;  // both streams
};
Ran shell(const std::string& line);

// The table's certificate authority `name`/`pair`.key and .pem.
KeyMaterial pair_of(const std::string& authority, const std::string& name);
std::string root();

Time now();
SignRequest request(Form form, bool attached = false);
// Signs and gives the bytes, or fails the test with the error.
std::string sign(Backend& backend, const SignRequest& request, const Content& content);
VerifyRequest question(std::string signature, std::optional<Content> content = {});

}  // namespace sedlink::signature::test
