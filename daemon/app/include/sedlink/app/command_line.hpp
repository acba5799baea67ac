#pragma once

namespace sedlink::app {
// The whole program. Exit codes: docs/operations.md.
int command_line(int argc, char** argv);
}  // namespace sedlink::app
