#pragma once
#include <string>
#include <string_view>

#include "sedlink/net/http.hpp"
#include "settings.hpp"

namespace sedlink::sim::onec_docflow {

// Whether the request may enter: Basic, or ?AccessToken=<JWT HS256> (onec-docflow 2.3).
bool is_admitted(const Settings& settings, const net::Headers& headers, const net::FormPairs& query, Time now);

// Text of Windows-1251 for Cyrillic and ASCII; other characters become '?'.
std::string to_cp1251(std::string_view utf8);

}  // namespace sedlink::sim::onec_docflow
