#pragma once
// Processes and tasks as messages: read, written, shown (onec-docflow 8.5-8.8).
#include "engine.hpp"
#include "session.hpp"

namespace sedlink::sim::onec_docflow {

// Fills `process` from a message of its class: header and performers are rewritten, as the server does.
void read_process(Session& session, const Xdto& message, Process& process);

// The full object of DMRetrieve and of prefilled processes. `tasks` and `iterationNumber` are not filled.
Xdto show_process(Session& session, const Process& process);
// The common header, as lists (class of its own) and the tree (`bare`: DMBusinessProcess) carry it.
Xdto show_header(Session& session, const Process& process, bool bare);

// `typed`: the concrete class with its results, else a bare DMBusinessProcessTask.
Xdto show_task(Session& session, const Task& task, bool typed);

}  // namespace sedlink::sim::onec_docflow
