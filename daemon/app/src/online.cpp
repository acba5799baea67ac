#include "online.hpp"

#include <algorithm>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/mapping/model.hpp"
#include "sedlink/net/task.hpp"

namespace sedlink::app {
namespace {

namespace asio = boost::asio;

struct Live {
  Project& project;
  std::map<std::string, std::unique_ptr<api::CrmAdapter>> crm;
  std::map<std::string, std::unique_ptr<api::EdmsAdapter>> edms;
  std::set<std::string> dead;  // connections that did not answer: their mappings are not judged
};

api::CallContext context() {
  api::CallContext c;
  c.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  return c;
}

void add(Project& project, config::Severity severity, std::string rule, const std::string& file, config::Range range,
         std::string message, std::string help = {}) {
  config::Finding f;
  f.severity = severity;
  f.rule = std::move(rule);
  f.file = file;
  f.range = range;
  f.message = std::move(message);
  f.help = std::move(help);
  project.findings.push_back(std::move(f));
}

// Ids and names of one kind of catalog entries.
std::vector<std::string> ids(const api::Catalog& catalog, const std::string& kind) {
  std::vector<std::string> out;
  for (const auto& e : catalog)
    if (e.kind == kind) out.push_back(e.id);
  return out;
}
std::vector<std::string> names(const api::Catalog& catalog, const std::string& kind) {
  std::vector<std::string> out;
  for (const auto& e : catalog)
    if (e.kind == kind) out.push_back(e.name);
  return out;
}
bool has(const std::vector<std::string>& list, const std::string& wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& s) { return text::fold(s) == text::fold(wanted); });
}
std::string propose(const std::string& wanted, const std::vector<std::string>& known) {
  const std::string near = text::nearest(wanted, known);
  return near.empty() ? std::string() : "возможно, вы имели в виду «" + near + "»?";
}

void judge_crm(Project& project, const mapping::CompiledMapping& m, const api::Catalog& catalog) {
  const auto stages = ids(catalog, "stage");
  const auto fields = ids(catalog, "field");
  const auto stage = [&](const std::string& id, config::Range range) {
    if (!id.empty() && !has(stages, id))
      add(project, config::Severity::error, "online.stage", m.file, range, "На портале нет стадии «" + id + "»",
          propose(id, stages));
  };
  const auto field = [&](const std::string& id, config::Range range) {
    if (!has(fields, id))
      add(project, config::Severity::error, "online.field", m.file, range, "У карточки нет поля «" + id + "»",
          propose(id, fields));
  };
  stage(m.launch.stage, m.launch.range);
  if (m.withdraw) stage(m.withdraw->stage, {});
  for (const auto& s : m.process.give_up) stage(s, {});
  for (const auto& s : m.hands_off) stage(s, {});
  for (const auto& row : m.stages)
    if (row.reaction.crm) stage(*row.reaction.crm, row.range);
  for (const auto& [outcome, reaction] : m.outcomes)
    if (reaction.crm) stage(*reaction.crm, {});
  for (const auto& f : m.fields) field(f.field, f.range);
  for (const auto& f : m.launch.require) field(f, m.launch.range);
  for (const auto& f : m.document.files) field(f.field, f.range);
  for (const auto& r : m.results)
    for (const auto& to : r.to)
      if (to.kind == mapping::ResultTarget::Kind::field) field(to.field, r.range);
  for (const mapping::Expression* e : mapping::expressions_of(m)) {
    constexpr std::string_view root = "item.";
    const std::string name = e->path.starts_with(root) ? e->path.substr(root.size()) : std::string();
    // "url" is ours: the card's address.
    if (!name.empty() && name != "url" && name.find('.') == std::string::npos) field(name, e->range);
  }
}

// The text of a template without expressions, else nothing to compare.
std::optional<std::string> constant(const std::optional<mapping::Template>& t) {
  if (!t || !t->expressions().empty()) return std::nullopt;
  return t->source();
}

void judge_edms(Project& project, const mapping::CompiledMapping& m, const api::Catalog& catalog,
                const api::Capabilities& can) {
  const auto named = [&](const std::string& kind, const std::string& what, const std::string& name,
                         config::Range range) {
    const auto known = names(catalog, kind);
    if (!has(known, name))
      add(project, config::Severity::error, "online." + kind, m.file, range, "В СЭД нет: " + what + " «" + name + "»",
          propose(name, known));
  };
  for (const auto& f : m.document.fields) {
    const auto* spec = std::get_if<mapping::ReferenceSpec>(&f.value);
    if (spec == nullptr) continue;
    const auto name = constant(spec->name);
    if (!name) continue;
    if (f.name == "kind") named("document_kind." + m.document.type, "вид документа", *name, f.range);
    if (f.name == "folder") named("folder", "папка", *name, f.range);
    if (f.name == "our_company") named("organization", "организация", *name, f.range);
  }
  if (!m.process.template_name.empty())
    named("template." + m.process.kind, "шаблон процесса", m.process.template_name, {});
  if (m.withdraw && !can.cancel)
    add(project, config::Severity::warning, "online.cancel", m.file, {},
        "Эта СЭД не даёт прервать процесс извне: отзыв сообщит человеку ссылку на процесс");
  const bool takes_due = can.set_due && (can.due_kinds.empty() || has(can.due_kinds, m.process.kind));
  if (m.process.due && !takes_due)
    add(project, config::Severity::warning, "online.due", m.file, {},
        "Срок процесса вида «" + m.process.kind + "» назначает сама СЭД: due не передаётся",
        can.set_due ? "срок берут виды: " + text::join(can.due_kinds, ", ") : std::string());
  if (m.process.rework == mapping::Rework::crm && !can.resubmit)
    add(project, config::Severity::error, "online.resubmit", m.file, {},
        "Эта СЭД не даёт решать за автора: rework: crm невозможно");
  for (const auto& r : m.results)
    if (r.take == mapping::Take::signatures && !can.signatures)
      add(project, config::Severity::error, "online.signatures", m.file, r.range, "Эта СЭД не отдаёт подписи");
}

// The portal's budget is shared with the running daemon: asked to slow down, a check slows down.
constexpr int patience = 5;
asio::awaitable<void> slow_down(const Error& error) {
  const Duration pause = error.retry_after ? std::min(Duration(*error.retry_after), Duration(10'000)) : Duration(2'000);
  co_await net::wait(pause);
}

// Files travel into fields as base64 only up to a size: better told now than by an empty field later.
void judge_sizes(Project& project, const mapping::CompiledMapping& m, const api::CrmCapabilities& crm,
                 const api::Capabilities& edms) {
  for (const auto& r : m.results)
    for (const auto& to : r.to)
      if (to.kind == mapping::ResultTarget::Kind::field && edms.max_file > crm.max_inline_file)
        add(project, config::Severity::warning, "online.inline_file", m.file, r.range,
            "Файлы больше " + text::human_size(crm.max_inline_file) + " в поле «" + to.field +
                "» не попадут: портал принимает их туда только внутри запроса. Поле останется пустым, человек увидит "
                "объяснение в хронологии",
            "добавьте в to: папку или хронологию, там лимит " + text::human_size(crm.max_file));
  if (!m.document.files.empty() && crm.max_file > edms.max_file)
    add(project, config::Severity::warning, "online.file_size", m.file, m.document.files.front().range,
        "СЭД принимает файлы до " + text::human_size(edms.max_file) + ", а из CRM могут прийти файлы до " +
            text::human_size(crm.max_file) + ": более крупные не отправятся, человек прочтёт об этом в карточке");
}

asio::awaitable<void> look(Live& live) {
  Project& project = live.project;
  const std::string file = project.config->file.string();
  std::map<std::string, api::Catalog> catalogs;
  const auto test = [&](const std::string& name, const Result<api::ConnectionReport>& report) {
    const config::Range at = project.config->connections.at(name).range;
    if (report.has_error()) {
      live.dead.insert(name);
      add(project, config::Severity::error, "online.connection", file, at,
          "Подключение «" + name + "»: " + report.error().message);
      return;
    }
    for (const auto& w : report.value().warnings)
      add(project, config::Severity::warning, "online.connection", file, at, "Подключение «" + name + "»: " + w);
  };
  for (auto& [name, adapter] : live.crm) {
    api::CallContext c = context();
    Result<api::ConnectionReport> report = co_await adapter->test_connection(c);
    test(name, report);
    if (report.has_error()) continue;
    std::set<std::string> entities;
    for (const auto& m : project.mappings)
      if (m->crm == name) entities.insert(m->launch.entity);
    const std::vector<std::string> list(entities.begin(), entities.end());
    c = context();
    Result<api::Catalog> catalog = co_await adapter->discover(c, list);
    for (int n = 1; n < patience && catalog.has_error() && catalog.error().fault == Fault::throttled; ++n) {
      co_await slow_down(catalog.error());
      c = context();
      catalog = co_await adapter->discover(c, list);
    }
    if (catalog.has_error())
      add(project, config::Severity::error, "online.discover", file, {},
          "Подключение «" + name + "»: " + catalog.error().message);
    else
      catalogs[name] = std::move(catalog.value());
  }
  for (auto& [name, adapter] : live.edms) {
    api::CallContext c = context();
    Result<api::ConnectionReport> report = co_await adapter->test_connection(c);
    test(name, report);
    if (report.has_error()) continue;
    c = context();
    Result<api::Catalog> catalog = co_await adapter->discover(c);
    if (catalog.has_error())
      add(project, config::Severity::error, "online.discover", file, {},
          "Подключение «" + name + "»: " + catalog.error().message);
    else
      catalogs[name] = std::move(catalog.value());
  }
  for (const auto& m : project.mappings) {
    if (const auto it = catalogs.find(m->crm); it != catalogs.end()) judge_crm(project, *m, it->second);
    if (const auto it = catalogs.find(m->edms); it != catalogs.end())
      judge_edms(project, *m, it->second, live.edms.at(m->edms)->capabilities());
    if (live.crm.contains(m->crm) && live.edms.contains(m->edms))
      judge_sizes(project, *m, live.crm.at(m->crm)->capabilities(), live.edms.at(m->edms)->capabilities());
    if (!live.crm.contains(m->crm) || live.dead.contains(m->crm)) continue;
    api::CallContext c = context();
    constexpr std::size_t most = 1000;
    Result<std::vector<ItemRef>> standing =
        co_await live.crm.at(m->crm)->list_on_stage(c, m->launch.entity, m->launch.category, m->launch.stage, most);
    if (standing.has_value() && !standing.value().empty())
      add(project, config::Severity::warning, "online.standing", m->file, m->launch.range,
          "На стадии запуска сейчас карточек: " + std::to_string(standing.value().size()) +
              ". Сами они не отправятся: только sedlink process launch");
  }
  // People of the CRM that nobody in the EDMS answers to.
  for (const auto& m : project.mappings) {
    const auto crm = catalogs.find(m->crm), edms = catalogs.find(m->edms);
    if (crm == catalogs.end() || edms == catalogs.end()) continue;
    const auto known = names(edms->second, "person");
    std::vector<std::string> unmatched;
    for (const auto& e : crm->second) {
      if (e.kind != "user") continue;
      std::string wanted = e.name;
      const auto outer = project.config->people.find(m->crm);
      if (outer != project.config->people.end())
        if (const auto inner = outer->second.find(m->edms); inner != outer->second.end())
          if (const auto row = inner->second.find(e.id); row != inner->second.end()) wanted = row->second;
      if (!has(known, wanted)) unmatched.push_back(e.name + " (" + e.id + ")");
    }
    if (!unmatched.empty())
      add(project, config::Severity::warning, "online.people", file, {},
          "Пользователи CRM без пары в СЭД «" + m->edms + "»: " + text::join(unmatched, ", "), "добавьте их в people:");
    break;
  }
}

}  // namespace

void check_online(Project& project) {
  asio::io_context io{1};
  SystemClock clock;
  NullLogger log;
  Live live{project, {}, {}, {}};
  api::AdapterEnvironment environment;
  environment.executor = io.get_executor();
  environment.clock = &clock;
  environment.logger = &log;
  environment.spool = project.config->spool;
  for (const auto& [name, connection] : project.config->connections) {
    const AdapterEntry* entry = find_adapter(connection.type);
    if (entry == nullptr) continue;
    const auto failed = [&](const Error& e) {
      add(project, config::Severity::error, "online.connection", project.config->file.string(), connection.range,
          "Подключение «" + name + "»: " + e.message);
    };
    if (entry->crm) {
      auto made = entry->crm(settings_of(connection), environment);
      if (made.has_error())
        failed(made.error());
      else
        live.crm.emplace(name, std::move(made.value()));
    } else {
      auto made = entry->edms(settings_of(connection), environment);
      if (made.has_error())
        failed(made.error());
      else
        live.edms.emplace(name, std::move(made.value()));
    }
  }
  asio::co_spawn(io, look(live), [&](std::exception_ptr failure) {
    if (failure)
      add(project, config::Severity::error, "online.defect", project.config->file.string(), {}, "Сверка прервалась");
    io.stop();
  });
  io.run();
  config::sort_findings(project.findings);
}

}  // namespace sedlink::app
