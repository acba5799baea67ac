// The port: every call is one blocking job on a thread of the adapter's own, because the folder may be a network share
// and fsync waits for the disk. One thread: the jobs of a connection never meet, and a cancelled one still ends before
// the next begins.
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "adapter/work.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/example_folder/adapter.hpp"
#include "sedlink/example_folder/settings.hpp"
#include "translate/progress.hpp"
#include "wire/records.hpp"

namespace sedlink::example_folder {
namespace {

namespace asio = boost::asio;

template <class T>
using Job = std::function<Result<T>(Requests&)>;

template <class T>
Task<T> run(std::shared_ptr<Disk> disk, std::filesystem::path folder, SteadyTime deadline, Job<T> job) {
  Requests requests(*disk, std::move(folder), deadline);
  co_return job(requests);
}

Error denied(const std::string& code, const std::string& message) {
  return make_error(Fault::rejected, Audience::user, code, message);
}

class FolderAdapter final : public api::EdmsAdapter {
 public:
  FolderAdapter(std::shared_ptr<Disk> disk, Settings settings, api::AdapterEnvironment environment)
      : disk_(std::move(disk)), settings_(std::move(settings)), environment_(std::move(environment)) {}
  ~FolderAdapter() override { pool_.join(); }

  [[nodiscard]] api::Capabilities capabilities() const override {
    api::Capabilities c;
    c.cancel = c.cancel_reason = settings_.cancel;
    c.resubmit = c.set_due = c.new_version = true;
    c.signatures = false;  // a file of a signature says nothing of who has checked it
    c.sheet = api::SheetSource::rows;
    c.poll_batch = 40;
    c.max_file = settings_.max_file;
    c.document_types = {document_type()};
    c.process_kinds = {"approval"};
    c.document_fields = document_fields();
    return c;
  }

  Task<api::ConnectionReport> test_connection(api::CallContext ctx) override {
    return ask<api::ConnectionReport>(ctx, [user = settings_.user](Requests& disk) -> Result<api::ConnectionReport> {
      const auto root = disk.root();
      if (!root) return root.error();
      const auto about = read_marker(find_entry(root.value(), "folder.json")->text);
      api::ConnectionReport report;
      report.product = "Папка обмена (пример): " + about->name;
      report.version = "формат " + std::to_string(about->format);
      report.user = user;
      report.warnings.push_back("example_folder — пример для разработчиков адаптеров, не для работы");
      return report;
    });
  }

  Task<api::Catalog> discover(api::CallContext ctx) override {
    return ask<api::Catalog>(ctx, [](Requests& disk) -> Result<api::Catalog> {
      const auto all = people(disk);
      if (!all) return all.error();
      api::Catalog catalog;
      for (const Person& p : all.value()) catalog.emplace_back("person", p.id, p.name);
      for (const std::string& name : document_fields())
        catalog.emplace_back(std::string("document_field.") + document_type(), name, name);
      return catalog;
    });
  }

  Task<std::vector<Person>> find_person(api::CallContext ctx, Reference r) override {
    return ask<std::vector<Person>>(ctx, [r](Requests& disk) { return example_folder::find_person(disk, r); });
  }

  Task<Reference> ensure_counterparty(api::CallContext ctx, Reference r, std::string title) override {
    return ask<Reference>(ctx, [key = ctx.key, r, title](Requests& disk) {
      return example_folder::ensure_counterparty(disk, key, r, title);
    });
  }

  Task<std::optional<DocumentRef>> find_document(api::CallContext ctx, DocumentDraft) override {
    return ask<std::optional<DocumentRef>>(
        ctx, [key = ctx.key](Requests& disk) { return example_folder::find_document(disk, key); });
  }

  Task<DocumentRef> create_document(api::CallContext ctx, DocumentDraft draft) override {
    return ask<DocumentRef>(
        ctx, [key = ctx.key, draft](Requests& disk) { return example_folder::create_document(disk, key, draft); });
  }

  Task<std::optional<EdmsFileRef>> find_file(api::CallContext ctx, DocumentRef document, SpooledFile file) override {
    return ask<std::optional<EdmsFileRef>>(
        ctx, [document, file](Requests& disk) { return example_folder::find_file(disk, document, file); });
  }

  Task<EdmsFileRef> attach_file(api::CallContext ctx, DocumentRef document, SpooledFile file) override {
    return ask<EdmsFileRef>(ctx, [key = ctx.key, limit = settings_.max_file, document, file](Requests& disk) {
      if (const auto fits = check_size(file, limit); !fits) return Result<EdmsFileRef>(fits.error());
      return example_folder::attach_file(disk, key, document, file);
    });
  }

  Task<EdmsFileRef> add_version(api::CallContext ctx, DocumentRef document, EdmsFileRef ref,
                                SpooledFile file) override {
    return ask<EdmsFileRef>(ctx, [limit = settings_.max_file, document, ref, file](Requests& disk) {
      if (const auto fits = check_size(file, limit); !fits) return Result<EdmsFileRef>(fits.error());
      return example_folder::add_version(disk, document, ref, file);
    });
  }

  Task<bool> has_version(api::CallContext ctx, EdmsFileRef ref, SpooledFile file) override {
    return ask<bool>(ctx, [ref, file](Requests& disk) { return example_folder::has_version(disk, ref, file); });
  }

  Task<std::optional<ProcessRef>> find_process(api::CallContext ctx, DocumentRef document, ProcessDraft) override {
    return ask<std::optional<ProcessRef>>(
        ctx, [this, key = ctx.key, document](Requests& disk) { return processes(disk).find(key, document); });
  }

  Task<ProcessRef> prepare_process(api::CallContext ctx, DocumentRef document, ProcessDraft draft) override {
    return ask<ProcessRef>(ctx, [this, key = ctx.key, document, draft](Requests& disk) {
      return processes(disk).prepare(key, document, draft);
    });
  }

  Task<void> start_process(api::CallContext ctx, ProcessRef process) override {
    return ask<void>(ctx, [this, process](Requests& disk) { return processes(disk).start(process); });
  }

  // One request a process. A fault of the folder itself is everybody's; one of a process stays in its place.
  Task<api::PollAnswer> poll(api::CallContext ctx, std::vector<ProcessRef> refs) override {
    return ask<api::PollAnswer>(ctx, [this, refs](Requests& disk) -> Result<api::PollAnswer> {
      api::PollAnswer answer;
      for (const ProcessRef& ref : refs) {
        auto seen = processes(disk).look(ref);
        if (!seen && seen.error().fault == Fault::unauthorized) return seen.error();
        answer.snapshots.push_back(std::move(seen));
      }
      return answer;
    });
  }

  Task<void> decide_round(api::CallContext ctx, ProcessRef process, AuthorDecision decision, bool again,
                          std::string comment) override {
    return ask<void>(ctx, [this, process, decision, again, comment](Requests& disk) {
      return processes(disk).decide(process, decision, again, comment);
    });
  }

  Task<void> cancel(api::CallContext ctx, ProcessRef process, std::string reason) override {
    return ask<void>(ctx, [this, process, reason](Requests& disk) -> Result<void> {
      if (!settings_.cancel) return denied("edms.no_cancel", "Отзывать процессы запрещено настройкой cancel");
      return processes(disk).cancel(process, reason);
    });
  }

  Task<ResultSet> list_results(api::CallContext ctx, ProcessRef process) override {
    return ask<ResultSet>(ctx, [this, process](Requests& disk) -> Result<ResultSet> {
      const auto seen = processes(disk).look(process);
      if (!seen) return seen.error();
      auto files = latest_files(disk, process.document);
      if (!files) return files.error();
      ResultSet results;
      results.files = std::move(files).value();
      results.sheet_rows = sheet(seen.value());
      return results;
    });
  }

  Task<SpooledFile> fetch(api::CallContext ctx, EdmsFileRef ref, std::string path) override {
    return ask<SpooledFile>(ctx, [ref, path](Requests& disk) { return example_folder::fetch(disk, ref, path); });
  }

 private:
  static Result<void> check_size(const SpooledFile& file, std::uint64_t limit) {
    if (file.size <= limit) return {};
    return denied("edms.file_too_large", "Файл «" + file.name + "» (" + text::human_size(file.size) +
                                             ") больше допустимых для папки обмена " + text::human_size(limit));
  }

  Processes processes(Requests& disk) { return {disk, remembered_, *environment_.clock, settings_.user}; }

  // A job is never cancelled: its call ends when it does, with what came of it. The state sees to that; a signal
  // that crosses to the pool's thread may find the coroutine there already gone (Boost 1.81). A disk that hangs cannot
  // be interrupted by anybody; the deadline is asked between requests.
  template <class T>
  Task<T> ask(api::CallContext ctx, Job<T> job) {
    Task<T> work = run<T>(disk_, settings_.folder, ctx.deadline, std::move(job));
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    Result<T> result = co_await asio::co_spawn(pool_, std::move(work), asio::use_awaitable);
    co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
    co_return result;
  }

  std::shared_ptr<Disk> disk_;
  Settings settings_;
  api::AdapterEnvironment environment_;
  Remembered remembered_;  // of the pool's thread
  asio::thread_pool pool_{1};
};

Error wrong(const std::string& setting, const std::string& message) {
  return make_error(Fault::rejected, Audience::admin, "config." + setting, setting + ": " + message);
}

}  // namespace

const std::vector<std::string>& setting_names() {
  static const std::vector<std::string> names{"*folder", "user", "cancel", "limits.file#"};
  return names;
}

Result<Settings> read_settings(const api::ConnectionSettings& from) {
  Settings s;
  s.folder = from.get("folder");
  if (!s.folder.is_absolute()) return wrong("folder", "ожидался полный путь, от корня «/»");
  s.user = from.get("user", s.user);
  const std::string cancel = from.get("cancel", "true");
  if (cancel != "true" && cancel != "false") return wrong("cancel", "ожидалось true или false");
  s.cancel = cancel == "true";
  if (const std::string size = from.get("limits.file"); !size.empty()) {
    const auto [end, failed] = std::from_chars(size.data(), size.data() + size.size(), s.max_file);
    if (failed != std::errc() || end != size.data() + size.size()) return wrong("limits.file", "ожидалось число байт");
  }
  return s;
}

Result<std::unique_ptr<api::EdmsAdapter>> make_adapter_over(std::shared_ptr<Disk> disk, api::ConnectionSettings from,
                                                            api::AdapterEnvironment environment) {
  auto settings = read_settings(from);
  if (!settings) return settings.error();
  std::unique_ptr<api::EdmsAdapter> adapter =
      std::make_unique<FolderAdapter>(std::move(disk), std::move(settings).value(), std::move(environment));
  return adapter;
}

Result<std::unique_ptr<api::EdmsAdapter>> make_adapter(api::ConnectionSettings from,
                                                       api::AdapterEnvironment environment) {
  return make_adapter_over(local_disk(), std::move(from), std::move(environment));
}

}  // namespace sedlink::example_folder
