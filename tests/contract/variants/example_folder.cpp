// The example adapter: its EDMS is a folder, so the stand is the peer itself. People act by files, and a request is
// what the adapter asks of the disk. What a disk cannot have: an asking to slow down; and a hang, which no adapter
// survives (the call into the kernel cannot be taken back).
#include "sedlink/example_folder/adapter.hpp"

#include <fstream>
#include <mutex>
#include <stdexcept>

#include "contract/battery.hpp"
#include "sedlink/core/hash.hpp"
#include "support/temp_dir.hpp"

namespace sedlink::contract {
namespace {

namespace fs = std::filesystem;
using example_folder::Disk;
using example_folder::Entry;

const char* const approver_name = "Сидорова Анна Сергеевна";

// A disk that counts, and fails when it is told to. It is asked on the adapter's thread.
class FailingDisk final : public Disk {
 public:
  std::error_code list(const Path& folder, const Wanted& wanted, std::vector<Entry>& out) override {
    return meet(std::errc::io_error, [&](std::optional<Mishap> spoil) {
      const std::error_code failed = disk_->list(folder, wanted, out);
      if (!spoil || failed) return failed;
      bool spoiled = false;
      for (Entry& e : out) {
        if (e.text.empty()) continue;
        spoiled = true;
        e.text = *spoil == Mishap::corrupt ? "\xff" + e.text : e.text.substr(0, e.text.size() / 2);
      }
      return spoiled ? std::error_code() : std::make_error_code(std::errc::io_error);  // names have no half
    });
  }

  std::error_code read(const Path& file, const Sink& to) override {
    return meet(std::errc::io_error, [&](std::optional<Mishap> spoil) {
      if (!spoil) return disk_->read(file, to);
      std::string bytes;
      const auto keep = [&bytes](std::string_view piece) {
        bytes += piece;
        return true;
      };
      const std::error_code failed = disk_->read(file, keep);
      if (failed) return failed;
      to(std::string_view(bytes).substr(0, bytes.size() / 2));
      // Half a file with an end looks whole to nobody who knows its size; garbled bytes a disk tells itself.
      return *spoil == Mishap::truncate ? std::error_code() : std::make_error_code(std::errc::io_error);
    });
  }

  std::error_code write(const Path& file, const Source& from) override {
    return change([&] { return disk_->write(file, from); });
  }
  std::error_code make_folder(const Path& path) override {
    return change([&] { return disk_->make_folder(path); });
  }
  std::error_code rename(const Path& from, const Path& to) override {
    return change([&] { return disk_->rename(from, to); });
  }
  std::error_code sync(const Path& folder) override {
    return change([&] { return disk_->sync(folder); });
  }
  std::error_code remove(const Path& path) override {
    return change([&] { return disk_->remove(path); });
  }

  void arm(Mishap mishap, std::size_t spared, std::size_t times) {
    const std::lock_guard lock(mutex_);
    mishap_ = mishap;
    spared_ = spared;
    times_ = times;
    struck_ = false;
  }
  bool disarm() {
    const std::lock_guard lock(mutex_);
    times_ = 0;
    return struck_;
  }
  std::size_t requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  std::optional<Mishap> next() {
    const std::lock_guard lock(mutex_);
    ++requests_;
    if (times_ == 0) return std::nullopt;
    if (spared_ > 0) {
      --spared_;
      return std::nullopt;
    }
    --times_;
    struck_ = true;
    return mishap_;
  }

  // `work` is told to spoil what it brings, or nothing.
  template <class Work>
  std::error_code meet(std::errc own_failure, Work work) {
    const std::optional<Mishap> mishap = next();
    if (!mishap) return work(mishap);
    switch (*mishap) {
      case Mishap::hang:
      case Mishap::close: return std::make_error_code(std::errc::io_error);
      case Mishap::server_error: return std::make_error_code(own_failure);
      case Mishap::throttle: return std::make_error_code(std::errc::device_or_resource_busy);
      case Mishap::refuse_credentials: return std::make_error_code(std::errc::permission_denied);
      case Mishap::corrupt:
      case Mishap::truncate: return work(mishap);
      case Mishap::lose_answer: break;
    }
    static_cast<void>(work(std::nullopt));
    return std::make_error_code(std::errc::io_error);
  }

  // A change has no answer but success: garbled or half is as good as lost.
  template <class Work>
  std::error_code change(Work work) {
    return meet(std::errc::no_space_on_device, [&](std::optional<Mishap> spoil) {
      const std::error_code done = work();
      return spoil ? std::make_error_code(std::errc::io_error) : done;
    });
  }

  std::shared_ptr<Disk> disk_ = example_folder::local_disk();
  std::mutex mutex_;
  Mishap mishap_ = Mishap::close;
  std::size_t requests_ = 0, spared_ = 0, times_ = 0;
  bool struck_ = false;
};

void drop(const fs::path& at, const std::string& text) {
  const fs::path hidden = at.parent_path() / ".dropped";
  std::ofstream(hidden, std::ios::binary) << text;
  fs::rename(hidden, at);
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

class ExampleFolder final : public Stand {
 public:
  void start(const Scene& scene) override {
    for (const char* name : {"documents", "processes", "counterparties"}) fs::create_directories(root() / name);
    drop(root() / "folder.json", R"({"format": 1, "name": "Канцелярия"})");
    std::string people =
        R"([{"id": "p-1", "name": "Сидорова Анна Сергеевна"}, {"id": "p-2", "name": "Иванов Иван Иванович"})";
    for (std::size_t i = 0; i < scene.more_people; ++i)
      people += R"(, {"id": "more-)" + std::to_string(i) + R"(", "name": )" + quoted(person_name(i)) + "}";
    drop(root() / "people.json", people + "]");
    drop(root() / "counterparties/romashka.json",
         R"({"id": "romashka", "name": "ООО Ромашка", "inn": "7717586110", "kpp": "771701001"})");
  }

  std::unique_ptr<api::EdmsAdapter> connect(api::AdapterEnvironment environment, std::string_view without) override {
    api::ConnectionSettings settings;
    settings.name = "folder";
    settings.type = "example_folder";
    settings.values["folder"] = root().string();
    if (without == "cancel") {
      settings.values["cancel"] = "false";
    } else if (!without.empty()) {
      return nullptr;
    }
    auto made = example_folder::make_adapter_over(disk_, settings, std::move(environment));
    if (!made) throw std::runtime_error(describe(made.error()));
    return std::move(made).value();
  }

  DocumentDraft draft(const std::string& title) override {
    DocumentDraft draft;
    draft.type = "internal";
    draft.key_source = "dynamic:1036/77";
    draft.fields.emplace_back("title", Value(title));
    draft.fields.emplace_back("counterparty", known_counterparty());
    draft.fields.emplace_back("sum", Value("1500.50"));
    draft.fields.emplace_back("responsible", named("Иванов Иван Иванович"));
    return draft;
  }

  ProcessDraft route() override {
    ProcessDraft draft;
    draft.kind = "approval";
    draft.name = "Согласовать договор";
    draft.approvers.push_back(named(approver_name));
    return draft;
  }

  std::string approver() override { return approver_name; }

  Reference known_counterparty() override {
    Reference r;
    r.inn = "7717586110";
    r.kpp = "771701001";
    r.name = "ООО Ромашка";
    return r;
  }

  Reference new_counterparty(int n) override {
    Reference r;
    r.inn = std::to_string(5000000000 + n);
    r.kpp = "500001001";
    r.name = "ООО Новая " + std::to_string(n);
    r.create = true;
    return r;
  }

  void act(Deed deed, const ProcessRef& process, const std::string& comment) override {
    const fs::path at = root() / "processes" / process.id;
    if (!fs::exists(at / "start.json")) throw std::runtime_error("nobody has started it");
    const std::size_t round = rounds(at);
    const auto fact = [&](const std::string& name, const std::string& word, std::size_t number,
                          const std::string& verdict) {
      std::string text = R"({"do": )" + quoted(word) + R"(, "round": )" + std::to_string(number) + R"(, "person": )" +
                         quoted(approver_name) + R"(, "comment": )" + quoted(comment);
      if (!verdict.empty()) text += R"(, "verdict": )" + quoted(verdict);
      drop(at / name, text + "}");
    };
    const std::string answer = "Ответ Сидоровой " + std::to_string(round) + ".json";
    switch (deed) {
      case Deed::approve: return fact(answer, "answer", round, "approved");
      case Deed::remark: return fact(answer, "answer", round, "approved_with_remarks");
      case Deed::reject: return fact(answer, "answer", round, "rejected");
      case Deed::send_back: return fact("Новый круг.json", "again", round + 1, "");
      case Deed::accept_verdict: return fact("Оставить.json", "accept", round, "");
      case Deed::interrupt: return fact("Прервать.json", "interrupt", round, "");
      case Deed::sign: break;
    }
    throw std::runtime_error("nobody signs in a folder");
  }

  ProcessRef stranger() override {
    ProcessRef ref;
    ref.id = uuid::random();
    ref.type = "approval";
    ref.document = DocumentRef{uuid::random(), "internal", ""};
    return ref;
  }

  [[nodiscard]] bool has(Mishap mishap) const override { return mishap != Mishap::hang && mishap != Mishap::throttle; }
  void arm(Mishap mishap, std::size_t spared, std::size_t times) override { disk_->arm(mishap, spared, times); }
  bool disarm() override { return disk_->disarm(); }
  std::size_t requests() override { return disk_->requests(); }

  Tally tally() override {
    Tally t;
    for (const fs::path& document : visible(root() / "documents")) {
      ++t.documents;
      for (const fs::path& file : visible(document)) {
        if (file.filename() == "card.json") continue;
        ++t.versions;
        t.files += file.filename().string().find(" v1].") != std::string::npos ? 1 : 0;
      }
    }
    t.counterparties = visible(root() / "counterparties").size();
    for (const fs::path& process : visible(root() / "processes")) {
      ++t.processes;
      t.started += fs::exists(process / "start.json") ? 1 : 0;
      t.interrupted += fs::exists(process / "interrupt.json") || fs::exists(process / "Прервать.json") ? 1 : 0;
      t.rounds += rounds(process);
    }
    return t;
  }

 private:
  static Reference named(const char* name) {
    Reference r;
    r.name = name;
    return r;
  }

  [[nodiscard]] fs::path root() const { return folder_ / "edms"; }

  static std::vector<fs::path> visible(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder))
      if (!entry.path().filename().string().starts_with('.')) found.push_back(entry.path());
    return found;
  }

  static std::size_t rounds(const fs::path& process) {
    std::size_t n = 1;
    for (const fs::path& file : visible(process))
      n += file.filename().string().starts_with("again-") || file.filename() == "Новый круг.json" ? 1 : 0;
    return n;
  }

  testing_support::TempDir folder_;
  std::shared_ptr<FailingDisk> disk_ = std::make_shared<FailingDisk>();
};

SEDLINK_CONTRACT(example_folder, Variant("example_folder", [] { return std::make_unique<ExampleFolder>(); }));

}  // namespace
}  // namespace sedlink::contract
