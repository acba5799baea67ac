#include "sedlink/signature/verdict.hpp"

#include <algorithm>
#include <array>

#include "sedlink/signature/backend.hpp"

namespace sedlink::signature {
namespace {

template <class E, std::size_t N>
using Names = std::array<std::pair<E, const char*>, N>;

template <class E, std::size_t N>
const char* name_of(const Names<E, N>& names, E value) noexcept {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return "";
}
template <class E, std::size_t N>
std::optional<E> value_of(const Names<E, N>& names, std::string_view text) noexcept {
  for (const auto& [value, name] : names)
    if (text == name) return value;
  return std::nullopt;
}

constexpr Names<Status, 3> statuses{
    {{Status::valid, "valid"}, {Status::invalid, "invalid"}, {Status::indeterminate, "indeterminate"}}};
constexpr Names<Shape, 4> shapes{{{Shape::no_attributes, "no-attributes"},
                                  {Shape::cms, "cms"},
                                  {Shape::cades_bes, "cades-bes"},
                                  {Shape::cades_t, "cades-t"}}};
constexpr Names<Form, 4> forms{{{Form::cades_bes, "cades-bes"},
                                {Form::cades_t, "cades-t"},
                                {Form::cms, "cms"},
                                {Form::no_attributes, "no-attributes"}}};
constexpr Names<Require, 3> requirements{
    {{Require::cms, "cms"}, {Require::cades_bes, "cades-bes"}, {Require::cades_t, "cades-t"}}};
constexpr Names<Revocation, 3> revocations{
    {{Revocation::none, "none"}, {Revocation::signer, "signer"}, {Revocation::chain, "chain"}}};

json::value iso(Time t) { return json::value(to_iso8601(t)); }
Time read_iso(const json::value& v, std::string_view key) {
  const auto t = parse_iso8601(json::text(v, key));
  return t ? t.value() : Time{};
}

json::value reason_json(const Reason& r) {
  return json::object{{"weight", to_string(r.weight)}, {"code", r.code}, {"text", r.text}};
}
Reason read_reason(const json::value& v) {
  return {value_of(statuses, json::text(v, "weight")).value_or(Status::indeterminate), json::text(v, "code"),
          json::text(v, "text")};
}
json::array reasons_json(const std::vector<Reason>& reasons) {
  json::array out;
  for (const auto& r : reasons) out.push_back(reason_json(r));
  return out;
}

json::value signer_json(const SignerVerdict& s) {
  json::object out{{"verdict", to_string(s.status)},
                   {"form", to_string(s.shape)},
                   {"digest", s.digest},
                   {"signer", s.serial_or_key}};
  out["certificate"] = s.certificate ? to_json(*s.certificate) : json::value();
  if (s.certificate) out["days_left"] = s.days_left;
  out["signing_time"] = s.signing_time ? iso(*s.signing_time) : json::value();
  json::array stamps;
  for (const auto& t : s.time_stamps)
    stamps.push_back(json::object{{"time", iso(t.time)}, {"authority", t.authority}, {"verdict", to_string(t.status)}});
  out["time_stamps"] = std::move(stamps);
  out["reasons"] = reasons_json(s.reasons);
  return out;
}

SignerVerdict read_signer(const json::value& v) {
  SignerVerdict s;
  s.status = value_of(statuses, json::text(v, "verdict")).value_or(Status::indeterminate);
  s.shape = value_of(shapes, json::text(v, "form")).value_or(Shape::no_attributes);
  s.digest = json::text(v, "digest");
  s.serial_or_key = json::text(v, "signer");
  if (const auto* c = json::find(v, "certificate"); c != nullptr && c->is_object())
    s.certificate = certificate_from_json(*c);
  s.days_left = json::integer(v, "days_left");
  if (const auto* t = json::find(v, "signing_time"); t != nullptr && t->is_string())
    s.signing_time = read_iso(v, "signing_time");
  for (const auto& t : json::list(v, "time_stamps")) {
    TimeStamp stamp;
    stamp.time = read_iso(t, "time");
    stamp.authority = json::text(t, "authority");
    stamp.status = value_of(statuses, json::text(t, "verdict")).value_or(Status::indeterminate);
    s.time_stamps.push_back(std::move(stamp));
  }
  s.reasons = json::to_list<Reason>(v, "reasons", read_reason);
  return s;
}

}  // namespace

const char* to_string(Status s) noexcept { return name_of(statuses, s); }
const char* to_string(Shape s) noexcept { return name_of(shapes, s); }
const char* to_string(Form f) noexcept { return name_of(forms, f); }
const char* to_string(Require r) noexcept { return name_of(requirements, r); }
const char* to_string(Revocation r) noexcept { return name_of(revocations, r); }
std::optional<Form> form_from_string(std::string_view text) noexcept { return value_of(forms, text); }
std::optional<Require> require_from_string(std::string_view text) noexcept { return value_of(requirements, text); }
std::optional<Revocation> revocation_from_string(std::string_view text) noexcept { return value_of(revocations, text); }

Status worst(const std::vector<Reason>& reasons) noexcept {
  Status out = Status::valid;
  for (const auto& r : reasons) {
    if (r.weight == Status::invalid) return Status::invalid;
    if (r.weight == Status::indeterminate) out = Status::indeterminate;
  }
  return out;
}

bool Verdict::has(std::string_view code) const noexcept {
  const auto in = [code](const std::vector<Reason>& list) {
    return std::ranges::any_of(list, [code](const Reason& r) { return r.code == code; });
  };
  return in(reasons) || std::ranges::any_of(signers, [&in](const SignerVerdict& s) { return in(s.reasons); });
}

json::value to_json(const Verdict& v) {
  json::object out{{"verdict", to_string(v.status)}, {"attached", v.attached}};
  out["reasons"] = reasons_json(v.reasons);
  json::array signers;
  for (const auto& s : v.signers) signers.push_back(signer_json(s));
  out["signers"] = std::move(signers);
  return out;
}

Verdict verdict_from_json(const json::value& v) {
  Verdict out;
  out.status = value_of(statuses, json::text(v, "verdict")).value_or(Status::indeterminate);
  out.attached = json::boolean(v, "attached");
  out.reasons = json::to_list<Reason>(v, "reasons", read_reason);
  out.signers = json::to_list<SignerVerdict>(v, "signers", read_signer);
  return out;
}

}  // namespace sedlink::signature
