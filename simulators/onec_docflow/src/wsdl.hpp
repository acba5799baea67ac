#pragma once
#include <string>

namespace sedlink::sim::onec_docflow {

// The WSDL of DMService around the type table; `address` is where the service answers.
std::string wsdl(const std::string& address);

}  // namespace sedlink::sim::onec_docflow
