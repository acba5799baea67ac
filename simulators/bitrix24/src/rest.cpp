#include "rest.hpp"

#include <cmath>

#include "disk.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/message_body.hpp"

namespace sedlink::sim::b24 {
namespace {

using net::ServerResponse;

ServerResponse json_response(int status, const json::object& envelope, bool xml) {
  if (xml) return ServerResponse(status, "text/xml; charset=utf-8", to_xml_text(envelope));
  return ServerResponse(status, "application/json; charset=utf-8", to_json_text(envelope));
}

// Microseconds and no more: what microtime(true) shows.
double rounded(double seconds) { return std::round(seconds * 1e6) / 1e6; }

void numbers_to_strings(json::value& v) {
  if (json::object* object = v.if_object()) {
    for (auto& member : *object) numbers_to_strings(member.value());
  } else if (json::array* array = v.if_array()) {
    for (json::value& one : *array) numbers_to_strings(one);
  } else if (v.is_number()) {
    v = json::string(text_of(v));
  }
}

Caller authorize(const Portal& portal, const Route& route) {
  for (const Webhook& hook : portal.webhooks) {
    if (std::to_string(hook.user) != route.user || hook.secret != route.secret) continue;
    if (hook.expired) refuse(401, "expired_token", "The access token provided has expired");
    Caller caller;
    caller.user = hook.user;
    caller.owner = route.user + "/" + route.secret;
    caller.scopes = hook.scopes;
    return caller;
  }
  refuse(401, "NO_AUTH_FOUND", "Wrong authorization data");
}

ServerResponse file_response(const std::string& name, const ContentPtr& content) {
  ServerResponse response;
  response.headers.set("Content-Type", "application/octet-stream");
  std::string plain;
  for (const char c : name) plain += static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\' ? c : '_';
  response.headers.set("Content-Disposition",
                       "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + text::url_encode(name));
  set_body(response, content);
  return response;
}

// Nginx refuses machines that do not look like a browser (bitrix24.md 1.1, 19).
bool looks_wrong(const Portal& portal, const net::ServerRequest& request) {
  const auto missing = [&](const char* name) { return request.headers().get(name).value_or("").empty(); };
  if (portal.quirks.download_needs_user_agent && missing("User-Agent")) return true;
  return portal.quirks.download_needs_browser_headers &&
         (missing("User-Agent") || missing("Accept") || missing("Accept-Language") || missing("Referer"));
}

json::object payload_of(const Portal& portal, std::string_view kind, const json::object& params) {
  const LinkCheck link = check_link(portal, kind, params);
  if (!link.genuine) refuse(403, "ACCESS_DENIED", "Access denied!");
  if (link.expired) refuse(401, "expired_token", "The access token provided has expired");
  return link.payload;
}

ServerResponse download(Portal& portal, const Route& route, const net::ServerRequest& request,
                        const json::object& params) {
  if (looks_wrong(portal, request)) {
    return ServerResponse(404, "text/html",
                          "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not "
                          "Found</h1></center><hr><center>nginx</center></body></html>");
  }
  portal.env.count(route.method);
  if (route.method == "download") {
    const json::object payload = payload_of(portal, "disk", params);
    const auto found = portal.disk.find(int_of(payload, "o").value_or(0));
    if (found == portal.disk.end() || found->second.deleted) refuse(404, "ERROR_NOT_FOUND", "File not found");
    return file_response(found->second.name, found->second.versions.back().content);
  }
  const json::object payload = payload_of(portal, "crm", params);
  EntityType& type = portal.type(static_cast<int>(int_of(payload, "t").value_or(0)));
  const Item& item = find_item(type, int_of(payload, "i").value_or(0));
  const auto files = item.files.find(text_of(payload, "f"));
  if (files != item.files.end()) {
    for (const StoredFile& file : files->second) {
      if (file.id == int_of(payload, "file").value_or(0)) return file_response(file.name, file.content);
    }
  }
  refuse(404, "NOT_FOUND", "File not found");
}

// Second step of the two-step upload: the binary part is named by `field` of the first answer.
json::value accept_upload(Portal& portal, Input& input) {
  const json::object payload = payload_of(portal, "disk_upload", input.params);
  const auto part = input.files.find("file");
  if (part == input.files.end()) refuse(400, "ERROR_COULD_NOT_SAVE_FILE", "Could not save file");
  std::string name = text_of(payload, "n");
  if (name.empty()) name = part->second.name;
  if (name.empty()) refuse(400, "ERROR_COULD_NOT_SAVE_FILE", "Could not save file: no name");
  const Id parent = int_of(payload, "p").value_or(0);
  if (!portal.disk.contains(parent))
    refuse(400, "ERROR_NOT_FOUND", "Could not find entity with id `" + std::to_string(parent) + "`");
  ContentPtr content = portal.env.contents().from_bytes(part->second.bytes);
  const DiskObject& file =
      add_file(portal, parent, name, std::move(content), int_of(payload, "u").value_or(0), truthy(payload, "q", false));
  return written_file_json(portal, file);
}

ServerResponse too_long() {
  return ServerResponse(502, "text/html",
                        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad "
                        "Gateway</h1></center><hr><center>nginx</center></body></html>");
}

void run_method(Portal& portal, const Route& route, const Input& input, const std::string& path, Served& out) {
  const Caller caller = authorize(portal, route);
  json::object envelope;
  const Time start = portal.now();
  if (route.method == "batch") {
    portal.env.count("batch");
    BatchResult batch = run_batch(portal, caller, input.params, path);
    out.seconds = batch.seconds;
    if (batch.cut) {
      out.response = too_long();
      return;
    }
    envelope["result"] = std::move(batch.result);
    if (!portal.quirks.no_time) envelope["time"] = time_block(portal, caller, "batch", start, batch.seconds);
  } else {
    Executed one = execute(portal, caller, route.method, input.params, false);
    out.seconds = one.seconds;
    if (one.seconds > portal.limits.request_seconds()) {
      out.response = too_long();
      return;
    }
    envelope["result"] = std::move(one.answer.result);
    if (one.answer.next) envelope["next"] = *one.answer.next;
    if (one.answer.total) envelope["total"] = *one.answer.total;
    if (!portal.quirks.no_time) envelope["time"] = std::move(one.time);
  }
  out.response = json_response(200, envelope, route.xml);
}

// A refusal; with the quirk, together with what the method has used up.
ServerResponse refusal(Portal& portal, const Route& route, const RestError& error) {
  if (!portal.quirks.errors_have_time || route.kind != Route::Kind::method) return error_response(error, route.xml);
  Caller caller;
  caller.owner = route.user + "/" + route.secret;
  json::object envelope{{"error", error.code}, {"error_description", error.description}};
  envelope["time"] = time_block(portal, caller, route.method, portal.now(), 0);
  return json_response(error.status, envelope, route.xml);
}

}  // namespace

ServerResponse error_response(const RestError& error, bool xml) {
  return json_response(error.status, {{"error", error.code}, {"error_description", error.description}}, xml);
}

Route parse_route(std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string& part : text::split(path, '/')) {
    if (!part.empty()) parts.push_back(text::url_decode(part, false));
  }
  Route route;
  if (parts.size() < 2 || parts[0] != "rest") return route;
  if (parts[1] == "api") {
    route.kind = Route::Kind::v3;
    return route;
  }
  if (parts.size() > 4) return route;
  route.kind = Route::Kind::method;
  if (parts.size() >= 3) {
    route.user = parts[1];
    route.secret = parts[2];
  }
  if (parts.size() != 3) route.method = text::to_lower_ascii(parts.back());
  if (route.method.ends_with(".json")) route.method.resize(route.method.size() - 5);
  if (route.method.ends_with(".xml")) {
    route.method.resize(route.method.size() - 4);
    route.xml = true;
  }
  return route;
}

json::object time_block(Portal& portal, const Caller& caller, const std::string& method, Time start, double seconds) {
  const double begin = static_cast<double>(to_epoch_ms(start)) / 1000.0;
  const Time end = start + Duration(static_cast<std::int64_t>(seconds * 1000));
  json::object time{{"start", rounded(begin)},         {"finish", rounded(begin + seconds)},
                    {"duration", rounded(seconds)},    {"processing", rounded(seconds * 0.9)},
                    {"date_start", portal.iso(start)}, {"date_finish", portal.iso(end)}};
  const auto operating = portal.limits.operating(caller.owner, method, portal.now());
  time["operating_reset_at"] = operating.reset_at;
  time["operating"] = rounded(operating.seconds);
  return time;
}

Executed execute(Portal& portal, const Caller& caller, const std::string& method, const json::object& params,
                 bool in_batch) {
  if (in_batch &&
      (method == "batch" || method == "crm.controller.item.getfile" || method == "download" || method == "upload")) {
    refuse(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
  }
  const auto found = methods().find(method);
  if (found == methods().end()) refuse(404, "ERROR_METHOD_NOT_FOUND", "Method not found!");
  const Method& known = found->second;
  if (known.run == nullptr) throw known.refusal;
  if (!known.scope.empty() && !caller.scopes.contains(known.scope)) {
    refuse(403, "insufficient_scope", "The request requires higher privileges than provided by the webhook token");
  }
  if (in_batch && !known.in_batch)
    refuse(405, "ERROR_BATCH_METHOD_NOT_ALLOWED", "Method is not allowed for batch usage");
  const Time start = portal.now();
  if (portal.limits.blocked(caller.owner, method, start)) {
    refuse(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.");
  }
  portal.env.count(method);
  Executed out;
  out.seconds = portal.limits.cost(method);
  portal.limits.charge(caller.owner, method, start, out.seconds);
  const Invocation call{portal, caller, params};
  out.answer = known.run(call);
  if (portal.quirks.numbers_as_strings && method.starts_with("crm.item.")) numbers_to_strings(out.answer.result);
  out.time = time_block(portal, caller, method, start, out.seconds);
  return out;
}

Served serve(Portal& portal, const net::ServerRequest& request, const std::string& body) {
  Served out;
  const std::string path = request.path();
  const Route route = parse_route(path);
  if (route.kind == Route::Kind::not_rest) {
    out.response = ServerResponse(404, "text/html; charset=utf-8",
                                  "<html><head><title>404</title></head><body>404 Not Found</body></html>");
    return out;
  }
  const bool binary = route.method == "download" || route.method == "crm.controller.item.getfile";
  ++portal.requests;
  try {
    if (!portal.quirks.moved_to.empty()) {
      out.response = ServerResponse(302, "text/html", "");
      out.response.headers.set("Location", portal.quirks.moved_to + request.target());
      return out;
    }
    if (portal.quirks.https_required && portal.base_url.starts_with("http:"))
      refuse(400, "INVALID_REQUEST", "Https required.");
    if (request.method() != "GET" && request.method() != "POST") refuse(405, "INVALID_REQUEST", "Method not allowed");
    if ((!binary || portal.quirks.downloads_counted) && !portal.limits.admit(request.remote_address(), portal.now())) {
      refuse(503, "QUERY_LIMIT_EXCEEDED", "Too many requests");
    }
    if (route.kind == Route::Kind::v3) {
      const json::object error{{"code", "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION"},
                               {"message", "Method not found"}};
      out.response =
          ServerResponse(404, "application/json; charset=utf-8", to_json_text(json::object{{"error", error}}));
      return out;
    }
    Input input = read_input(request.query(), request.headers().get("Content-Type").value_or(""), body);
    if (binary) {
      out.response = download(portal, route, request, input.params);
    } else if (route.method == "upload") {
      portal.env.count("upload");
      const Time start = portal.now();
      json::object envelope;
      envelope["result"] = accept_upload(portal, input);
      envelope["time"] = time_block(portal, Caller(), "upload", start, 0.1);
      out.response = json_response(200, envelope, route.xml);
    } else {
      run_method(portal, route, input, path, out);
    }
  } catch (const RestError& e) { out.response = refusal(portal, route, e); }
  return out;
}

}  // namespace sedlink::sim::b24
