#include "openssl/message.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <set>

#include "sedlink/core/text.hpp"

namespace sedlink::signature {
namespace {

Reason broken(const char* code, std::string text) { return {Status::invalid, code, std::move(text)}; }

}  // namespace

Opened open_message(std::string_view der) {
  Opened out;
  const auto* begin = bytes_of(der);
  const auto* at = begin;
  Message& m = out.message;
  m.cms.reset(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (!m.cms) {
    out.fault = broken("malformed", "это не CMS: данные повреждены или обрезаны");
    ERR_clear_error();
    return out;
  }
  const std::string_view rest = der.substr(static_cast<std::size_t>(at - begin));
  if (rest.find_first_not_of("\r\n") != std::string_view::npos) {
    out.fault = broken("trailing_data", fmt::format("после подписи есть лишние данные, {} байт", rest.size()));
    return out;
  }
  if (OBJ_obj2nid(CMS_get0_type(m.cms.get())) != NID_pkcs7_signed) {
    out.fault = broken("not_signed_data", "это CMS, но не подпись (SignedData)");
    return out;
  }
  m.type = dotted(CMS_get0_eContentType(m.cms.get()));
  take_embedded(m);
  ASN1_OCTET_STRING** content = CMS_get0_content(m.cms.get());
  m.attached = content != nullptr && *content != nullptr;
  if (m.attached) m.inside = view(*content);
  ERR_clear_error();
  return out;
}

Result<void> digest_content(Message& m, const Content& content) {
  const STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(m.cms.get());
  std::set<int> kinds;
  BIO* chain = BIO_new(BIO_s_null());
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    X509_ALGOR* algorithm = nullptr;
    CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(signers, i), nullptr, nullptr, &algorithm, nullptr);
    const EVP_MD* kind = digest_of(algorithm->algorithm);
    if (kind == nullptr || !kinds.insert(EVP_MD_get_type(kind)).second) continue;
    BIO* filter = BIO_new(BIO_f_md());
    BIO_set_md(filter, kind);
    chain = BIO_push(filter, chain);
  }
  m.digests.reset(chain);
  auto streamed = content.stream([chain](std::string_view piece) -> Result<void> {
    while (!piece.empty()) {
      const int wrote = BIO_write(chain, piece.data(), static_cast<int>(std::min<std::size_t>(piece.size(), 1 << 20)));
      if (wrote <= 0) return openssl_error("digest", "хеш содержимого не вычисляется", Fault::defect);
      piece.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return {};
  });
  ERR_clear_error();
  return streamed;
}

}  // namespace sedlink::signature
