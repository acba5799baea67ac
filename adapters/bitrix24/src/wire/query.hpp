#pragma once
// PHP's bracket notation: nested values as flat name=value pairs, both ways.
#include <boost/json/object.hpp>
#include <string>

#include "sedlink/net/http.hpp"
#include "wire/json.hpp"

namespace sedlink::bitrix24::wire {

// {"fields":{"title":"A B"},"id":5} -> "fields%5Btitle%5D=A%20B&id=5". null becomes an empty value; an empty array or
// object cannot be written in this notation and is left out.
[[nodiscard]] std::string to_query(const json::object& values);

// data[FIELDS][ID]=5 -> {"data":{"FIELDS":{"ID":"5"}}}; "a[]" appends. Names nest at most 16 deep; what does not parse
// as brackets is taken as a plain name. Pure.
[[nodiscard]] json::object nest(const net::FormPairs& pairs);

}  // namespace sedlink::bitrix24::wire
