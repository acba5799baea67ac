#include "contract/operations.hpp"

#include <algorithm>
#include <stdexcept>

namespace sedlink::contract {
namespace {

Result<void> answered(bool right, const std::string& what) {
  if (right) return {};
  Error e;
  e.code = "contract.answer";
  e.message = what;
  return e;
}

Task<void> test_connection(api::EdmsAdapter& edms, Trial&, api::CallContext ctx) {
  auto report = co_await edms.test_connection(ctx);
  if (!report) co_return report.error();
  co_return answered(!report.value().version.empty() && !report.value().product.empty(), "a report without a version");
}

Task<void> discover(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto catalog = co_await edms.discover(ctx);
  if (!catalog) co_return catalog.error();
  if (t.catalog == 0) t.catalog = catalog.value().size();
  co_return answered(catalog.value().size() == t.catalog, "a catalog with gaps passes for a whole one");
}

Task<void> find_person(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto people = co_await edms.find_person(ctx, t.person);
  if (!people) co_return people.error();
  co_return answered(people.value().size() == 1, "a person that is there was not found");
}

Task<void> ensure_counterparty(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  const std::string title = t.counterparty.name;
  auto found = co_await edms.ensure_counterparty(ctx, t.counterparty, title);
  if (!found) co_return found.error();
  co_return answered(!found.value().id.empty(), "a counterparty without an id");
}

Task<bool> look_for_document(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto found = co_await edms.find_document(ctx, t.draft);
  if (!found) co_return found.error();
  if (found.value()) t.document = *found.value();
  co_return found.value().has_value();
}

Task<void> find_document(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto found = co_await edms.find_document(ctx, t.draft);
  if (!found) co_return found.error();
  co_return answered(found.value().has_value(), "«surely not there» about a document that is");
}

Task<void> create_document(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto made = co_await edms.create_document(ctx, t.draft);
  if (!made) co_return made.error();
  t.document = made.value();
  co_return answered(!made.value().id.empty(), "a document without an id");
}

Task<bool> look_for_file(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto found = co_await edms.find_file(ctx, t.document, t.spooled);
  if (!found) co_return found.error();
  co_return found.value().has_value();
}

Task<void> find_file(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto found = co_await edms.find_file(ctx, t.document, t.spooled);
  if (!found) co_return found.error();
  co_return answered(found.value().has_value(), "«surely not there» about a file that is");
}

Task<void> attach_file(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto made = co_await edms.attach_file(ctx, t.document, t.spooled);
  if (!made) co_return made.error();
  co_return answered(!made.value().id.empty(), "a file without an id");
}

Task<bool> look_for_version(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  EdmsFileRef latest = t.file;
  latest.version_id.clear();
  auto there = co_await edms.has_version(ctx, latest, t.spooled);
  co_return there;
}

Task<void> has_version(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto there = co_await edms.has_version(ctx, t.file, t.spooled);
  if (!there) co_return there.error();
  co_return answered(there.value(), "«not there» about a version that is");
}

Task<void> add_version(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto made = co_await edms.add_version(ctx, t.document, t.file, t.spooled);
  if (!made) co_return made.error();
  co_return Result<void>();
}

Task<bool> look_for_process(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto found = co_await edms.find_process(ctx, t.document, t.route);
  if (!found) co_return found.error();
  if (found.value()) t.process = *found.value();
  co_return found.value().has_value();
}

Task<void> find_process(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto found = co_await edms.find_process(ctx, t.document, t.route);
  if (!found) co_return found.error();
  co_return answered(found.value().has_value(), "«surely not there» about a process that runs");
}

Task<void> prepare_process(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto made = co_await edms.prepare_process(ctx, t.document, t.route);
  if (!made) co_return made.error();
  t.process = made.value();
  co_return Result<void>();
}

Task<void> start_process(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  return edms.start_process(ctx, t.process);
}

Task<void> poll(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  std::vector<ProcessRef> one(1, t.process);
  auto answer = co_await edms.poll(ctx, std::move(one));
  if (!answer) co_return answer.error();
  if (answer.value().snapshots.size() != 1) co_return answered(false, "another number of snapshots than of processes");
  const Result<Snapshot>& seen = answer.value().snapshots.front();
  if (!seen) co_return seen.error();
  const Snapshot& s = seen.value();
  if (s.complete)
    co_return answered(s.state == ProcessState::running && !s.outcome, "the running process is told ended");
  co_return answered(!s.outcome.has_value(), "an incomplete snapshot has an outcome");
}

Task<void> decide_round(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  const std::string comment = "Исправлено";
  return edms.decide_round(ctx, t.process, t.decision, true, comment);
}

Task<void> cancel(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  const std::string reason = "Отозвано инициатором";
  return edms.cancel(ctx, t.process, reason);
}

Task<void> list_results(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto results = co_await edms.list_results(ctx, t.process);
  if (!results) co_return results.error();
  co_return answered(results.value().files.size() == 1, "results without the file that is there");
}

Task<void> fetch(api::EdmsAdapter& edms, Trial& t, api::CallContext ctx) {
  auto came = co_await edms.fetch(ctx, t.file, t.path);
  if (!came) co_return came.error();
  co_return answered(came.value().size == t.spooled.size, "a file of another size");
}

// Nobody listens there: what is sent is lost, as it may be.
Task<void> set_notification_target(api::EdmsAdapter& edms, Trial&, api::CallContext ctx) {
  const std::string door = "http://127.0.0.1:9/hooks/contract/";
  auto set = co_await edms.set_notification_target(ctx, door);
  if (!set) co_return set.error();
  co_return answered(set.value(), "the address was not taken");
}

bool can_push(const api::Capabilities& c) { return c.push; }
bool can_resubmit(const api::Capabilities& c) { return c.resubmit; }
bool can_cancel(const api::Capabilities& c) { return c.cancel; }
bool has_versions(const api::Capabilities& c) { return c.new_version; }

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"test_connection", Stage::nothing, test_connection, nullptr, nullptr, nullptr, nullptr, true},
      {"discover", Stage::nothing, discover, nullptr, nullptr, nullptr, nullptr},
      {"find_person", Stage::nothing, find_person, nullptr, nullptr, nullptr, nullptr, true},
      {"ensure_counterparty", Stage::nothing, ensure_counterparty, nullptr, &Tally::counterparties, nullptr, nullptr},
      {"find_document", Stage::document, find_document, nullptr, nullptr, nullptr, nullptr},
      {"create_document", Stage::nothing, create_document, look_for_document, &Tally::documents, nullptr, nullptr},
      {"find_file", Stage::file, find_file, nullptr, nullptr, nullptr, nullptr},
      {"attach_file", Stage::document, attach_file, look_for_file, &Tally::files, nullptr, nullptr},
      {"has_version", Stage::file, has_version, nullptr, nullptr, has_versions, "new_version"},
      {"add_version", Stage::other_file, add_version, look_for_version, &Tally::versions, has_versions, "new_version"},
      {"find_process", Stage::running, find_process, nullptr, nullptr, nullptr, nullptr},
      {"prepare_process", Stage::document, prepare_process, look_for_process, &Tally::processes, nullptr, nullptr},
      {"start_process", Stage::prepared, start_process, nullptr, &Tally::started, nullptr, nullptr},
      {"poll", Stage::running, poll, nullptr, nullptr, nullptr, nullptr},
      {"decide_round", Stage::rejected, decide_round, nullptr, &Tally::rounds, can_resubmit, "resubmit"},
      {"cancel", Stage::running, cancel, nullptr, &Tally::interrupted, can_cancel, "cancel"},
      {"list_results", Stage::ended, list_results, nullptr, nullptr, nullptr, nullptr},
      {"fetch", Stage::file, fetch, nullptr, nullptr, nullptr, nullptr},
      {"set_notification_target", Stage::nothing, set_notification_target, nullptr, nullptr, can_push, "push", true},
  };
  return all;
}

const Operation& operation(std::string_view name) {
  for (const Operation& o : operations())
    if (name == o.name) return o;
  throw std::runtime_error("no such operation: " + std::string(name));
}

}  // namespace sedlink::contract
