#include "sedlink/core/log.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "sedlink/core/clock.hpp"
#include "utf8.hpp"

namespace sedlink {
namespace {

const char* name_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

// syslog(3) priorities, as sd-daemon(3) reads them from a line's head.
int priority_of(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return 7;
    case LogLevel::info: return 6;
    case LogLevel::warning: return 4;
    case LogLevel::error: return 3;
  }
  return 3;
}

// A JSON string. Everything that could end the line, forge another field or drive a terminal is escaped: quotes,
// backslash, C0 and C1 controls, DEL, line and paragraph separators, direction overrides, bytes that are not UTF-8.
void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  while (!value.empty()) {
    const utf8::Step step = utf8::next(value);
    const char32_t c = step.code;
    if (!step.valid) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || (c >= 0x202A && c <= 0x202E) ||
               (c >= 0x2066 && c <= 0x2069)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += value.substr(0, step.size);
    }
    value.remove_prefix(step.size);
  }
  out += '"';
}

bool is_plain(std::string_view value) noexcept {
  if (value.empty()) return false;
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.:/+@#,").find(c) != std::string_view::npos;
    if (!plain) return false;
  }
  return true;
}

void append_logfmt(std::string& out, std::string_view key, std::string_view value) {
  if (!out.empty() && out.back() != '>') out += ' ';
  if (is_plain(key)) {
    out += key;
  } else {
    append_quoted(out, key);
  }
  out += '=';
  if (is_plain(value)) {
    out += value;
  } else {
    append_quoted(out, value);
  }
}

void append_json(std::string& out, std::string_view key, std::string_view value) {
  out += out.empty() || out.back() == '>' ? '{' : ',';
  append_quoted(out, key);
  out += ':';
  append_quoted(out, value);
}

}  // namespace

void StderrLogger::write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < minimum_) return;
  std::string line;
  if (journal_prefix_) line = fmt::format("<{}>", priority_of(level));
  const auto append = format_ == Format::json ? append_json : append_logfmt;
  if (!journal_prefix_) append(line, "time", to_iso8601(SystemClock().now()));  // the journal has its own
  append(line, "level", name_of(level));
  append(line, "event", event);
  for (const LogField& field : fields) append(line, field.key, field.value);
  if (format_ == Format::json) line += '}';
  line += '\n';
  const std::lock_guard lock(mutex_);
  // A log that cannot be written must not stop the daemon, and there is nowhere left to say so.
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace sedlink
