#include "zip_file.hpp"

#include <zip.h>

#include <algorithm>
#include <memory>
#include <system_error>

namespace sedlink::render {
namespace {

struct Discard {
  void operator()(zip_t* zip) const noexcept { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, Discard>;

Error failure(const std::string& what, const std::string& why) {
  return {Fault::transient, Audience::admin, "render.dossier", "Досье не собрано: " + what + ": " + why, {}};
}

// MS-DOS date and time in UTC, so that the bytes do not depend on the machine's zone.
struct DosTime {
  zip_uint16_t time, date;
};
DosTime dos_time(Time at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day ymd(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  const int year = std::max(static_cast<int>(ymd.year()), 1980);
  const auto time = clock.hours().count() * 2048 + clock.minutes().count() * 32 + clock.seconds().count() / 2;
  const auto date = static_cast<unsigned>(year - 1980) * 512 + static_cast<unsigned>(ymd.month()) * 32 +
                    static_cast<unsigned>(ymd.day());
  return {static_cast<zip_uint16_t>(time), static_cast<zip_uint16_t>(date)};
}

Result<void> add(zip_t* zip, const DossierFile& file, DosTime at) {
  zip_source_t* source = file.file.empty() ? zip_source_buffer(zip, file.bytes.data(), file.bytes.size(), 0)
                                           : zip_source_file(zip, file.file.c_str(), 0, -1);
  if (source == nullptr) return failure(file.name, zip_strerror(zip));
  const zip_int64_t index = zip_file_add(zip, file.name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return failure(file.name, zip_strerror(zip));
  }
  const auto i = static_cast<zip_uint64_t>(index);
  constexpr zip_uint32_t plain_file = 0100644U << 16;
  if (zip_file_set_dostime(zip, i, at.time, at.date, 0) != 0 ||
      zip_file_set_external_attributes(zip, i, 0, ZIP_OPSYS_UNIX, plain_file) != 0)
    return failure(file.name, zip_strerror(zip));
  return {};
}

}  // namespace

Result<void> write_zip(const std::vector<DossierFile>& files, Time made_at, const std::filesystem::path& to) {
  int code = 0;
  Zip zip(zip_open(to.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!zip) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return failure(to.string(), why);
  }
  const DosTime at = dos_time(made_at);
  for (const DossierFile& file : files)
    if (const auto added = add(zip.get(), file, at); added.has_error()) return added.error();
  if (zip_close(zip.get()) != 0) return failure(to.string(), zip_strerror(zip.get()));
  static_cast<void>(zip.release());  // closed: freed by libzip
  return {};
}

}  // namespace sedlink::render
