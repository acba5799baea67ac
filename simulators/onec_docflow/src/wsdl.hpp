#pragma once
#include <string>

#include "type_table.hpp"

namespace sedlink::sim::onec_docflow {

// The WSDL of DMService around the type table; `address` is where the service answers.
std::string wsdl(const TypeTable& types, const std::string& address);

}  // namespace sedlink::sim::onec_docflow
