// sedlink run: builds everything once, in order, and takes it down in reverse.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include <systemd/sd-daemon.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "adapters.hpp"
#include "certificate_watch.hpp"
#include "commands.hpp"
#include "project.hpp"
#include "sedlink/engine/engine.hpp"
#include "sedlink/net/server.hpp"
#include "sedlink/net/unix_socket.hpp"
#include "sedlink/signature/backends.hpp"
#include "sedlink/signing/requests.hpp"
#include "sedlink/signing/verifier.hpp"
#include "sedlink/web/web.hpp"
#include "signature_options.hpp"

namespace sedlink::app {
namespace {

namespace asio = boost::asio;

LogLevel level_of(const std::string& name) {
  if (name == "debug") return LogLevel::debug;
  if (name == "warning") return LogLevel::warning;
  if (name == "error") return LogLevel::error;
  return LogLevel::info;
}

struct Daemon {
  asio::io_context io{1};
  SystemClock clock;
  std::unique_ptr<StderrLogger> log;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<CertificateWatch> certificates;
  std::unique_ptr<signing::Requests> signing;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<web::Web> web;
  std::unique_ptr<net::Server> server;
  std::unique_ptr<net::LineServer> admin;
  asio::thread_pool disk{1};  // reads that may take long
  Duration stop_limit{20'000};
  std::size_t mappings = 0;
  int exit_code = 0;
};

Result<engine::Engine::Parts> parts_of(Daemon& d, const Project& project) {
  engine::Engine::Parts parts;
  parts.executor = d.io.get_executor();
  parts.clock = &d.clock;
  parts.logger = d.log.get();
  parts.store = d.store.get();
  parts.mappings = project.mappings;
  parts.recompile = [](const std::string& text) {
    return mapping::compile(text, "revision", mapping::LintWorld()).mapping;
  };
  api::AdapterEnvironment environment;
  environment.executor = d.io.get_executor();
  environment.clock = &d.clock;
  environment.logger = d.log.get();
  environment.spool = project.config->spool;
  signature::SignerProcess gost;
  gost.engine = "gost";
  gost.timeout = Duration(120'000);
  const std::shared_ptr<signature::Backend> judge = signature::open_verifier(std::move(gost));
  signing::RequestsOptions signing_options;
  signing_options.clock = &d.clock;
  signing_options.fetch = blocking_fetch(std::chrono::seconds(30));
  signing_options.folder = project.config->spool;
  signing_options.verifier = judge;
  d.signing = std::make_unique<signing::Requests>(*project.config, std::move(signing_options));
  std::map<std::string, std::shared_ptr<signing::Trust>> trust;
  for (const auto& [name, policy] : project.config->trust) trust[name] = std::make_shared<signing::Trust>(policy);
  for (const auto& [name, connection] : project.config->connections) {
    const AdapterEntry* entry = find_adapter(connection.type);
    if (entry == nullptr) continue;
    environment.hook = d.signing->hook(connection);
    environment.certificate_seen = [&d, name](const std::string& host, Time ends) {
      d.certificates->server_seen(name, host, ends, d.clock.now(), *d.log);
    };
    if (entry->side == "edms") {
      const auto named = connection.values.find(trust_setting);
      parts.verifiers[name] =
          std::make_shared<signing::Verifier>(judge, named == connection.values.end() ? nullptr : trust[named->second],
                                              blocking_fetch(std::chrono::seconds(15)));
    }
    if (entry->service) {
      auto made = entry->service(settings_of(connection), environment);
      if (made.has_error()) return made.error();
      parts.services.emplace(name, std::move(made.value()));
    } else if (entry->crm) {
      auto made = entry->crm(settings_of(connection), environment);
      if (made.has_error()) return made.error();
      parts.crm.emplace(name, std::move(made.value()));
    } else {
      auto made = entry->edms(settings_of(connection), environment);
      if (made.has_error()) return made.error();
      parts.edms.emplace(name, std::move(made.value()));
    }
  }
  return parts;
}

asio::awaitable<net::ServerResponse> serve(web::Web* web, net::ServerRequest& request) { return web->handle(request); }
asio::awaitable<std::string> operate(engine::Engine* engine, std::string line) {
  return engine->operate(std::move(line));
}

asio::awaitable<void> stop(Daemon& d) {
  sd_notify(0, "STOPPING=1");
  const auto deadline = std::chrono::steady_clock::now() + d.stop_limit;
  if (d.server) co_await d.server->stop(deadline);
  if (d.admin) d.admin->stop();
  co_await d.engine->stop(deadline);
  d.io.stop();
}

asio::awaitable<void> watch_signals(Daemon& d) {
  asio::signal_set signals(d.io, SIGTERM, SIGINT, SIGHUP);
  for (;;) {
    const int signal = co_await signals.async_wait(asio::use_awaitable);
    if (signal != SIGHUP) {
      d.log->info("stopping", {{"signal", signal}});
      break;
    }
    d.log->warning("reload_ignored",
                   {{"why", "перечитывание конфигурации появится в следующей версии; перезапустите службу"}});
  }
  co_await stop(d);
}

// Feeds the watchdog from the io thread: a stuck loop gets no food.
asio::awaitable<void> watchdog() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) co_return;
  for (;;) {
    sd_notify(0, "WATCHDOG=1");
    co_await net::wait(Duration(static_cast<std::int64_t>(usec / 3000)));
  }
}

asio::awaitable<void> start(Daemon& d) {
  Result<void> started = co_await d.engine->start();
  if (started.has_error()) {
    d.log->error("engine_not_started", {{"error", describe(started.error())}});
    d.exit_code = 1;
    d.io.stop();
    co_return;
  }
  d.server->start();
  d.admin->start();
  sd_notify(0, "READY=1");
  d.log->info("ready", {{"port", static_cast<int>(d.server->port())}, {"mappings", d.mappings}});
}

asio::awaitable<std::vector<WatchedEnd>> look(std::vector<WatchedFile> files) { co_return look_at(files); }

// Of the profiles whose certificates have no file to look at.
void add_signers(const Daemon& d, std::vector<WatchedEnd>& ends) {
  for (const auto& [name, signer] : d.signing->signers()) {
    const bool has_file = std::ranges::any_of(
        d.certificates->files(), [&](const WatchedFile& f) { return f.kind == "signer" && f.name == name; });
    if (!has_file) ends.push_back(signer_end(name, signer));
  }
}

// Files are replaced while the daemon runs: what metrics say is an hour old at most.
asio::awaitable<void> watch_certificates(Daemon& d) {
  for (;;) {
    auto looking = look(d.certificates->files());
    std::vector<WatchedEnd> ends = co_await asio::co_spawn(d.disk, std::move(looking), asio::use_awaitable);
    add_signers(d, ends);
    d.certificates->seen(std::move(ends), d.clock.now(), *d.log);
    co_await net::wait(std::chrono::hours(1));
  }
}

int fail(const Error& error) {
  std::cerr << "sedlink run: " << error.message << " [" << error.code << "]\n";
  return 1;
}

}  // namespace

int run_daemon(const std::filesystem::path& config_file) {
  std::signal(SIGPIPE, SIG_IGN);
  signature::protect_memory();  // before the first secret is read
  Project project = load_project(config_file, true);
  if (!project.findings.empty())
    std::cerr << config::format_findings(project.findings, project.sources, config::FindingFormat::text);
  if (!project.config || config::has_errors(project.findings)) return 1;
  const config::Config& config = *project.config;
  if (!config.signing.empty()) signature::protect_memory();

  Daemon d;
  d.mappings = project.mappings.size();
  d.stop_limit = config.engine.stop;
  d.log = std::make_unique<StderrLogger>(
      level_of(config.log_level),
      config.log_format == "json" ? StderrLogger::Format::json : StderrLogger::Format::logfmt,
      std::getenv("JOURNAL_STREAM") != nullptr);
  const Result<TimeZone> zone = TimeZone::find(config.time_zone);
  if (zone.has_error()) return fail(zone.error());

  store::StoreOptions store_options;
  store_options.file = config.sqlite;
  auto store = store::Store::open(store_options, *d.log);
  if (store.has_error()) return fail(store.error());
  d.store = std::move(store.value());

  d.certificates = std::make_unique<CertificateWatch>(config);
  auto parts = parts_of(d, project);
  if (parts.has_error()) return fail(parts.error());
  engine::Settings settings;
  settings.instance_name = config.instance;
  settings.zone = zone.value();
  settings.spool = config.spool;
  settings.spool_quota = config.spool_quota;
  settings.people = config.people;
  settings.public_url = config.listen.public_url;
  settings.poll_active = config.engine.poll_active;
  settings.poll_quiet = config.engine.poll_quiet;
  settings.poll_asleep = config.engine.poll_asleep;
  settings.sweep = config.engine.sweep;
  settings.retry_first = config.engine.retry_first;
  settings.retry_max = config.engine.retry_max;
  settings.attempts_before_incident = config.engine.attempts_before_incident;
  d.engine = std::make_unique<engine::Engine>(std::move(settings), std::move(parts.value()));

  web::WebOptions web_options;
  web_options.version = SEDLINK_VERSION;
  CertificateWatch* certificates = d.certificates.get();
  web_options.measures = [certificates] { return certificates->measures(); };
  d.web = std::make_unique<web::Web>(*d.engine, d.clock, *d.log, web_options);
  net::ServerOptions listen;
  listen.address = config.listen.address;
  listen.port = config.listen.port;
  web::Web* web = d.web.get();
  auto server =
      net::Server::listen(d.io.get_executor(), listen, [web](net::ServerRequest& r) { return serve(web, r); });
  if (server.has_error()) return fail(server.error());
  d.server = std::move(server.value());
  engine::Engine* engine = d.engine.get();
  auto admin = net::LineServer::listen(d.io.get_executor(), config.admin_socket, 0660,
                                       [engine](std::string line) { return operate(engine, std::move(line)); });
  if (admin.has_error()) return fail(admin.error());
  d.admin = std::move(admin.value());

  asio::co_spawn(d.io, start(d), asio::detached);
  asio::co_spawn(d.io, watch_signals(d), asio::detached);
  asio::co_spawn(d.io, watchdog(), asio::detached);
  asio::co_spawn(d.io, watch_certificates(d), asio::detached);
  d.io.run();
  d.store->close();
  if (!d.engine->idle()) {
    // Calls were cut at the limit: their frames still hold the engine, so nothing is taken apart. The store is closed
    // and whole; what was cut is looked up at the next start.
    std::_Exit(d.exit_code);
  }
  return d.exit_code;
}

}  // namespace sedlink::app
