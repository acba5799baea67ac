#include "sedlink/signing/trust.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace sedlink::signing {
namespace {

constexpr std::uint64_t longest_file = 64ull * 1024 * 1024;  // a CRL of a large authority takes tens of MB

}  // namespace

void Trust::add(const std::vector<std::filesystem::path>& paths, std::vector<std::string>& out, Loaded& loaded) {
  for (const auto& path : paths) {
    struct stat now {};
    if (::stat(path.c_str(), &now) != 0) {
      loaded.unread.push_back("файл " + path.string() + " не прочитан: " + std::strerror(errno));
      continue;
    }
    const auto changed = static_cast<std::int64_t>(now.st_ctim.tv_sec) * 1'000'000'000 + now.st_ctim.tv_nsec;
    File& known = files_[path];
    if (known.bytes.empty() || known.inode != now.st_ino || known.changed != changed ||
        known.size != static_cast<std::uint64_t>(now.st_size)) {
      const auto content = signature::Content::file(path);
      auto bytes = content ? content->whole(longest_file) : Result<std::string>(content.error());
      if (!bytes) {
        files_.erase(path);
        loaded.unread.push_back("файл " + path.string() + " не прочитан: " + bytes.error().message);
        continue;
      }
      known.inode = now.st_ino;
      known.size = static_cast<std::uint64_t>(now.st_size);
      known.changed = changed;
      known.bytes = std::move(bytes).value();
    }
    out.push_back(known.bytes);
  }
}

Trust::Loaded Trust::load() {
  const std::lock_guard lock(mutex_);
  Loaded out;
  add(policy_.certificates, out.policy.trust, out);
  add(policy_.intermediates, out.policy.intermediates, out);
  add(policy_.crls, out.policy.crls, out);
  add(policy_.time_stamps, out.policy.time_stamp_trust, out);
  out.policy.require = signature::require_from_string(policy_.require).value_or(signature::Require::cms);
  out.policy.revocation = signature::revocation_from_string(policy_.revocation).value_or(signature::Revocation::chain);
  out.policy.ocsp = policy_.ocsp;
  out.policy.ocsp_url = policy_.ocsp_url;
  return out;
}

}  // namespace sedlink::signing
