#include "sedlink/signing/carriage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signing {
namespace {

using Kind = config::Carriage::Kind;

Error refusal(const char* code, std::string message) {
  return {Fault::rejected, Audience::admin, code, std::move(message), {}, {}};
}

std::string_view query_of(std::string_view url) {
  const std::size_t at = url.find('?');
  return at == std::string_view::npos ? std::string_view() : url.substr(at + 1, url.find('#') - at - 1);
}

bool in_query(const net::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

std::string_view form_text(const net::Request& request) {
  return in_query(request) ? query_of(request.url) : std::string_view(request.body);
}

void set_content_type(net::Request& request, const std::string& asked, const std::string& usual) {
  const std::string& type = asked.empty() ? usual : asked;
  if (type.empty()) return;
  if (type == "-")
    request.headers.remove("Content-Type");
  else
    request.headers.set("Content-Type", type);
}

// As browsers write names into multipart/form-data (HTML, 4.10.21.8).
std::string quoted_name(std::string text) {
  text = text::replace_all(std::move(text), "\"", "%22");
  text = text::replace_all(std::move(text), "\r", "%0D");
  return text::replace_all(std::move(text), "\n", "%0A");
}

void add_part(std::string& out, const std::string& boundary, const std::string& name, const std::string& file,
              const std::string& type, std::string_view bytes) {
  out += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoted_name(name) + "\"";
  if (!file.empty()) out += "; filename=\"" + quoted_name(file) + "\"";
  out += "\r\n";
  if (!type.empty()) out += "Content-Type: " + type + "\r\n";
  out += "\r\n";
  out += bytes;
  out += "\r\n";
}

net::Prepared as_parts(const config::Carriage& c, net::Request request, const std::string& signature) {
  std::string boundary = "sedlink-" + sha256_hex(request.body + signature).substr(0, 32);
  while (request.body.find(boundary) != std::string::npos || signature.find(boundary) != std::string::npos)
    boundary += "x";
  std::string body;
  for (const auto& [name, value] : c.fields)
    add_part(body, boundary, name, {}, {}, text::replace_all(value, "{id}", request.key));
  add_part(body, boundary, c.content_part, c.content_file,
           request.headers.get("Content-Type").value_or("application/octet-stream"), request.body);
  add_part(body, boundary, c.name, c.signature_file, "application/octet-stream", signature);
  body += "--" + boundary + "--\r\n";
  request.body = std::move(body);
  request.headers.set("Content-Type", "multipart/form-data; boundary=" + boundary);
  return net::Prepared(std::move(request));
}

Result<net::Prepared> as_form_field(const config::Carriage& c, net::Request request, const std::string& signature) {
  const auto pairs = net::parse_form(form_text(request));
  if (!pairs) return refusal("signing.form_field", "Запрос — не форма: " + pairs.error().message);
  for (const auto& [name, unused] : *pairs)
    if (name == c.name)
      return refusal("signing.form_field", fmt::format("Поле «{}» в форме уже есть: подписи некуда встать", name));
  const std::string field = net::encode_form({{c.name, signature}});
  if (in_query(request)) {
    const std::size_t end = std::min(request.url.find('#'), request.url.size());
    const char* mark = request.url.find('?') >= end ? "?" : query_of(request.url).empty() ? "" : "&";
    request.url.insert(end, mark + field);
  } else {
    request.body += (request.body.empty() ? "" : "&") + field;
    set_content_type(request, c.content_type,
                     request.headers.get("Content-Type").value_or("application/x-www-form-urlencoded"));
  }
  return net::Prepared(std::move(request));
}

net::Prepared with_sidecar(const config::Carriage& c, net::Request request, const std::string& signature) {
  net::Request file;
  file.method = request.method;
  file.url = request.url;
  file.url.insert(std::min(file.url.find_first_of("?#"), file.url.size()), c.name);
  file.headers = request.headers;
  file.headers.set("Content-Type", "application/octet-stream");
  file.key = request.key;
  file.body = signature;
  set_content_type(request, c.content_type, {});
  net::Prepared out(std::move(request));
  (c.sidecar_after ? out.after : out.before).push_back(std::move(file));
  return out;
}

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\r': out += "&#13;"; break;  // an XML reader would drop it
      default: out += c;
    }
  }
  return out;
}

// Calls value(name) for each {{ name }}; an error ends it.
template <class F>
Result<std::string> fill(const std::string& text, F&& value) {
  std::string out;
  for (std::size_t at = 0;;) {
    const std::size_t open = text.find("{{", at);
    if (open == std::string::npos) return out + text.substr(at);
    const std::size_t close = text.find("}}", open);
    if (close == std::string::npos) return refusal("signing.template", "В шаблоне конверта «{{» без «}}»");
    out += text.substr(at, open - at);
    const std::string name(text::trim(std::string_view(text).substr(open + 2, close - open - 2)));
    const std::optional<std::string> put = value(name);
    if (!put) return refusal("signing.template", fmt::format("В шаблоне конверта неизвестное имя «{}»", name));
    out += *put;
    at = close + 2;
  }
}

Result<net::Prepared> in_envelope(const config::Carriage& c, net::Request request, const std::string& signature,
                                  const signature::CertificateInfo& signer, const std::string& envelope) {
  const auto value = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "content") return text::base64_encode(request.body);
    if (name == "text") return xml_escape(request.body);
    if (name == "signature") return signature;
    if (name == "issuer") return xml_escape(signer.issuer);
    if (name == "serial") return xml_escape(signer.serial);
    if (name == "thumbprint") return xml_escape(signer.thumbprint);
    if (name == "id") return xml_escape(request.key);
    return std::nullopt;
  };
  auto body = fill(envelope, value);
  if (!body) return body.error();
  request.body = std::move(*body);
  set_content_type(request, c.content_type, "application/xml; charset=utf-8");
  return net::Prepared(std::move(request));
}

std::string signed_place(const config::Carriage& c) { return c.signed_json.empty() ? c.name : c.signed_json; }

}  // namespace

bool leaves_body_alone(const config::Carriage& c) noexcept { return c.kind == Kind::header || c.kind == Kind::sidecar; }

Result<std::string> signed_content(const config::Carriage& c, const net::Request& request) {
  if (c.kind == Kind::json) {
    auto value = json_string_at(request.body, signed_place(c));
    if (!value || !c.signed_base64) return value;
    auto bytes = text::base64_decode(*value);
    if (!bytes) return refusal("signing.json", "Строка " + signed_place(c) + " — не base64: " + bytes.error().message);
    return bytes;
  }
  if (c.kind != Kind::form) return request.body;
  if (c.signed_fields.empty()) return std::string(form_text(request));
  const auto pairs = net::parse_form(form_text(request));
  if (!pairs) return refusal("signing.form_field", "Запрос — не форма: " + pairs.error().message);
  std::string out;
  for (const std::string& wanted : c.signed_fields) {
    const auto found = std::find_if(pairs->begin(), pairs->end(), [&](const auto& p) { return p.first == wanted; });
    if (found == pairs->end())
      return refusal("signing.form_field", fmt::format("В форме нет поля «{}», которое подписывают", wanted));
    out += found->second;
  }
  return out;
}

Result<net::Prepared> carry(const config::Carriage& c, net::Request request, const std::string& signature,
                            const signature::CertificateInfo& signer, const std::string& envelope) {
  switch (c.kind) {
    case Kind::header:
      if (signature.size() > c.header_limit)
        return refusal("signing.header_limit",
                       fmt::format("Подпись занимает в заголовке {} байт, предел header_limit — {}: уберите chain или "
                                   "поднимите предел, если сервер берёт такие заголовки",
                                   signature.size(), c.header_limit));
      request.headers.set(c.name, signature);
      set_content_type(request, c.content_type, {});
      return net::Prepared(std::move(request));
    case Kind::body:
      request.body = signature;
      set_content_type(request, c.content_type, "-");
      return net::Prepared(std::move(request));
    case Kind::part: return as_parts(c, std::move(request), signature);
    case Kind::json: {
      auto body = with_json_string(request.body, c.name, signature);
      if (!body) return body.error();
      request.body = std::move(*body);
      set_content_type(request, c.content_type, {});
      return net::Prepared(std::move(request));
    }
    case Kind::form: return as_form_field(c, std::move(request), signature);
    case Kind::sidecar: return with_sidecar(c, std::move(request), signature);
    case Kind::xml: return in_envelope(c, std::move(request), signature, signer, envelope);
    case Kind::none: break;
  }
  return Error{Fault::defect, Audience::developer, "signing.carriage", "Способ передачи подписи не задан", {}, {}};
}

Result<void> check_envelope(const std::string& text) {
  bool has_signature = false, has_content = false;
  const auto read = fill(text, [&](const std::string& name) -> std::optional<std::string> {
    has_signature = has_signature || name == "signature";
    has_content = has_content || name == "content" || name == "text";
    const auto known = {"content", "text", "signature", "issuer", "serial", "thumbprint", "id"};
    if (std::find(known.begin(), known.end(), name) == known.end()) return std::nullopt;
    return std::string();
  });
  if (!read) return read.error();
  if (!has_signature) return refusal("signing.template", "В шаблоне конверта нет {{ signature }}");
  if (!has_content) return refusal("signing.template", "В шаблоне конверта нет ни {{ content }}, ни {{ text }}");
  return {};
}

Result<std::string> encode_signature(const std::string& encoding, bool padding, const std::string& der) {
  if (encoding == "der") return der;
  if (encoding == "pem") {
    std::string out;
    signature::Encoder encoder(signature::Encoding::pem, [&out](std::string_view bytes) -> Result<void> {
      out += bytes;
      return {};
    });
    auto done = encoder.write(der);
    if (done) done = encoder.finish();
    if (!done) return done.error();
    return out;
  }
  std::string out = text::base64_encode(der);
  if (encoding != "base64url") return out;
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  if (!padding) out.erase(std::min(out.find('='), out.size()));
  return out;
}

}  // namespace sedlink::signing
