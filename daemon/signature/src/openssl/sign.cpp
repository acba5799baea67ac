#include "openssl/sign.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "openssl/assemble.hpp"
#include "openssl/message.hpp"
#include "openssl/prepared.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

Error failed(const char* step) { return openssl_error("sign", fmt::format("подписать не удалось: {}", step)); }

Result<void> check_dates(const CertificateInfo& info, Time now) {
  if (now <= info.not_after && now > info.signs_until())
    return refused("expired", fmt::format("срок ключа сертификата «{}» истёк {}: сертификат ещё действует, но "
                                          "подписывать этим ключом нельзя",
                                          info.owner, to_iso8601(info.signs_until())));
  if (now > info.not_after)
    return refused("expired", fmt::format("срок сертификата «{}» истёк {}: им подписывать нельзя", info.owner,
                                          to_iso8601(info.not_after)));
  if (now < info.not_before)
    return refused("expired",
                   fmt::format("сертификат «{}» действует только с {}", info.owner, to_iso8601(info.not_before)));
  return {};
}

unsigned flags_of(const SignRequest& r) {
  unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | CMS_DETACHED;
  if (r.form == Form::cades_bes || r.form == Form::cades_t) flags |= CMS_CADES;
  if (r.form == Form::no_attributes) flags |= CMS_NOATTR;  // never together with CMS_CADES
  return flags;
}

// The message that gets our signer: a new one, or the one given, whose signatures must fit the content.
Result<CmsPtr> begin_message(const Identity& identity, const SignRequest& r, const Content& content) {
  if (r.existing.empty()) {
    CmsPtr cms(CMS_sign(nullptr, nullptr, identity.chain.get(), nullptr, flags_of(r)));
    if (!cms) return failed("сообщение не создаётся");
    return cms;
  }
  VerifyRequest check;
  check.signature = r.existing;
  check.content = content;
  check.policy.now = r.now;
  check.policy.attached_limit = std::max<std::uint64_t>(r.attached_limit, r.existing.size());
  auto judged = verify(check);
  if (!judged) return judged.error();
  for (const char* code : {"malformed", "trailing_data", "not_signed_data", "content_changed", "signature_wrong"})
    if (judged->has(code))
      return refused("existing", "к этой подписи свою не добавить: она повреждена или сделана под другим содержимым");
  const auto der = decode(r.existing);
  if (!der) return der.error();
  Opened opened = open_message(der.value());
  if (opened.fault) return refused("existing", opened.fault->text);
  for (int i = 0; i < sk_X509_num(identity.chain.get()); ++i)
    CMS_add1_cert(opened.message.cms.get(), sk_X509_value(identity.chain.get(), i));
  ERR_clear_error();
  return std::move(opened.message.cms);
}

const EVP_MD* digest_of_signer(CMS_SignerInfo* signer) {
  X509_ALGOR* algorithm = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &algorithm, nullptr);
  return digest_of(algorithm->algorithm);
}

Result<void> sign_attributes(CMS_ContentInfo* cms, CMS_SignerInfo* signer, Time now, std::string_view digest) {
  const std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME_free>> when(
      ASN1_TIME_adj(nullptr, std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count(), 0, 0));
  if (!when || CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_signingTime, when->type, when.get(), -1) != 1 ||
      CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_contentType, V_ASN1_OBJECT, CMS_get0_eContentType(cms), -1) != 1 ||
      CMS_signed_add1_attr_by_NID(signer, NID_pkcs9_messageDigest, V_ASN1_OCTET_STRING, digest.data(),
                                  static_cast<int>(digest.size())) != 1)
    return failed("подписываемые атрибуты не составить");
  if (CMS_SignerInfo_sign(signer) != 1) return failed("ключ подписи не дал");
  return {};
}

Result<void> sign_digest(CMS_SignerInfo* signer, EVP_PKEY* key, const EVP_MD* kind, std::string_view digest) {
  const KeyContextPtr context(EVP_PKEY_CTX_new(key, nullptr));
  std::size_t length = 0;
  if (!context || EVP_PKEY_sign_init(context.get()) != 1 || EVP_PKEY_CTX_set_signature_md(context.get(), kind) != 1 ||
      EVP_PKEY_sign(context.get(), nullptr, &length, bytes_of(digest), digest.size()) != 1)
    return failed("ключ подписи не дал");
  std::string value(length, '\0');
  if (EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(value.data()), &length, bytes_of(digest),
                    digest.size()) != 1 ||
      ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(signer), bytes_of(value), static_cast<int>(length)) != 1)
    return failed("ключ подписи не дал");
  return {};
}

Result<void> add_time_stamp(const SignRequest& r, CMS_SignerInfo* signer, EVP_PKEY* key) {
  const ASN1_OBJECT* kind = OBJ_nid2obj(EVP_PKEY_get_base_id(key));
  auto token =
      request_time_stamp(r, view(CMS_SignerInfo_get0_signature(signer)), kind != nullptr && is_gost(dotted(kind)));
  if (!token) return token.error();
  if (CMS_unsigned_add1_attr_by_NID(signer, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token->data(),
                                    static_cast<int>(token->size())) != 1)
    return failed("метку времени не вложить");
  return {};
}

class Signing {
 public:
  Signing(const Identity& identity, const SignRequest& request, CmsPtr cms)
      : identity_(identity), request_(request), cms_(std::move(cms)) {}

  Result<void> begin() {
    signer_ =
        CMS_add1_signer(cms_.get(), identity_.certificate.get(), identity_.key.get(), nullptr, flags_of(request_));
    if (signer_ == nullptr) return failed("этим ключом так не подписать");
    kind_ = digest_of_signer(signer_);
    context_.reset(EVP_MD_CTX_new());
    if (kind_ == nullptr || EVP_DigestInit_ex(context_.get(), kind_, nullptr) != 1) return failed("хеш не вычисляется");
    return {};
  }
  Result<void> add(std::string_view piece) {
    if (EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) != 1) return failed("хеш не вычисляется");
    return {};
  }
  Result<void> finish() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (EVP_DigestFinal_ex(context_.get(), bytes, &length) != 1) return failed("хеш не вычисляется");
    const std::string_view digest(reinterpret_cast<char*>(bytes), length);
    auto made = request_.form == Form::no_attributes ? sign_digest(signer_, identity_.key.get(), kind_, digest)
                                                     : sign_attributes(cms_.get(), signer_, request_.now, digest);
    if (made && request_.form == Form::cades_t) made = add_time_stamp(request_, signer_, identity_.key.get());
    return made;
  }
  [[nodiscard]] std::string der() const { return to_der(cms_.get(), i2d_CMS_ContentInfo); }

 private:
  const Identity& identity_;
  const SignRequest& request_;
  CmsPtr cms_;
  CMS_SignerInfo* signer_ = nullptr;  // of cms_
  const EVP_MD* kind_ = nullptr;
  DigestPtr context_;
};

// One reading: each piece is digested and written before the next is read.
Result<void> stream_attached(Signing& signing, const Content& content, const Sink& out) {
  const std::string unsigned_der = signing.der();
  const auto before = take_apart(unsigned_der);
  if (!before) return before.error();
  if (auto put = out(stream_begin(before.value())); !put) return put;
  auto streamed = content.stream([&](std::string_view piece) -> Result<void> {
    if (auto added = signing.add(piece); !added) return added;
    if (auto put = out(stream_piece_header(piece.size())); !put) return put;
    return out(piece);
  });
  if (!streamed) return streamed;
  if (auto finished = signing.finish(); !finished) return finished;
  const std::string signed_der = signing.der();
  const auto after = take_apart(signed_der);
  if (!after) return after.error();
  if (after->head != before->head)
    return Error{Fault::defect,
                 Audience::developer,
                 "signature.assemble",
                 "заголовок подписи изменился, пока её составляли",
                 {}};
  return out(stream_end(after.value()));
}

const Prepared* prepared_for(const Identity& identity, const SignRequest& r, const Content& content) {
  if (!r.existing.empty() || (r.attached && content.size() > r.attached_limit)) return nullptr;
  return r.form == Form::cades_bes ? identity.cades_bes.get() : r.form == Form::cms ? identity.cms.get() : nullptr;
}

}  // namespace

void prepare(Identity& identity) {
  const int kind = EVP_PKEY_get_base_id(identity.key.get());
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_EC) return;
  for (const auto& [form, into] :
       {std::pair(Form::cades_bes, &identity.cades_bes), std::pair(Form::cms, &identity.cms)}) {
    SignRequest request;
    request.form = form;
    request.now = identity.info.not_before;
    std::string made;
    const auto done = sign(identity, request, Content::memory({}), [&made](std::string_view piece) -> Result<void> {
      made += piece;
      return {};
    });
    if (done) *into = Prepared::from(made);
  }
}

Result<void> sign(const Identity& identity, const SignRequest& request, const Content& content, const Sink& out) {
  ERR_clear_error();
  if (auto valid = check_dates(identity.info, request.now); !valid) return valid;
  if (request.form == Form::cades_t && (!request.authority || request.authority->url.empty() || !request.fetch))
    return refused("form", "для CAdES-T нужна служба меток времени: укажите её адрес");
  if (const Prepared* ready = prepared_for(identity, request, content)) {
    auto made = ready->sign(identity.key.get(), request.now, content, request.attached, request.attached_limit);
    return made ? out(made.value()) : Result<void>(made.error());
  }
  auto cms = begin_message(identity, request, content);
  if (!cms) return cms.error();
  Signing signing(identity, request, std::move(cms).value());
  if (auto begun = signing.begin(); !begun) return begun;
  const bool own_message = request.existing.empty();
  if (own_message && request.attached && content.size() > request.attached_limit)
    return stream_attached(signing, content, out);

  std::string whole;  // attached: the one buffer that is digested and written
  if (own_message && request.attached) {
    auto read = content.whole(request.attached_limit);
    if (!read) return read.error();
    whole = std::move(read).value();
    if (auto added = signing.add(whole); !added) return added;
  } else if (auto added = content.stream([&signing](std::string_view piece) { return signing.add(piece); }); !added) {
    return added;
  }
  if (auto finished = signing.finish(); !finished) return finished;
  const std::string der = signing.der();
  if (der.empty()) return failed("подпись не записывается");
  if (!own_message || !request.attached) return out(der);
  const auto pieces = take_apart(der);
  if (!pieces) return pieces.error();
  return out(with_content(pieces.value(), whole));
}

}  // namespace sedlink::signature
