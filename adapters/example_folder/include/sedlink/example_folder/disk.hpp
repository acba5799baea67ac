#pragma once
// What the adapter asks of a disk: each function is one request, and one place where a disk can fail. Everything
// blocks; used from one thread at a time. Errors are errno's, told by std::error_code, and nothing is thrown.
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "sedlink/core/clock.hpp"

namespace sedlink::example_folder {

struct Entry {
  Entry() = default;
  std::string name;
  std::uint64_t size = 0;  // bytes
  Time modified_at{};
  std::string text;  // only of those wanted
};

class Disk {
 public:
  using Path = std::filesystem::path;
  using Wanted = std::function<bool(const Entry&)>;
  using Sink = std::function<bool(std::string_view)>;    // false: stop, operation_canceled
  using Source = std::function<bool(std::string& out)>;  // the next piece, empty at the end; false as above

  virtual ~Disk() = default;
  // Files and folders of `folder`, unsorted, with the text of those `wanted` (null: of none).
  virtual std::error_code list(const Path& folder, const Wanted& wanted, std::vector<Entry>& out) = 0;
  virtual std::error_code read(const Path& file, const Sink& to) = 0;
  // Makes the file or writes over it; its bytes survive a power cut once this has returned.
  virtual std::error_code write(const Path& file, const Source& from) = 0;
  virtual std::error_code make_folder(const Path&) = 0;  // there already: success
  // Atomic; never replaces: file_exists.
  virtual std::error_code rename(const Path& from, const Path& to) = 0;
  // The names in this folder survive a power cut once this has returned.
  virtual std::error_code sync(const Path& folder) = 0;
  virtual std::error_code remove(const Path&) = 0;  // with all that is in it; not there: success
};

[[nodiscard]] std::shared_ptr<Disk> local_disk();

}  // namespace sedlink::example_folder
