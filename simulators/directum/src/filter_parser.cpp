// Recursive descent: or > and > comparison > not, call, path, literal.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "filter.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::directum {
namespace {

using Op = Expression::Op;
using Kind = Expression::Kind;

constexpr std::size_t max_depth = 100;  // as the reference implementation of the protocol limits it

Kind kind_of(const Property& p) {
  switch (p.kind) {
    case PropertyKind::string:
    case PropertyKind::text:
    case PropertyKind::enumeration: return Kind::text;
    case PropertyKind::int32:
    case PropertyKind::int64:
    case PropertyKind::number: return Kind::number;
    case PropertyKind::boolean: return Kind::boolean;
    case PropertyKind::date: return Kind::date;
    case PropertyKind::guid: return Kind::guid;
    case PropertyKind::link:
    case PropertyKind::rows:
    case PropertyKind::binary: break;
  }
  return Kind::entity;
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_guid(std::string_view word) {
  if (word.size() != 36) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash != (word[i] == '-') || (!dash && std::isxdigit(static_cast<unsigned char>(word[i])) == 0)) return false;
  }
  return true;
}

struct Scope {
  std::string_view variable;  // empty: the entity itself
  const Type* type;
};

class Parser {
 public:
  Parser(std::string_view text, const Type& type, const FilterOptions& options)
      : whole_(text), rest_(text), options_(options), scopes_{{{}, &type}} {}

  Expression whole() {
    Expression parsed = either();
    skip_blanks();
    if (!rest_.empty()) fail("лишний текст");
    if (parsed.kind != Kind::boolean) fail("условие не логическое");
    return parsed;
  }

  Expression only_path() {
    const std::string_view name = take_name();
    Expression parsed = path(name);
    skip_blanks();
    if (!rest_.empty() || parsed.op != Op::path) fail("ожидается путь к свойству");
    return parsed;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    bad_request("Syntax error at position " + std::to_string(whole_.size() - rest_.size()) + " in '" +
                std::string(whole_) + "': " + what);
  }

  void skip_blanks() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }

  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void want(char c) {
    if (!take(c)) fail(std::string("ожидается «") + c + "»");
  }

  // The name ahead, not taken.
  std::string_view peek_name() {
    skip_blanks();
    std::size_t n = 0;
    while (n < rest_.size() && is_name_char(rest_[n])) ++n;
    return rest_.substr(0, n);
  }

  std::string_view take_name() {
    const std::string_view name = peek_name();
    if (name.empty()) fail("ожидается имя");
    rest_.remove_prefix(name.size());
    return name;
  }

  bool take_word(std::string_view word) {
    if (peek_name() != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  struct Deeper {
    explicit Deeper(Parser& p) : parser(p) {
      if (++parser.depth_ > max_depth) parser.fail("слишком глубокая вложенность");
    }
    ~Deeper() { --parser.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    Parser& parser;
  };

  Expression joined(Op op, std::string_view word, Expression (Parser::*part)()) {
    Expression left = (this->*part)();
    while (take_word(word)) {
      Expression right = (this->*part)();
      if (left.kind != Kind::boolean || right.kind != Kind::boolean)
        fail("«" + std::string(word) + "» соединяет условия");
      if (left.op == op) {  // one flat list, however many there are
        left.arguments.push_back(std::move(right));
        continue;
      }
      Expression both;
      both.op = op;
      both.kind = Kind::boolean;
      both.arguments.push_back(std::move(left));
      both.arguments.push_back(std::move(right));
      left = std::move(both);
    }
    return left;
  }

  Expression either() {
    const Deeper deeper(*this);
    return joined(Op::either, "or", &Parser::both);
  }
  Expression both() { return joined(Op::both, "and", &Parser::comparison); }

  Expression comparison() {
    Expression left = operand();
    static constexpr std::array<std::pair<std::string_view, Op>, 6> operators = {
        {{"eq", Op::eq}, {"ne", Op::ne}, {"gt", Op::gt}, {"ge", Op::ge}, {"lt", Op::lt}, {"le", Op::le}}};
    const std::string_view word = peek_name();
    if (word == "in") return in_list(std::move(left));
    const auto found = std::find_if(operators.begin(), operators.end(), [&](const auto& o) { return o.first == word; });
    if (found == operators.end()) {
      for (const std::string_view other : {"has", "add", "sub", "mul", "div", "mod", "divby"}) {
        if (word == other) fail("оператор «" + std::string(word) + "» не поддерживается");
      }
      return left;
    }
    rest_.remove_prefix(word.size());
    return compared(found->second, std::move(left), operand());
  }

  Expression compared(Op op, Expression left, Expression right) {
    const bool ordered = op != Op::eq && op != Op::ne;
    const auto named = [](Kind kind) {
      static constexpr std::array<const char*, 8> names = {
          "", "null", "Edm.Boolean", "Edm.Int64", "Edm.String", "Edm.DateTimeOffset", "Edm.Guid", "entity"};
      return std::string(names[static_cast<std::size_t>(kind)]);
    };
    const bool same = left.kind == right.kind && left.kind != Kind::entity;
    const bool with_null = left.kind == Kind::null || right.kind == Kind::null;
    if ((!same && !with_null) || (ordered && (left.kind == Kind::boolean || left.kind == Kind::entity))) {
      bad_request("A binary operator with incompatible types was detected. Found operand types '" + named(left.kind) +
                  "' and '" + named(right.kind) + "'.");
    }
    Expression made;
    made.op = op;
    made.kind = Kind::boolean;
    made.arguments.push_back(std::move(left));
    made.arguments.push_back(std::move(right));
    return made;
  }

  Expression in_list(Expression left) {
    if (!options_.in_operator) fail("оператор «in» не поддерживается");
    take_word("in");
    want('(');
    Expression made;
    made.op = Op::either;
    made.kind = Kind::boolean;
    do { made.arguments.push_back(compared(Op::eq, left, operand())); } while (take(','));
    want(')');
    return made;
  }

  Expression operand() {
    const Deeper deeper(*this);
    skip_blanks();
    if (take('(')) {
      Expression inner = either();
      want(')');
      return inner;
    }
    if (rest_.empty()) fail("условие обрывается");
    if (rest_.front() == '\'') return text_literal();
    const char c = rest_.front();
    if (c == '-' || c == '+' || (c >= '0' && c <= '9')) return bare_literal();
    const std::string_view name = peek_name();
    if (is_guid(rest_.substr(0, 36)) && (rest_.size() == 36 || !is_name_char(rest_[36]))) return bare_literal();
    if (name.empty()) fail("непонятный знак");
    rest_.remove_prefix(name.size());
    if (name == "not") return negated();
    if (name == "null" || name == "true" || name == "false") return word_literal(name);
    if (rest_.starts_with('(')) return call(name);
    return path(name);
  }

  Expression negated() {
    Expression made;
    made.op = Op::negation;
    made.kind = Kind::boolean;
    made.arguments.push_back(operand());
    if (made.arguments.front().kind != Kind::boolean) fail("«not» требует условия");
    return made;
  }

  static Expression literal(Kind kind, Value value) {
    Expression made;
    made.op = Op::literal;
    made.kind = kind;
    made.literal = std::move(value);
    return made;
  }

  static Expression word_literal(std::string_view name) {
    if (name == "null") return literal(Kind::null, {});
    return literal(Kind::boolean, name == "true");
  }

  Expression text_literal() {
    std::string value;
    rest_.remove_prefix(1);
    for (;;) {
      const std::size_t quote = rest_.find('\'');
      if (quote == std::string_view::npos) fail("строка не закрыта");
      value += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('\'')) break;
      value += '\'';
      rest_.remove_prefix(1);
    }
    return literal(Kind::text, std::move(value));
  }

  Expression bare_literal() {
    const std::size_t n = std::min(rest_.find_first_of(" \t(),"), rest_.size());
    const std::string_view word = rest_.substr(0, n);
    Expression made;
    std::int64_t whole = 0;
    double fraction = 0;
    const char* const end = word.data() + word.size();
    if (is_guid(word)) {
      made = literal(Kind::guid, text::to_lower_ascii(word));
    } else if (std::from_chars(word.data(), end, whole).ptr == end && word.front() != '+') {
      made = literal(Kind::number, whole);
    } else if (const auto parsed = std::from_chars(word.data(), end, fraction);
               parsed.ptr == end && parsed.ec == std::errc() && std::isfinite(fraction)) {
      made = literal(Kind::number, fraction);
    } else if (const Result<Time> time = parse_iso8601(std::string(word)); time.has_value() && word.size() >= 20) {
      made = literal(Kind::date, time.value());
    } else {
      fail("непонятное значение '" + std::string(word) + "'");
    }
    rest_.remove_prefix(n);
    return made;
  }

  Expression call(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, Op>, 4> functions = {{{"contains", Op::contains},
                                                                                  {"startswith", Op::starts_with},
                                                                                  {"endswith", Op::ends_with},
                                                                                  {"tolower", Op::to_lower}}};
    const auto found = std::find_if(functions.begin(), functions.end(), [&](const auto& f) { return f.first == name; });
    if (found == functions.end()) bad_request("An unknown function with name '" + std::string(name) + "' was found.");
    want('(');
    Expression made;
    made.op = found->second;
    made.kind = made.op == Op::to_lower ? Kind::text : Kind::boolean;
    do { made.arguments.push_back(either()); } while (take(','));
    want(')');
    const std::size_t wanted = made.op == Op::to_lower ? 1 : 2;
    for (const Expression& argument : made.arguments) {
      if (argument.kind != Kind::text) fail("функция «" + std::string(name) + "» работает со строками");
    }
    if (made.arguments.size() != wanted) fail("у функции «" + std::string(name) + "» другое число аргументов");
    return made;
  }

  Expression path(std::string_view name) {
    Expression made;
    made.op = Op::path;
    const Type* type = scopes_.front().type;
    bool variable = false;
    for (std::size_t i = 1; i < scopes_.size(); ++i) {
      if (scopes_[i].variable != name) continue;
      made.scope = i;
      type = scopes_[i].type;
      variable = true;
    }
    if (variable) {
      if (!rest_.starts_with('/')) fail("ожидается свойство переменной «" + std::string(name) + "»");
      rest_.remove_prefix(1);
      name = take_name();
    }
    for (;;) {
      if (!made.path.empty() && made.path.back()->kind == PropertyKind::rows) {
        if (name == "any") return any(std::move(made));
        if (name == "all") fail("«all» не поддерживается");
        fail("коллекция «" + std::string(made.path.back()->name) + "» требует any");
      }
      const Property* property = type->find(name);
      if (property == nullptr)
        bad_request("Could not find a property named '" + std::string(name) + "' on type '" + type->edm_name() + "'.");
      made.path.push_back(property);
      if (!rest_.starts_with('/')) break;
      if (property->target == nullptr) fail("«" + std::string(name) + "» не ссылка");
      type = property->target;
      rest_.remove_prefix(1);
      name = take_name();
    }
    if (made.path.back()->kind == PropertyKind::rows) fail("коллекция требует any");
    if (made.path.back()->kind == PropertyKind::binary) fail("двоичное свойство не участвует в условиях");
    made.kind = kind_of(*made.path.back());
    return made;
  }

  Expression any(Expression made) {
    made.op = Op::any;
    made.kind = Kind::boolean;
    want('(');
    if (take(')')) return made;
    const std::string_view variable = take_name();
    want(':');
    scopes_.push_back({variable, made.path.back()->target});
    made.arguments.push_back(either());
    scopes_.pop_back();
    if (made.arguments.front().kind != Kind::boolean) fail("any требует условия");
    want(')');
    return made;
  }

  std::string_view whole_, rest_;
  FilterOptions options_;
  std::vector<Scope> scopes_;
  std::size_t depth_ = 0;
};

}  // namespace

Expression parse_filter(std::string_view text, const Type& type, const FilterOptions& options) {
  return Parser(text, type, options).whole();
}

Expression parse_path(std::string_view text, const Type& type) { return Parser(text, type, {}).only_path(); }

}  // namespace sedlink::sim::directum
