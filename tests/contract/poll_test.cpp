// One poll about many processes, and the reading of long lists.
#include <algorithm>

#include "contract/battery.hpp"

namespace sedlink::contract {
namespace {

TEST_P(Contract, a_poll_answers_every_process_in_the_order_asked) {
  const std::size_t many = std::min<std::size_t>(capabilities().poll_batch, 40);
  std::vector<ProcessRef> processes;
  for (std::size_t i = 0; i < many; ++i) processes.push_back(running(document("Договор " + std::to_string(i))));
  for (std::size_t i = 0; i < many; i += 4) stand().act(Deed::approve, processes[i], "");
  replace_adapter();
  must(edms().test_connection(context()));
  const std::size_t before = stand().requests();
  api::PollAnswer answer = must(edms().poll(context(), processes));
  EXPECT_LE(stand().requests() - before, many) << "as many requests as processes: nothing is asked together";
  ASSERT_EQ(answer.snapshots.size(), many);
  for (std::size_t i = 0; i < many; ++i) {
    ASSERT_TRUE(answer.snapshots[i]) << describe(answer.snapshots[i].error());
    EXPECT_EQ(answer.snapshots[i].value().ref, processes[i]) << i;
    if (i % 4 != 0) { EXPECT_EQ(answer.snapshots[i].value().state, ProcessState::running) << i; }
  }
  for (std::size_t i = 0; i < many; i += 4)
    EXPECT_EQ(look_until(processes[i], has_ended).outcome, Outcome::approved) << i;
}

TEST_P(Contract, one_bad_process_spoils_no_other) {
  std::vector<ProcessRef> processes;
  for (int i = 0; i < 5; ++i) processes.push_back(running(document("Договор " + std::to_string(i))));
  for (const std::size_t place : {std::size_t{0}, std::size_t{2}, std::size_t{5}}) {
    std::vector<ProcessRef> asked = processes;
    asked.insert(asked.begin() + static_cast<std::ptrdiff_t>(place), stand().stranger());
    api::PollAnswer answer = must(edms().poll(context(), asked));
    ASSERT_EQ(answer.snapshots.size(), 6u);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Result<Snapshot>& one = answer.snapshots[i];
      if (i == place) {
        // Not seen is not ended: at most told deleted, never approved or interrupted.
        EXPECT_TRUE(!one || one.value().state == ProcessState::deleted || !one.value().complete);
        if (!one) { EXPECT_NE(one.error().fault, Fault::defect) << describe(one.error()); }
      } else {
        ASSERT_TRUE(one) << "at " << i << ": " << describe(one.error());
        EXPECT_EQ(one.value().state, ProcessState::running);
      }
    }
  }
}

TEST_P(Contract, a_poll_of_nothing_is_an_empty_answer) {
  const api::PollAnswer answer = must(edms().poll(context(), std::vector<ProcessRef>()));
  EXPECT_TRUE(answer.snapshots.empty());
}

TEST_P(Contract, snapshots_say_when_they_were_asked_for) {
  const ProcessRef process = running();
  const SystemClock clock;
  const Time before = clock.now();
  const Snapshot s = look(process);
  EXPECT_GE(s.asked_at, before);
  EXPECT_LE(s.asked_at, clock.now());
}

// What an adapter remembers may save requests, never change the answer; nothing needs telling twice.
TEST_P(Contract, polling_resumes_after_a_restart_where_it_was) {
  const ProcessRef first = running(document("Первый"));
  const ProcessRef second = running(document("Второй"));
  look(first);
  look(second);
  stand().act(Deed::approve, first, "Согласен");
  const Snapshot seen = conclude(first);
  look(first);  // the unchanged, from memory
  replace_adapter();
  const Snapshot again = look_until(first, has_ended);
  EXPECT_EQ(again.outcome, seen.outcome);
  ASSERT_EQ(again.participants.size(), seen.participants.size());
  for (std::size_t i = 0; i < seen.participants.size(); ++i) {
    EXPECT_EQ(again.participants[i].person.name, seen.participants[i].person.name);
    EXPECT_EQ(again.participants[i].verdict, seen.participants[i].verdict);
    EXPECT_EQ(again.participants[i].comment, seen.participants[i].comment);
  }
  EXPECT_EQ(look(second).state, ProcessState::running);
}

TEST_P(Contract, a_person_on_the_last_page_is_found) {
  Scene crowd;
  crowd.more_people = 450;
  begin(crowd);
  for (const std::size_t i : {std::size_t{0}, std::size_t{224}, std::size_t{449}}) {
    Reference wanted;
    wanted.name = person_name(i);
    const std::vector<Person> found = must(edms().find_person(context(), wanted));
    ASSERT_EQ(found.size(), 1u) << wanted.name;
    EXPECT_EQ(found[0].name, wanted.name);
    EXPECT_FALSE(found[0].id.empty());
    Reference by_id;
    by_id.id = found[0].id;
    EXPECT_EQ(must(edms().find_person(context(), by_id)).size(), 1u);
  }
  const api::Catalog catalog = must(edms().discover(context()));
  const auto people =
      std::count_if(catalog.begin(), catalog.end(), [](const api::CatalogEntry& e) { return e.kind == "person"; });
  EXPECT_GE(people, 451);
}

}  // namespace
}  // namespace sedlink::contract
