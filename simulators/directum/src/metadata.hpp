#pragma once
#include <string>

#include "model.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::directum {

// EDMX of the whole model: about two megabytes in the product.
[[nodiscard]] std::string metadata_xml(const Model& model);
[[nodiscard]] json::object service_document(const Model& model, const std::string& root);

}  // namespace sedlink::sim::directum
