#pragma once
// What the live systems make of config and mappings: pure, over the catalogs they gave. Adds findings to the project.
#include "project.hpp"
#include "sedlink/api/crm.hpp"
#include "sedlink/api/edms.hpp"

namespace sedlink::app {

void add_finding(Project&, config::Severity, std::string rule, const std::string& file, const config::Range&,
                 std::string message, std::string help = {});
// Where `path` of a file was read: "launch.entity", "people.portal.docflow.14".
[[nodiscard]] config::Range place(const Project&, const std::string& file, std::string_view path);
// "возможно, вы имели в виду …" or nothing.
[[nodiscard]] std::string propose(const std::string& wanted, const std::vector<std::string>& known);

// Stages, pipelines, fields and people that the file names as they are.
void judge_crm(Project&, const mapping::CompiledMapping&, const api::Catalog& crm);
// Kinds, folders, companies, people, templates, the EDMS's own fields, what it demands, what it can do.
void judge_edms(Project&, const mapping::CompiledMapping&, const api::Catalog& edms, const api::Capabilities&);
// Files that will not fit on their way back; on their way there when `both_ways`.
void judge_sizes(Project&, const mapping::CompiledMapping&, const api::CrmCapabilities&, const api::Capabilities&,
                 bool both_ways);
// people: of one pair of connections, and who of the CRM has nobody there.
void judge_people(Project&, const std::string& crm, const std::string& edms, const api::Catalog& crm_catalog,
                  const api::Catalog& edms_catalog);

}  // namespace sedlink::app
