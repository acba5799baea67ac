#include "openssl/assemble.hpp"

#include "openssl/handles.hpp"

namespace sedlink::signature {
namespace {

using namespace std::string_view_literals;

constexpr auto signed_data_oid = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"sv;
constexpr auto end_of_contents = "\x00\x00"sv;

std::string header(unsigned char tag, std::size_t length) {
  std::string out(1, static_cast<char>(tag));
  if (length < 0x80) return out + static_cast<char>(length);
  std::string digits;
  for (std::size_t rest = length; rest != 0; rest >>= 8) digits.insert(digits.begin(), static_cast<char>(rest & 0xff));
  return out + static_cast<char>(0x80 | digits.size()) + digits;
}

std::string message_of(std::string_view signed_data) {
  std::string message(signed_data_oid);
  message += wrap(0xa0, wrap(0x30, signed_data));
  return wrap(0x30, message);
}

}  // namespace

std::optional<Element> next_element(std::string_view& in) {
  if (in.size() < 2) return std::nullopt;
  Element out;
  out.tag = static_cast<unsigned char>(in[0]);
  std::size_t length = static_cast<unsigned char>(in[1]), front = 2;
  if (length >= 0x80) {
    const std::size_t count = length & 0x7f;
    if (count == 0 || count > 4 || in.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8 | static_cast<unsigned char>(in[2 + i]);
    front += count;
  }
  if (in.size() - front < length) return std::nullopt;
  out.whole = in.substr(0, front + length);
  out.body = in.substr(front, length);
  in.remove_prefix(front + length);
  return out;
}

std::string wrap(unsigned char tag, std::string_view body) { return header(tag, body.size()).append(body); }

Result<Pieces> take_apart(std::string_view der) {
  Pieces out;
  const auto outer = next_element(der);
  const auto defect = [] {
    return Error{
        Fault::defect, Audience::developer, "signature.assemble", "собранная подпись имеет неожиданное строение", {}};
  };
  if (!outer || outer->tag != 0x30 || !outer->body.starts_with(signed_data_oid)) return defect();
  std::string_view rest = outer->body.substr(signed_data_oid.size());
  const auto explicit_content = next_element(rest);
  if (!explicit_content || explicit_content->tag != 0xa0) return defect();
  rest = explicit_content->body;
  const auto signed_data = next_element(rest);
  if (!signed_data || signed_data->tag != 0x30) return defect();
  rest = signed_data->body;
  const auto version = next_element(rest), digests = next_element(rest), content = next_element(rest);
  if (!version || !digests || !content || version->tag != 0x02 || digests->tag != 0x31 || content->tag != 0x30)
    return defect();
  out.head = std::string_view(version->whole.data(), version->whole.size() + digests->whole.size());
  std::string_view inside = content->body;
  const auto type = next_element(inside);
  if (!type || type->tag != 0x06) return defect();
  out.type = type->whole;
  out.tail = rest;
  return out;
}

std::string with_content(const Pieces& p, std::string_view content) {
  std::string encapsulated(p.type);
  encapsulated += wrap(0xa0, wrap(0x04, content));
  std::string body(p.head);
  body += wrap(0x30, encapsulated);
  body += p.tail;
  return message_of(body);
}

std::string without_content(const Pieces& p) {
  std::string body(p.head);
  body += wrap(0x30, p.type);
  body += p.tail;
  return message_of(body);
}

std::string stream_begin(const Pieces& p) {
  std::string out = "\x30\x80";
  out += signed_data_oid;
  out += "\xa0\x80\x30\x80"sv;
  out += p.head;
  out += "\x30\x80"sv;
  out += p.type;
  out += "\xa0\x80\x24\x80"sv;
  return out;
}

std::string stream_piece_header(std::size_t length) { return header(0x04, length); }

std::string stream_end(const Pieces& p) {
  std::string out;
  for (int i = 0; i < 3; ++i) out += end_of_contents;  // OCTET STRING, [0], EncapsulatedContentInfo
  out += p.tail;
  for (int i = 0; i < 3; ++i) out += end_of_contents;  // SignedData, [0], ContentInfo
  return out;
}

}  // namespace sedlink::signature
