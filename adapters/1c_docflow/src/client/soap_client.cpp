#include "client/soap_client.hpp"

#include <limits>
#include <optional>

#include "client/endpoint.hpp"
#include "sedlink/core/text.hpp"
#include "wire/reader.hpp"
#include "wire/writer.hpp"

namespace sedlink::onec_docflow {

SoapClient::SoapClient(const Settings& settings, std::unique_ptr<net::Client> http)
    : settings_(settings), http_(std::move(http)), places_(settings.calls, settings.calls > 1 ? 1 : 0) {}

std::string SoapClient::authorization(bool cp1251) const {
  if (settings_.user.empty()) return {};
  if (cp1251) {
    const std::string user = to_cp1251(settings_.user).value_or(settings_.user);
    const std::string password = to_cp1251(settings_.password.reveal()).value_or(settings_.password.reveal());
    return basic_header(user, password);
  }
  return basic_header(settings_.user, settings_.password.reveal());
}

bool SoapClient::has_other_encoding() const {
  if (!settings_.cp1251_login || settings_.user.empty()) return false;
  return to_cp1251(settings_.user).has_value() || to_cp1251(settings_.password.reveal()).has_value();
}

std::string SoapClient::address(std::string_view query) const {
  std::string url = settings_.endpoints[endpoint_];
  if (settings_.user.empty() && !settings_.access_token.empty()) {
    url += "?AccessToken=" + text::url_encode(settings_.access_token.reveal());
    if (!query.empty()) url += '&';
  } else if (!query.empty()) {
    url += '?';
  }
  return url += query;
}

Task<net::Response> SoapClient::exchange(api::CallContext ctx, net::Request request, net::CallOptions options,
                                         Effect effect) {
  const net::Urgency urgency = ctx.for_people ? net::Urgency::person : net::Urgency::bulk;
  auto place = co_await places_.acquire(ctx.deadline, urgency);
  if (!place) co_return place.error();
  const std::string query = request.method == "GET" ? "wsdl" : "";
  options.deadline = ctx.deadline;
  options.idempotent = effect == Effect::read;
  bool cp1251 = cp1251_;
  bool tried_encoding = false;
  bool tried_endpoint = false;
  std::optional<net::Response> no_licence;  // 402, before the other encoding was tried
  for (;;) {
    const std::size_t endpoint = endpoint_;
    request.url = address(query);
    if (const std::string login = authorization(cp1251); !login.empty()) request.headers.set("Authorization", login);
    net::Request copy = request;
    auto response = co_await http_->send(std::move(copy), options);
    if (!response) co_return for_effect(response.error(), effect);
    const int status = response.value().status;
    const bool refused = status == 401 || status == 402 || status == 403;
    bool again = false;
    // The login has been accepted before: 402 is about licences and nothing else.
    const bool encoding_in_doubt = status != 402 || !login_proven_;
    if (refused && !tried_encoding && encoding_in_doubt && has_other_encoding()) {
      if (status == 402) no_licence = std::move(response).value();
      tried_encoding = true;
      cp1251 = !cp1251;
      again = true;
    } else if (status == 404 && !tried_endpoint && settings_.endpoints.size() > 1) {
      tried_endpoint = true;
      if (endpoint_ == endpoint) endpoint_ = (endpoint_ + 1) % settings_.endpoints.size();
      again = true;
    } else if (!refused) {
      cp1251_ = cp1251;
      login_proven_ = true;
    }
    // Refused either way: then licences were short, and the other encoding was simply wrong.
    if (!again && refused && no_licence) co_return std::move(*no_licence);
    if (!again) co_return std::move(response).value();
    if (request.source) {
      const auto rewound = request.source->rewind();
      if (!rewound) co_return rewound.error();
    }
  }
}

net::Request SoapClient::prepare(std::string body) const {
  net::Request request;
  request.method = "POST";
  request.headers.add("Content-Type", "text/xml; charset=utf-8");
  request.headers.add("SOAPAction", "\"http://www.1c.ru/dm#DMService:execute\"");
  request.body = std::move(body);
  return request;
}

Result<Element> SoapClient::interpret(const net::Response& response, std::string_view body, Effect effect) const {
  const int status = response.status;
  if (status != 200 && status != 500) {
    // A fault may come with 400 or 503, too; anything else of these is the web server's own.
    auto fault = status == 400 || status == 503 ? parse_answer(body) : Result<Answer>(Error());
    if (fault && fault.value().fault) return fault_error(*fault.value().fault, effect);
    return http_error(status, body, effect);
  }
  if (looks_like_html(body)) return http_error(status, body, effect);
  auto answer = parse_answer(body);
  if (!answer) return status == 500 ? http_error(status, body, effect) : damaged(answer.error(), effect);
  if (answer.value().fault) return fault_error(*answer.value().fault, effect);
  if (is_business_error(answer.value().result)) return business_error(answer.value().result);
  return std::move(answer.value().result);
}

Task<Element> SoapClient::call(api::CallContext ctx, Element request, Effect effect) {
  net::Request message = prepare(write_envelope(request));
  net::CallOptions options;
  options.max_body = settings_.max_answer;
  auto response = co_await exchange(ctx, std::move(message), options, effect);
  if (!response) co_return response.error();
  co_return interpret(response.value(), response.value().body, effect);
}

Task<Element> SoapClient::send_file(api::CallContext ctx, Element request, SpooledFile file) {
  auto [before, after] = write_envelope_around(request);
  auto body = net::FileBody::open(std::move(before), file, std::move(after), net::FileBody::Form::base64);
  if (!body) co_return body.error();
  net::Request message = prepare({});
  message.source = body.value();
  // 1C may show the file it has just taken: its body is let pass, never kept.
  FileSink sink("", std::numeric_limits<std::uint64_t>::max());
  net::CallOptions options;
  options.max_body = settings_.max_answer + file.size * 3 / 2;
  options.sink = &sink;
  auto response = co_await exchange(ctx, std::move(message), options, Effect::write);
  if (!response) co_return sink.started() ? damaged(response.error(), Effect::write) : response.error();
  const bool streamed = sink.started();
  if (streamed) {
    const auto finished = sink.finish();
    if (!finished) co_return damaged(finished.error(), Effect::write);
  }
  co_return interpret(response.value(), streamed ? sink.envelope() : response.value().body, Effect::write);
}

Task<SoapClient::Download> SoapClient::fetch_file(api::CallContext ctx, Element request, std::string path) {
  FileSink sink(path, settings_.max_file);
  net::Request message = prepare(write_envelope(request));
  net::CallOptions options;
  options.max_body = settings_.max_file + settings_.max_file / 2 + 8 * 1024 * 1024;  // base64 with line breaks
  options.sink = &sink;
  auto response = co_await exchange(ctx, std::move(message), options, Effect::read);
  if (!response) co_return response.error();
  const bool streamed = sink.started();
  if (streamed) {
    const auto finished = sink.finish();
    if (!finished) co_return finished.error();
  }
  auto answer = interpret(response.value(), streamed ? sink.envelope() : response.value().body, Effect::read);
  if (!answer) co_return answer.error();
  Download download;
  download.answer = std::move(answer).value();
  download.size = sink.size();
  download.has_data = sink.found();
  download.sha256 = sink.hex_digest();
  co_return download;
}

Task<std::string> SoapClient::wsdl(api::CallContext ctx) {
  net::Request message;
  net::CallOptions options;
  options.max_body = settings_.max_answer;
  auto response = co_await exchange(ctx, std::move(message), options, Effect::read);
  if (!response) co_return response.error();
  if (response.value().status != 200)
    co_return http_error(response.value().status, response.value().body, Effect::read);
  co_return std::move(response.value().body);
}

}  // namespace sedlink::onec_docflow
