#pragma once
// What `sedlink process` prints for people; --json prints the daemon's answer as it is.
#include <iosfwd>
#include <string>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/json.hpp"

namespace sedlink::app {

// The answer to list, show, status or another command. Times are written in `zone`.
void print_processes(std::ostream&, const json::value& rows, const TimeZone& zone);
void print_incidents(std::ostream&, const json::value& rows);
void print_process(std::ostream&, const json::value& process, const TimeZone& zone);
void print_status(std::ostream&, const json::value& status, const TimeZone& zone);
// launch, retry, skip, pause, resume, cancel: what has been done, in a sentence.
void print_done(std::ostream&, const std::string& command, const json::value& answer);

}  // namespace sedlink::app
