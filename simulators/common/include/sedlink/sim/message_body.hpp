#pragma once
// Messages that carry contents: what a simulator sees of a request, and what goes out for an answer.
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sedlink/net/server.hpp"
#include "sedlink/sim/content.hpp"

namespace sedlink::sim {

// Takes the body of a request piece by piece. Large file contents go to the store; in the text a token stands for each:
//   JSON                 the second string of a pair ["name", "base64"], the string of a member "Value"
//   XML                  the text of every element <binaryData>
//   multipart/form-data  the bytes of a part with a file name
//   application/octet-stream  the whole body
// Everything else is kept as it came. Base64 that is none becomes a text that is no base64 either, so that whoever
// reads the message refuses it.
class BodySplitter {
 public:
  virtual ~BodySplitter() = default;
  // Throws std::runtime_error when the store cannot be written.
  virtual void feed(std::string_view piece) = 0;
  // After the last piece. The contents live as long as `held`.
  virtual void finish() {}
  [[nodiscard]] virtual const std::string& text() const { return text_; }
  [[nodiscard]] virtual const std::vector<ContentPtr>& held() const { return held_; }

 protected:
  std::string text_;
  std::vector<ContentPtr> held_;
};
[[nodiscard]] std::unique_ptr<BodySplitter> make_splitter(ContentStore& store, std::string_view content_type);

// The body of an answer out of texts and contents, in order. Knows its size before the first byte.
class MessageBody final : public net::BodySource {
 public:
  enum class Form { raw = 1, base64 };
  struct Insert {
    ContentPtr content;
    Form form = Form::raw;
  };
  void add(std::string text);
  void add(ContentPtr content, Form form);

  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
  Task<std::size_t> read(std::span<char> buffer) override;
  Result<void> rewind() override;

 private:
  std::size_t read_insert(const Insert& insert, std::span<char> buffer);
  std::vector<std::variant<std::string, Insert>> parts_;
  std::uint64_t size_ = 0;
  std::size_t part_ = 0;      // being read
  std::uint64_t offset_ = 0;  // in its own bytes: of the text, of the content
  std::string ready_;         // encoded, not handed out yet
  std::size_t handed_ = 0;
};

// A whole content as the body of an answer.
void set_body(net::ServerResponse& response, ContentPtr content);
// Puts base64 of the contents where their tokens stand in response.body.
void insert_contents(net::ServerResponse& response, const ContentStore& store);

}  // namespace sedlink::sim
