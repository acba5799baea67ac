#pragma once
// Structured log lines on stderr (journald reads them). Values are escaped; secrets never reach it as Secret has no
// text.
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace sedlink {

enum class LogLevel { debug = 1, info, warning, error };

struct LogField {
  LogField(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, long long v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, long v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, int v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, std::size_t v) : key(k), value(std::to_string(v)) {}
  std::string_view key;
  std::string value;
};

// Passed by reference to whoever needs it; no global logger.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) = 0;
  void debug(std::string_view e, std::initializer_list<LogField> f = {}) { write(LogLevel::debug, e, f); }
  void info(std::string_view e, std::initializer_list<LogField> f = {}) { write(LogLevel::info, e, f); }
  void warning(std::string_view e, std::initializer_list<LogField> f = {}) { write(LogLevel::warning, e, f); }
  void error(std::string_view e, std::initializer_list<LogField> f = {}) { write(LogLevel::error, e, f); }
};

// logfmt or JSON lines on stderr, with the journal's "<N>" priority prefix when asked. Thread-safe.
class StderrLogger final : public Logger {
 public:
  enum class Format { logfmt = 1, json };
  StderrLogger(LogLevel minimum, Format format, bool journal_prefix)
      : minimum_(minimum), format_(format), journal_prefix_(journal_prefix) {}
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override;

 private:
  LogLevel minimum_;
  Format format_;
  bool journal_prefix_;
  std::mutex mutex_;
};

class NullLogger final : public Logger {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace sedlink
