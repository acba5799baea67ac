#pragma once
// Whether an object of RX is the one that was made by us.
#include <string>
#include <string_view>

#include "sedlink/core/error.hpp"

namespace sedlink::directum {

// Where the key stands beside a document (A7.4).
inline constexpr std::string_view link_set = "IExternalEntityLinks", link_system = "sedlink";

enum class Ownership { unknown = 1, ours, foreign };
// By the property that holds our key: the key itself, or a note that ends with it. Another key there is another's.
[[nodiscard]] Ownership ownership(std::string_view mark, std::string_view key);
// rejected rx.foreign, for the admin.
[[nodiscard]] Error foreign_object(const std::string& what, const std::string& id);

}  // namespace sedlink::directum
