#pragma once
// When the certificates and revocation lists that the config names end: metrics, a warning a day, and what `check`
// says.
#include <filesystem>
#include <map>
#include <vector>

#include "sedlink/api/crm.hpp"
#include "sedlink/config/config.hpp"
#include "sedlink/core/log.hpp"
#include "sedlink/signature/certificate.hpp"

namespace sedlink::app {

// A file of certificates or lists and what it is for. Kinds are a closed set, they label metrics: signer, chain,
// time_stamp, trust, intermediate, crl, ca, client, server.
struct WatchedFile {
  WatchedFile() = default;
  std::string kind, name;      // of the signing profile, trust policy or connection
  std::filesystem::path file;  // empty: it came from a PKCS#12, a token or a server
  config::Range range;         // of the name, in the config
};
[[nodiscard]] std::vector<WatchedFile> watched_files(const config::Config&);

// The earliest end in a file.
struct WatchedEnd {
  WatchedEnd() = default;
  WatchedFile of;
  std::string owner;  // whose certificate, or the issuer of the list
  Time until{};
  bool list = false;    // of a revocation list: its nextUpdate
  std::string problem;  // the file cannot be read; the rest is empty
};
// Reads every file again. Blocks on the disk.
[[nodiscard]] std::vector<WatchedEnd> look_at(const std::vector<WatchedFile>& files);

constexpr int warning_days = 30;
// The certificate of a profile that names no file: it is inside the PKCS#12 or on the token.
[[nodiscard]] WatchedEnd signer_end(const std::string& profile, const signature::CertificateInfo&);
// The certificate that a connection's server showed.
[[nodiscard]] WatchedEnd server_end(const std::string& connection, const std::string& host, Time ends);

// What a person must know of it now; empty while all is well. A list is told once it is over: the next one comes hours
// before.
[[nodiscard]] std::string warning_of(const WatchedEnd&, Time now);
// The same as findings of the config file.
void judge_certificates(const config::Config&, Time now, std::vector<config::Finding>&);
void judge_end(const config::Config&, const WatchedEnd&, Time now, std::vector<config::Finding>&);

// The daemon's: keeps what was seen last and tells each end once a day. Single-threaded.
class CertificateWatch {
 public:
  explicit CertificateWatch(const config::Config& config) : files_(watched_files(config)) {}
  [[nodiscard]] const std::vector<WatchedFile>& files() const noexcept { return files_; }
  void seen(std::vector<WatchedEnd> ends, Time now, Logger& log);
  // With every TLS connection that was made.
  void server_seen(const std::string& connection, const std::string& host, Time ends, Time now, Logger& log);
  // sedlink_certificate_expiry_timestamp_seconds and sedlink_crl_next_update_timestamp_seconds, by kind and name.
  [[nodiscard]] std::vector<api::Measure> measures() const;

 private:
  struct Server {
    WatchedEnd end;
    Time seen_at{};
  };
  void tell(const WatchedEnd&, Time now, Logger& log);

  std::vector<WatchedFile> files_;
  std::vector<WatchedEnd> ends_;
  std::map<std::pair<std::string, std::string>, Server> servers_;  // by connection and host
  std::map<std::string, Time> told_;                               // by kind, name and file
};

}  // namespace sedlink::app
