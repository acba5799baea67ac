#include "project.hpp"

#include <fstream>
#include <iterator>

#include "adapters.hpp"
#include "certificate_watch.hpp"
#include "sedlink/process/simulate.hpp"
#include "sedlink/signing/profile.hpp"

namespace sedlink::app {
namespace {

// The secret of an EDMS connection that asks for notifications.
constexpr const char* notification_token = "notification_token";

void add_mapping(Project& project, const std::filesystem::path& file, const mapping::LintWorld& world) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && text.empty()) {
    config::Finding f;
    f.rule = "mapping.unreadable";
    f.file = file.string();
    f.message = "Файл сопоставления не читается";
    f.help = "проверьте путь в mappings: и права на файл";
    project.findings.push_back(std::move(f));
    return;
  }
  project.sources[file.string()] = text;
  mapping::CompileResult result = mapping::compile(text, file.string(), world);
  project.places[file.string()] = std::move(result.places);
  project.findings.insert(project.findings.end(), result.findings.begin(), result.findings.end());
  if (result.mapping) project.mappings.push_back(result.mapping);
}

// The setting an adapter complains about: its code's last part, else the first setting its words name.
std::string setting_of(const Error& error, const config::Connection& connection) {
  constexpr std::string_view prefix = "config.";
  if (error.code.starts_with(prefix) && connection.ranges.contains(error.code.substr(prefix.size())))
    return error.code.substr(prefix.size());
  std::string best;
  for (const auto& [name, range] : connection.ranges)
    if (name.size() > best.size() && error.message.find(name) != std::string::npos) best = name;
  return best;
}

// What `run` would refuse has to be said by `check`, at its place in the file.
void check_connection(Project& project, const config::Connection& connection, const AdapterEntry& entry) {
  config::Finding f;
  f.file = project.config->file.string();
  f.range = connection.range;
  if (const Result<void> valid = entry.validate(settings_of(connection)); valid.has_error()) {
    f.rule = "config.connection";
    // The adapter may name its connection itself; the code names the setting: "config.database_id".
    const std::string subject = "Подключение «" + connection.name + "»";
    const std::string& said = valid.error().message;
    f.message = said.starts_with(subject) ? said : subject + ": " + said;
    if (const auto at = connection.ranges.find(setting_of(valid.error(), connection)); at != connection.ranges.end())
      f.range = at->second;
    project.findings.push_back(f);
  } else if (entry.side == "crm" && !connection.secrets.contains("event_token")) {
    f.severity = config::Severity::warning;
    f.rule = "config.no_event_token";
    f.message =
        "Подключение «" + connection.name + "»: без event_token вебхуки не принимаются, изменения видит только сверка";
    f.help = "возьмите токен в настройках исходящего вебхука и укажите event_token: file:…";
    project.findings.push_back(f);
  } else if (connection.secrets.contains(notification_token) && project.config->listen.public_url.empty()) {
    f.severity = config::Severity::warning;
    f.rule = "config.no_public_url";
    f.range = connection.ranges.at(notification_token);
    f.message =
        "Подключение «" + connection.name +
        "»: notification_token задан, а listen.public_url нет — сообщить адрес для уведомлений нельзя, изменения "
        "видит только опрос";
    f.help = "укажите listen.public_url: адрес этой службы, как его видит система";
    project.findings.push_back(f);
  }
}

// What is said in plain text is said to everybody on the way; within one machine there is no way.
void warn_of_plain_text(Project& project, const config::Connection& connection) {
  const auto warn = [&](const std::string& setting, const std::string& address,
                        const char* what = "адрес http://, пароль и документы идут открытым текстом") {
    constexpr std::string_view plain = "http://";
    if (!address.starts_with(plain)) return;
    const std::string host = address.substr(plain.size());
    for (const char* own : {"127.", "localhost", "[::1]"})
      if (host.starts_with(own)) return;
    config::Finding f;
    f.severity = config::Severity::warning;
    f.rule = "config.plain_http";
    f.file = project.config->file.string();
    const auto at = connection.ranges.find(setting);
    f.range = at == connection.ranges.end() ? connection.range : at->second;
    f.message = "Подключение «" + connection.name + "»: " + what;
    f.help = "включите на сервере TLS и напишите https://";
    project.findings.push_back(std::move(f));
  };
  if (connection.secrets.contains(notification_token))
    warn(notification_token, project.config->listen.public_url,
         "listen.public_url — http://, токен уведомлений идёт открытым текстом");
  for (const char* setting : {"url", "webhook_url"}) {
    if (const auto it = connection.values.find(setting); it != connection.values.end()) warn(setting, it->second);
    if (const auto it = connection.secrets.find(setting); it != connection.secrets.end()) {
      const std::string& secret = it->second.reveal();
      warn(setting, secret.substr(0, secret.find('/', sizeof("http://"))));  // its host only
    }
  }
}

void warn_of_type(Project& project, const config::Connection& connection, const AdapterEntry& entry) {
  if (entry.notice.empty()) return;
  config::Finding f;
  f.severity = config::Severity::warning;
  f.rule = "config.experimental";
  f.file = project.config->file.string();
  f.range = connection.range;
  f.message = "Подключение «" + connection.name + "» (" + entry.type + "): " + entry.notice;
  project.findings.push_back(std::move(f));
}

// What can be proved of the keys without the network: they open, belong to their certificates and are in force.
void check_signing(Project& project) {
  for (const auto& [name, profile] : project.config->signing) {
    const Time now = SystemClock().now();
    const signing::Examined examined = signing::examine(profile, now);
    // Without a file it is inside the PKCS#12 or on the token; files are judged with all the others.
    if (examined.problems.empty() && examined.signer && profile.certificate.empty()) {
      WatchedEnd end = signer_end(name, *examined.signer);
      end.of.range = profile.range;
      judge_end(*project.config, end, now, project.findings);
    }
    for (const auto& problem : examined.problems) {
      config::Finding f;
      f.severity = problem.fatal ? config::Severity::error : config::Severity::warning;
      f.rule = "config.signing";
      f.file = project.config->file.string();
      f.range = profile.range;
      f.message = "Профиль подписи «" + name + "»: " + problem.message;
      if (!problem.fatal) f.help = "пока это так, запросы с этой подписью не отправляются";
      project.findings.push_back(std::move(f));
    }
  }
}

void finish(Project& project) {
  auto together = mapping::check_together(project.mappings);
  project.findings.insert(project.findings.end(), together.begin(), together.end());
  config::sort_findings(project.findings);
}

}  // namespace

Project load_project(const std::filesystem::path& file, bool resolve_secrets) {
  Project project;
  config::LoadResult loaded = config::load_config(file, adapter_settings(), resolve_secrets);
  project.findings = std::move(loaded.findings);
  project.sources = std::move(loaded.sources);
  project.places[file.string()] = std::move(loaded.places);
  project.config = std::move(loaded.config);
  mapping::LintWorld world;
  if (project.config) {
    for (const auto& [name, connection] : project.config->connections) {
      world.connections.push_back(name);
      const AdapterEntry* entry = find_adapter(connection.type);
      if (entry == nullptr) continue;
      world.sides.emplace_back(name, entry->side);
      warn_of_type(project, connection, *entry);
      warn_of_plain_text(project, connection);
      if (resolve_secrets) check_connection(project, connection, *entry);
    }
    if (resolve_secrets) check_signing(project);
    for (const auto& mapping_file : project.config->mappings) add_mapping(project, mapping_file, world);
  }
  finish(project);
  return project;
}

Project load_mappings(const std::vector<std::filesystem::path>& files) {
  Project project;
  for (const auto& file : files) add_mapping(project, file, mapping::LintWorld());
  finish(project);
  return project;
}

std::size_t run_mapping_tests(Project& project) {
  std::size_t count = 0;
  for (const auto& m : project.mappings)
    for (const auto& outcome : process::run_tests(*m)) {
      ++count;
      for (const auto& failure : outcome.failures) {
        config::Finding f;
        f.rule = "mapping.test";
        f.file = m->file;
        f.range = outcome.range;
        f.message = "Тест «" + outcome.name + "»: " + failure;
        project.findings.push_back(std::move(f));
      }
    }
  config::sort_findings(project.findings);
  return count;
}

}  // namespace sedlink::app
