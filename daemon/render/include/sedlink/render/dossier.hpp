#pragma once
// The dossier of a process: one zip with the document, its signatures and everything needed to check them again with
// openssl(1) and sha256sum(1) alone. Values in, a file out; the same values give the same bytes.
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"

namespace sedlink::render {

// What lies in the zip: bytes, or a file that is streamed and must not change meanwhile.
struct DossierFile {
  DossierFile() = default;
  std::string name;  // path inside, "/" between folders
  std::string bytes;
  std::filesystem::path file;  // instead of bytes, when not empty
};

// How openssl(1) should judge a signature, as far as it looks at the same things.
enum class Expected { success = 1, failure, unknown };

// A valid time-stamp: the token, and the signature value that it is over.
struct DossierStamp {
  DossierStamp() = default;
  std::string token, value;  // paths inside
};

struct DossierSignature {
  DossierSignature() = default;
  std::string name, of;  // paths inside: the signature (DER) and the file it signs
  bool attached = false, gost = false;
  std::vector<std::string> lines;            // what was found, for people
  Expected mathematics = Expected::unknown;  // content and signature value alone
  Expected whole = Expected::unknown;        // with the chain and revocation
  Time judged_as_of{};
  std::vector<DossierStamp> stamps;
  std::vector<std::string> ocsp;  // paths inside: answers that the verdict rests on
  Time checked_at{};              // when stamps and answers were good
};

struct TrailLine {
  TrailLine() = default;
  Time at{};
  std::string kind, text;
};

struct Dossier {
  Dossier() = default;
  std::string title;
  std::vector<std::pair<std::string, std::string>> facts;  // "Процесс" -> "…"
  std::vector<DossierFile> files;                          // document, sheet, signatures, certificates, trust …
  std::vector<DossierSignature> signatures;
  std::string trust_file;      // path inside: anchors, intermediates, CRLs; empty: nobody is trusted
  bool partial_chain = false;  // some anchor is not self-signed
  std::string stamps_file;     // path inside: anchors of time-stamp authorities
  std::string answers_file;    // path inside: certificates that an OCSP answer may be signed by
  bool crl_of_signer = false, crl_of_chain = false;
  std::vector<std::string> absent;  // sentences
  std::vector<TrailLine> trail;
  TimeZone zone;
  Time made_at{};
};

// Writes «ПРОВЕРКА.md», «Проверка подписей.txt», trail.jsonl, trail.txt, trail-last.json, SHA256SUMS and the given
// files. `to` is created or replaced. Blocks. Errors: transient render.dossier (disk), rejected render.dossier (a name
// that a zip does not take).
[[nodiscard]] Result<void> write_dossier(const Dossier&, const std::filesystem::path& to);

}  // namespace sedlink::render
