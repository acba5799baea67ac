// Readers of single values that several sections share.
#include <fmt/format.h>

#include <system_error>

#include "draft.hpp"
#include "sedlink/config/secrets.hpp"

namespace sedlink::config {
namespace {

// How a secret that was not found gets there.
std::string help_for(std::string_view reference) {
  if (reference.starts_with("credential:"))
    return "положите секрет файлом с этим именем в /etc/sedlink/credentials; из оболочки: systemd-run --pty "
           "-p User=sedlink -p LoadCredential=sedlink:/etc/sedlink/credentials sedlink check …";
  if (reference.starts_with("env:")) return "задайте переменную службе: Environment= или EnvironmentFile=";
  return "положите секрет в этот файл, одной строкой, и дайте его читать группе sedlink";
}

}  // namespace

std::optional<Secret> read_secret(Reader& r, const YamlNode& node, const std::string& what, bool bytes, Draft& d) {
  const auto text = r.text(node);
  if (!text) {
    d.literal_secrets.push_back(node.range);
    return std::nullopt;
  }
  if (!is_secret_reference(*text)) {
    d.literal_secrets.push_back(node.range);
    r.error(node.range, "secret-literal", fmt::format("«{}» записан прямо в файле", what),
            "замените его на credential:ИМЯ, file:ПУТЬ или env:ИМЯ, а сам секрет смените: он уже был на диске");
    return std::nullopt;
  }
  if (!d.resolve_secrets) return Secret();
  auto secret = bytes ? resolve_secret_bytes(*text, d.folder) : resolve_secret(*text, d.folder);
  if (secret) return std::move(*secret);
  const bool form = secret.error().code == "config.secret-form";
  r.error(node.range, form ? "secret-form" : "secret-missing", secret.error().message, form ? "" : help_for(*text));
  return std::nullopt;
}

std::optional<std::filesystem::path> read_existing_file(Reader& r, const YamlNode& node, const Draft& d) {
  const auto text = r.text(node);
  if (!text) return std::nullopt;
  std::filesystem::path file = d.absolute(*text);
  std::error_code problem;
  if (!std::filesystem::exists(file, problem)) {
    r.error(node.range, "file-missing", fmt::format("файла {} нет или он не читается", file.string()));
    return std::nullopt;
  }
  return file;
}

}  // namespace sedlink::config
