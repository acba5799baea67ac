// sedlink-sim: imitates one counterpart of the daemon over real HTTP. See docs and --help.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cstdio>

#include "sedlink/sim/host.hpp"
#ifdef SEDLINK_HAS_BITRIX24
#include "sedlink/sim/bitrix24.hpp"
#endif
#ifdef SEDLINK_HAS_ONEC_DOCFLOW
#include "sedlink/sim/onec_docflow.hpp"
#endif
#ifdef SEDLINK_HAS_DIRECTUM
#include "sedlink/sim/directum.hpp"
#endif

namespace {

using namespace sedlink;

struct Arguments {
  std::string listen = "127.0.0.1:0";
  std::vector<std::string> tls;
  std::string edition, scenario, record, scratch;
  bool module = false;
  std::uint64_t seed = 1;
};

void add_options(CLI::App& command, Arguments& arguments, const std::vector<std::string>& editions) {
  command.add_option("--listen", arguments.listen, "HOST:PORT; port 0 takes a free one")->capture_default_str();
  command.add_option("--tls", arguments.tls, "CERT KEY (PEM files)")->expected(2);
  auto* edition = command.add_option("--edition", arguments.edition, "edition of the imitated system");
  if (!editions.empty()) edition->check(CLI::IsMember(editions));
  command.add_flag("--module", arguments.module, "our module is installed in the imitated system");
  command.add_option("--scenario", arguments.scenario, "YAML: what people do by themselves, and settings");
  command.add_option("--seed", arguments.seed, "of every draw")->capture_default_str();
  command.add_option("--scratch", arguments.scratch,
                     "folder for large file contents; default: the system's temporary one");
  command.add_option("--record", arguments.record, "folder for NNNNNN-request.http and NNNNNN-response.http");
}

int refuse(int code, const std::string& message) {
  std::fprintf(stderr, "sedlink-sim: %s\n", message.c_str());
  return code;
}

// Every large content holds one.
void allow_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) std::perror("sedlink-sim: open files");
}

boost::asio::awaitable<void> stop(sim::Host& host, boost::asio::io_context& context) {
  co_await host.stop(Duration(500));
  context.stop();
}

int run(const Arguments& arguments, sim::Options options, std::unique_ptr<sim::Simulator> simulator) {
  sim::HostOptions host_options;
  const auto colon = arguments.listen.rfind(':');
  if (colon == std::string::npos) return refuse(2, "--listen wants HOST:PORT");
  host_options.address = arguments.listen.substr(0, colon);
  if (host_options.address.starts_with('[') && host_options.address.ends_with(']')) {
    host_options.address = host_options.address.substr(1, host_options.address.size() - 2);
  }
  if (host_options.address.empty() || host_options.address == "localhost") host_options.address = "127.0.0.1";
  const char* const last = arguments.listen.data() + arguments.listen.size();
  const auto [end, ec] = std::from_chars(arguments.listen.data() + colon + 1, last, host_options.port);
  if (ec != std::errc() || end != last) return refuse(2, "--listen wants HOST:PORT");
  if (arguments.tls.size() == 2) {
    host_options.tls_certificate = arguments.tls[0];
    host_options.tls_key = arguments.tls[1];
  }
  if (!arguments.record.empty()) host_options.record = arguments.record;
  if (!arguments.scratch.empty()) host_options.scratch = arguments.scratch;
  allow_open_files();

  boost::asio::io_context context(1);
  const SystemClock clock;
  auto host = sim::Host::create(context.get_executor(), clock, host_options, std::move(options), std::move(simulator));
  if (!host) return refuse(1, host.error().message);
  (*host)->start();
  std::printf("%s\n", boost::json::serialize((*host)->ready()).c_str());
  std::fflush(stdout);

  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& failure, int) {
    if (!failure) boost::asio::co_spawn(context, stop(**host, context), boost::asio::detached);
  });
  context.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Imitates a counterpart of sedlink over real HTTP, strictly", "sedlink-sim");
  app.require_subcommand(1);
  Arguments arguments;
  auto* bitrix24 = app.add_subcommand("bitrix24", "a Bitrix24 portal");
  add_options(*bitrix24, arguments, {});
  auto* onec = app.add_subcommand("onec-docflow", "1C:Документооборот");
  add_options(*onec, arguments, {"2.1", "2.1.11", "3.0"});
  auto* directum = app.add_subcommand("directum", "Directum RX");
  add_options(*directum, arguments, {"4.4", "4.7", "4.11"});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) { return app.exit(e) == 0 ? 0 : 2; }

  sim::Options options;
  options.edition = arguments.edition;
  options.module = arguments.module;
  options.seed = arguments.seed;
  if (!arguments.scenario.empty()) {
    auto scenario = sim::Scenario::load(arguments.scenario);
    if (!scenario) return refuse(2, scenario.error().message);
    options.scenario = std::move(*scenario);
  }
  std::unique_ptr<sim::Simulator> simulator;
#ifdef SEDLINK_HAS_BITRIX24
  if (bitrix24->parsed()) simulator = sim::make_bitrix24(options);
#endif
#ifdef SEDLINK_HAS_ONEC_DOCFLOW
  if (onec->parsed()) simulator = sim::make_onec_docflow(options);
#endif
#ifdef SEDLINK_HAS_DIRECTUM
  if (directum->parsed()) simulator = sim::make_directum(options);
#endif
  if (!simulator) return refuse(2, "not in this version");
  return run(arguments, std::move(options), std::move(simulator));
}
