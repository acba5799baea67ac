#include "client/requests.hpp"

#include <algorithm>

#include "sedlink/core/hash.hpp"
#include "wire/records.hpp"

namespace sedlink::example_folder {
namespace {

constexpr int known_format = 1;

// A failure before anything is visible: surely not done.
Error disk_error(std::error_code failed, const std::filesystem::path& what) {
  const std::string where = "«" + what.string() + "» в папке обмена";
  Error e = make_error(Fault::transient, Audience::admin, "example_folder.disk", "Не удалось обратиться к " + where);
  e.vendor_code = failed.message();
  if (failed == std::errc::permission_denied || failed == std::errc::operation_not_permitted) {
    e.fault = Fault::unauthorized;
    e.code = "example_folder.rights";
    e.message = "Службе не хватает прав на " + where;
  } else if (failed == std::errc::no_space_on_device || failed == std::errc::read_only_file_system) {
    e.code = "example_folder.full";
    e.message = "В папке обмена нет места или она только для чтения";
  } else if (failed == std::errc::filename_too_long || failed == std::errc::file_too_large) {
    e.fault = Fault::rejected;
    e.code = "example_folder.refused";
    e.message = "Файловая система не принимает " + where;
  } else if (failed == std::errc::invalid_argument) {
    e.fault = Fault::rejected;
    e.code = "example_folder.file_system";
    e.message = "Эта файловая система не умеет переименовать, не заменяя (RENAME_NOREPLACE): папка не годится";
  }
  return e;
}

Error after_doubt(Error e) {
  if (e.fault == Fault::transient) e.fault = Fault::ambiguous;
  return e;
}

// Names that begin with a dot are seen by nobody. The same object always gets the same one: what a crash leaves behind
// is written over by the repetition.
std::filesystem::path hidden_beside(const std::filesystem::path& at) {
  return at.parent_path() / (".new-" + sha256_hex(at.filename().string()).substr(0, 16));
}

Disk::Source source_of(const std::string& text) {
  return [&text, given = false](std::string& out) mutable {
    if (!given) out = text;
    given = true;
    return true;
  };
}

}  // namespace

Error make_error(Fault fault, Audience audience, std::string code, std::string message) {
  Error e;
  e.fault = fault;
  e.audience = audience;
  e.code = std::move(code);
  e.message = std::move(message);
  return e;
}

Error damaged(const std::filesystem::path& file) {
  return make_error(Fault::transient, Audience::admin, "example_folder.damaged",
                    "Файл «" + file.string() + "» в папке обмена не читается: дописан не до конца или испорчен");
}

const Entry* find_entry(const Listing& listing, std::string_view name) {
  const auto at = std::find_if(listing.begin(), listing.end(), [name](const Entry& e) { return e.name == name; });
  return at == listing.end() ? nullptr : &*at;
}

Result<void> Requests::still_time() const {
  if (std::chrono::steady_clock::now() < deadline_) return {};
  return make_error(Fault::transient, Audience::admin, "example_folder.deadline", "Папка обмена не ответила вовремя");
}

Result<Listing> Requests::root() {
  if (const auto time = still_time(); !time) return time.error();
  Listing listing;
  const auto wanted = [](const Entry& e) { return e.name == "folder.json" || e.name == "people.json"; };
  if (const std::error_code failed = disk_.list(root_, wanted, listing)) return disk_error(failed, root_);
  const Entry* mark = find_entry(listing, "folder.json");
  if (mark == nullptr)
    return make_error(Fault::transient, Audience::admin, "example_folder.no_folder",
                      "В «" + root_.string() + "» нет folder.json: папка не подключена или не подготовлена");
  const auto about = read_marker(mark->text);
  if (!about) return damaged(mark->name);
  if (about->format != known_format)
    return make_error(Fault::rejected, Audience::admin, "example_folder.format",
                      "Папка обмена формата " + std::to_string(about->format) + ", а известен только " +
                          std::to_string(known_format));
  return listing;
}

Result<std::optional<Listing>> Requests::list(const Path& folder, const Disk::Wanted& wanted) {
  if (const auto time = still_time(); !time) return time.error();
  Listing listing;
  const std::error_code failed = disk_.list(root_ / folder, wanted, listing);
  if (failed == std::errc::no_such_file_or_directory) {
    const auto proof = root();
    if (!proof) return proof.error();
    return std::optional<Listing>();
  }
  if (failed) return disk_error(failed, folder);
  std::erase_if(listing, [](const Entry& e) { return e.name.starts_with('.'); });
  return std::optional<Listing>(std::move(listing));
}

Result<void> Requests::read(const Path& file, const Disk::Sink& to) {
  if (const auto time = still_time(); !time) return time.error();
  if (const std::error_code failed = disk_.read(root_ / file, to)) return disk_error(failed, file);
  return {};
}

Result<bool> Requests::put_text(const Path& at, const std::string& text) { return put_file(at, source_of(text)); }

Result<bool> Requests::put_file(const Path& at, const Disk::Source& from) {
  if (const auto time = still_time(); !time) return time.error();
  const Path hidden = hidden_beside(at);
  if (const std::error_code failed = disk_.write(root_ / hidden, from)) {
    clear(hidden);
    return disk_error(failed, at);
  }
  return publish(hidden, at);
}

Result<bool> Requests::put_folder(const Path& at, const std::string& file, const std::string& text) {
  if (const auto time = still_time(); !time) return time.error();
  const Path hidden = hidden_beside(at);
  std::error_code failed = disk_.make_folder(root_ / hidden);
  if (!failed) failed = disk_.write(root_ / hidden / file, source_of(text));
  if (!failed) failed = disk_.sync(root_ / hidden);
  if (failed) {
    clear(hidden);
    return disk_error(failed, at);
  }
  return publish(hidden, at);
}

// The rename is the moment: before it nobody sees anything, after it everybody sees the whole. Before it every failure
// is «not done»; from it on «perhaps». It lasts only when the folder that holds the name is on the disk too.
Result<bool> Requests::publish(const Path& hidden, const Path& at) {
  if (const auto time = still_time(); !time) {
    clear(hidden);
    return time.error();
  }
  const std::error_code failed = disk_.rename(root_ / hidden, root_ / at);
  const bool there = failed == std::errc::file_exists;
  if (failed) clear(hidden);
  if (failed && !there) return after_doubt(disk_error(failed, at));
  if (const auto lasting = make_last(at.parent_path()); !lasting) return after_doubt(lasting.error());
  return !there;
}

// No deadline: to give up here would leave more doubt than it saves time.
Result<void> Requests::make_last(const Path& folder) {
  if (const std::error_code failed = disk_.sync(root_ / folder)) return disk_error(failed, folder);
  return {};
}

// What cannot be removed does no harm but for the room it takes (see hidden_beside): the first failure is the one told.
void Requests::clear(const Path& hidden) { static_cast<void>(disk_.remove(root_ / hidden)); }

}  // namespace sedlink::example_folder
