#pragma once
#include <string>

#include "edition.hpp"
#include "envelope_writer.hpp"
#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"
#include "sedlink/sim/json.hpp"

namespace sedlink::sim::onec_docflow {

// Everything about the imitated server that is a guess or differs between installations. `settings:` of a scenario, or
// its `access:` for the first group; an unknown key is an error.
struct Settings {
  // access
  std::string user = "Интеграция Битрикс24";
  std::string password = "docflow-secret";
  std::string database_id = "7b1d5c1e-5f0a-4a55-9a7e-2f0c6a0b24aa";
  std::string publication = "/doc";
  std::string access_token_key;  // HS256 key of AccessToken; empty: option off
  bool login_cp1251 = false;     // the web server reads Basic credentials as cp1251

  std::string version;  // versionNumber; by the edition
  bool corp = true;     // false: ПРОФ, process states do not change
  std::string time_zone = "Europe/Moscow";
  EnvelopeStyle style;

  bool costs = true;
  Duration session_cost{150};
  Duration sub_request_cost{15};
  std::size_t licences = 8;  // parallel sessions; above them 402. 0: no limit

  bool visas = true;
  bool digital_signatures = true;
  bool comment_required = true;  // for a refusal or remarks, in tasks executed through the service
  bool new_version_of_signed = true;
  bool failed_launch_spoils_batch = true;
  Duration background_start{0};  // >0: processes are queued so long before they start
  Duration background_tasks{0};  // >0: executed tasks are queued so long

  // Edition 3.0
  std::string result_processor = "author";   // of the document, or its `responsible`, or who `began`: reworks
  std::string unreadable;                    // glob of document titles the technical user may not read
  bool terminate_role = true;                // the technical user may interrupt any processing
  bool unstarted_processing_visible = true;  // a filled processing shows before it is started
  bool ask_before_task = false;              // executing a task first asks a question
  std::string files_refused_in = "";         // document states that take no files, one word: Registered …

  // Reads the mapping form of a scenario. Errors: control text naming the key.
  static Result<Settings> read(const json::object& scenario, const Edition& edition);
};

}  // namespace sedlink::sim::onec_docflow
