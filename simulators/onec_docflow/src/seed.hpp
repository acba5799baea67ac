#pragma once
#include "infobase.hpp"

namespace sedlink::sim::onec_docflow {

// Fills an empty infobase: the lists of the scenario, the built-in ones for those it does not name. Ids depend on class
// and name only. Errors: control text.
Result<void> seed(Infobase& base, const json::object& scenario);

// The infobase user the service is called by.
std::string technical_user(const Infobase& base);
// Who the user is among those who act: the user itself, in 3.0 its main employee.
std::string person_of(const Infobase& base, const std::string& user);
std::string seed_id(const std::string& type, const std::string& name);

}  // namespace sedlink::sim::onec_docflow
