#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "openssl/sign.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

// A BIO that hands what is written to a Sink. The sink's error is kept in the state.
struct SinkState {
  const Sink* sink;
  std::optional<Error> error;
};
int write_to_sink(BIO* bio, const char* data, std::size_t length, std::size_t* written) {
  auto& state = *static_cast<SinkState*>(BIO_get_data(bio));
  auto put = (*state.sink)(std::string_view(data, length));
  if (!put) {
    state.error = put.error();
    return 0;
  }
  *written = length;
  return 1;
}
long sink_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BioPtr sink_bio(SinkState& state) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "sedlink sink");
    BIO_meth_set_write_ex(m, write_to_sink);
    BIO_meth_set_ctrl(m, sink_control);
    return m;
  }();
  BioPtr bio(BIO_new(method));
  BIO_set_data(bio.get(), &state);
  BIO_set_init(bio.get(), 1);
  return bio;
}

bool is_for(CMS_ContentInfo* cms, X509* certificate) {
  const STACK_OF(CMS_RecipientInfo)* recipients = CMS_get0_RecipientInfos(cms);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) {
    CMS_RecipientInfo* one = sk_CMS_RecipientInfo_value(recipients, i);
    if (CMS_RecipientInfo_type(one) == CMS_RECIPINFO_TRANS && CMS_RecipientInfo_ktri_cert_cmp(one, certificate) == 0)
      return true;
    if (CMS_RecipientInfo_type(one) != CMS_RECIPINFO_AGREE) continue;
    STACK_OF(CMS_RecipientEncryptedKey)* keys = CMS_RecipientInfo_kari_get0_reks(one);
    for (int k = 0; k < sk_CMS_RecipientEncryptedKey_num(keys); ++k)
      if (CMS_RecipientEncryptedKey_cert_cmp(sk_CMS_RecipientEncryptedKey_value(keys, k), certificate) == 0)
        return true;
  }
  return false;
}

}  // namespace

Result<void> decrypt(const Identity& identity, const Content& enveloped, std::uint64_t limit, const Sink& out) {
  ERR_clear_error();
  const auto whole = enveloped.whole(limit);
  if (!whole) return whole.error();
  const auto der = decode(whole.value());
  if (!der) return der.error();
  const auto* begin = bytes_of(der.value());
  const auto* at = begin;
  const CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der->size())));
  if (!cms) return openssl_error("encoding", "это не CMS: данные повреждены или обрезаны");
  if (der->find_first_not_of("\r\n", static_cast<std::size_t>(at - begin)) != std::string::npos)
    return refused("encoding", "после зашифрованного сообщения есть лишние данные");
  const int type = OBJ_obj2nid(CMS_get0_type(cms.get()));
  if (type != NID_pkcs7_enveloped && type != NID_id_smime_ct_authEnvelopedData)
    return refused("not_enveloped", "это CMS, но не зашифрованное сообщение (EnvelopedData)");
  if (!is_for(cms.get(), identity.certificate.get()))
    return refused("not_for_us", "сообщение зашифровано не для этого сертификата");
  SinkState state{&out, {}};
  const BioPtr sink = sink_bio(state);
  if (CMS_decrypt(cms.get(), identity.key.get(), identity.certificate.get(), nullptr, sink.get(), CMS_BINARY) != 1) {
    if (state.error) {
      ERR_clear_error();
      return *state.error;
    }
    return openssl_error("decrypt", "расшифровать не удалось: сообщение повреждено или его шифр здесь недоступен");
  }
  ERR_clear_error();
  return {};
}

}  // namespace sedlink::signature
