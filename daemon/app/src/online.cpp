#include "online.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters.hpp"
#include "certificate_watch.hpp"
#include "judge.hpp"
#include "sedlink/core/json.hpp"
#include "sedlink/mapping/model.hpp"
#include "sedlink/net/task.hpp"
#include "sedlink/net/unix_socket.hpp"
#include "sedlink/signing/requests.hpp"
#include "signature_options.hpp"

namespace sedlink::app {
namespace {

namespace asio = boost::asio;

struct Live {
  Project& project;
  std::map<std::string, std::unique_ptr<api::CrmAdapter>> crm;
  std::map<std::string, std::unique_ptr<api::EdmsAdapter>> edms;
  std::map<std::string, std::unique_ptr<api::Service>> services;
  std::set<std::string> dead;     // connections that did not answer: their mappings are not judged
  std::set<std::string> strange;  // entities the CRM does not show
};

api::CallContext context() {
  api::CallContext c;
  c.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  return c;
}

// The portal's budget is shared with the running daemon: asked to slow down, a check slows down, a minute in all.
constexpr int patience = 6;
template <class T>
Task<T> patiently(std::function<Task<T>()> call) {
  Duration pause{2'000};
  for (int n = 1;; ++n) {
    Task<T> attempt = call();
    Result<T> answer = co_await std::move(attempt);
    if (answer.has_value() || answer.error().fault != Fault::throttled) co_return answer;
    if (n == patience) {
      Error tired = answer.error();
      tired.message += ". Портал занят: подождите минуту и повторите check";
      co_return tired;
    }
    const Duration told = answer.error().retry_after ? Duration(*answer.error().retry_after) : Duration::zero();
    const Duration wait = std::min(std::max(pause, told), Duration(20'000));
    co_await net::wait(wait);
    pause *= 2;
  }
}

Task<api::Catalog> discover(api::CrmAdapter& adapter, std::vector<std::string> entities) {
  std::function<Task<api::Catalog>()> call = [&adapter, entities] { return adapter.discover(context(), entities); };
  auto catalog = co_await patiently<api::Catalog>(std::move(call));
  co_return catalog;
}

// What the capabilities forbid is told by the same rules, with the same places, as in a check of the file.
void judge_capabilities(Project& project, const mapping::CompiledMapping& m, const api::Capabilities& can) {
  mapping::LintWorld world;
  world.document_fields = can.document_fields;
  world.document_types = can.document_types;
  world.process_kinds = can.process_kinds;
  world.resubmit = can.resubmit;
  world.cancel = can.cancels(m.process.kind);
  const auto& takes = can.due_kinds;
  world.set_due =
      can.set_due && (takes.empty() || std::find(takes.begin(), takes.end(), m.process.kind) != takes.end());
  mapping::CompileResult again = mapping::compile(m.text, m.file, world);
  project.findings.insert(project.findings.end(), again.findings.begin(), again.findings.end());
}

void add(Project& project, config::Severity severity, std::string rule, const std::string& file,
         const config::Range& range, std::string message) {
  add_finding(project, severity, std::move(rule), file, range, std::move(message));
}

// The catalog of one CRM; an entity it does not have is told at the mappings that name it.
asio::awaitable<void> survey(Live& live, std::string name, api::Catalog& out) {
  Project& project = live.project;
  api::CrmAdapter& adapter = *live.crm.at(name);
  const std::string file = project.config->file.string();
  const config::Range at = project.config->connections.at(name).range;
  std::set<std::string> entities;
  for (const auto& m : project.mappings)
    if (m->crm == name) entities.insert(m->launch.entity);
  std::vector<std::string> list(entities.begin(), entities.end());
  Result<api::Catalog> all = co_await discover(adapter, list);
  if (all.has_value()) {
    out = std::move(all.value());
    co_return;
  }
  const Error whole = all.error();
  const std::string prefix = "Подключение «" + name + "»: ";
  bool blamed = false;  // the mappings are told, not the connection
  if (whole.fault == Fault::rejected || whole.fault == Fault::not_found) {
    std::vector<std::string> nothing;
    all = co_await discover(adapter, nothing);
    blamed = all.has_value();
    if (all.has_value()) out = std::move(all.value());
    std::vector<std::string> known;
    for (const auto& e : out)
      if (e.kind == "entity") known.push_back(e.id);
    for (const std::string& entity : list) {
      std::vector<std::string> one(1, entity);
      Result<api::Catalog> part = co_await discover(adapter, one);
      if (part.has_value()) {
        for (auto& e : part.value())
          if (e.kind != "user" && e.kind != "entity") out.push_back(std::move(e));
        continue;
      }
      live.strange.insert(entity);
      for (const auto& m : project.mappings)
        if (m->crm == name && m->launch.entity == entity)
          add_finding(project, config::Severity::error, "online.entity", m->file,
                      place(project, m->file, "launch.entity"),
                      "На портале не видно карточек «" + entity + "»: " + part.error().message, propose(entity, known));
    }
  }
  if (!blamed) add(project, config::Severity::error, "online.discover", file, at, prefix + whole.message);
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
    api::CrmAdapter* asked = adapter.get();
    std::function<Task<api::ConnectionReport>()> call = [asked] { return asked->test_connection(context()); };
    Result<api::ConnectionReport> report = co_await patiently<api::ConnectionReport>(std::move(call));
    test(name, report);
    if (report.has_error()) continue;
    api::Catalog catalog;
    co_await survey(live, name, catalog);
    if (!catalog.empty()) catalogs[name] = std::move(catalog);
  }
  for (auto& [name, service] : live.services) {
    api::CallContext c = context();
    Result<api::ConnectionReport> report = co_await service->test_connection(c);
    test(name, report);
  }
  for (auto& [name, adapter] : live.edms) {
    api::EdmsAdapter* asked = adapter.get();
    std::function<Task<api::ConnectionReport>()> call = [asked] { return asked->test_connection(context()); };
    Result<api::ConnectionReport> report = co_await patiently<api::ConnectionReport>(std::move(call));
    test(name, report);
    if (report.has_error()) continue;
    std::function<Task<api::Catalog>()> list = [asked] { return asked->discover(context()); };
    Result<api::Catalog> catalog = co_await patiently<api::Catalog>(std::move(list));
    if (catalog.has_error())
      add(project, config::Severity::error, "online.discover", file, project.config->connections.at(name).range,
          "Подключение «" + name + "»: " + catalog.error().message);
    else
      catalogs[name] = std::move(catalog.value());
  }
  std::set<std::pair<std::string, std::string>> pairs;
  for (const auto& m : project.mappings) {
    const auto crm = catalogs.find(m->crm), edms = catalogs.find(m->edms);
    const bool strange = live.strange.contains(m->launch.entity);
    if (crm != catalogs.end() && !strange) judge_crm(project, *m, crm->second);
    if (edms != catalogs.end()) {
      const api::Capabilities can = live.edms.at(m->edms)->capabilities();
      judge_capabilities(project, *m, can);
      judge_edms(project, *m, edms->second, can);
    }
    const bool first_of_pair = pairs.emplace(m->crm, m->edms).second;
    if (crm != catalogs.end() && edms != catalogs.end() && first_of_pair)
      judge_people(project, m->crm, m->edms, crm->second, edms->second);
    if (live.crm.contains(m->crm) && live.edms.contains(m->edms))
      judge_sizes(project, *m, live.crm.at(m->crm)->capabilities(), live.edms.at(m->edms)->capabilities(),
                  first_of_pair);
    if (!live.crm.contains(m->crm) || live.dead.contains(m->crm) || strange) continue;
    api::CrmAdapter* asked = live.crm.at(m->crm).get();
    const mapping::Launch launch = m->launch;
    constexpr std::size_t most = 1000;
    std::function<Task<std::vector<ItemRef>>()> call = [asked, launch] {
      return asked->list_on_stage(context(), launch.entity, launch.category, launch.stage, most);
    };
    Result<std::vector<ItemRef>> standing = co_await patiently<std::vector<ItemRef>>(std::move(call));
    if (standing.has_error())
      add(project, config::Severity::warning, "online.standing", m->file, m->launch.stage_range,
          "Не удалось посчитать карточки на стадии запуска: " + standing.error().message);
    else if (!standing.value().empty())
      add(project, config::Severity::warning, "online.standing", m->file, m->launch.stage_range,
          "На стадии запуска сейчас карточек: " + std::to_string(standing.value().size()) +
              ". Сами они не отправятся: только sedlink process launch");
  }
}

// Whether the address for notifications was taken is known to the daemon that told it; one that does not run says
// nothing.
void judge_push(Live& live) {
  Project& project = live.project;
  bool expected = false;
  for (const auto& [name, adapter] : live.edms) expected = expected || adapter->capabilities().push;
  std::error_code absent;
  if (!expected || !std::filesystem::exists(project.config->admin_socket, absent)) return;
  const Result<std::string> answer =
      net::ask_line(project.config->admin_socket, R"({"command":"status"})", Duration(5'000));
  const auto status = answer.has_value() ? json::parse(answer.value()) : Result<json::value>(answer.error());
  const json::value* result = status.has_value() ? json::find(status.value(), "result") : nullptr;
  if (result == nullptr) return;
  for (const auto& c : json::list(*result, "connections")) {
    const std::string name = json::text(c, "name"), why = json::text(c, "push_error");
    const auto known = project.config->connections.find(name);
    if (why.empty() || known == project.config->connections.end()) continue;
    add(project, config::Severity::warning, "online.push", project.config->file.string(), known->second.range,
        "Подключение «" + name + "»: адрес для уведомлений не принят: " + why +
            ". Изменения видит опрос, служба предложит адрес снова");
  }
}

}  // namespace

void check_online(Project& project) {
  asio::io_context io{1};
  SystemClock clock;
  NullLogger log;
  std::map<std::pair<std::string, std::string>, Time> servers;  // when their certificates end, by connection and host
  Live live{project, {}, {}, {}, {}, {}};
  api::AdapterEnvironment environment;
  environment.executor = io.get_executor();
  environment.clock = &clock;
  environment.logger = &log;
  environment.spool = project.config->spool;
  // The questions are requests, too: what must be signed is signed here as well.
  signing::RequestsOptions signing_options;
  signing_options.clock = &clock;
  signing_options.fetch = blocking_fetch(std::chrono::seconds(30));
  const signing::Requests signing(*project.config, std::move(signing_options));
  for (const auto& [name, connection] : project.config->connections) {
    const AdapterEntry* entry = find_adapter(connection.type);
    if (entry == nullptr) continue;
    environment.hook = signing.hook(connection);
    environment.certificate_seen = [&servers, name](const std::string& host, Time ends) {
      servers[{name, host}] = ends;
    };
    const auto failed = [&](const Error& e) {
      add(project, config::Severity::error, "online.connection", project.config->file.string(), connection.range,
          "Подключение «" + name + "»: " + e.message);
    };
    if (entry->service) {
      auto made = entry->service(settings_of(connection), environment);
      if (made.has_error())
        failed(made.error());
      else
        live.services.emplace(name, std::move(made.value()));
    } else if (entry->crm) {
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
  for (const auto& [server, ends] : servers) {
    WatchedEnd end = server_end(server.first, server.second, ends);
    end.of.range = project.config->connections.at(server.first).range;
    judge_end(*project.config, end, clock.now(), project.findings);
  }
  judge_push(live);
  config::sort_findings(project.findings);
}

}  // namespace sedlink::app
