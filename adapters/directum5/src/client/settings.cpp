#include "sedlink/directum5/settings.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <set>
#include <sstream>

#include "sedlink/core/text.hpp"
#include "sedlink/net/http.hpp"
#include "wire/answer.hpp"
#include "wire/envelope.hpp"

namespace sedlink::directum5 {
namespace {

constexpr std::array<std::string_view, operation_count> operations = {
    "about",         "catalog",         "find_person", "find_reference", "find_counterparty", "create_counterparty",
    "find_document", "create_document", "list_files",  "attach_file",    "add_version",       "read_file",
    "find_task",     "create_task",     "start_task",  "task_state",     "cancel_task"};
// Without them there is no bridge: a document and a task are found by our key after any doubt.
constexpr Operation mandatory[] = {Operation::about,     Operation::find_document, Operation::create_document,
                                   Operation::find_task, Operation::create_task,   Operation::start_task,
                                   Operation::task_state};
struct Needs {
  Operation what, also;
};
constexpr Needs needs[] = {{Operation::attach_file, Operation::list_files},
                           {Operation::add_version, Operation::list_files},
                           {Operation::read_file, Operation::list_files},
                           {Operation::create_counterparty, Operation::find_counterparty}};

const std::vector<std::string> parameter_names = text::split(
    "key source type id name email inn kpp field document file size sha256 content version package task tasks reason",
    ' ');
const std::vector<std::string> answer_names = text::split(
    "error code message about product version user entry kind id name detail person email counterparty document key "
    "deleted file size sha256 modified content task started state outcome ended due round document_state "
    "document_number document_date job role position stage stage_name verdict comment since decided open",
    ' ');

Error wrong(std::string_view setting, const std::string& message) {
  return make_error(Fault::rejected, Audience::admin, "config." + std::string(setting),
                    std::string(setting) + ": " + message);
}

Result<std::uint64_t> quantity(const api::ConnectionSettings& from, std::string_view key, std::uint64_t otherwise,
                               std::uint64_t least, std::uint64_t most) {
  const std::string given = from.get(key);
  if (given.empty()) return otherwise;
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (failed == std::errc() && end == given.data() + given.size() && value >= least && value <= most) return value;
  return wrong(key, "«" + given + "» — ожидалось число от " + std::to_string(least) + " до " + std::to_string(most));
}

// The number of the word in `allowed`; the first is the default.
Result<std::size_t> choice(const api::ConnectionSettings& from, std::string_view key,
                           const std::vector<std::string>& allowed) {
  const std::string value = from.get(key, allowed.front());
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (allowed[i] == value) return i;
  }
  return wrong(key, "«" + value + "» — допустимо: " + text::join(allowed, ", "));
}

// "one=two; three=four": keys differ, no side is empty.
Result<Pairs> pairs(const api::ConnectionSettings& from, std::string_view key) {
  Pairs out;
  for (const std::string& part : text::split(from.get(key), ';')) {
    const std::string_view pair = text::trim(part);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const std::string_view left = text::trim(pair.substr(0, equals));
    const std::string_view right =
        equals == std::string_view::npos ? std::string_view() : text::trim(pair.substr(equals + 1));
    if (left.empty() || right.empty()) {
      return wrong(key, "«" + std::string(pair) + "» — ожидалось «слово=слово; слово=слово»");
    }
    if (std::any_of(out.begin(), out.end(), [&](const auto& p) { return p.first == left; })) {
      return wrong(key, "«" + std::string(left) + "» указано дважды");
    }
    out.emplace_back(left, right);
  }
  return out;
}

std::string among(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = text::nearest(word, known);
  return "неизвестное слово «" + word + "»; " +
         (near.empty() ? "бывает: " + text::join(known, ", ") : "возможно, «" + near + "»?");
}

// Names of ours on the left.
Result<Words> renames(const api::ConnectionSettings& from, std::string_view key, const std::vector<std::string>& known,
                      bool elements) {
  const auto given = pairs(from, key);
  if (!given) return given.error();
  Words out;
  for (const auto& [ours, theirs] : given.value()) {
    if (std::find(known.begin(), known.end(), ours) == known.end()) return wrong(key, among(ours, known));
    if (elements && !is_xml_name(theirs)) return wrong(key, "«" + theirs + "» не может быть именем элемента XML");
    out[ours] = theirs;
  }
  std::set<std::string> taken;
  for (const std::string& name : known) {
    const auto it = out.find(name);
    if (!taken.insert(it == out.end() ? name : it->second).second) {
      return wrong(key, "имя «" + (it == out.end() ? name : it->second) + "» получилось у двух разных вещей");
    }
  }
  return out;
}

// Words of ours on the right; ours themselves are understood, too.
Result<Words> meanings(const api::ConnectionSettings& from, std::string_view key,
                       const std::vector<std::string>& known) {
  const auto given = pairs(from, key);
  if (!given) return given.error();
  Words out;
  for (const std::string& word : known) out[text::fold(word)] = word;
  for (const auto& [theirs, ours] : given.value()) {
    if (std::find(known.begin(), known.end(), ours) == known.end()) return wrong(key, among(ours, known));
    out[text::fold(theirs)] = ours;
  }
  return out;
}

Result<void> read_names(const api::ConnectionSettings& from, Settings& s) {
  auto parameters = renames(from, "names.parameters", parameter_names, false);
  if (!parameters) return parameters.error();
  auto answers = renames(from, "names.answers", answer_names, true);
  if (!answers) return answers.error();
  s.parameters = std::move(parameters).value();
  s.answers = std::move(answers).value();
  struct Table {
    std::string_view key;
    std::vector<std::string> known;
    Words* into;
  };
  const Table tables[] = {
      {"names.errors",
       {"locked", "not_found", "deleted", "refused", "rights", "ended", "version", "unsure"},
       &s.errors},
      {"names.states",
       {"draft", "queued", "running", "paused", "completed", "interrupted", "deleted", "failed"},
       &s.states},
      {"names.outcomes", {"approved", "approved_with_remarks", "rejected", "unknown"}, &s.outcomes},
      {"names.verdicts", {"approved", "approved_with_remarks", "rejected", "delegated", "none"}, &s.verdicts},
      {"names.stages",
       {"approval", "confirmation", "signing", "registration", "examination", "performance", "review", "rework",
        "other"},
       &s.stages}};
  for (const Table& t : tables) {
    auto read = meanings(from, t.key, t.known);
    if (!read) return read.error();
    *t.into = std::move(read).value();
  }
  for (const auto& [key, into] : {std::pair<std::string_view, Pairs*>{"names.constants", &s.constants},
                                  {"documents.types", &s.document_types},
                                  {"documents.fields", &s.document_fields},
                                  {"routes", &s.routes}}) {
    auto read = pairs(from, key);
    if (!read) return read.error();
    *into = std::move(read).value();
  }
  if (s.document_types.empty()) return wrong("documents.types", "нужен хотя бы один вид: «contract=код вида»");
  if (s.routes.empty()) return wrong("routes", "нужен хотя бы один вид процесса: «approval=код типового маршрута»");
  std::set<std::string> taken;
  for (const std::string& name : parameter_names) taken.insert(s.parameter(name));
  for (const Pairs* list : {&s.constants, &s.document_fields}) {
    for (const auto& [name, value] : *list) {
      const std::string& sent = list == &s.constants ? name : value;
      if (!taken.insert(sent).second) {
        return wrong(list == &s.constants ? "names.constants" : "documents.fields",
                     "параметр «" + sent + "» уже занят; переименуйте его в names.parameters");
      }
    }
  }
  return {};
}

Result<void> read_scripts(const api::ConnectionSettings& from, Settings& s) {
  for (std::size_t i = 0; i < operation_count; ++i) {
    s.scripts[i] = std::string(text::trim(from.get("scripts." + std::string(operations[i]))));
  }
  for (const Operation o : mandatory) {
    if (!s.has(o)) return wrong("scripts." + std::string(name_of(o)), "без этого сценария работать нельзя");
  }
  for (const Needs& n : needs) {
    if (s.has(n.what) && !s.has(n.also)) {
      return wrong("scripts." + std::string(name_of(n.also)),
                   "нужен, раз есть " + std::string(name_of(n.what)) + ": после обрыва надо посмотреть, что сделано");
    }
  }
  return {};
}

Result<void> read_package(const api::ConnectionSettings& from, PackageSettings& p) {
  const auto form = choice(from, "package.form", {"elements", "attributes"});
  if (!form) return form.error();
  p.form = static_cast<PackageForm>(form.value() + 1);
  p.xml_namespace = from.get("package.namespace", p.xml_namespace);
  p.root = from.get("package.root", p.root);
  if (p.root != "-" && !is_xml_name(p.root)) return wrong("package.root", "не может быть именем элемента XML");
  for (const auto& [key, into] : {std::pair<std::string_view, std::string*>{"package.system_code", &p.system_code},
                                  {"package.link_type", &p.link_type},
                                  {"workflow.string_type", &p.string_type},
                                  {"workflow.users_type", &p.users_type},
                                  {"workflow.date_type", &p.date_type},
                                  {"workflow.key", &p.key},
                                  {"workflow.approvers", &p.approvers},
                                  {"workflow.subject", &p.subject},
                                  {"workflow.description", &p.description},
                                  {"workflow.due", &p.due},
                                  {"workflow.author", &p.author}}) {
    *into = std::string(text::trim(from.get(key, *into)));
  }
  return {};
}

Result<void> read_envelope(const api::ConnectionSettings& from, Settings& s) {
  const std::string file = from.get("envelope_file");
  if (file.empty()) return wrong("envelope_file", "нужен файл с конвертом запроса по WSDL заказчика");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text_of_file;
  if (!in || !(text_of_file << in.rdbuf())) return wrong("envelope_file", "файл не читается");
  s.envelope = text_of_file.str();
  const auto compiled = EnvelopeTemplate::compile(s.envelope);
  if (!compiled) return wrong("envelope_file", compiled.error().message);
  s.soap_action = from.get("soap_action");
  if (s.soap_action.find_first_of("\"\r\n") != std::string::npos) return wrong("soap_action", "недопустимые знаки");
  if (!compiled.value().names_script() && s.soap_action.find("{script}") == std::string::npos) {
    return wrong("envelope_file", "имя сценария никуда не подставляется: нужно {script} в конверте или в soap_action");
  }
  const std::string path = from.get("answer");
  for (const std::string& name : text::split(path, '/')) {
    const std::string_view one = text::trim(name);
    if (!is_xml_name(text::replace_all(std::string(one), "{script}", "s"))) {
      return wrong("answer",
                   "ожидался путь внутри Body, например RunScriptResponse/RunScriptResult, а не «" + path + "»");
    }
    s.answer.emplace_back(one);
  }
  return {};
}

Result<void> read_rest(const api::ConnectionSettings& from, Settings& s) {
  const auto soap = choice(from, "soap", {"1.1", "1.2"});
  if (!soap) return soap.error();
  const auto auth = choice(from, "auth", {"basic", "none"});
  if (!auth) return auth.error();
  const auto dates = choice(from, "dates", {"iso", "russian"});
  if (!dates) return dates.error();
  const auto unknown = choice(from, "unknown_error", {"refused", "unsure"});
  if (!unknown) return unknown.error();
  const auto file = quantity(from, "limits.file", s.max_file, 1024, 1024ull * 1024 * 1024);
  if (!file) return file.error();
  const auto answer = quantity(from, "limits.answer", s.max_answer, 64 * 1024, 256ull * 1024 * 1024);
  if (!answer) return answer.error();
  const auto calls = quantity(from, "limits.calls", s.calls, 1, 16);
  if (!calls) return calls.error();
  const auto batch = quantity(from, "poll_batch", s.poll_batch, 1, 200);
  if (!batch) return batch.error();
  s.soap12 = soap.value() == 1;
  s.auth = static_cast<Auth>(auth.value() + 1);
  s.dates = static_cast<DateForm>(dates.value() + 1);
  s.unknown_error_is_refusal = unknown.value() == 0;
  s.max_file = file.value();
  s.max_answer = answer.value();
  s.calls = static_cast<std::size_t>(calls.value());
  s.poll_batch = static_cast<std::size_t>(batch.value());
  s.list_separator = from.get("list_separator", s.list_separator);
  if (s.list_separator.empty()) return wrong("list_separator", "не может быть пустым");
  for (const auto& [key, into] :
       {std::pair<std::string_view, std::string*>{"document_link", &s.document_url}, {"task_link", &s.task_url}}) {
    *into = from.get(key);
    const bool http = into->starts_with("https://") || into->starts_with("http://");
    if (!into->empty() && (!http || into->find("{id}") == std::string::npos)) {
      return wrong(key, "ожидался адрес, который открывают люди, с {id} внутри");
    }
  }
  s.user = from.get("user");
  if (const auto it = from.secrets.find("password"); it != from.secrets.end()) s.password = it->second;
  if (s.auth == Auth::basic && s.user.empty()) return wrong("user", "нужен пользователь (или auth: none)");
  if (const std::string ca = from.get("ca_file"); !ca.empty()) s.ca_file = ca;
  return {};
}

}  // namespace

std::string_view name_of(Operation o) noexcept { return operations[static_cast<std::size_t>(o)]; }

std::string Settings::parameter(std::string_view ours) const {
  const auto it = parameters.find(ours);
  return it == parameters.end() ? std::string(ours) : it->second;
}

std::string Settings::answer_name(std::string_view ours) const {
  const auto it = answers.find(ours);
  return it == answers.end() ? std::string(ours) : it->second;
}

const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = text::split(
        "*url *envelope_file *answer soap_action soap auth user password! ca_file document_link task_link time_zone "
        "dates list_separator poll_batch+ unknown_error *routes limits.file# limits.answer# limits.calls+ "
        "documents.types documents.fields names.parameters names.answers names.constants names.errors names.states "
        "names.outcomes names.verdicts names.stages package.namespace package.root package.form package.system_code "
        "package.link_type workflow.key workflow.approvers workflow.subject workflow.description workflow.due "
        "workflow.author workflow.string_type workflow.users_type workflow.date_type",
        ' ');
    for (const std::string_view o : operations) all.push_back("scripts." + std::string(o) + "=");
    return all;
  }();
  return names;
}

Result<Settings> read_settings(const api::ConnectionSettings& from) {
  const std::string zone_name = from.get("time_zone", "Europe/Moscow");
  auto zone = TimeZone::find(zone_name);
  if (!zone) return wrong("time_zone", "неизвестный часовой пояс «" + zone_name + "»; например, Europe/Moscow");
  Settings s(from.name, zone.value());
  s.url = from.get("url");
  if (s.url.find('@') != std::string::npos) return wrong("url", "имя и пароль пишутся в user и password, не в адресе");
  if (!net::Url::parse(s.url)) return wrong("url", "ожидался адрес веб-сервиса из WSDL, а не «" + s.url + "»");
  if (auto read = read_envelope(from, s); !read) return read.error();
  if (auto read = read_rest(from, s); !read) return read.error();
  if (auto read = read_scripts(from, s); !read) return read.error();
  if (auto read = read_names(from, s); !read) return read.error();
  if (auto read = read_package(from, s.package); !read) return read.error();
  if (s.package.key.empty() && s.package.system_code.empty()) {
    return wrong("workflow.key", "ключу карточки негде храниться в задаче: нужен workflow.key или package.system_code");
  }
  return s;
}

}  // namespace sedlink::directum5
