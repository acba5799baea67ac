#pragma once
// One exchange with DMService: envelope out, answer in, everything that can go wrong as an Error. Knows nothing of
// documents and processes. Never retries, except a refused Cyrillic login in its other encoding, the service's other
// address after a 404, and the other order of performers after a schema fault: none of them can have done anything.
#include <memory>
#include <string>
#include <vector>

#include "client/classify.hpp"
#include "client/file_sink.hpp"
#include "sedlink/api/context.hpp"
#include "sedlink/net/client.hpp"
#include "sedlink/net/limiter.hpp"
#include "sedlink/onec_docflow/settings.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

class SoapClient {
 public:
  // `settings` outlives the client.
  SoapClient(const Settings& settings, std::unique_ptr<net::Client> http);

  // The <return> of a request. A DMError comes as an Error.
  // Errors: classify.hpp, reader.hpp, net::Client; nothing ambiguous for reads.
  Task<Element> call(api::CallContext ctx, Element request, Effect effect);
  // The request holds one element with the text `hole`: the file goes there as base64.
  Task<Element> send_file(api::CallContext ctx, Element request, SpooledFile file);
  // A read whose answer holds <binaryData>: it goes to `path` (empty: only hashed), the rest comes back. `into` gets
  // size and sha256.
  struct Download {
    Download() = default;
    Element answer;
    std::uint64_t size = 0;
    std::string sha256;
    bool has_data = false;
  };
  Task<Download> fetch_file(api::CallContext ctx, Element request, std::string path);
  // The text of the WSDL.
  Task<std::string> wsdl(api::CallContext ctx);

 private:
  Task<net::Response> exchange(api::CallContext ctx, net::Request request, net::CallOptions options, Effect effect);
  [[nodiscard]] net::Request prepare(std::string body) const;
  [[nodiscard]] std::string authorization(bool cp1251) const;
  [[nodiscard]] bool has_other_encoding() const;
  [[nodiscard]] std::string address(std::string_view query) const;
  Result<Element> interpret(const net::Response& response, std::string_view body, Effect effect) const;

  const Settings& settings_;
  std::unique_ptr<net::Client> http_;
  net::Concurrency places_;
  std::size_t endpoint_ = 0;
  bool cp1251_ = false;
  bool login_proven_ = false;  // accepted once in the encoding of cp1251_
};

}  // namespace sedlink::onec_docflow
