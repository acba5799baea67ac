#pragma once
#include "project.hpp"

namespace sedlink::app {

// Compares config and mappings with the live systems, read-only; adds findings. What is asked: access and versions,
// stages and fields of the CRM, kinds, folders, organisations and templates of the EDMS, people, capabilities, and how
// many items stand on each launch stage now.
void check_online(Project& project);

}  // namespace sedlink::app
