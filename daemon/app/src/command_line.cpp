#include "sedlink/app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "adapters.hpp"
#include "commands.hpp"
#include "sedlink/config/config.hpp"

namespace sedlink::app {
namespace {

constexpr int usage_error = 2;

// The socket of the running daemon: given, or the config's, or the packaged default.
std::filesystem::path socket_of(const std::string& given, const std::string& config) {
  if (!given.empty()) return given;
  if (config.empty()) return "/run/sedlink/admin.sock";
  const auto loaded = config::load_config(config, adapter_settings(), false);
  if (loaded.config) return loaded.config->admin_socket;
  std::cerr << "sedlink process: файл " << config << " не читается: проверьте его командой sedlink check -c " << config
            << "\n";
  return {};
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
  auto* launch = sub("launch", "Запустить согласование карточки");
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
  cancel->add_option("id", options.id, "Номер процесса")->required();
  cancel->add_option("--reason", options.reason, "Причина");
  sub("status", "Состояние подключений и очередей");

  std::string docs_what = "all";
  auto* docs_command = app.add_subcommand("docs", "Напечатать справочники / print the references");
  docs_command->add_option("what", docs_what, "config | mapping | schema | all")
      ->check(CLI::IsMember({"config", "mapping", "schema", "all"}));

  for (const char* later : {"explain", "init", "sign", "verify", "decrypt"}) {
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
    const int code = app.exit(e);
    return code == 0 ? 0 : usage_error;
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
    options.socket = socket_of(socket, process_config);
    if (options.socket.empty()) return usage_error;
    return process(options);
  }
  if (docs_command->parsed()) return docs(docs_what);
  std::cout << app.help();
  return usage_error;
}

}  // namespace sedlink::app
