#pragma once
// What other systems send to the doors of the daemon (/hooks/{connection}/) by themselves.
#include <string>

namespace sedlink::api {

struct InboundRequest {
  InboundRequest() = default;
  std::string content_type, body;  // body already limited by the door
};

// An EDMS says that something of it may have changed. Means: look soon at what it names; never: it has happened. Lost,
// repeated and late ones are harmless: the processes are polled all the same.
struct ChangeNotice {
  ChangeNotice() = default;
  std::string name;                     // the vendor's event code
  std::string process_id, document_id;  // as in ProcessRef and DocumentRef; both empty: nothing that concerns us
};

}  // namespace sedlink::api
