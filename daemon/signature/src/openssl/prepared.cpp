#include "openssl/prepared.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <algorithm>

#include "openssl/assemble.hpp"

namespace sedlink::signature {
namespace {

using namespace std::string_view_literals;

constexpr auto message_digest_oid = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"sv;
constexpr auto signing_time_oid = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"sv;

std::string attribute(std::string_view oid, std::string_view value) {
  return wrap(0x30, std::string(oid) + wrap(0x31, value));
}

// RFC 5652, 11.3: UTCTime through 2049, GeneralizedTime from 2050 on.
std::string time_value(Time now) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(now - day));
  const int year = static_cast<int>(date.year());
  const std::string rest =
      fmt::format("{:02}{:02}{:02}{:02}{:02}Z", static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  return year < 2050 ? wrap(0x17, fmt::format("{:02}", year % 100) + rest)
                     : wrap(0x18, fmt::format("{:04}", year) + rest);
}

Error failed() { return openssl_error("sign", "подписать не удалось: ключ подписи не дал"); }

Result<std::string> sign_bytes(EVP_PKEY* key, const EVP_MD* digest, std::string_view bytes) {
  const DigestPtr context(EVP_MD_CTX_new());
  std::size_t length = 0;
  if (!context || EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &length, bytes_of(bytes), bytes.size()) != 1)
    return failed();
  std::string out(length, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &length, bytes_of(bytes),
                     bytes.size()) != 1)
    return failed();
  out.resize(length);
  return out;
}

const EVP_MD* digest_in(std::string_view algorithm) {
  const auto* at = bytes_of(algorithm);
  const std::unique_ptr<X509_ALGOR, Freed<X509_ALGOR_free>> parsed(
      d2i_X509_ALGOR(nullptr, &at, static_cast<long>(algorithm.size())));
  return parsed ? digest_of(parsed->algorithm) : nullptr;
}

}  // namespace

std::shared_ptr<const Prepared> Prepared::from(std::string_view detached) {
  const auto pieces = take_apart(detached);
  if (!pieces) return nullptr;
  auto out = std::make_shared<Prepared>();
  out->head_ = pieces->head;
  out->type_ = pieces->type;
  std::string_view rest = pieces->tail;
  std::optional<Element> signers;
  while (const auto one = next_element(rest)) {
    if (signers) out->certificates_ += signers->whole;
    signers = one;
  }
  if (!signers || signers->tag != 0x31) return nullptr;
  std::string_view inside = signers->body;
  const auto signer = next_element(inside);
  if (!signer || !inside.empty()) return nullptr;
  inside = signer->body;
  const auto version = next_element(inside), sid = next_element(inside), digest = next_element(inside),
             attributes = next_element(inside), algorithm = next_element(inside), signature = next_element(inside);
  if (!signature || attributes->tag != 0xa0 || signature->tag != 0x04 || !inside.empty()) return nullptr;
  for (const auto& part : {version, sid, digest}) out->signer_ += part->whole;
  out->algorithm_ = algorithm->whole;
  out->digest_ = digest_in(digest->whole);
  inside = attributes->body;
  while (const auto one = next_element(inside))
    if (!one->body.starts_with(message_digest_oid) && !one->body.starts_with(signing_time_oid))
      out->attributes_.emplace_back(one->whole);
  return out->digest_ == nullptr ? nullptr : out;
}

Result<std::string> Prepared::sign(EVP_PKEY* key, Time now, const Content& content, bool attached,
                                   std::uint64_t limit) const {
  const DigestPtr context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), digest_, nullptr) != 1) return failed();
  const auto add = [&context](std::string_view piece) -> Result<void> {
    if (EVP_DigestUpdate(context.get(), piece.data(), piece.size()) != 1) return failed();
    return {};
  };
  std::string whole;  // attached: the one buffer that is digested and written
  if (attached) {
    auto read = content.whole(limit);
    if (!read) return read.error();
    whole = std::move(read).value();
    if (auto added = add(whole); !added) return added.error();
  } else if (auto streamed = content.stream(add); !streamed) {
    return streamed.error();
  }
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_DigestFinal_ex(context.get(), hash, &length) != 1) return failed();

  std::vector<std::string> attributes = attributes_;
  attributes.push_back(
      attribute(message_digest_oid, wrap(0x04, std::string_view(reinterpret_cast<char*>(hash), length))));
  attributes.push_back(attribute(signing_time_oid, time_value(now)));
  std::ranges::sort(attributes, [](const std::string& a, const std::string& b) {  // SET OF in DER: by unsigned bytes
    return std::ranges::lexicographical_compare(
        a, b, {}, [](char c) { return static_cast<unsigned char>(c); },
        [](char c) { return static_cast<unsigned char>(c); });
  });
  std::string set;
  for (const auto& one : attributes) set += one;
  const auto signature = sign_bytes(key, digest_, wrap(0x31, set));
  if (!signature) return signature.error();
  std::string info = signer_ + wrap(0xa0, set);
  info += algorithm_;
  info += wrap(0x04, signature.value());
  const std::string tail = certificates_ + wrap(0x31, wrap(0x30, info));
  const Pieces pieces{head_, type_, tail};
  return attached ? with_content(pieces, whole) : without_content(pieces);
}

}  // namespace sedlink::signature
