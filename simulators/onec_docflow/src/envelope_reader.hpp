#pragma once
// A SOAP envelope read as strictly as the platform reads it: order, cardinality, nil, xsi:type, unknown elements.
#include <stdexcept>
#include <string>
#include <string_view>

#include "type_table.hpp"
#include "xdto.hpp"

namespace sedlink::sim::onec_docflow {

inline constexpr std::string_view dm_namespace = "http://www.1c.ru/dm";
inline constexpr std::string_view soap_namespace = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view xsi_namespace = "http://www.w3.org/2001/XMLSchema-instance";
inline constexpr std::string_view xs_namespace = "http://www.w3.org/2001/XMLSchema";

// What becomes HTTP 500 with a SOAP Fault (onec-docflow 2.5). what() is the faultstring.
class SoapFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The request inside soap:Body/dm:execute/dm:request, with its exact type. Throws SoapFault.
Xdto read_request(std::string_view envelope, const TypeTable& types);

}  // namespace sedlink::sim::onec_docflow
