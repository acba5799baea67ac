// Many questions in few calls (onec-docflow 5, 12): sizes, slow answers, and the one question that spoils a batch.
#include <algorithm>
#include <map>

#include "adapter/session.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr Duration slow_call{10'000};           // the server itself calls 15 s slow (onec-docflow 2.2)
constexpr Duration slow_while{15 * 60 * 1000};  // how long smaller batches are kept to
constexpr std::size_t group_size = 25;          // objects of one retrieve
constexpr std::size_t hopeless = 3;             // failures alone, without one success: the service is to blame
constexpr std::size_t alone_limit = 1000;

// Speaks of something inside the batch, not of the connection, the licence or the web server.
bool lies_in_the_question(const Error& e) {
  if (e.fault == Fault::unauthorized || e.fault == Fault::throttled) return false;
  if (e.code == "net.body_limit") return true;
  if (!e.code.starts_with("onec.")) return false;
  for (const char* other : {"onec.html", "onec.http", "onec.not_published", "onec.maintenance", "onec.redirect",
                            "onec.dialect", "onec.empty", "onec.locked"}) {
    if (e.code == other) return false;
  }
  return true;
}

}  // namespace

std::size_t Session::batch_size_now() const {
  return small_batch_ > 0 && now() < slow_until_ ? std::min(small_batch_, settings_->batch_size)
                                                 : settings_->batch_size;
}

Task<std::vector<Result<Element>>> Session::batch_once(api::CallContext ctx, std::vector<Element> requests) {
  const std::size_t size = requests.size();
  Element whole = request("DMBatchRequest");
  for (Element& one : requests) {
    one.name = "requests";
    add(whole, std::move(one));
  }
  const Time asked_at = now();
  auto answer = co_await read(ctx, std::move(whole));
  if (size > 1 && (now() - asked_at > slow_call || (!answer && answer.error().code == "net.timeout"))) {
    small_batch_ = std::max<std::size_t>(size / 2, 1);
    slow_until_ = now() + slow_while;
    log().warning("onec_slow_batch", {{"connection", settings_->connection}, {"next", std::to_string(small_batch_)}});
  }
  if (!answer) co_return answer.error();
  std::vector<Result<Element>> results;
  for (Element& one : answer.value().children) {
    if (one.name != "responses") continue;
    if (is_business_error(one)) {
      results.emplace_back(for_effect(business_error(one), Effect::read));
    } else {
      results.emplace_back(std::move(one));
    }
  }
  if (results.size() != size) {
    co_return make_error(Fault::defect, Audience::developer, "onec.protocol",
                         "Ответ 1С не по протоколу: на " + std::to_string(size) +
                             " запросов пакета пришло ответов: " + std::to_string(results.size()));
  }
  co_return results;
}

Task<std::vector<Result<Element>>> Session::batch(api::CallContext ctx, std::vector<Element> requests) {
  std::vector<Result<Element>> results;
  auto connected = co_await ready(ctx);
  if (!connected) co_return connected.error();
  const std::string version = version_.text;
  std::vector<std::size_t> ends;  // of parts of a batch that was split, the next one last
  std::size_t failed_alone = 0, served = 0;
  bool asked_again = false;  // the version, after the first failure: once is enough
  while (results.size() < requests.size()) {
    const std::size_t from = results.size();
    std::size_t to = std::min(requests.size(), from + batch_size_now());
    if (!ends.empty()) {
      to = ends.back();
      ends.pop_back();
    }
    std::vector<Element> part(requests.begin() + static_cast<std::ptrdiff_t>(from),
                              requests.begin() + static_cast<std::ptrdiff_t>(to));
    auto answer = co_await batch_once(ctx, std::move(part));
    if (answer) {
      served += to - from;
      for (Result<Element>& one : answer.value()) results.push_back(std::move(one));
      continue;
    }
    const Error& e = answer.error();
    if (requests.size() == 1 || !lies_in_the_question(e)) co_return e;
    if (asked_again) version_known_ = true;
    if (to - from == 1) {
      if (++failed_alone >= hopeless && served == 0) co_return e;
      results.emplace_back(for_effect(e, Effect::read));
      continue;
    }
    // Another edition may have come under us: then nothing of this batch is to be asked again as it is.
    auto known = co_await ready(ctx);
    if (!known) co_return known.error();
    if (version_.text != version) co_return e;
    asked_again = true;
    ends.push_back(to);
    ends.push_back(from + (to - from) / 2);
  }
  co_return results;
}

Task<Session::Gathered> Session::gather(api::CallContext ctx, std::vector<Element> requests, std::vector<ObjectId> ids,
                                        std::vector<std::string> columns) {
  auto connected = co_await ready(ctx);
  if (!connected) co_return connected.error();
  const std::size_t count = requests.size();
  std::vector<std::vector<std::size_t>> groups;  // places in ids
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (alone_.contains(ids[i].id)) {
      groups.push_back({i});
      continue;
    }
    open.push_back(i);
    if (open.size() == group_size) groups.push_back(std::exchange(open, {}));
  }
  if (!open.empty()) groups.push_back(std::move(open));
  const auto question = [&](const std::vector<std::size_t>& group) {
    Element e = request("DMRetrieveRequest");
    for (const std::size_t i : group) add(e, id_element("objectIds", ids[i]));
    for (const std::string& c : columns) add(e, Element("columnSet", c));
    return e;
  };
  for (const auto& group : groups) requests.push_back(question(group));
  auto told = co_await batch(ctx, std::move(requests));
  if (!told) co_return told.error();

  const Error missing = make_error(Fault::not_found, Audience::admin, "onec.not_found", "1С не вернула объект");
  Gathered gathered;
  gathered.objects.assign(ids.size(), Result<Element>(missing));
  const auto take = [&](Element& answer, const std::vector<std::size_t>& group) {
    std::size_t place = 0;
    for (Element& object : answer.children) {
      if (object.name != "objects") continue;
      const std::string id = object_id(object).id;
      auto at = std::find_if(group.begin(), group.end(), [&](std::size_t i) { return ids[i].id == id; });
      if (at == group.end() && id.empty() && place < group.size())
        at = group.begin() + static_cast<std::ptrdiff_t>(place);
      ++place;
      if (at != group.end()) gathered.objects[*at] = std::move(object);
    }
  };
  std::vector<std::size_t> singles;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    Result<Element>& one = told.value()[count + g];
    if (one) {
      take(one.value(), groups[g]);
    } else if (groups[g].size() == 1) {
      gathered.objects[groups[g].front()] = one.error();
    } else {
      singles.insert(singles.end(), groups[g].begin(), groups[g].end());
    }
  }
  told.value().erase(told.value().begin() + static_cast<std::ptrdiff_t>(count), told.value().end());
  gathered.answers = std::move(told).value();
  if (singles.empty()) co_return gathered;
  std::vector<Element> apart;
  for (const std::size_t i : singles) apart.push_back(question(std::vector<std::size_t>(1, i)));
  auto answers = co_await batch(ctx, std::move(apart));
  if (!answers) co_return answers.error();
  for (std::size_t i = 0; i < singles.size(); ++i) {
    Result<Element>& one = answers.value()[i];
    if (one) {
      take(one.value(), std::vector<std::size_t>(1, singles[i]));
      continue;
    }
    gathered.objects[singles[i]] = one.error();
    if (alone_.size() >= alone_limit) alone_.clear();
    alone_.insert(ids[singles[i]].id);
  }
  co_return gathered;
}

}  // namespace sedlink::onec_docflow
