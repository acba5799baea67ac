// Finding large contents in a body while it arrives.
#include <optional>

#include "candidate.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/message_body.hpp"

namespace sedlink::sim {
namespace {

constexpr std::size_t head_limit = 64 * 1024;  // of a part

class PlainSplitter final : public BodySplitter {
 public:
  void feed(std::string_view piece) override { text_ += piece; }
};

// Plain bytes: the whole body is one content when it is large.
class RawSplitter final : public BodySplitter {
 public:
  explicit RawSplitter(ContentStore& store) : store_(store) {}

  void feed(std::string_view piece) override {
    if (writer_) return writer_->append(piece);
    text_ += piece;
    if (text_.size() <= ContentStore::in_memory) return;
    writer_.emplace(store_);
    writer_->append(text_);
    text_ = std::string();
  }
  void finish() override {
    if (!writer_) return;
    held_.push_back(writer_->finish());
    text_ = held_.back()->token();
  }

 private:
  ContentStore& store_;
  std::optional<ContentWriter> writer_;
};

// A char by its \u escape; '!' for what base64 cannot hold.
char escaped_char(std::string_view hex) {
  unsigned code = 0;
  for (const char c : hex) {
    const auto digit = std::string_view("0123456789abcdef").find(text::to_lower_ascii(std::string_view(&c, 1)));
    if (digit == std::string_view::npos) return '!';
    code = code * 16 + static_cast<unsigned>(digit);
  }
  return code < 0x80 ? static_cast<char>(code) : '!';
}

class JsonSplitter final : public BodySplitter {
 public:
  explicit JsonSplitter(ContentStore& store) : candidate_(store) {}

  void feed(std::string_view piece) override {
    while (!piece.empty()) {
      switch (place_) {
        case Place::outside: piece.remove_prefix(outside(piece)); break;
        case Place::string: piece.remove_prefix(string(piece)); break;
        case Place::content: piece.remove_prefix(content(piece)); break;
      }
    }
  }
  void finish() override {
    if (place_ == Place::content) text_ += candidate_.end(held_) + escape_;  // cut off: no JSON anyway
  }

 private:
  enum class Place { outside = 1, string, content };
  // How much of `["name", "` or of `"Value": "` has been seen.
  enum class Pair { none = 1, open, name, key, comma };

  std::size_t outside(std::string_view piece) {
    const char c = piece.front();
    text_ += c;
    if (c == '"') {
      place_ = pair_ == Pair::comma ? Place::content : Place::string;
    } else if (c == '[') {
      pair_ = Pair::open;
    } else if ((c == ',' && pair_ == Pair::name) || (c == ':' && pair_ == Pair::key)) {
      pair_ = Pair::comma;
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      pair_ = Pair::none;
    }
    return 1;
  }

  std::size_t string(std::string_view piece) {
    if (after_backslash_) {
      after_backslash_ = false;
      text_ += piece.front();
      return 1;
    }
    const std::size_t stop = find_any<'"', '\\'>(piece);
    if (stop == std::string_view::npos) {
      text_ += piece;
      return piece.size();
    }
    text_ += piece.substr(0, stop + 1);
    after_backslash_ = piece[stop] == '\\';
    if (!after_backslash_) {
      place_ = Place::outside;
      pair_ = pair_ == Pair::open ? Pair::name : (text_.ends_with("\"Value\"") ? Pair::key : Pair::none);
    }
    return stop + 1;
  }

  std::size_t content(std::string_view piece) {
    if (!escape_.empty()) {
      escape_ += piece.front();
      if (escape_.size() == 2 && escape_[1] == 'u') return 1;
      if (escape_[1] == 'u' && escape_.size() < 6) return 1;
      char c = escape_[1] == 'u' ? escaped_char(std::string_view(escape_).substr(2)) : escape_[1];
      if (c == 'n' || c == 'r' || c == 't') c = ' ';  // line ends within base64
      candidate_.add(escape_, std::string_view(&c, 1));
      escape_.clear();
      return 1;
    }
    const std::size_t stop = find_any<'"', '\\'>(piece);
    const std::string_view run = piece.substr(0, stop);
    candidate_.add(run);
    if (stop == std::string_view::npos) return piece.size();
    if (piece[stop] == '\\') {
      escape_ = "\\";
      return stop + 1;
    }
    text_ += candidate_.end(held_);
    text_ += '"';
    place_ = Place::outside;
    pair_ = Pair::none;
    return stop + 1;
  }

  Candidate candidate_;
  Place place_ = Place::outside;
  Pair pair_ = Pair::none;
  bool after_backslash_ = false;
  std::string escape_;
};

class XmlSplitter final : public BodySplitter {
 public:
  explicit XmlSplitter(ContentStore& store) : candidate_(store) {}

  void feed(std::string_view piece) override {
    while (!piece.empty()) {
      switch (place_) {
        case Place::text: piece.remove_prefix(text_until(piece)); break;
        case Place::tag: piece.remove_prefix(tag(piece)); break;
        case Place::content: piece.remove_prefix(content(piece)); break;
      }
    }
  }
  void finish() override {
    if (place_ == Place::content) text_ += candidate_.end(held_) + entity_;
  }

 private:
  enum class Place { text = 1, tag, content };

  std::size_t text_until(std::string_view piece) {
    const std::size_t stop = piece.find('<');
    text_ += piece.substr(0, stop);
    if (stop == std::string_view::npos) return piece.size();
    open_tag();
    return stop + 1;
  }

  void open_tag() {
    place_ = Place::tag;
    text_ += '<';
    tag_at_ = text_.size();
    quote_ = 0;
  }

  // Comments and CDATA sections end at their own marks, tags at '>' outside quotes.
  std::size_t tag(std::string_view piece) {
    const char c = piece.front();
    text_ += c;
    const std::string_view seen = std::string_view(text_).substr(tag_at_);
    if (seen.starts_with("!--")) {
      if (seen.size() >= 5 && seen.ends_with("-->")) place_ = Place::text;
    } else if (seen.starts_with("![CDATA[")) {
      if (seen.ends_with("]]>")) place_ = Place::text;
    } else if (quote_ != 0) {
      if (c == quote_) quote_ = 0;
    } else if (c == '"' || c == '\'') {
      quote_ = c;
    } else if (c == '>') {
      place_ = is_content(seen.substr(0, seen.size() - 1)) ? Place::content : Place::text;
    }
    return 1;
  }

  static bool is_content(std::string_view tag) {
    if (tag.ends_with('/')) return false;
    std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n"));
    if (const auto colon = name.rfind(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    return name == "binaryData";
  }

  std::size_t content(std::string_view piece) {
    if (!entity_.empty()) {
      entity_ += piece.front();
      if (piece.front() != ';' && piece.front() != '<' && entity_.size() < 12) return 1;
      const bool blank = entity_ == "&#13;" || entity_ == "&#10;" || entity_ == "&#9;" || entity_ == "&#32;" ||
                         entity_ == "&#xD;" || entity_ == "&#xA;" || entity_ == "&#xd;" || entity_ == "&#xa;";
      candidate_.add(entity_, blank ? " " : no_base64);
      entity_.clear();
      return 1;
    }
    const std::size_t stop = find_any<'<', '&'>(piece);
    const std::string_view run = piece.substr(0, stop);
    candidate_.add(run);
    if (stop == std::string_view::npos) return piece.size();
    if (piece[stop] == '&') {
      entity_ = "&";
      return stop + 1;
    }
    text_ += candidate_.end(held_);
    open_tag();
    return stop + 1;
  }

  Candidate candidate_;
  Place place_ = Place::text;
  std::size_t tag_at_ = 0;  // in text_, after '<'
  char quote_ = 0;
  std::string entity_;
};

class MultipartSplitter final : public BodySplitter {
 public:
  MultipartSplitter(ContentStore& store, const std::string& boundary)
      : store_(store), mark_("\r\n--" + boundary), pending_("\r\n") {}

  void feed(std::string_view piece) override {
    pending_ += piece;
    while (step()) {}
  }
  void finish() override {
    end_content(pending_);
    pending_.clear();
    trim_start();
  }

 private:
  // One part's head or body; false when more bytes are needed.
  bool step() {
    if (in_head_) {
      const std::size_t end = pending_.find("\r\n\r\n");
      const std::size_t mark = pending_.find(mark_);
      if (mark != std::string::npos && (end == std::string::npos || mark < end)) {
        take(mark + mark_.size());
        return true;
      }
      if (end == std::string::npos) {
        if (pending_.size() > head_limit) take(pending_.size());  // no multipart any more
        return false;
      }
      has_file_ = pending_.substr(0, end).find("filename") != std::string::npos;
      take(end + 4);
      in_head_ = false;
      return true;
    }
    const std::size_t mark = pending_.find(mark_);
    if (mark == std::string::npos) {
      if (pending_.size() < mark_.size() + ContentStore::in_memory) return false;
      const std::size_t sure = pending_.size() - mark_.size() + 1;
      if (has_file_ && !writer_) writer_.emplace(store_);
      if (writer_)
        writer_->append(std::string_view(pending_).substr(0, sure));
      else
        text_ += std::string_view(pending_).substr(0, sure);
      pending_.erase(0, sure);
      return false;
    }
    end_content(std::string_view(pending_).substr(0, mark));
    pending_.erase(0, mark);
    take(mark_.size());
    in_head_ = true;
    return true;
  }

  void end_content(std::string_view last) {
    if (!writer_ && has_file_ && !in_head_ && last.size() > ContentStore::in_memory) writer_.emplace(store_);
    if (!writer_) {
      text_ += last;
      return;
    }
    writer_->append(last);
    ContentPtr content = writer_->finish();
    writer_.reset();
    text_ += content->token();
    held_.push_back(std::move(content));
  }

  void take(std::size_t n) {
    text_ += std::string_view(pending_).substr(0, n);
    pending_.erase(0, n);
    trim_start();
  }

  // The line end that was put before the first mark.
  void trim_start() {
    if (trimmed_ || text_.size() < 2) return;
    text_.erase(0, 2);
    trimmed_ = true;
  }

  ContentStore& store_;
  std::string mark_;
  std::string pending_;
  bool in_head_ = true, has_file_ = false, trimmed_ = false;
  std::optional<ContentWriter> writer_;
};

std::string boundary_of(std::string_view content_type) {
  const auto at = text::to_lower_ascii(content_type).find("boundary=");
  if (at == std::string::npos) return {};
  std::string_view rest = content_type.substr(at + 9);
  if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
  return std::string(rest.substr(0, rest.find_first_of("; \r\n")));
}

// For bodies without a telling type: the first sign decides.
class GuessingSplitter final : public BodySplitter {
 public:
  explicit GuessingSplitter(ContentStore& store) : store_(store) {}
  void feed(std::string_view piece) override {
    if (!real_) {
      begin_ += piece;
      const std::size_t first = begin_.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
      if (first == std::string::npos && begin_.size() < 64) return;
      const char c = first == std::string::npos ? ' ' : begin_[first];
      if (c == '<')
        real_ = std::make_unique<XmlSplitter>(store_);
      else if (c == '{' || c == '[')
        real_ = std::make_unique<JsonSplitter>(store_);
      else
        real_ = std::make_unique<PlainSplitter>();
      real_->feed(begin_);
    } else {
      real_->feed(piece);
    }
  }
  void finish() override {
    if (real_) real_->finish();
  }
  const std::string& text() const override { return real_ ? real_->text() : begin_; }
  const std::vector<ContentPtr>& held() const override { return real_ ? real_->held() : held_; }

 private:
  ContentStore& store_;
  std::string begin_;
  std::unique_ptr<BodySplitter> real_;
};

}  // namespace

std::unique_ptr<BodySplitter> make_splitter(ContentStore& store, std::string_view content_type) {
  const std::string media = text::to_lower_ascii(net::media_type(content_type));
  if (media == "multipart/form-data") {
    const std::string boundary = boundary_of(content_type);
    if (!boundary.empty()) return std::make_unique<MultipartSplitter>(store, boundary);
    return std::make_unique<PlainSplitter>();
  }
  if (media == "application/octet-stream") return std::make_unique<RawSplitter>(store);
  if (media == "application/x-www-form-urlencoded") return std::make_unique<PlainSplitter>();
  return std::make_unique<GuessingSplitter>(store);
}

}  // namespace sedlink::sim
