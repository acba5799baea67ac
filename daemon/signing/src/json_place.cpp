// A string inside a JSON text is read and replaced in place: numbers and blanks of the rest stay as their writer put
// them (a library's writer would turn 1.10 into 1.1E0).
#include <boost/json.hpp>
#include <optional>

#include "sedlink/core/json.hpp"
#include "sedlink/signing/carriage.hpp"

namespace sedlink::signing {
namespace {

Error wrong(std::string message) {
  return {Fault::rejected, Audience::admin, "signing.json", std::move(message), {}, {}};
}

// Over a text that is known to be JSON.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t at() const noexcept { return at_; }
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  // The next character that is no blank; '\0' at the end.
  [[nodiscard]] char here() {
    skip_blanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void skip_one() { ++at_; }

  // A string token with its quotes.
  std::string_view string() {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view value() {
    skip_blanks();
    const std::size_t begin = at_;
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = here();
      if (c == '"') {
        string();
      } else if (c == '{' || c == '[') {
        ++depth, ++at_;
      } else if (c == '}' || c == ']') {
        if (depth == 0) break;
        --depth, ++at_;
      } else if (depth == 0 && c == ',') {
        break;
      } else if (c != '\0') {
        ++at_;
        if (c != ',' && c != ':') at_ = std::min(text_.find_first_of(",:]} \t\r\n", at_), text_.size());
      }
      if (depth == 0) break;
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string unquoted(std::string_view token) {
  boost::system::error_code problem;
  const auto value = boost::json::parse(token, problem);
  return !problem && value.is_string() ? std::string(value.get_string()) : std::string();
}

struct Place {
  std::size_t begin = 0, length = 0;
  bool exists = false;
  bool empty_object = false;
  std::string name;  // of the member to add
};

std::vector<std::string> steps_of(const std::string& pointer) {
  std::vector<std::string> steps;
  for (std::size_t from = 1; from <= pointer.size();) {
    const std::size_t to = std::min(pointer.find('/', from), pointer.size());
    std::string step = pointer.substr(from, to - from);
    for (std::size_t i = 0; (i = step.find('~', i)) != std::string::npos; ++i)
      if (i + 1 < step.size()) step.replace(i, 2, step[i + 1] == '1' ? "/" : "~");
    steps.push_back(std::move(step));
    from = to + 1;
  }
  return steps;
}

// Where the value of `pointer` is, or where its member would be added; nullopt = there is no such place.
std::optional<Place> find(std::string_view text, const std::string& pointer) {
  Scanner in(text);
  const std::vector<std::string> steps = steps_of(pointer);
  for (std::size_t depth = 0; depth < steps.size(); ++depth) {
    const char kind = in.here();
    if (kind != '{' && kind != '[') return std::nullopt;
    in.skip_one();
    const std::size_t inside = in.at();
    bool found = false, empty = true;
    for (std::size_t n = 0; in.here() != '}' && in.here() != ']' && in.here() != '\0'; ++n) {
      empty = false;
      std::string name = std::to_string(n);
      if (kind == '{') {
        name = unquoted(in.string());
        in.skip_blanks();
        in.skip_one();  // the colon
        in.skip_blanks();
      }
      if (name == steps[depth]) {
        found = true;
        break;
      }
      in.value();
      if (in.here() == ',') in.skip_one();
    }
    if (found) continue;
    if (kind == '[' || depth + 1 < steps.size()) return std::nullopt;
    Place place;
    place.begin = inside;
    place.empty_object = empty;
    place.name = steps[depth];
    return place;
  }
  Place place;
  in.skip_blanks();
  place.begin = in.at();
  place.length = in.value().size();
  place.exists = true;
  return place;
}

std::string quoted(const std::string& text) { return boost::json::serialize(boost::json::string_view(text)); }

}  // namespace

Result<std::string> json_string_at(const std::string& text, const std::string& pointer) {
  if (const auto parsed = json::parse(text); !parsed) return wrong("Тело запроса — не JSON: " + parsed.error().message);
  const auto place = find(text, pointer);
  if (!place || !place->exists || text[place->begin] != '"')
    return wrong("В теле запроса нет строки " + pointer + ": подписывать нечего");
  return unquoted(std::string_view(text).substr(place->begin, place->length));
}

Result<std::string> with_json_string(const std::string& text, const std::string& pointer, const std::string& value) {
  if (const auto parsed = json::parse(text); !parsed) return wrong("Тело запроса — не JSON: " + parsed.error().message);
  const auto place = find(text, pointer);
  if (!place) return wrong("В теле запроса нет места " + pointer + " для подписи");
  std::string out = text;
  if (place->exists) return out.replace(place->begin, place->length, quoted(value));
  return out.insert(place->begin, quoted(place->name) + ":" + quoted(value) + (place->empty_object ? "" : ","));
}

}  // namespace sedlink::signing
