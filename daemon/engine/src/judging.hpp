#pragma once
// From a verdict to what the run keeps, and from that to a dossier. Pure but for the files they read; they block.
#include <map>
#include <string>

#include "sedlink/process/effect.hpp"
#include "sedlink/render/dossier.hpp"
#include "sedlink/signing/verifier.hpp"

namespace sedlink::engine {

// Judges `bytes` against the file at `path`; fills the rest of `about`. Errors: those of Verifier::judge.
[[nodiscard]] Result<process::CheckedSignature> judged(const signing::Verifier& verifier,
                                                       process::CheckedSignature about, const std::string& bytes,
                                                       const std::string& path, Time now);

// What a dossier is made of besides the values of its effect.
struct DossierParts {
  DossierParts() = default;
  std::map<std::string, std::string> paths;  // EDMS file id -> file in the spool
  std::string sheet;                         // PDF; empty: none
  std::vector<render::TrailLine> trail;
  signing::Trust* trust = nullptr;  // not owned; null: nobody is trusted
  TimeZone zone;
};
[[nodiscard]] render::Dossier dossier_of(const process::DossierData&, DossierParts parts);

}  // namespace sedlink::engine
