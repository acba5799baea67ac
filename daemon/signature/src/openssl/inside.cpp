#include "sedlink/signature/inside.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "openssl/certificate.hpp"
#include "openssl/message.hpp"
#include "sedlink/signature/encoding.hpp"

namespace sedlink::signature {
namespace {

std::string taken(BIO* out) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

void add(std::string& text, X509* certificate) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(out.get(), certificate) == 1) text += taken(out.get());
}

}  // namespace

Result<Inside> look_inside(std::string_view signature) {
  const auto der = decode(signature);
  if (!der) return der.error();
  const Opened opened = open_message(der.value());
  if (opened.fault) return refused("malformed", opened.fault->text);
  const Message& m = opened.message;
  Inside out;
  out.attached = m.attached;
  for (int i = 0; i < sk_X509_num(m.certificates.get()); ++i)
    add(out.certificates, sk_X509_value(m.certificates.get(), i));
  const STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(m.cms.get());
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    CMS_SignerInfo* signer = sk_CMS_SignerInfo_value(signers, i);
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
    StampedValue stamped;
    stamped.value = view(CMS_SignerInfo_get0_signature(signer));
    stamped.tokens = tokens_of(signer);
    out.signers.push_back(std::move(stamped));
    out.gost = out.gost || is_gost(dotted(digest->algorithm));
  }
  ERR_clear_error();
  return out;
}

Result<PemParts> as_pem(std::string_view file) {
  const auto read = read_certificates(file, "файл");
  if (!read) return read.error();
  PemParts out;
  for (const auto& one : read->certificates) {
    add(out.certificates, one.get());
    // By names alone: a key of an engine that is not here cannot be asked.
    out.self_signed =
        out.self_signed && X509_NAME_cmp(X509_get_subject_name(one.get()), X509_get_issuer_name(one.get())) == 0;
  }
  for (const auto& one : read->crls) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_X509_CRL(bio.get(), one.get()) == 1) out.crls += taken(bio.get());
  }
  ERR_clear_error();
  return out;
}

}  // namespace sedlink::signature
