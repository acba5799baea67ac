#include "sedlink/sim/message_body.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "sedlink/core/text.hpp"

namespace sedlink::sim {
namespace {

constexpr std::size_t block = 48 * 1024;  // divisible by 3: base64 blocks join without padding

}  // namespace

void MessageBody::add(std::string text) {
  if (text.empty()) return;
  size_ += text.size();
  parts_.emplace_back(std::move(text));
}

void MessageBody::add(ContentPtr content, Form form) {
  if (content->size() == 0) return;
  size_ += form == Form::raw ? content->size() : (content->size() + 2) / 3 * 4;
  parts_.emplace_back(Insert{std::move(content), form});
}

std::size_t MessageBody::read_insert(const Insert& insert, std::span<char> buffer) {
  if (insert.form == Form::raw) {
    const std::size_t n = insert.content->read(offset_, buffer);
    offset_ += n;
    return n;
  }
  if (handed_ == ready_.size()) {
    char bytes[block];
    const std::size_t n = insert.content->read(offset_, bytes);
    offset_ += n;
    ready_ = text::base64_encode(std::string_view(bytes, n));
    handed_ = 0;
  }
  const std::size_t n = std::min(buffer.size(), ready_.size() - handed_);
  std::memcpy(buffer.data(), ready_.data() + handed_, n);
  handed_ += n;
  return n;
}

Task<std::size_t> MessageBody::read(std::span<char> buffer) {
  std::size_t n = 0;
  try {
    for (; n == 0 && part_ < parts_.size() && !buffer.empty();) {
      if (const auto* text = std::get_if<std::string>(&parts_[part_])) {
        n = std::min<std::size_t>(buffer.size(), text->size() - offset_);
        std::memcpy(buffer.data(), text->data() + offset_, n);
        offset_ += n;
      } else {
        n = read_insert(std::get<Insert>(parts_[part_]), buffer);
      }
      if (n > 0) break;
      ++part_;
      offset_ = 0;
    }
  } catch (const std::runtime_error& failed) {
    co_return Error{Fault::transient, Audience::admin, "sim.scratch", failed.what(), {}};
  }
  co_return n;
}

Result<void> MessageBody::rewind() {
  part_ = 0;
  offset_ = 0;
  ready_.clear();
  handed_ = 0;
  return {};
}

void set_body(net::ServerResponse& response, ContentPtr content) {
  if (content->size() <= ContentStore::in_memory) {
    response.body = content->text();
    return;
  }
  auto body = std::make_shared<MessageBody>();
  body->add(std::move(content), MessageBody::Form::raw);
  response.source = std::move(body);
}

void insert_contents(net::ServerResponse& response, const ContentStore& store) {
  std::string_view rest = response.body;
  if (response.source || rest.find(store.token_prefix()) == std::string_view::npos) return;
  auto body = std::make_shared<MessageBody>();
  for (;;) {
    const std::size_t at = rest.find(store.token_prefix());
    body->add(std::string(rest.substr(0, at)));
    if (at == std::string_view::npos) break;
    ContentPtr content = store.find(rest.substr(at, store.token_size()));
    if (!content) throw std::logic_error("answer: a content that is gone");
    body->add(std::move(content), MessageBody::Form::base64);
    rest.remove_prefix(at + store.token_size());
  }
  response.body.clear();
  response.source = std::move(body);
}

}  // namespace sedlink::sim
