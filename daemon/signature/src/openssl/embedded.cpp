// What a message brings along for its own verification: trusted in nothing, it only helps to build chains and to find
// lists.
#include <openssl/err.h>
#include <openssl/objects.h>

#include "openssl/assemble.hpp"
#include "openssl/message.hpp"

namespace sedlink::signature {
namespace {

// The single SEQUENCE of an unsigned attribute; empty when it is not there.
std::string_view unsigned_sequence(CMS_SignerInfo* signer, int nid) {
  const ASN1_OBJECT* type = OBJ_nid2obj(nid);
  const int at = CMS_unsigned_get_attr_by_OBJ(signer, type, -1);
  X509_ATTRIBUTE* found = at < 0 ? nullptr : CMS_unsigned_get_attr(signer, at);
  const ASN1_TYPE* value = found == nullptr ? nullptr : X509_ATTRIBUTE_get0_type(found, 0);
  return value == nullptr || value->type != V_ASN1_SEQUENCE ? std::string_view() : view(value->value.sequence);
}

std::string_view inside_of(std::string_view element, unsigned char tag) {
  const auto one = next_element(element);
  return one && one->tag == tag ? one->body : std::string_view();
}

// CertificateValues ::= SEQUENCE OF Certificate (RFC 5126, 6.3.3).
void take_certificates(std::string_view list, STACK_OF(X509) * into) {
  while (const auto one = next_element(list)) {
    const auto* at = bytes_of(one->whole);
    if (X509* read = d2i_X509(nullptr, &at, static_cast<long>(one->whole.size()))) sk_X509_push(into, read);
  }
}

// RevocationValues ::= SEQUENCE { crlVals [0] SEQUENCE OF CertificateList OPTIONAL, … } (RFC 5126, 6.3.4).
void take_lists(std::string_view values, std::vector<CrlPtr>& into) {
  std::string_view list = inside_of(inside_of(values, 0xa0), 0x30);
  while (const auto one = next_element(list)) {
    const auto* at = bytes_of(one->whole);
    if (CrlPtr read{d2i_X509_CRL(nullptr, &at, static_cast<long>(one->whole.size()))}) into.push_back(std::move(read));
  }
}

}  // namespace

void take_embedded(Message& m) {
  m.certificates.reset(CMS_get1_certs(m.cms.get()));
  if (!m.certificates) m.certificates.reset(sk_X509_new_null());
  if (STACK_OF(X509_CRL)* lists = CMS_get1_crls(m.cms.get())) {
    while (sk_X509_CRL_num(lists) > 0) m.crls.emplace_back(sk_X509_CRL_shift(lists));
    sk_X509_CRL_free(lists);
  }
  const STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(m.cms.get());
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    CMS_SignerInfo* one = sk_CMS_SignerInfo_value(signers, i);
    take_certificates(inside_of(unsigned_sequence(one, NID_id_smime_aa_ets_certValues), 0x30), m.certificates.get());
    take_lists(inside_of(unsigned_sequence(one, NID_id_smime_aa_ets_revocationValues), 0x30), m.crls);
  }
  ERR_clear_error();
}

}  // namespace sedlink::signature
