#pragma once
// The errors of this module: code "net.…", Russian sentence, class. Messages name the host, never path or query.
#include <boost/system/error_code.hpp>
#include <string>

#include "sedlink/core/error.hpp"

namespace sedlink::net {

[[nodiscard]] Error net_error(Fault fault, const char* code, std::string message);

// What the operating system or TLS said, as a Russian clause ("соединение отклонено").
[[nodiscard]] std::string explain(const boost::system::error_code& error);

}  // namespace sedlink::net
