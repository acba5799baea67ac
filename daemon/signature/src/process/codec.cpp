#include "process/codec.hpp"

namespace sedlink::signature {
namespace {

// Lists of blobs are told apart by their counts in the head.
void put(Packet& p, const char* name, const std::vector<std::string>& list) {
  p.head.as_object()[name] = list.size();
  p.blobs.insert(p.blobs.end(), list.begin(), list.end());
}

class Taker {
 public:
  explicit Taker(const Packet& p) : packet_(p) {}
  std::string one() { return at_ < packet_.blobs.size() ? packet_.blobs[at_++] : std::string(); }
  std::vector<std::string> list(const char* name) {
    std::vector<std::string> out;
    for (std::int64_t n = json::integer(packet_.head, name); n > 0 && at_ < packet_.blobs.size(); --n)
      out.push_back(one());
    return out;
  }

 private:
  const Packet& packet_;
  std::size_t at_ = 0;
};

Time time_of(const json::value& v, const char* key) { return from_epoch_ms(json::integer(v, key)); }

}  // namespace

Packet encode(const KeyMaterial& k, const std::string& engine) {
  Packet p(PacketType::open);
  p.head = json::object{{"engine", engine}, {"pkcs11_uri", k.pkcs11_uri}, {"pkcs11_module", k.pkcs11_module}};
  for (const auto* one : {&k.private_key.reveal(), &k.pkcs12.reveal(), &k.passphrase.reveal(), &k.certificate})
    p.blobs.push_back(*one);  // no temporary copies of keys
  put(p, "chain", k.chain);
  return p;
}

KeyMaterial decode_key(Packet packet) {
  KeyMaterial out;
  Taker take(packet);
  out.private_key = Secret(take.one());
  out.pkcs12 = Secret(take.one());
  out.passphrase = Secret(take.one());
  out.certificate = take.one();
  out.chain = take.list("chain");
  out.pkcs11_uri = json::text(packet.head, "pkcs11_uri");
  out.pkcs11_module = json::text(packet.head, "pkcs11_module");
  return out;
}

Packet encode(const SignRequest& r) {
  Packet p(PacketType::sign);
  p.head = json::object{{"form", to_string(r.form)},
                        {"attached", r.attached},
                        {"now", to_epoch_ms(r.now)},
                        {"attached_limit", r.attached_limit},
                        {"authority", r.authority.has_value()},
                        {"authority_url", r.authority ? r.authority->url : ""},
                        {"authority_digest", r.authority ? r.authority->digest : ""}};
  p.blobs = {r.existing};
  put(p, "authority_trust", r.authority ? r.authority->trust : std::vector<std::string>());
  return p;
}

SignRequest decode_sign(const Packet& p) {
  SignRequest r;
  Taker take(p);
  r.form = form_from_string(json::text(p.head, "form")).value_or(Form::cades_bes);
  r.attached = json::boolean(p.head, "attached");
  r.now = time_of(p.head, "now");
  r.attached_limit = static_cast<std::uint64_t>(json::integer(p.head, "attached_limit"));
  r.existing = take.one();
  if (json::boolean(p.head, "authority")) {
    r.authority.emplace();
    r.authority->url = json::text(p.head, "authority_url");
    r.authority->digest = json::text(p.head, "authority_digest");
    r.authority->trust = take.list("authority_trust");
  }
  return r;
}

Packet encode(const VerifyRequest& r) {
  const Policy& y = r.policy;
  Packet p(PacketType::verify);
  p.head = json::object{{"require", to_string(y.require)},
                        {"revocation", to_string(y.revocation)},
                        {"now", to_epoch_ms(y.now)},
                        {"at", json::from_time(y.at)},
                        {"ocsp", y.ocsp},
                        {"ocsp_url", y.ocsp_url},
                        {"attached_limit", y.attached_limit},
                        {"keep_content", r.keep_content}};
  p.blobs = {r.signature};
  put(p, "trust", y.trust);
  put(p, "time_stamp_trust", y.time_stamp_trust);
  put(p, "intermediates", y.intermediates);
  put(p, "crls", y.crls);
  return p;
}

VerifyRequest decode_verify(Packet& p) {
  VerifyRequest r;
  Policy& y = r.policy;
  Taker take(p);
  y.require = require_from_string(json::text(p.head, "require")).value_or(Require::cades_bes);
  y.revocation = revocation_from_string(json::text(p.head, "revocation")).value_or(Revocation::chain);
  y.now = time_of(p.head, "now");
  y.at = json::time(p.head, "at");
  y.ocsp = json::boolean(p.head, "ocsp");
  y.ocsp_url = json::text(p.head, "ocsp_url");
  y.attached_limit = static_cast<std::uint64_t>(json::integer(p.head, "attached_limit"));
  r.keep_content = json::boolean(p.head, "keep_content");
  r.signature = take.one();
  y.trust = take.list("trust");
  y.time_stamp_trust = take.list("time_stamp_trust");
  y.intermediates = take.list("intermediates");
  y.crls = take.list("crls");
  return r;
}

Packet encode(const Error& e) {
  Packet p(PacketType::error);
  p.head = json::object{{"fault", to_string(e.fault)},
                        {"code", e.code},
                        {"message", e.message},
                        {"vendor_code", e.vendor_code},
                        {"audience", static_cast<int>(e.audience)}};
  return p;
}

Error decode_error(const Packet& p) {
  Error e;
  e.fault = fault_from_string(json::text(p.head, "fault")).value_or(Fault::defect);
  e.audience = json::integer(p.head, "audience") == static_cast<int>(Audience::developer) ? Audience::developer
                                                                                          : Audience::admin;
  e.code = json::text(p.head, "code");
  e.message = json::text(p.head, "message");
  e.vendor_code = json::text(p.head, "vendor_code");
  return e;
}

Packet encode(const FetchRequest& r) {
  Packet p(PacketType::fetch);
  p.head = json::object{{"url", r.url}, {"content_type", r.content_type}, {"accept", r.accept}};
  p.blobs = {r.body};
  return p;
}

FetchRequest decode_fetch(const Packet& p) {
  FetchRequest r;
  r.url = json::text(p.head, "url");
  r.content_type = json::text(p.head, "content_type");
  r.accept = json::text(p.head, "accept");
  if (!p.blobs.empty()) r.body = p.blobs.front();
  return r;
}

}  // namespace sedlink::signature
