#include "signing/stand.hpp"

#include <sys/wait.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace sedlink::signing::test {

namespace fs = std::filesystem;

Ran shell(const std::string& line) {
  Ran out;
  FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) out.output.append(buffer, got);
  const int status = ::pclose(pipe);
  out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return out;
}

const fs::path& keys() {
  static const fs::path folder = [] {
    const fs::path made = fs::path(SEDLINK_SIGNING_WORK) / ("keys-" + std::to_string(::getpid()));
    fs::create_directories(made.parent_path());
    const Ran ran =
        shell(std::string(SEDLINK_PYTHON) + " " SEDLINK_SOURCE_DIR "/tests/signing/keys.py " + made.string());
    if (ran.code != 0) throw std::runtime_error("keys.py: " + ran.output);
    return made;
  }();
  return folder;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void Stand::SetUp() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  folder_ = keys().parent_path() / (std::string(test->test_suite_name()) + "." + test->name());
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  config::Connection bureau;
  bureau.name = "bureau";
  bureau.signing = "p";
  config_.connections.emplace("bureau", bureau);
  answer_ = [](const Got&) { return net::ServerResponse(200, "text/plain", "принято"); };
  fetch_ = [](const signature::FetchRequest& r) -> Result<std::string> {
    return Error{Fault::transient, Audience::admin, "signature.fetch", r.url + " не отвечает", {}, {}};
  };
  auto handler = [this](net::ServerRequest& request) -> boost::asio::awaitable<net::ServerResponse> {
    Got got;
    got.method = request.method();
    got.target = request.target();
    got.headers = request.headers();
    Result<std::string> body = co_await request.read_body(64 * 1024 * 1024);
    got.body = body ? *body : "unread";
    got_.push_back(got);
    co_return answer_(got);
  };
  auto server = net::Server::listen(loop_.executor(), net::ServerOptions(), handler);
  ASSERT_TRUE(server) << describe(server.error());
  server_ = std::move(*server);
  server_->start();
}

config::SigningProfile Stand::profile(config::Carriage::Kind kind, const std::string& place, bool attached,
                                      const std::string& encoding, const std::string& key) {
  config::SigningProfile out;
  out.name = "p";
  out.key = Secret(read(keys() / "root" / (key + ".key")));
  out.certificate = keys() / "root" / (key + ".pem");
  out.attached = attached;
  out.encoding = encoding;
  out.carriage.kind = kind;
  out.carriage.name = place;
  return out;
}

void Stand::use(config::SigningProfile profile) {
  const std::string name = profile.name;
  config_.signing.insert_or_assign(name, std::move(profile));
  RequestsOptions options;
  options.clock = &clock_;
  options.fetch = fetch_;
  options.folder = folder_;
  requests_ = std::make_unique<Requests>(config_, std::move(options));
  net::ClientOptions client;
  client.hook = requests_->hook(config_.connections.at("bureau"));
  ASSERT_NE(client.hook, nullptr);
  client_ = std::make_unique<net::Client>(loop_.executor(), std::move(client));
}

std::string Stand::url(const std::string& target) const {
  return "http://127.0.0.1:" + std::to_string(server_->port()) + target;
}

Result<net::Response> Stand::send(net::Request request) {
  Result<net::Response> answer = Error();
  loop_.run([](net::Client& client, net::Request r, Result<net::Response>& out) -> boost::asio::awaitable<void> {
    net::CallOptions options;
    options.deadline = net::test::in(Duration(20'000));
    out = co_await client.send(std::move(r), options);
  }(*client_, std::move(request), answer));
  return answer;
}

Result<net::Response> Stand::post(const std::string& body, const std::string& type) {
  net::Request request;
  request.method = "POST";
  request.url = url();
  request.headers.set("Content-Type", type);
  request.body = body;
  request.key = "7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa";
  return send(std::move(request));
}

std::string Stand::judged(const std::string& der, const std::string* content, bool gost) {
  write(folder_ / "sig", der);
  if (content != nullptr) write(folder_ / "content", *content);
  fs::remove(folder_ / "out");
  const std::string engine = gost ? "OPENSSL_CONF=" + (keys() / "gost" / "gost.cnf").string() + " " : "";
  const fs::path anchor = gost ? keys() / "gost" / "c.pem" : keys() / "root" / "ca.pem";
  const Ran ran = shell(engine + "openssl cms -verify -binary -inform DER -in " + (folder_ / "sig").string() +
                        (content != nullptr ? " -content " + (folder_ / "content").string() : "") +
                        " -purpose any -CAfile " + anchor.string() + " -out " + (folder_ / "out").string());
  EXPECT_EQ(ran.code, 0) << ran.output;
  return read(folder_ / "out");
}

}  // namespace sedlink::signing::test
