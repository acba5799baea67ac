#include "echoes.hpp"

namespace sedlink::engine {
namespace {

constexpr Duration echo_lasts = std::chrono::seconds(10);
constexpr Duration pause = std::chrono::seconds(3);
constexpr std::size_t forget_above = 1'000;

}  // namespace

void Echoes::written(const std::vector<api::CrmEffect>& effects, Time now) {
  for (const api::CrmEffect& effect : effects) {
    const auto* item = std::visit(
        [](const auto& action) -> const ItemRef* {
          if constexpr (requires { action.item; })
            return &action.item;
          else
            return nullptr;
        },
        effect.action);
    if (item != nullptr && !item->id.empty()) written_[*item] = now;
  }
  if (written_.size() > forget_above)
    std::erase_if(written_, [now](const auto& w) { return w.second + echo_lasts < now; });
}

Time Echoes::due(const ItemRef& item, Time now) {
  const auto known = written_.find(item);
  if (known == written_.end() || known->second + echo_lasts < now) return now;
  if (together_ <= now) together_ = now + pause;
  return together_;
}

}  // namespace sedlink::engine
