#include "certificate_watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sedlink/signature/content.hpp"

namespace sedlink::app {
namespace {

constexpr auto forgotten = std::chrono::hours(48);           // a server that nobody talks to any more
constexpr std::size_t most_servers = 256;                    // a portal's files may lie on several hosts
constexpr std::uint64_t longest_file = 64ull * 1024 * 1024;  // a revocation list of a large authority takes tens of MB

void add(std::vector<WatchedFile>& out, const char* kind, const std::string& name, const std::filesystem::path& file,
         config::Range range) {
  if (file.empty()) return;
  WatchedFile one;
  one.kind = kind;
  one.name = name;
  one.file = file;
  one.range = range;
  out.push_back(std::move(one));
}

Result<std::vector<signature::Expiry>> ends_of(const std::filesystem::path& file) {
  const auto content = signature::Content::file(file);
  if (!content) return content.error();
  const auto bytes = content->whole(longest_file);
  if (!bytes) return bytes.error();
  return signature::expiries(bytes.value());
}

const char* word(const WatchedEnd& end) {
  const std::string& kind = end.of.kind;
  return kind == "signer"         ? "сертификат подписи"
         : kind == "chain"        ? "сертификат издателя для подписи"
         : kind == "time_stamp"   ? "сертификат службы времени"
         : kind == "trust"        ? "доверенный сертификат"
         : kind == "intermediate" ? "промежуточный сертификат"
         : kind == "client"       ? "сертификат клиента TLS"
         : kind == "server"       ? "сертификат сервера"
                                  : "сертификат, которому верит TLS,";
}

const char* cure(const WatchedEnd& end) {
  if (end.list) return "положите свежий список отзыва: без него подписи не проверить";
  if (end.of.kind == "server") return "его меняет хозяин сервера: с истёкшим сертификатом связи не будет";
  return end.of.kind == "signer" || end.of.kind == "client" ? "получите новый сертификат и замените прежний заранее"
                                                            : "замените файл новым сертификатом, устаревший уберите";
}

}  // namespace

std::vector<WatchedFile> watched_files(const config::Config& c) {
  std::vector<WatchedFile> out;
  for (const auto& [name, profile] : c.signing) {
    add(out, "signer", name, profile.certificate, profile.range);
    for (const auto& file : profile.chain) add(out, "chain", name, file, profile.range);
    for (const auto& file : profile.tsa_trust) add(out, "time_stamp", name, file, profile.range);
  }
  for (const auto& [name, policy] : c.trust) {
    for (const auto& file : policy.certificates) add(out, "trust", name, file, policy.range);
    for (const auto& file : policy.intermediates) add(out, "intermediate", name, file, policy.range);
    for (const auto& file : policy.time_stamps) add(out, "time_stamp", name, file, policy.range);
    for (const auto& file : policy.crls) add(out, "crl", name, file, policy.range);
  }
  for (const auto& [name, connection] : c.connections)
    for (const auto& [setting, kind] : {std::pair("ca_file", "ca"), std::pair("client_certificate_file", "client")})
      if (const auto at = connection.values.find(setting); at != connection.values.end()) {
        const auto range = connection.ranges.find(setting);
        add(out, kind, name, at->second, range == connection.ranges.end() ? connection.range : range->second);
      }
  return out;
}

std::vector<WatchedEnd> look_at(const std::vector<WatchedFile>& files) {
  std::vector<WatchedEnd> out;
  for (const auto& file : files) {
    WatchedEnd end;
    end.of = file;
    auto found = ends_of(file.file);
    if (!found) {
      end.problem = found.error().message;
      out.push_back(std::move(end));
      continue;
    }
    // Certificates and lists of one file apart: a fresh list must not hide behind an old certificate.
    for (const bool list : {false, true}) {
      std::erase_if(found.value(), [](const signature::Expiry& e) { return e.until == Time{}; });
      const signature::Expiry* first = nullptr;
      for (const auto& one : found.value())
        if (one.list == list && (first == nullptr || one.until < first->until)) first = &one;
      if (first == nullptr) continue;
      end.owner = first->owner;
      end.until = first->until;
      end.list = list;
      out.push_back(end);
    }
  }
  return out;
}

WatchedEnd signer_end(const std::string& profile, const signature::CertificateInfo& signer) {
  WatchedEnd end;
  end.of.kind = "signer";
  end.of.name = profile;
  end.owner = signer.owner;
  end.until = signer.signs_until();
  return end;
}

WatchedEnd server_end(const std::string& connection, const std::string& host, Time ends) {
  WatchedEnd end;
  end.of.kind = "server";
  end.of.name = connection;
  end.owner = host;
  end.until = ends;
  return end;
}

std::string warning_of(const WatchedEnd& end, Time now) {
  const std::string where =
      end.of.file.empty() ? end.of.name : fmt::format("{} ({})", end.of.name, end.of.file.string());
  if (!end.problem.empty()) return fmt::format("{}: срок сертификата не узнать: {}", where, end.problem);
  const bool over = end.until < now;
  if (end.list)
    return over ? fmt::format("{}: список отзыва издателя «{}» просрочен, действовал до {}", where, end.owner,
                              to_iso8601(end.until))
                : std::string();
  const auto days = std::chrono::floor<std::chrono::days>(end.until - now).count();
  if (over) return fmt::format("{}: {} «{}» истёк {}", where, word(end), end.owner, to_iso8601(end.until));
  if (days >= warning_days) return {};
  return fmt::format("{}: {} «{}» действует до {}, осталось дней: {}", where, word(end), end.owner,
                     to_iso8601(end.until), days);
}

void judge_certificates(const config::Config& config, Time now, std::vector<config::Finding>& findings) {
  for (const auto& end : look_at(watched_files(config))) judge_end(config, end, now, findings);
}

void judge_end(const config::Config& config, const WatchedEnd& end, Time now, std::vector<config::Finding>& findings) {
  std::string text = warning_of(end, now);
  if (text.empty()) return;
  config::Finding f;
  f.severity = config::Severity::warning;
  f.rule = end.list ? "certificate.list_over" : !end.problem.empty() ? "certificate.unreadable" : "certificate.ends";
  f.file = config.file.string();
  f.range = end.of.range;
  f.message = std::move(text);
  if (end.problem.empty()) f.help = cure(end);
  findings.push_back(std::move(f));
}

void CertificateWatch::seen(std::vector<WatchedEnd> ends, Time now, Logger& log) {
  ends_ = std::move(ends);
  for (const auto& end : ends_) tell(end, now, log);
  std::erase_if(servers_, [now](const auto& one) { return now - one.second.seen_at > forgotten; });
  for (const auto& [unused, server] : servers_) tell(server.end, now, log);
}

void CertificateWatch::server_seen(const std::string& connection, const std::string& host, Time ends, Time now,
                                   Logger& log) {
  const auto at = servers_.find({connection, host});
  if (at == servers_.end() && servers_.size() >= most_servers) return;
  Server& server = servers_[{connection, host}];
  server.seen_at = now;
  if (at != servers_.end() && server.end.until == ends) return;  // told hourly by seen()
  server.end = server_end(connection, host, ends);
  tell(server.end, now, log);
}

void CertificateWatch::tell(const WatchedEnd& end, Time now, Logger& log) {
  const std::string text = warning_of(end, now);
  const std::string what = end.of.file.empty() ? end.of.name + "\n" + end.owner : end.of.file.string();
  const std::string key = end.of.kind + "\n" + what + (end.list ? "\nlist" : "");
  if (text.empty()) {
    told_.erase(key);
    return;
  }
  if (const auto at = told_.find(key); at != told_.end() && now - at->second < std::chrono::hours(24)) return;
  told_[key] = now;
  log.warning("certificate_ends", {{"kind", end.of.kind},
                                   {"name", end.of.name},
                                   {"until", end.problem.empty() ? to_iso8601(end.until) : std::string()},
                                   {"why", text},
                                   {"help", cure(end)}});
}

std::vector<api::Measure> CertificateWatch::measures() const {
  std::vector<api::Measure> out;
  std::vector<WatchedEnd> all = ends_;
  for (const auto& [unused, server] : servers_) all.push_back(server.end);
  for (const auto& end : all) {
    if (!end.problem.empty()) continue;
    api::Measure m(end.list ? "crl_next_update_timestamp_seconds" : "certificate_expiry_timestamp_seconds",
                   end.list ? "When the revocation list is over" : "When the earliest certificate of the file ends",
                   static_cast<double>(std::chrono::floor<std::chrono::seconds>(end.until).time_since_epoch().count()));
    m.labels = {{"kind", end.of.kind}, {"name", end.of.name}};
    const auto same = std::ranges::find_if(
        out, [&m](const api::Measure& other) { return other.name == m.name && other.labels == m.labels; });
    if (same == out.end())
      out.push_back(std::move(m));
    else
      same->value = std::min(same->value, m.value);  // several files under one name: one series, the earliest
  }
  return out;
}

}  // namespace sedlink::app
