#pragma once
// A listener that keeps what it was sent, a client that signs, and the openssl command line as the judge.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "net/loop.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/server.hpp"
#include "sedlink/signing/requests.hpp"

namespace sedlink::signing::test {

// The keys of keys.py; made once per run of the program.
const std::filesystem::path& keys();
std::string read(const std::filesystem::path&);
void write(const std::filesystem::path&, std::string_view bytes);

struct Ran {
  int code = -1;
  std::string output;
};
Ran shell(const std::string& line);

struct Got {
  std::string method, target, body;
  net::Headers headers;
};

class Stand : public testing::Test {
 protected:
  void SetUp() override;

  // A profile with the key root/NAME.
  config::SigningProfile profile(config::Carriage::Kind kind, const std::string& place, bool attached,
                                 const std::string& encoding, const std::string& key = "signer");
  // Signs every request of the connection with it, unless routes say otherwise.
  void use(config::SigningProfile profile);
  Result<net::Response> send(net::Request request);
  Result<net::Response> post(const std::string& body, const std::string& type = "application/xml");
  [[nodiscard]] std::string url(const std::string& target = "/qbch/dlrequest") const;

  // What `openssl cms -verify` makes of DER over `content` (attached: over what is inside); its content.
  std::string judged(const std::string& der, const std::string* content, bool gost = false);

  net::test::Loop loop_;
  std::unique_ptr<net::Server> server_;
  std::vector<Got> got_;
  std::function<net::ServerResponse(const Got&)> answer_;
  std::filesystem::path folder_;
  config::Config config_;
  SystemClock clock_;
  signature::Fetch fetch_;
  std::unique_ptr<Requests> requests_;
  std::unique_ptr<net::Client> client_;
};

}  // namespace sedlink::signing::test
