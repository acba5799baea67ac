#pragma once
// Requests and answers the way PHP sees them: bracket names, arrays that are maps, empty maps that are lists.
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sedlink/net/http.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::b24 {

// fields[PHONE][0][VALUE]=… -> nested objects; keys 0..n-1 in order become arrays, [] appends.
[[nodiscard]] json::object nest(const net::FormPairs& pairs);
// An ordered PHP array as json_encode writes it: keys 0..n-1 in order (and none at all) become a list.
[[nodiscard]] json::value php_array(std::vector<std::pair<std::string, json::value>> members);
// Object as it is, list by index; anything else is empty.
[[nodiscard]] json::object as_map(const json::value* v);
// List as it is, object by its values; a scalar is a list of one; null is empty.
[[nodiscard]] json::array as_list(const json::value* v);

struct UploadedFile {
  std::string name;
  std::string bytes;
};
struct Input {
  json::object params;  // query, then body; the body wins
  std::map<std::string, UploadedFile> files;
};
// Bodies: JSON, urlencoded, multipart. A body that cannot be read counts as empty, as PHP does.
[[nodiscard]] Input read_input(std::string_view query, std::string_view content_type, std::string_view body);

// Like json_encode for numbers (125000.5, never 1.250005E5).
[[nodiscard]] std::string to_json_text(const json::value& v);
[[nodiscard]] std::string to_xml_text(const json::object& envelope);

}  // namespace sedlink::sim::b24
