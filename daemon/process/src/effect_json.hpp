#pragma once
// The stored form of what comes back. Private to process.
#include "sedlink/core/json.hpp"
#include "sedlink/process/effect.hpp"

namespace sedlink::process {

[[nodiscard]] json::value to_json(const SheetData&);
[[nodiscard]] SheetData sheet_from_json(const json::value&);
[[nodiscard]] json::value to_json(const ResultSet&);
[[nodiscard]] ResultSet result_set_from_json(const json::value&);
[[nodiscard]] json::value to_json(const DossierData&);
[[nodiscard]] DossierData dossier_from_json(const json::value&);

}  // namespace sedlink::process
