// The one table of settings: every key of the config file with its reader and its words for the manual.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>

#include "draft.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::config {
namespace {

using std::string_view;

template <auto Member>
void read_path(Reader& r, const YamlNode& node, Draft& d) {
  if (const auto text = r.text(node)) d.config.*Member = d.absolute(*text);
}

// ---- listen ---------------------------------------------------------------------------------------------------------

void read_address(Reader& r, const YamlNode& node, Draft& d) {
  const auto text = r.text(node);
  if (!text) return;
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  if (inet_pton(AF_INET, text->c_str(), binary.data()) != 1 && inet_pton(AF_INET6, text->c_str(), binary.data()) != 1) {
    r.error(node.range, "value", fmt::format("«{}» не IP-адрес", *text), "например 127.0.0.1 или 0.0.0.0");
    return;
  }
  d.config.listen.address = *text;
}

constexpr std::array<Key<Draft>, 3> listen_table{{
    {{"address", types::text, Need::optional, "IP-адрес, на котором слушает демон; по умолчанию 127.0.0.1"},
     read_address},
    {{"port", types::integer, Need::optional, "порт; по умолчанию 8480, 0 выбирает свободный"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto port = r.integer(node, 0, 65535)) d.config.listen.port = static_cast<unsigned short>(*port);
     }},
    {{"public_url", types::url, Need::optional, "адрес демона снаружи, как его видят портал и люди"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto url = read_url(r, node, d)) d.config.listen.public_url = *url;
     }},
}};

// ---- store, spool, log ----------------------------------------------------------------------------------------------

constexpr std::array<Key<Draft>, 2> store_table{{
    {{"sqlite", types::path, Need::optional, "файл базы SQLite"}, read_path<&Config::sqlite>},
    {{"postgresql", types::section, Need::later, "пока хранилище одно: sqlite: /var/lib/sedlink/sedlink.db"}, nullptr},
}};

constexpr std::array<Key<Draft>, 2> spool_table{{
    {{"path", types::path, Need::optional, "папка для файлов в пути; по умолчанию spool рядом с базой"},
     read_path<&Config::spool>},
    {{"quota", types::size, Need::optional, "сколько места она может занять; по умолчанию 10 GB"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto size = r.size(node)) d.config.spool_quota = *size;
     }},
}};

constexpr std::array<string_view, 4> log_levels{"debug", "info", "warning", "error"};
constexpr std::array<string_view, 2> log_formats{"logfmt", "json"};
constexpr std::array<Key<Draft>, 2> log_table{{
    {{"level",
      {"debug, info, warning или error", R"({"enum":["debug","info","warning","error"]})"},
      Need::optional,
      "с какого уровня писать в журнал; по умолчанию info"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto i = r.choice(node, log_levels)) d.config.log_level = log_levels.at(*i);
     }},
    {{"format",
      {"logfmt или json", R"({"enum":["logfmt","json"]})"},
      Need::optional,
      "вид строк журнала; по умолчанию logfmt"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto i = r.choice(node, log_formats)) d.config.log_format = log_formats.at(*i);
     }},
}};

// ---- engine ---------------------------------------------------------------------------------------------------------

using Engine = decltype(Config::engine);

template <Duration Engine::*Member>
void read_interval(Reader& r, const YamlNode& node, Draft& d) {
  const auto value = r.duration(node);
  if (!value) return;
  if (*value <= Duration::zero()) {
    r.error(node.range, "value", "срок должен быть больше нуля");
    return;
  }
  d.config.engine.*Member = *value;
}

constexpr std::array<Key<Draft>, 8> engine_table{{
    {{"poll_active", types::duration, Need::optional,
      "как часто спрашивать СЭД о процессе, который недавно двигался; 15s"},
     read_interval<&Engine::poll_active>},
    {{"poll_quiet", types::duration, Need::optional, "о процессе без движения; 5 min"},
     read_interval<&Engine::poll_quiet>},
    {{"poll_asleep", types::duration, Need::optional, "о процессе, который давно стоит; 1h"},
     read_interval<&Engine::poll_asleep>},
    {{"sweep", types::duration, Need::optional,
      "как часто перечитывать журнал стадий CRM: он находит потерянные события; 1 min"},
     read_interval<&Engine::sweep>},
    {{"stop", types::duration, Need::optional, "сколько ждать начатые вызовы при остановке; 20s"},
     read_interval<&Engine::stop>},
    {{"retry_first", types::duration, Need::optional, "первая пауза перед повтором; дальше она растёт; 1s"},
     read_interval<&Engine::retry_first>},
    {{"retry_max", types::duration, Need::optional, "самая долгая пауза перед повтором; 15 min"},
     read_interval<&Engine::retry_max>},
    {{"attempts_before_incident", types::integer, Need::optional,
      "после скольких временных отказов подряд открыть инцидент; 0 — никогда, ждать сколько нужно"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto n = r.integer(node, 0, 1'000'000))
         d.config.engine.attempts_before_incident = static_cast<int>(*n);
     }},
}};

// ---- mappings, people -----------------------------------------------------------------------------------------------

void add_mapping_files(Reader& r, const YamlNode& node, Draft& d) {
  const auto text = r.text(node);
  if (!text) return;
  const std::string pattern = d.absolute(*text).string();
  glob_t found{};
  const int answer = ::glob(pattern.c_str(), 0, nullptr, &found);
  for (std::size_t i = 0; answer == 0 && i < found.gl_pathc; ++i) d.config.mappings.emplace_back(found.gl_pathv[i]);
  globfree(&found);
  if (answer == 0) return;
  if (text->find_first_of("*?[") == std::string::npos) {
    r.error(node.range, "file-missing", fmt::format("файла {} нет или он не читается", pattern));
  } else {
    r.error(node.range, "mappings-empty", fmt::format("по шаблону {} нет ни одного файла", pattern),
            "без сопоставлений делать нечего: проверьте путь или положите туда файл (docs/mapping.md)");
  }
}

void read_mappings(Reader& r, const YamlNode& node, Draft& d) {
  if (!r.is_list(node)) return;
  for (const YamlNode& item : node.items) add_mapping_files(r, item, d);
  auto& files = d.config.mappings;
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
}

void read_people(Reader& r, const YamlNode& node, Draft& d) {
  if (!r.is_section(node)) return;
  for (const auto& [crm, by_edms] : node.entries) {
    const Reader::Step in_crm(r, crm.text, crm.range);
    if (!r.is_section(by_edms)) continue;
    for (const auto& [edms, persons] : by_edms.entries) {
      const Reader::Step in_edms(r, edms.text, edms.range);
      if (!r.is_section(persons)) continue;
      for (const auto& [id, name] : persons.entries) {
        const Reader::Step person(r, id.text, name.range);
        if (const auto text = r.text(name)) d.config.people[crm.text][edms.text][id.text] = *text;
      }
    }
  }
}

template <const auto& Table>
void read_table(Reader& r, const YamlNode& node, Draft& d) {
  read_section<Draft>(r, node, Table, d);
}

void read_instance(Reader& r, const YamlNode& node, Draft& d) {
  const auto text = r.text(node);
  if (!text) return;
  const bool plain =
      text->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == std::string::npos;
  if (!plain || text->size() > 64) {
    r.error(node.range, "value", fmt::format("имя «{}» не подходит", *text),
            "латинские буквы, цифры, «-», «_», «.», до 64 знаков: имя входит в ключи всех действий");
    return;
  }
  d.config.instance = *text;
}

constexpr std::array<Key<Draft>, 13> root_table{{
    {{"instance", types::text, Need::required,
      "постоянное имя этого демона; входит в ключи всех его действий, не меняйте его"},
     read_instance},
    {{"listen", types::section, Need::optional, "где демон слушает HTTP", "listen"}, read_table<listen_table>},
    {{"admin_socket", types::path, Need::optional, "сокет для sedlink process; по умолчанию /run/sedlink/admin.sock"},
     read_path<&Config::admin_socket>},
    {{"store", types::section, Need::required, "где демон хранит состояние", "store"}, read_table<store_table>},
    {{"mappings",
      {"список путей, можно с *", R"({"type":"array","items":{"type":"string"}})"},
      Need::required,
      "файлы сопоставлений"},
     read_mappings},
    {{"connections",
      {"раздел: имя → подключение", R"({"type":"object"})"},
      Need::required,
      "подключения к CRM и СЭД",
      "connection"},
     read_connections},
    {{"people",
      {"раздел: CRM → СЭД → id: имя", R"({"type":"object"})"},
      Need::optional,
      "кто есть кто: пользователь CRM по id и его имя в СЭД"},
     read_people},
    {{"trust",
      {"раздел: имя → чему верить", R"({"type":"object"})"},
      Need::optional,
      "чьим подписям верить; на имя ссылается signatures подключения СЭД",
      "trust"},
     read_trust},
    {{"signing",
      {"раздел: имя → профиль", R"({"type":"object"})"},
      Need::optional,
      "чем и как подписываются исходящие запросы",
      "signing"},
     read_signing},
    {{"time_zone", types::text, Need::optional, "часовой пояс текстов и листов для людей; по умолчанию Europe/Moscow"},
     [](Reader& r, const YamlNode& node, Draft& d) {
       if (const auto zone = read_time_zone(r, node)) d.config.time_zone = *zone;
     }},
    {{"spool", types::section, Need::optional, "место для файлов в пути", "spool"}, read_table<spool_table>},
    {{"log", types::section, Need::optional, "журнал", "log"}, read_table<log_table>},
    {{"engine", types::section, Need::optional, "сроки опроса и повторов", "engine"}, read_table<engine_table>},
}};

}  // namespace

std::span<const Key<Draft>> root_settings() { return root_table; }

std::vector<SectionInfo> fixed_sections() {
  std::vector<SectionInfo> out{section_info<Draft>("", "Файл целиком", root_table),
                               section_info<Draft>("listen", "listen", listen_table),
                               section_info<Draft>("store", "store", store_table),
                               section_info<Draft>("spool", "spool", spool_table),
                               section_info<Draft>("log", "log", log_table),
                               section_info<Draft>("engine", "engine", engine_table),
                               trust_section()};
  for (SectionInfo& section : signing_sections()) out.push_back(std::move(section));
  return out;
}

std::optional<std::string> read_url(Reader& r, const YamlNode& node, Draft& d) {
  const auto text = r.text(node);
  if (!text) return std::nullopt;
  const string_view all = *text;
  const std::size_t scheme = all.starts_with("https://") ? 8 : all.starts_with("http://") ? 7 : 0;
  const string_view authority = all.substr(scheme).substr(0, all.substr(scheme).find_first_of("/?#"));
  if (scheme == 0 || authority.empty() || all.find_first_of(" \t\r\n") != string_view::npos) {
    r.error(node.range, "url", fmt::format("«{}» не адрес http(s)", *text), "например https://bridge.example.ru/");
    return std::nullopt;
  }
  if (authority.find('@') != string_view::npos) {
    d.literal_secrets.push_back(node.range);
    r.error(node.range, "url", "в адресе не пишут имя и пароль", "для них есть ключи user и password");
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> read_time_zone(Reader& r, const YamlNode& node) {
  const auto text = r.text(node);
  if (!text) return std::nullopt;
  if (TimeZone::find(*text)) return text;
  r.error(node.range, "time-zone", fmt::format("неизвестный часовой пояс «{}»", *text),
          "имя из базы IANA, например Europe/Moscow");
  return std::nullopt;
}

}  // namespace sedlink::config
