#include "sedlink/config/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>

namespace sedlink::config {
namespace {

constexpr std::size_t longest_secret = 64 * 1024;

Error missing(std::string message) {
  return {Fault::rejected, Audience::admin, "config.secret-missing", std::move(message), {}};
}
Error malformed(std::string message) {
  return {Fault::rejected, Audience::admin, "config.secret-form", std::move(message), {}};
}

std::optional<std::string> read_whole(const std::filesystem::path& file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem)) return std::nullopt;
  std::ifstream in;
  in.rdbuf()->pubsetbuf(nullptr, 0);  // no copy of the secret in a buffer that nobody wipes
  in.open(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(longest_secret + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

enum class Ending { line_break_dropped = 1, kept };

Result<Secret> finish(std::string text, const std::string& from, Ending ending) {
  if (text.size() > longest_secret) return malformed(fmt::format("секрет {} длиннее 64 КБ", from));
  if (ending == Ending::line_break_dropped && text.ends_with('\n')) text.pop_back();
  if (ending == Ending::line_break_dropped && text.ends_with('\r')) text.pop_back();
  if (text.empty()) return missing(fmt::format("секрет {} пуст", from));
  return Secret(std::move(text));
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos;
}

Result<Secret> from_credential(std::string_view name, Ending ending) {
  if (!is_plain_name(name)) return malformed(fmt::format("«credential:{}»: после двоеточия ждут имя без «/»", name));
  // systemd sets it for the service; a person at a shell checks with the files the service is given.
  const char* given = std::getenv("CREDENTIALS_DIRECTORY");
  const std::string folder = given == nullptr || *given == '\0' ? "/etc/sedlink/credentials" : given;
  const std::filesystem::path own = std::filesystem::path(folder) / name;
  const std::filesystem::path prefixed = std::filesystem::path(folder) / fmt::format("sedlink_{}", name);
  for (const auto& file : {own, prefixed})
    if (auto text = read_whole(file))
      return finish(std::move(*text), fmt::format("из файла {}", file.string()), ending);
  return missing(fmt::format("секрет «{}» не найден: искали файлы {} и {}", name, own.string(), prefixed.string()));
}

Result<Secret> from_file(std::string_view path, const std::filesystem::path& folder, Ending ending) {
  if (path.empty()) return malformed("«file:»: после двоеточия ждут путь к файлу");
  const std::filesystem::path file = folder / path;
  auto text = read_whole(file);
  std::error_code problem;
  if (!text && std::filesystem::is_directory(file, problem))
    return missing(fmt::format("секрет не найден: {} — папка, а не файл", file.string()));
  if (!text && std::filesystem::exists(file, problem))
    return missing(fmt::format("секрет не найден: файл {} не читается", file.string()));
  if (!text) return missing(fmt::format("секрет не найден: файла {} нет", file.string()));
  return finish(std::move(*text), fmt::format("из файла {}", file.string()), ending);
}

Result<Secret> from_environment(std::string_view name, Ending ending) {
  if (name.empty()) return malformed("«env:»: после двоеточия ждут имя переменной");
  const char* text = std::getenv(std::string(name).c_str());
  if (text == nullptr) return missing(fmt::format("секрет не найден: переменная окружения {} не задана", name));
  return finish(text, fmt::format("из переменной {}", name), ending);
}

Result<Secret> resolve(std::string_view reference, const std::filesystem::path& folder, Ending ending) {
  const std::size_t colon = reference.find(':');
  const std::string_view kind = reference.substr(0, colon);
  const std::string_view rest = colon == std::string_view::npos ? std::string_view() : reference.substr(colon + 1);
  if (colon != std::string_view::npos) {
    if (kind == "credential") return from_credential(rest, ending);
    if (kind == "file") return from_file(rest, folder, ending);
    if (kind == "env") return from_environment(rest, ending);
  }
  return malformed("секрет записывают ссылкой credential:ИМЯ, file:ПУТЬ или env:ИМЯ, а не самим значением");
}

}  // namespace

bool is_secret_reference(std::string_view text) noexcept {
  return text.starts_with("credential:") || text.starts_with("file:") || text.starts_with("env:");
}

Result<Secret> resolve_secret(std::string_view reference, const std::filesystem::path& folder) {
  return resolve(reference, folder, Ending::line_break_dropped);
}

Result<Secret> resolve_secret_bytes(std::string_view reference, const std::filesystem::path& folder) {
  return resolve(reference, folder, Ending::kept);
}

}  // namespace sedlink::config
