#pragma once
// Certificates made for one test run: an authority, and servers it vouches for.
#include <filesystem>
#include <string>

namespace sedlink::net::test {

struct CertificateFiles {
  std::filesystem::path certificate, key;
};

// A directory that vanishes with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Authority {
 public:
  Authority(std::filesystem::path directory, std::string name);
  [[nodiscard]] const std::filesystem::path& certificate() const { return files_.certificate; }
  // `subject_alternative_name` in OpenSSL's notation: "DNS:localhost,IP:127.0.0.1".
  [[nodiscard]] CertificateFiles issue(const std::string& name, const std::string& subject_alternative_name,
                                       long valid_seconds = 3600) const;

 private:
  std::filesystem::path directory_;
  CertificateFiles files_;
};

}  // namespace sedlink::net::test
