#include "sedlink/signing/requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "body.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/backends.hpp"
#include "sedlink/signing/carriage.hpp"
#include "sedlink/signing/profile.hpp"
#include "sedlink/signing/trust.hpp"
#include "worker.hpp"

namespace sedlink::signing {

namespace {

Error no_profile() {
  return {Fault::rejected, Audience::admin, "signing.profile", "такого профиля нет в signing", {}, {}};
}

}  // namespace

// Kept by the hooks: a client may outlive Requests by a moment, its calls are refused then.
struct Requests::Shared {
  Shared(const config::Config& config, RequestsOptions o, const std::set<std::string>& named)
      : options(std::move(o)),
        profiles(config.signing),
        pool(2 * named.size() + 2) {  // a token that hangs takes its own
    for (const std::string& name : named) slots.emplace(name, std::make_unique<Slot>());
    for (const auto& [name, policy] : config.trust) trust.emplace(name, std::make_shared<Trust>(policy));
    verifier = options.verifier;
    if (verifier) return;
    signature::SignerProcess gost;
    gost.engine = "gost";
    verifier = signature::open_verifier(std::move(gost));
  }

  // On a thread of the pool (or before the first request).
  Result<std::shared_ptr<Profile>> profile(const std::string& name) {
    const auto found = slots.find(name);
    const auto settings = profiles.find(name);
    if (found == slots.end() || settings == profiles.end()) return no_profile();
    Slot& slot = *found->second;
    const std::lock_guard lock(slot.opening);  // a token that hangs holds up its own profile only
    const bool again = !slot.opened || (!*slot.opened && slot.opened->error().fault == Fault::transient);
    if (again) slot.opened = Profile::open(settings->second);
    return *slot.opened;
  }

  const RequestsOptions options;
  const std::map<std::string, config::SigningProfile> profiles;
  std::map<std::string, std::shared_ptr<Trust>> trust;
  std::shared_ptr<signature::Backend> verifier;
  struct Slot {
    std::mutex opening;
    std::optional<Result<std::shared_ptr<Profile>>> opened;
  };
  std::map<std::string, std::unique_ptr<Slot>> slots;  // of the profiles that connections name; never changes
  boost::asio::thread_pool pool;
  bool stopped = false;
};

namespace {

Error not_sent(const std::string& profile, Error error) {
  error.message = fmt::format("Запрос не отправлен: подпись «{}» не сделана: {}", profile, error.message);
  // Surely not sent, whatever the back end knows of its own work.
  if (error.fault == Fault::ambiguous || error.fault == Fault::throttled) error.fault = Fault::transient;
  if (error.fault == Fault::unauthorized || error.fault == Fault::not_found) error.fault = Fault::rejected;
  return error;
}

Error late() { return {Fault::transient, Audience::admin, "signing.timeout", "не готова в срок вызова", {}, {}}; }

Error untrusted(const std::string& profile, Fault fault, std::string why) {
  return {fault,
          Audience::admin,
          "signing.answer",
          fmt::format("Запрос выполнен, но ответ не принят (подпись «{}»): {}", profile, why),
          {},
          {}};
}

std::string reasons_of(const signature::Verdict& verdict) {
  std::vector<std::string> texts;
  const auto add = [&](const std::vector<signature::Reason>& reasons) {
    for (const auto& r : reasons)
      if (r.weight != signature::Status::valid) texts.push_back(r.text);
  };
  add(verdict.reasons);
  for (const auto& signer : verdict.signers) add(signer.reasons);
  return text::join(texts, "; ");
}

struct Signed {
  Signed() = default;
  std::shared_ptr<Profile> profile;
  std::string signature;  // encoded
};

class Hook : public net::RequestHook {
 public:
  Hook(std::shared_ptr<Requests::Shared> shared, config::Connection connection)
      : shared_(std::move(shared)), connection_(std::move(connection)) {}

  Task<net::Prepared> prepare(net::Request request, SteadyTime deadline) override {
    const std::string name = profile_for(connection_, request.method, request.url);
    if (name.empty()) co_return net::Prepared(std::move(request));
    Result<net::Prepared> signed_request = co_await sign(name, std::move(request), deadline);
    if (!signed_request) co_return not_sent(name, signed_request.error());
    co_return std::move(*signed_request);
  }

  Task<net::Response> accept(std::string method, std::string url, net::Response answer, SteadyTime deadline) override {
    const std::string name = profile_for(connection_, method, url);
    const config::SignedAnswers& expected = shared_->profiles.at(name).answers;
    if (answer.status / 100 != 2 && !expected.errors) co_return std::move(answer);
    if (answer.body.empty() && answer.status / 100 != 2) co_return std::move(answer);
    if (answer.status == 202 || answer.status == 204) {
      if (answer.body.empty()) co_return std::move(answer);  // nothing is said that could be believed
    }
    std::function<Result<std::string>()> work = [shared = shared_, trust = expected.trust, name,
                                                 body = std::move(answer.body)] {
      return unwrap(*shared, trust, name, body);
    };
    std::optional<Result<std::string>> content = co_await offload(shared_->pool, std::move(work), deadline);
    if (!content) co_return untrusted(name, Fault::ambiguous, "проверка подписи ответа не кончилась в срок вызова");
    if (!*content) co_return content->error();
    answer.body = std::move(**content);
    co_return std::move(answer);
  }

 private:
  Task<net::Prepared> sign(std::string name, net::Request request, SteadyTime deadline) {
    if (shared_->stopped) co_return late();
    const auto found = shared_->profiles.find(name);
    if (found == shared_->profiles.end()) co_return no_profile();
    const config::SigningProfile& settings = found->second;
    const bool in_pieces = leaves_body_alone(settings.carriage) && !settings.attached;
    Result<signature::Content> content =
        co_await take_body(request, settings.body_limit, in_pieces, shared_->options.folder);
    if (!content) co_return content.error();
    if (!leaves_body_alone(settings.carriage)) {
      Result<std::string> bytes = signed_content(settings.carriage, request);
      if (!bytes) co_return bytes.error();
      content = signature::Content::memory(std::move(*bytes));
    }
    std::function<Result<Signed>()> work = [shared = shared_, name, content = *content] {
      return signature_of(*shared, name, content);
    };
    std::optional<Result<Signed>> done = co_await offload(shared_->pool, std::move(work), deadline);
    if (!done) co_return late();
    if (!*done) co_return done->error();
    const Profile& profile = *(*done)->profile;
    Result<net::Prepared> out =
        carry(settings.carriage, std::move(request), (*done)->signature, profile.signer(), profile.envelope());
    if (out) out->reads_answer = settings.answers.attached;
    co_return std::move(out);
  }

  static Result<Signed> signature_of(Requests::Shared& shared, const std::string& name,
                                     const signature::Content& content) {
    const auto profile = shared.profile(name);
    if (!profile) return profile.error();
    auto der = (*profile)->sign(content, shared.options.fetch, shared.options.clock->now());
    if (!der) return der.error();
    const config::SigningProfile& s = (*profile)->settings();
    auto encoded = encode_signature(s.encoding, s.carriage.padding, *der);
    if (!encoded) return encoded.error();
    Signed out;
    out.profile = *profile;
    out.signature = std::move(*encoded);
    return out;
  }

  static Result<std::string> unwrap(Requests::Shared& shared, const std::string& trust, const std::string& name,
                                    const std::string& body) {
    const auto anchors = shared.trust.find(trust);
    if (anchors == shared.trust.end()) return untrusted(name, Fault::rejected, "политики доверия «" + trust + "» нет");
    Trust::Loaded loaded = anchors->second->load();
    if (!loaded.unread.empty()) return untrusted(name, Fault::ambiguous, text::join(loaded.unread, "; "));
    signature::VerifyRequest question;
    question.signature = body;
    question.policy = std::move(loaded.policy);
    question.policy.now = shared.options.clock->now();
    question.fetch = shared.options.fetch;
    question.keep_content = true;
    auto verdict = shared.verifier->verify(question);
    if (!verdict) return untrusted(name, Fault::ambiguous, verdict.error().message);
    if (verdict->status == signature::Status::valid && !verdict->attached)
      return untrusted(name, Fault::rejected, "подпись откреплённая, содержимого в ней нет");
    if (verdict->status == signature::Status::valid) return std::move(verdict->content);
    // What is missing to judge (a fresh revocation list) may come; what is wrong stays wrong.
    const bool wrong = verdict->status == signature::Status::invalid;
    return untrusted(name, wrong ? Fault::rejected : Fault::ambiguous,
                     (wrong ? "подпись неверна: " : "подпись не проверить: ") + reasons_of(*verdict));
  }

  const std::shared_ptr<Requests::Shared> shared_;
  const config::Connection connection_;  // its name and routes
};

bool signs(const config::Connection& c) {
  return !c.signing.empty() || std::any_of(c.signing_routes.begin(), c.signing_routes.end(),
                                           [](const auto& r) { return !r.profile.empty(); });
}

}  // namespace

Requests::Requests(const config::Config& config, RequestsOptions options) {
  std::set<std::string> named;
  for (const auto& [unused, connection] : config.connections) {
    if (!connection.signing.empty()) named.insert(connection.signing);
    for (const auto& route : connection.signing_routes)
      if (!route.profile.empty()) named.insert(route.profile);
  }
  if (named.empty()) return;
  shared_ = std::make_shared<Shared>(config, std::move(options), named);
  for (const std::string& name : named) (void)shared_->profile(name);  // kept with its error
}

Requests::~Requests() {
  if (!shared_) return;
  shared_->stopped = true;
  shared_->pool.join();
}

std::shared_ptr<net::RequestHook> Requests::hook(const config::Connection& connection) const {
  if (!shared_ || !signs(connection)) return nullptr;
  config::Connection routes;
  routes.name = connection.name;
  routes.signing = connection.signing;
  routes.signing_routes = connection.signing_routes;
  return std::make_shared<Hook>(shared_, std::move(routes));
}

std::map<std::string, signature::CertificateInfo> Requests::signers() const {
  std::map<std::string, signature::CertificateInfo> out;
  if (!shared_) return out;
  for (const auto& [name, slot] : shared_->slots) {
    const std::unique_lock lock(slot->opening, std::try_to_lock);
    if (!lock.owns_lock() || !slot->opened || slot->opened->has_error()) continue;
    // An external tool may know its certificate by itself: nothing is known of it here.
    const signature::CertificateInfo& signer = slot->opened->value()->signer();
    if (!signer.thumbprint.empty()) out.emplace(name, signer);
  }
  return out;
}

bool path_matches(std::string_view pattern, std::string_view path) noexcept {
  std::size_t p = 0, s = 0, star = std::string_view::npos, resume = 0;
  while (s < path.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++, resume = s;
    } else if (p < pattern.size() && pattern[p] == path[s]) {
      ++p, ++s;
    } else if (star != std::string_view::npos) {
      p = star + 1, s = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string profile_for(const config::Connection& connection, std::string_view method, std::string_view url) {
  std::string path = "/";
  if (const auto parsed = net::Url::parse(url)) path = parsed->target.substr(0, parsed->target.find_first_of("?#"));
  for (const auto& route : connection.signing_routes)
    if ((route.method.empty() || route.method == method) && path_matches(route.path, path)) return route.profile;
  return connection.signing;
}

}  // namespace sedlink::signing
