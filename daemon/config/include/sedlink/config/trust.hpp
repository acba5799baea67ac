#pragma once
// Whose signatures count: a named entry of the config's section `trust`.
#include <filesystem>
#include <string>
#include <vector>

#include "sedlink/config/finding.hpp"

namespace sedlink::config {

// Files are absolute and existed when the config was read. Words are those of `sedlink verify` (docs/signatures.md).
struct TrustPolicy {
  std::string name;
  std::vector<std::filesystem::path> certificates;   // anchors, not empty
  std::vector<std::filesystem::path> intermediates;  // help to build chains, trusted in nothing
  std::vector<std::filesystem::path> crls;           // read again when they change on disk
  std::vector<std::filesystem::path> time_stamps;    // anchors of time-stamp authorities; empty: `certificates`
  std::string require = "cms";                       // cms | cades-bes | cades-t
  std::string revocation;                            // none | signer | chain; never empty once read
  bool ocsp = false;
  std::string ocsp_url;               // empty: the responder named in the certificate
  std::string when_invalid = "tell";  // tell | incident
  Range range;                        // of its name
};

}  // namespace sedlink::config
