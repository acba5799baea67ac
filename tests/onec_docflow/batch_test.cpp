// Many questions in few calls: what they cost, what a slow or a bad one does to the others (onec-docflow 5, 12).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portal2.hpp"

namespace sedlink::onec_docflow::test {
namespace {

using testing::HasSubstr;

std::string name_of(int i) { return "p" + std::to_string(i); }

Base many(int count) {
  Base base;
  for (int i = 0; i < count; ++i) {
    const std::string id = name_of(i);
    base.tree[id] = node(id, "NotExecuted", bare("t" + id, false));
    base.headers[id] = "<m:started>true</m:started>";
    base.tasks[id] = typed("t" + id, asked_of, "u1", false, step);
  }
  return base;
}

std::vector<ProcessRef> refs(int count) {
  std::vector<ProcessRef> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(test::ref(name_of(i)));
    all.back().document.id = "d" + std::to_string(i);
  }
  return all;
}

// The largest batch of the calls from `from` on.
std::size_t largest(const ScriptedService& service, std::size_t from = 0) {
  std::size_t most = 0;
  for (std::size_t i = from; i < service.seen.size(); ++i) {
    most = std::max(most, service.seen[i].request.all("requests").size());
  }
  return most;
}

struct Sweep {
  std::size_t calls = 0, read = 0, decided = 0;
};
Sweep sweep(ScriptedService& service, api::EdmsAdapter& adapter, const std::vector<ProcessRef>& all) {
  Sweep result;
  const std::size_t before = service.seen.size();
  for (std::size_t from = 0; from < all.size();) {
    const std::size_t to = std::min(all.size(), from + adapter.capabilities().poll_batch);
    const std::vector<ProcessRef> part(all.begin() + static_cast<std::ptrdiff_t>(from),
                                       all.begin() + static_cast<std::ptrdiff_t>(to));
    const auto answer = service.run(adapter.poll(service.context(), part));
    EXPECT_TRUE(answer) << describe(answer.error());
    if (!answer) break;
    for (const auto& s : answer.value().snapshots) {
      if (!s || s.value().participants.size() != 1u) continue;
      ++result.read;
      result.decided += s.value().participants[0].verdict == Verdict::approved;
    }
    from = to;
  }
  result.calls = service.seen.size() - before;
  return result;
}

void decide(Base& base, int i) {
  const std::string id = name_of(i);
  base.tree[id] = node(id, "NotExecuted", bare("t" + id, true));
  base.tasks[id] = typed("t" + id, asked_of, "u1", true,
                         step + object("approvalResult", "DMApprovalResult", "Согласовано", "", "", false));
}

TEST(OnecEconomy, a_sweep_of_a_thousand_with_a_hundred_moved_takes_at_most_thirty_calls_through_the_tree) {
  Base base = many(1000);
  ScriptedService service([&base](const Element& r) { return base(r); });
  service.judged = false;  // the same envelopes as elsewhere, many
  const auto adapter = service.adapter();
  const auto all = refs(1000);
  EXPECT_EQ(sweep(service, *adapter, all).read, 1000u);
  for (int i = 0; i < 100; ++i) decide(base, i * 7);  // unevenly spread over the polls
  const Sweep second = sweep(service, *adapter, all);
  EXPECT_EQ(second.read, 1000u);
  EXPECT_EQ(second.decided, 100u);
  EXPECT_LE(second.calls, 30u);
  EXPECT_LE(largest(service), 20u);
}

TEST(OnecEconomy, a_sweep_of_a_thousand_takes_at_most_115_calls_where_the_tree_is_refused) {
  Base base = many(1000);
  base.no_tree = true;
  ScriptedService service([&base](const Element& r) { return base(r); });
  service.judged = false;
  const auto adapter = service.adapter();
  const auto all = refs(1000);
  for (int i = 0; i < 100; ++i) decide(base, i * 7);
  const Sweep first = sweep(service, *adapter, all);
  EXPECT_EQ(first.read, 1000u);
  EXPECT_EQ(first.decided, 100u);
  EXPECT_LE(first.calls, 115u);
  EXPECT_LE(largest(service), 20u);
}

TEST(OnecBatch, follows_a_slow_one_with_halves_for_a_while) {
  Base base = many(40);
  ScriptedService service([&base](const Element& r) { return base(r); });
  bool slow = true;
  service.before = [&](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.request.all("requests").size() == 20 && slow) service.clock.advance(std::chrono::seconds(11));
    return std::nullopt;
  };
  auto settings = service.settings();
  settings.values["catalog_age"] = "0";
  const auto adapter = service.adapter(settings);
  base.no_tree = true;  // so that details are asked for in every poll
  const auto all = refs(40);
  ASSERT_TRUE(service.run(adapter->poll(service.context(), all)));
  EXPECT_EQ(largest(service), 20u);
  slow = false;
  std::size_t from = service.seen.size();
  ASSERT_TRUE(service.run(adapter->poll(service.context(), all)));
  EXPECT_EQ(largest(service, from), 10u);
  service.clock.advance(std::chrono::minutes(20));
  from = service.seen.size();
  ASSERT_TRUE(service.run(adapter->poll(service.context(), all)));
  EXPECT_EQ(largest(service, from), 20u);
}

TEST(OnecBatch, that_fails_as_a_whole_because_of_one_object_is_split_until_the_others_are_read) {
  for (const int form : {0, 1, 2}) {
    Base base = many(30);
    ScriptedService service([&base](const Element& r) { return base(r); });
    // 1C cannot write this one process into an answer, whatever else is in it.
    service.before = [form](const Seen& s) -> std::optional<net::ServerResponse> {
      if (s.body.find("p13</m:id>") == std::string::npos) return std::nullopt;
      if (s.body.find("DMGetTasksTreeRequest") != std::string::npos) return std::nullopt;
      if (form == 0) return net::ServerResponse(200, "text/xml", dm_error("Ошибка", "Ошибка при получении объектов"));
      if (form == 1) return net::ServerResponse(200, "text/xml", "<soap:Envelope><broken");
      return net::ServerResponse(500, "text/xml",
                                 "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>"
                                 "<faultcode>s:Server</faultcode><faultstring>Ошибка записи</faultstring>"
                                 "</s:Fault></s:Body></s:Envelope>");
    };
    const auto adapter = service.adapter();
    const auto answer = service.run(adapter->poll(service.context(), refs(30)));
    ASSERT_TRUE(answer) << form << ": " << describe(answer.error());
    for (std::size_t i = 0; i < 30; ++i) {
      EXPECT_EQ(answer.value().snapshots[i].has_value(), i != 13) << form << ", process " << i;
    }
    EXPECT_LE(service.seen.size(), 40u) << form;
  }
}

TEST(OnecBatch, is_not_taken_apart_when_the_service_itself_is_down) {
  struct Row {
    int status;
    std::string body;
    Fault fault;
    std::size_t calls;
  };
  const Row rows[] = {{402, "<html>Не обнаружено свободной лицензии</html>", Fault::throttled, 1},
                      {401, "<html>нет</html>", Fault::unauthorized, 2},
                      {503, "<html>Обновление</html>", Fault::transient, 1},
                      {200, "<html><body>Ошибка сервера</body></html>", Fault::transient, 1}};
  for (const Row& row : rows) {
    Base base = many(30);
    ScriptedService service([&base](const Element& r) { return base(r); });
    const auto adapter = service.adapter();
    ASSERT_TRUE(service.run(adapter->poll(service.context(), refs(1))));
    const std::size_t before = service.seen.size();
    service.before = [&row](const Seen&) { return net::ServerResponse(row.status, "text/html", row.body); };
    const auto answer = service.run(adapter->poll(service.context(), refs(30)));
    ASSERT_FALSE(answer) << row.status;
    EXPECT_EQ(answer.error().fault, row.fault) << describe(answer.error());
    EXPECT_EQ(service.seen.size() - before, row.calls) << row.status << ": the login's other encoding at most";
  }
}

TEST(OnecBatch, gives_up_on_a_service_that_fails_every_question) {
  Base base = many(40);
  ScriptedService service([&base](const Element& r) { return base(r); });
  const auto adapter = service.adapter();
  ASSERT_TRUE(service.run(adapter->poll(service.context(), refs(1))));
  service.before = [](const Seen& s) -> std::optional<net::ServerResponse> {
    if (s.request.type != "DMBatchRequest") return std::nullopt;
    return net::ServerResponse(200, "text/xml", dm_error("Ошибка при обработке сообщения", "Деление на 0"));
  };
  const std::size_t before = service.seen.size();
  EXPECT_FALSE(service.run(adapter->poll(service.context(), refs(40))));
  EXPECT_LE(service.seen.size() - before, 12u);
}

}  // namespace
}  // namespace sedlink::onec_docflow::test
