#pragma once
// The requests of one call: deadline, classification, and how something becomes visible whole or not at all.
// Blocking; lives on the pool's thread for as long as the call. Paths are relative to the folder of the connection.
#include <optional>

#include "sedlink/core/error.hpp"
#include "sedlink/example_folder/disk.hpp"

namespace sedlink::example_folder {

[[nodiscard]] Error make_error(Fault fault, Audience audience, std::string code, std::string message);
// A file of people's or ours that cannot be read: half-written, or damaged. May be whole the next time.
[[nodiscard]] Error damaged(const std::filesystem::path& file);

using Listing = std::vector<Entry>;
[[nodiscard]] const Entry* find_entry(const Listing&, std::string_view name);

class Requests {
 public:
  using Path = Disk::Path;
  using Deadline = std::chrono::steady_clock::time_point;
  Requests(Disk& disk, Path root, Deadline deadline) : disk_(disk), root_(std::move(root)), deadline_(deadline) {}

  // The folder itself, with the texts of folder.json and people.json. Error transient when this is not the folder: an
  // unmounted share looks like an empty one.
  Result<Listing> root();
  // nullopt: surely not there, that is: the folder is the right one and has no such name.
  Result<std::optional<Listing>> list(const Path& folder, const Disk::Wanted& wanted);
  Result<void> read(const Path& file, const Disk::Sink& to);

  // Make `at` out of the text or the pieces. false: that name was there already and is untouched. Errors say whether it
  // may have been done.
  Result<bool> put_text(const Path& at, const std::string& text);
  Result<bool> put_file(const Path& at, const Disk::Source& from);
  Result<bool> put_folder(const Path& at, const std::string& file, const std::string& text);
  // What is seen in `folder` stays, whatever befalls the machine. A look that finds an object asks for it before it
  // says «there»: whoever made it may have died between its rename and its sync.
  Result<void> make_last(const Path& folder);

 private:
  Result<void> still_time() const;
  Result<bool> publish(const Path& hidden, const Path& at);
  void clear(const Path& hidden);

  Disk& disk_;
  Path root_;
  Deadline deadline_;
};

}  // namespace sedlink::example_folder
