// Polling: what one round costs, and that it misses nothing (directum A10).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "scripted_rx.hpp"
#include "sedlink/core/hash.hpp"

namespace sedlink::directum::test {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

// Tasks, documents and assignments in memory, asked as the page says: ids by "or", changes by "Modified ge", keys by
// "Id gt".
struct Office {
  struct Assignment {
    std::int64_t id = 0, task = 0, performer = 0;
    std::string type = "IApprovalAssignmentDto", status = "InProcess", result;
    Time created{}, modified{};
    std::optional<Time> completed;
  };
  struct Task {
    std::int64_t id = 0;
    std::string status = "InProcess";
    Time modified{};
  };
  const Clock* clock = nullptr;
  std::map<std::int64_t, Task> tasks;
  std::map<std::int64_t, Assignment> assignments;
  std::map<std::int64_t, std::string> marks;  // ExternalId by document
  std::set<std::int64_t> deleted;             // documents
  std::size_t longest_line = 0;

  std::int64_t assign(std::int64_t task, std::int64_t performer) {
    Assignment a;
    a.id = 100'000 + static_cast<std::int64_t>(assignments.size());
    a.task = task;
    a.performer = performer;
    a.created = a.modified = clock->now();
    assignments[a.id] = a;
    return a.id;
  }
  void start(std::int64_t id, int approvers) {
    tasks[id].id = id;
    tasks[id].modified = clock->now();
    for (int i = 0; i < approvers; ++i) assign(id, 41 + i);
  }
  void decide(std::int64_t assignment, const char* result) {
    Assignment& a = assignments.at(assignment);
    a.status = "Completed";
    a.result = result;
    a.completed = a.modified = clock->now();
  }
  void end(std::int64_t task, const char* status) {
    tasks.at(task).status = status;
    tasks.at(task).modified = clock->now();
  }

  static std::set<std::int64_t> ids(const std::string& filter, const std::string& path) {
    std::set<std::int64_t> out;
    const std::regex one("(^|[ (])" + path + " eq ([0-9]+)");
    for (std::sregex_iterator i(filter.begin(), filter.end(), one), end; i != end; ++i) out.insert(std::stoll((*i)[2]));
    return out;
  }
  static std::int64_t number(const std::string& query, const char* before) {
    const auto at = query.find(before);
    return at == std::string::npos ? 0 : std::stoll(query.substr(at + std::string(before).size()));
  }

  std::optional<net::ServerResponse> operator()(const Seen& s) {
    longest_line = std::max(longest_line, s.line);
    const auto from = s.query.find("$filter=");
    if (from == std::string::npos) return std::nullopt;
    if (s.path == "IOfficialDocuments" && s.query.find("ExternalId eq") != std::string::npos) {
      for (const auto& [id, mark] : marks)
        if (s.query.find("'" + mark + "'") != std::string::npos) return rows("{\"Id\":" + std::to_string(id) + "}");
      return nothing();
    }
    const std::string filter = s.query.substr(from + 8, s.query.find("&$") - from - 8);
    const std::int64_t after = number(filter, "Id gt ");
    const auto top = static_cast<std::size_t>(number(s.query, "$top="));
    std::string out;
    std::size_t count = 0;
    const auto add = [&](const std::string& row) {
      if (count++ >= top) return;
      out += (out.empty() ? "" : ",") + row;
    };
    const auto stamp = [](Time t) { return "\"" + to_iso8601(t) + "\""; };
    if (s.path == "ITasks" || s.path == "IOfficialDocuments") {
      for (const std::int64_t id : ids(filter, "Id")) {
        if (s.path == "IOfficialDocuments") {
          if (deleted.count(id) > 0) continue;
          const std::string mark = marks.count(id) > 0 ? ",\"ExternalId\":\"" + marks[id] + "\"" : std::string();
          add("{\"Id\":" + std::to_string(id) + ",\"Name\":\"Д\",\"InternalApprovalState\":\"OnApproval\"" + mark +
              "}");
        } else if (tasks.count(id) > 0 && id > after) {
          add("{\"Id\":" + std::to_string(id) + ",\"Status\":\"" + tasks[id].status +
              "\",\"Modified\":" + stamp(tasks[id].modified) + ",\"Author\":{\"Id\":9}}");
        }
      }
      return rows(out);
    }
    if (s.path != "IAssignments") return std::nullopt;
    const std::set<std::int64_t> wanted = ids(filter, "Task/Id");
    const auto since_at = filter.find("Modified ge ");
    const Time since =
        since_at == std::string::npos ? Time::min() : parse_iso8601(filter.substr(since_at + 12, 20)).value();
    for (const auto& [id, a] : assignments) {
      if (id <= after || a.modified < since || (!wanted.empty() && wanted.count(a.task) == 0)) continue;
      add("{\"@odata.type\":\"#X." + a.type + "\",\"Id\":" + std::to_string(id) +
          ",\"Task\":{\"Id\":" + std::to_string(a.task) + "},\"Status\":\"" + a.status + "\"," +
          (a.result.empty() ? "" : "\"Result\":\"" + a.result + "\",") + "\"Created\":" + stamp(a.created) +
          ",\"Modified\":" + stamp(a.modified) + (a.completed ? ",\"Completed\":" + stamp(*a.completed) : "") +
          ",\"Performer\":{\"Id\":" + std::to_string(a.performer) + ",\"Name\":\"Человек\"}}");
    }
    return rows(out);
  }
};

struct RxPoll : testing::Test {
  Office office;
  ScriptedRx rx{std::ref(office)};
  std::unique_ptr<api::EdmsAdapter> adapter = rx.adapter();
  std::vector<ProcessRef> refs;
  RxPoll() { office.clock = &rx.clock; }

  void run_tasks(std::int64_t count, int approvers) {
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t id = 50'000 + i;
      office.start(id, approvers);
      ProcessRef ref;
      ref.id = std::to_string(id);
      ref.type = "IApprovalTasks";
      ref.document.id = std::to_string(20'000 + i);
      ref.document.type = "IContracts";
      refs.push_back(ref);
    }
  }
  std::vector<Result<Snapshot>> round() {
    rx.seen.clear();
    auto answer = rx.run(adapter->poll(rx.context(""), refs));
    EXPECT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer.value().snapshots.size(), refs.size());
    return std::move(answer.value().snapshots);
  }
  std::size_t calls() const { return rx.asked().size(); }
};

TEST_F(RxPoll, of_a_thousand_with_a_hundred_moved_costs_at_most_75_calls) {
  run_tasks(1000, 3);
  round();
  rx.clock.advance(minutes(30));  // the overlap has passed: only what moves now is new
  round();
  // Thirty approve by one of three, thirty are sent back, forty end.
  for (int i = 0; i < 100; ++i) {
    const std::int64_t task = 50'000 + i * 7;
    const std::int64_t first = 100'000 + i * 21;
    if (i < 60) {
      office.decide(first, i < 30 ? "Approved" : "ForRevision");
    } else {
      for (int a = 0; a < 3; ++a) office.decide(first + a, "Approved");
      office.end(task, "Completed");
    }
  }
  const auto moved = round();
  EXPECT_LE(calls(), 75U);
  int ended = 0, decided = 0;
  for (const auto& s : moved) {
    ASSERT_TRUE(s) << describe(s.error());
    ended += s.value().outcome == Outcome::approved ? 1 : 0;
    for (const Participant& p : s.value().participants) decided += p.verdict != Verdict::none ? 1 : 0;
  }
  EXPECT_EQ(ended, 40);
  EXPECT_EQ(decided, 60 + 40 * 3);
  EXPECT_LE(office.longest_line, 2048U);
}

TEST_F(RxPoll, with_nothing_moved_costs_the_groups_and_one) {
  run_tasks(1000, 3);
  round();
  rx.clock.advance(minutes(30));
  round();
  const std::size_t groups = 2 * ((1000 + 29) / 30);  // of at least thirty ids: tasks and documents
  EXPECT_LE(calls(), groups + 1);
  EXPECT_EQ(rx.asked("GET IAssignments").size(), 1U);
}

TEST_F(RxPoll, sees_within_one_round_that_two_of_three_parallel_approvers_have_decided) {
  run_tasks(5, 3);
  round();
  rx.clock.advance(minutes(1));
  office.decide(100'003, "Approved");
  office.decide(100'004, "WithSuggestions");  // neither the task nor the document has changed
  const auto snapshots = round();
  ASSERT_TRUE(snapshots.at(1));
  const Snapshot& s = snapshots[1].value();
  ASSERT_EQ(s.participants.size(), 3U);
  EXPECT_EQ(s.participants[0].verdict, Verdict::approved);
  EXPECT_EQ(s.participants[1].verdict, Verdict::approved_with_remarks);
  EXPECT_EQ(s.participants[2].state, ParticipantState::working);
  EXPECT_FALSE(s.outcome);
  ASSERT_EQ(s.stages.size(), 1U) << "the third still holds it";
}

TEST_F(RxPoll, reads_every_assignment_anew_once_an_hour) {
  run_tasks(40, 2);
  round();
  rx.clock.advance(minutes(30));
  round();
  // A row changed without its Modified: found at the latest within the hour.
  office.assignments.at(100'000).status = "Completed";
  office.assignments.at(100'000).result = "Approved";
  office.assignments.at(100'000).completed = rx.clock.now();
  rx.clock.advance(minutes(29));
  EXPECT_EQ(round().at(0).value().participants.at(0).verdict, Verdict::none);
  rx.clock.advance(minutes(1));
  EXPECT_EQ(round().at(0).value().participants.at(0).verdict, Verdict::approved);
  EXPECT_EQ(rx.asked("GET IAssignments").size(), 3U) << "the changes, and forty tasks in two groups";
}

TEST_F(RxPoll, pages_by_key_through_more_changes_than_a_page_holds) {
  auto settings = rx.settings();
  settings.values["page"] = "10";
  adapter = rx.adapter(settings);
  run_tasks(3, 20);
  round();
  rx.clock.advance(minutes(1));
  for (int i = 0; i < 60; ++i) office.decide(100'000 + i, "Approved");
  const auto snapshots = round();
  for (const auto& s : snapshots) {
    ASSERT_TRUE(s);
    for (const Participant& p : s.value().participants) EXPECT_EQ(p.verdict, Verdict::approved);
    EXPECT_EQ(s.value().participants.size(), 20U);
  }
  for (const Seen& s : rx.asked()) EXPECT_THAT(s.query, testing::Not(HasSubstr("$skip")));
}

TEST_F(RxPoll, asks_for_less_at_once_where_the_server_finds_it_too_wide) {
  run_tasks(3, 30);
  rx.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path != "IAssignments" || Office::number(s.query, "$top=") <= 80) return std::nullopt;
    return json(400, R"({"error":"Превышено максимальное количество сущностей в запросе. Используйте фильтрацию."})");
  };
  for (const auto& s : round()) {
    ASSERT_TRUE(s) << describe(s.error());
    EXPECT_EQ(s.value().participants.size(), 30U);
  }
  round();
  EXPECT_EQ(rx.asked("GET IAssignments").size(), 2U) << "what was learnt is kept";
}

TEST_F(RxPoll, reads_by_tasks_where_more_has_changed_than_the_server_lists_at_all) {
  run_tasks(2, 2);
  round();
  office.decide(100'000, "Approved");
  rx.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.query.find("Modified ge") == std::string::npos) return std::nullopt;
    return json(400, R"({"error":"Превышено максимальное количество сущностей в запросе. Используйте фильтрацию."})");
  };
  const auto snapshots = round();
  ASSERT_TRUE(snapshots.at(0)) << describe(snapshots[0].error());
  EXPECT_EQ(snapshots[0].value().participants.at(0).verdict, Verdict::approved);
}

TEST_F(RxPoll, tells_the_end_only_from_assignments_read_after_it) {
  run_tasks(2, 1);
  round();
  rx.clock.advance(minutes(1));
  // The last decision carries no new Modified: the reading at the end finds it all the same.
  office.assignments.at(100'000).status = "Completed";
  office.assignments.at(100'000).result = "ForRevision";
  office.assignments.at(100'000).completed = rx.clock.now();
  office.end(50'000, "Completed");
  EXPECT_EQ(round().at(0).value().outcome, Outcome::rejected);
  const std::size_t first = rx.asked("GET IAssignments").size();
  round();
  EXPECT_LT(rx.asked("GET IAssignments").size(), first) << "settled once";
}

TEST_F(RxPoll, a_task_that_vanished_is_asked_for_by_id_and_spoils_no_other) {
  run_tasks(3, 1);
  round();
  office.tasks.erase(50'001);
  const auto snapshots = round();
  EXPECT_EQ(snapshots.at(0).value().state, ProcessState::running);
  ASSERT_TRUE(snapshots.at(1)) << describe(snapshots[1].error());
  EXPECT_EQ(snapshots[1].value().state, ProcessState::deleted);
  EXPECT_EQ(snapshots[1].value().outcome, Outcome::interrupted);
  EXPECT_EQ(rx.asked("GET ITasks(50001)").size(), 1U);
  refs[2].id = "не число";
  EXPECT_FALSE(round().at(2));
}

TEST_F(RxPoll, believes_nothing_that_is_said_of_a_document_that_is_not_ours) {
  run_tasks(3, 1);
  for (std::size_t i = 0; i < refs.size(); ++i) {
    refs[i].document.key = uuid::v5(key, std::to_string(i));
    office.marks[20'000 + static_cast<std::int64_t>(i)] = refs[i].document.key;
  }
  EXPECT_TRUE(round().at(0));
  EXPECT_EQ(rx.asked("GET IOfficialDocuments").size(), 1U) << "told by the row itself";
  office.end(50'001, "Completed");
  office.marks[20'001] = uuid::v5(key, "of another");
  const auto snapshots = round();
  ASSERT_FALSE(snapshots.at(1));
  EXPECT_EQ(snapshots[1].error().code, "rx.foreign");
  EXPECT_EQ(snapshots[1].error().audience, Audience::admin);
  EXPECT_THAT(snapshots[1].error().message, HasSubstr("url"));
  EXPECT_TRUE(snapshots.at(2));
}

TEST_F(RxPoll, looks_for_the_key_of_a_document_that_does_not_show_it_and_once_an_hour_only) {
  run_tasks(2, 1);
  refs[0].document.key = key;
  office.marks[30'000] = key;  // what was made by us has another number here
  EXPECT_EQ(round().at(0).error().code, "rx.foreign");
  EXPECT_EQ(rx.asked("GET IOfficialDocuments").size(), 2U);
  EXPECT_EQ(round().at(0).error().code, "rx.foreign");
  EXPECT_EQ(rx.asked("GET IOfficialDocuments").size(), 1U);
  office.marks.clear();  // nowhere, and no rows beside documents here: nobody can tell
  rx.clock.advance(minutes(61));
  EXPECT_TRUE(round().at(0));
}

TEST_F(RxPoll, a_server_that_knows_nothing_of_ours_ends_no_process_for_an_hour) {
  run_tasks(2, 1);
  office.tasks.clear();
  office.deleted = {20'000, 20'001};
  for (const auto& s : round()) EXPECT_EQ(s.error().code, "rx.nothing_known");
  rx.clock.advance(minutes(61));
  for (const auto& s : round()) EXPECT_EQ(s.value().outcome, Outcome::interrupted);
}

TEST_F(RxPoll, a_server_that_has_shown_ours_is_believed_at_once_that_all_is_gone) {
  run_tasks(2, 1);
  round();
  office.tasks.clear();
  office.deleted = {20'000, 20'001};
  for (const auto& s : round()) EXPECT_EQ(s.value().outcome, Outcome::interrupted);
}

TEST_F(RxPoll, a_task_of_an_odd_shape_spoils_no_other) {
  run_tasks(2, 1);
  rx.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path != "ITasks") return std::nullopt;
    return rows(R"({"Id":50000,"Status":7},{"Id":50001,"Status":"InProcess"})");
  };
  const auto snapshots = round();
  EXPECT_EQ(snapshots.at(0).error().code, "rx.type");
  EXPECT_EQ(snapshots.at(1).value().state, ProcessState::running);
}

TEST_F(RxPoll, a_status_nobody_knows_is_told_and_ends_nothing) {
  run_tasks(2, 1);
  office.tasks.at(50'000).status = "Frozen";
  const auto snapshots = round();
  ASSERT_FALSE(snapshots.at(0));
  EXPECT_EQ(snapshots[0].error().code, "rx.status");
  EXPECT_THAT(snapshots[0].error().message, testing::AllOf(HasSubstr("Frozen"), HasSubstr("50000")));
  EXPECT_TRUE(snapshots.at(1));
  office.tasks.at(50'000).status = "InProcess";
  EXPECT_EQ(round().at(0).value().state, ProcessState::running);
}

TEST_F(RxPoll, an_outage_is_of_the_whole_round) {
  run_tasks(40, 1);
  rx.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.path == "IAssignments") return json(500, "");
    return std::nullopt;
  };
  const auto answer = rx.run(adapter->poll(rx.context(""), refs));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().fault, Fault::transient);
}

}  // namespace
}  // namespace sedlink::directum::test
