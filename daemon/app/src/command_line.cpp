#include "sedlink/app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "adapters.hpp"
#include "commands.hpp"
#include "sedlink/config/config.hpp"
#include "sedlink/core/text.hpp"
#include "signature_commands.hpp"

namespace sedlink::app {
namespace {

constexpr int usage_error = 2;

// Where the running daemon is asked and how its times are shown: by what was given, the config, the packaged defaults.
// False when a config was named that cannot be read.
bool find_daemon(ProcessOptions& options, const std::string& socket, const std::string& config) {
  options.socket = socket.empty() ? "/run/sedlink/admin.sock" : socket;
  const std::filesystem::path file = config.empty() ? "/etc/sedlink/sedlink.yaml" : config;
  std::error_code unreadable;
  if (config.empty() && !std::filesystem::exists(file, unreadable)) return true;
  const auto loaded = config::load_config(file, adapter_settings(), false);
  if (!loaded.config) {
    if (config.empty()) return true;
    std::cerr << "sedlink process: файл " << config << " не читается: проверьте его командой sedlink check -c "
              << config << "\n";
    return false;
  }
  if (socket.empty()) options.socket = loaded.config->admin_socket;
  if (const auto zone = TimeZone::find(loaded.config->time_zone); zone.has_value()) options.zone = zone.value();
  return true;
}

// The library's own sentences are English only; `what()` names the option or the word in question.
std::string usage_words(const CLI::ParseError& error, const CLI::App& app) {
  std::string at = "sedlink";
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    at += " " + command->get_name();
  }
  const std::string said = error.what();
  const std::string subject = said.substr(0, said.find(' '));
  std::string words;
  if (error.get_name() == "RequiredError") {
    std::vector<std::string> known;
    for (const CLI::App* one : command->get_subcommands({})) known.push_back(one->get_name());
    words = subject == "A" && !known.empty() ? "нужна команда: " + text::join(known, ", ") : "не указано: " + subject;
  } else if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)) {
    words = "лишнее слово: " + said.substr(said.find(':') == std::string::npos ? 0 : said.find(':') + 2);
  } else {
    words = "неверный вызов: " + said;
  }
  return at + ": " + words + "\nподсказка: " + at + " --help";
}

}  // namespace

int command_line(int argc, char** argv) {
  CLI::App app{"Sedlink: согласование карточек CRM во внешней СЭД / bridge between a CRM and an EDMS", "sedlink"};
  app.set_version_flag("--version", SEDLINK_VERSION);
  app.require_subcommand(0, 1);

  std::string config = "/etc/sedlink/sedlink.yaml";
  auto* run = app.add_subcommand("run", "Демон / the daemon");
  run->add_option("-c,--config", config, "Файл конфигурации")->required();

  CheckOptions check_options;
  std::string format = "text", check_config;
  auto* check_command = app.add_subcommand("check", "Проверить конфигурацию и сопоставления / lint");
  check_command->add_option("-c,--config", check_config, "Файл конфигурации")->required();
  check_command->add_flag("--online", check_options.online, "Сверить с живыми системами (только чтение)");
  check_command->add_flag("--strict", check_options.strict, "Предупреждения дают код 3");
  check_command->add_option("--format", format, "text | json | github")
      ->check(CLI::IsMember({"text", "json", "github"}));

  std::string test_config;
  std::vector<std::string> test_files;
  auto* test_command = app.add_subcommand("test", "Выполнить тесты из файлов сопоставлений / run the mappings' tests");
  test_command->add_option("-c,--config", test_config, "Файл конфигурации");
  test_command->add_option("mapping", test_files, "Файлы сопоставлений");

  ProcessOptions options;
  std::string socket, process_config;
  auto* process_command = app.add_subcommand("process", "Процессы работающего демона / the running daemon's processes");
  process_command->add_option("--socket", socket, "Сокет демона");
  process_command->add_option("-c,--config", process_config, "Файл конфигурации (из него берётся сокет)");
  process_command->add_flag("--json", options.json, "Ответ в JSON");
  process_command->require_subcommand(1);
  process_command->fallthrough();
  const auto sub = [&](const char* name, const char* help) {
    auto* s = process_command->add_subcommand(name, help);
    s->callback([&options, name] { options.command = name; });
    s->fallthrough();
    return s;
  };
  auto* list = sub("list", "Список процессов или инцидентов");
  list->add_option("--mapping", options.mapping, "Только это сопоставление");
  list->add_option("--phase", options.phase, "Только эта фаза");
  list->add_option("--item", options.item, "Только эта карточка: portal/deal/77");
  list->add_option("--limit", options.limit, "Не больше стольких");
  list->add_flag("--running", options.running, "Только идущие");
  list->add_flag("--incidents", options.incidents, "Действия, которые ждут человека");
  sub("show", "Процесс с историей и действиями")
      ->add_option("id", options.id, "Номер процесса или карточка")
      ->required();
  auto* launch = sub("launch",
                     "Запустить согласование карточки: на любой стадии и сколько бы раз оно ни прошло (once_per не "
                     "смотрим). Пока процесс идёт, второй не начнётся");
  launch->add_option("item", options.item, "Карточка: portal/dynamic:1036/77")->required();
  launch->add_option("--mapping", options.mapping, "Сопоставление, если их несколько");
  launch->add_option("--as", options.caller, "Инициатор: номер пользователя CRM");
  auto* retry = sub("retry", "Повторить действия процесса или одно действие");
  retry->add_option("id", options.id, "Номер процесса");
  retry->add_option("--effect", options.effect, "Номер действия");
  auto* skip = sub("skip", "Пропустить инциденты процесса или одно действие");
  skip->add_option("id", options.id, "Номер процесса");
  skip->add_option("--effect", options.effect, "Номер действия");
  sub("pause", "Приостановить процесс")->add_option("id", options.id, "Номер процесса")->required();
  sub("resume", "Возобновить процесс")->add_option("id", options.id, "Номер процесса")->required();
  auto* cancel = sub("cancel", "Отозвать процесс");
  cancel->add_option("id", options.id, "Номер процесса или карточка")->required();
  cancel->add_option("--reason", options.reason, "Причина");
  sub("status", "Состояние подключений и очередей");

  std::string docs_what = "all";
  auto* docs_command = app.add_subcommand("docs", "Напечатать справочники / print the references");
  docs_command->add_option("what", docs_what, "config | mapping | schema | all")
      ->check(CLI::IsMember({"config", "mapping", "schema", "all"}));

  SignatureCommands signature_commands(app);

  for (const char* later : {"explain", "init"}) {
    auto* s = app.add_subcommand(later, "пока нет / not in this version");
    s->allow_extras();
    s->callback([later] {
      std::cerr << "sedlink " << later << ": в этой версии ещё нет / not in this version\n";
      throw CLI::RuntimeError(usage_error);
    });
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& e) { return e.get_exit_code(); } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app.exit(e);  // --help, --version
    std::cerr << usage_words(e, app) << "\n";
    return usage_error;
  }
  if (run->parsed()) return run_daemon(config);
  if (check_command->parsed()) {
    check_options.config = check_config;
    check_options.format = format == "json"     ? config::FindingFormat::json
                           : format == "github" ? config::FindingFormat::github
                                                : config::FindingFormat::text;
    return check(check_options);
  }
  if (test_command->parsed())
    return test(test_config, std::vector<std::filesystem::path>(test_files.begin(), test_files.end()));
  if (process_command->parsed()) {
    if (!find_daemon(options, socket, process_config)) return usage_error;
    return process(options);
  }
  if (docs_command->parsed()) return docs(docs_what);
  if (const auto code = signature_commands.run()) return *code;
  std::cout << app.help();
  return usage_error;
}

}  // namespace sedlink::app
