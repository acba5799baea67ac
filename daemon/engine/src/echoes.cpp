#include "echoes.hpp"

namespace sedlink::engine {
namespace {

constexpr Duration echo_lasts = std::chrono::seconds(10);
constexpr Duration pause = std::chrono::seconds(3);
constexpr std::size_t forget_above = 1'000;

template <class T>
const ItemRef* item_of(const T& change) {
  if constexpr (requires { change.item; })
    return &change.item;
  else
    return nullptr;
}

}  // namespace

void Echoes::written(const std::vector<api::CrmEffect>& effects, Time now) {
  for (const api::CrmEffect& effect : effects)
    keep(std::visit([](const auto& action) { return item_of(action); }, effect.action), now);
}

void Echoes::written(const FileTarget& target, Time now) {
  keep(std::visit([](const auto& place) { return item_of(place); }, target), now);
}

void Echoes::keep(const ItemRef* item, Time now) {
  if (item == nullptr || item->id.empty()) return;
  written_[*item] = now;
  if (written_.size() > forget_above)
    std::erase_if(written_, [now](const auto& entry) { return entry.second + echo_lasts < now; });
}

Time Echoes::due(const ItemRef& item, Time now) {
  const auto known = written_.find(item);
  if (known == written_.end() || known->second + echo_lasts < now) return now;
  if (together_ <= now) together_ = now + pause;
  return together_;
}

}  // namespace sedlink::engine
