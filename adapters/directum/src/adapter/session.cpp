#include "adapter/session.hpp"

#include <algorithm>
#include <charconv>

#include "sedlink/core/text.hpp"

namespace sedlink::directum {
namespace {

constexpr std::chrono::minutes doubt_pause{10};
constexpr std::size_t cache_limit = 2000, least_page = 50;
constexpr std::size_t usual_page = 1000;  // tried next where the widest is too wide, then halved

// An answer that cannot be read: where it came from and what to look at.
Error located(Error e, std::string_view target) {
  const bool odd = e.code == "rx.shape" || e.code == "rx.type";
  if (!odd && e.code != "rx.json") return e;
  e.message += " (" + text::ellipsis(std::string(target.substr(0, target.find('?'))), 120) + ")";
  if (odd) e.message += ". Проверьте url и прокси между службой и Directum RX";
  return e;
}

bool doubts_metadata(const Error& e) {
  return e.code == "rx.no_function" || e.code == "rx.no_set" || e.code == "rx.query";
}

}  // namespace

Error rejected(std::string code, std::string message, Audience audience) {
  return make_error(Fault::rejected, audience, std::move(code), std::move(message));
}

Result<std::int64_t> number_of(std::string_view id, const std::string& what) {
  std::int64_t n = 0;
  const auto [end, failed] = std::from_chars(id.data(), id.data() + id.size(), n);
  if (failed == std::errc() && end == id.data() + id.size() && n > 0) return n;
  return rejected("edms.reference.id", what + ": «" + std::string(id) + "» — в Directum RX номер это целое число");
}

Session::Session(std::unique_ptr<Settings> settings, std::unique_ptr<net::Client> http,
                 api::AdapterEnvironment environment)
    : settings_(std::move(settings)),
      environment_(std::move(environment)),
      client_(*settings_, std::move(http)),
      page_(settings_->page) {}

Error Session::noted(Error error) {
  if (doubts_metadata(error)) doubted_ = true;
  return error;
}

Task<void> Session::ready(api::CallContext ctx) {
  const bool stale = doubted_ && now() - read_at_ >= doubt_pause;
  if (known_ && !stale) co_return Result<void>();
  Call call;
  call.target = "$metadata";
  call.accept = "application/xml";
  call.kind = Target::service;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return answer.error();
  auto parsed = Metadata::parse(answer.value().body);
  if (!parsed) co_return parsed.error();
  metadata_ = std::move(parsed).value();
  known_ = true;
  doubted_ = false;
  read_at_ = now();
  co_return Result<void>();
}

std::string Session::select(std::string_view set, std::string always, std::string_view optional) const {
  for (const std::string& name : text::split(optional, ',')) {
    if (!metadata_.lacks(set, name)) always += "," + name;
  }
  return always;
}

Task<Page> Session::page(api::CallContext ctx, Query query) {
  if (query.filter.empty()) query.filter = "Id gt 0";  // never without (A4)
  Call call;
  call.target = query.target();
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  auto read = read_collection(answer.value().status, answer.value().body);
  if (!read) co_return located(read.error(), query.set);
  co_return read;
}

Task<std::vector<Row>> Session::rows(api::CallContext ctx, Query query) {
  std::vector<Row> all;
  const std::string own = query.filter;
  query.order = "Id";
  std::int64_t last = 0;
  for (;;) {
    const std::size_t top = page_;
    query.top = top;
    const std::string after = "Id gt " + std::to_string(last);
    query.filter = own.empty() ? after : last == 0 ? own : "(" + own + ") and " + after;
    auto one = co_await page(ctx, query);
    if (!one && one.error().code == "rx.too_wide" && top > least_page) {
      page_ = std::min(page_, top > usual_page ? usual_page : std::max(least_page, top / 2));
      continue;
    }
    if (!one) co_return one.error();
    std::vector<Row>& got = one.value().rows;
    const std::size_t count = got.size();
    const std::int64_t before = last;
    for (Row& row : got) {
      const auto id = id_of(row);
      if (!id) co_return located(id.error(), query.set);
      last = std::max(last, id.value());
      all.push_back(std::move(row));
    }
    // A server that pages by itself says so by nextLink (assumed); the key leads on just as well.
    const bool more = count >= top || !one.value().next.empty();
    if (!more || last == before) co_return all;
  }
}

Task<std::vector<Row>> Session::rows_of_ids(api::CallContext ctx, Query query, std::string path,
                                            std::vector<std::int64_t> ids) {
  query.order = "Id";
  query.top = page_;
  const auto groups = chunks(ids, path, query, client_.prefix(), settings_->ids_per_call);
  std::vector<Row> all;
  for (const std::vector<std::int64_t>& group : groups) {
    Query one = query;
    one.filter = any_of(path, group);
    auto found = co_await rows(ctx, std::move(one));
    if (!found) co_return found.error();
    for (Row& row : found.value()) all.push_back(std::move(row));
  }
  co_return all;
}

Task<Row> Session::entity(api::CallContext ctx, Query query) {
  Call call;
  call.target = query.target();
  call.kind = Target::entity;
  const std::string set = query.set;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  if (answer.value().status == 204) {
    co_return make_error(Fault::not_found, Audience::user, "rx.gone", "В Directum RX нет объекта " + set);
  }
  auto read = read_entity(answer.value().body);
  if (!read) co_return located(read.error(), set);
  co_return read;
}

Task<Row> Session::create(api::CallContext ctx, std::string target, Body body) {
  Call call;
  call.method = "POST";
  call.target = target;
  call.body = body.json();
  call.effect = Effect::write;
  call.representation = true;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  auto row = read_entity(answer.value().body);
  if (!row) co_return damaged(located(row.error(), target), Effect::write);
  const auto id = id_of(row.value());
  if (!id) co_return damaged(located(id.error(), target), Effect::write);
  co_return row;
}

Task<void> Session::patch(api::CallContext ctx, std::string target, Body body) {
  Call call;
  call.method = "PATCH";
  call.target = std::move(target);
  call.body = body.json();
  call.effect = Effect::write;
  call.kind = Target::entity;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  co_return Result<void>();
}

Task<void> Session::remove(api::CallContext ctx, std::string target) {
  Call call;
  call.method = "DELETE";
  call.target = std::move(target);
  call.effect = Effect::write;
  call.kind = Target::entity;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  co_return Result<void>();
}

Task<Answer> Session::action(api::CallContext ctx, std::string name, Body parameters) {
  Call call;
  call.method = "POST";
  call.target = std::move(name);
  call.body = parameters.json();
  call.effect = Effect::write;
  call.kind = Target::function;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  co_return answer;
}

Task<boost::json::value> Session::function(api::CallContext ctx, std::string target) {
  Call call;
  call.target = target;
  call.kind = Target::function;
  auto answer = co_await client_.send(ctx, std::move(call));
  if (!answer) co_return noted(answer.error());
  auto read = read_value(answer.value().status, answer.value().body);
  if (!read) co_return located(read.error(), target);
  co_return read;
}

Task<std::vector<Row>> Session::cached(api::CallContext ctx, Query query) {
  const std::string target = query.target();
  const auto known = cache_.find(target);
  if (known != cache_.end() && now() < known->second.until) co_return known->second.rows;
  auto found = co_await page(ctx, std::move(query));
  if (!found) co_return found.error();
  if (cache_.size() >= cache_limit) cache_.clear();
  cache_.erase(target);
  if (!found.value().rows.empty()) {
    Cached entry;
    entry.rows = found.value().rows;
    entry.until = now() + settings_->catalog_age;
    cache_.insert_or_assign(target, std::move(entry));
  }
  co_return std::move(found.value().rows);
}

}  // namespace sedlink::directum
