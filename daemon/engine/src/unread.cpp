#include "unread.hpp"

#include <boost/json/serialize.hpp>

#include "sedlink/process/effect.hpp"

namespace sedlink::engine {
namespace {

constexpr const char* space = "unread";
constexpr Duration patience = std::chrono::minutes(15);

}  // namespace

void note_unread(store::Tx& tx, const store::InstanceRow& row, const Error& error, Time now) {
  const auto since = tx.get(space, row.id);
  if (!since) {
    tx.put(space, row.id, std::to_string(to_epoch_ms(now)));
    return;
  }
  const Time first = from_epoch_ms(std::stoll(*since));
  if (now - first < patience) return;
  process::Effect effect;
  effect.key = effect.object_key = std::string(space) + "|" + row.id + "|" + *since;
  effect.action = process::Attention{"edms.unread", "Состояние процесса в СЭД не читается: " + describe(error)};
  store::EffectRow incident;
  incident.instance = row.id;
  incident.lane = row.edms;
  incident.kind = process::kind_of(effect.action);
  incident.key = effect.key;
  incident.payload = boost::json::serialize(to_json(effect));
  incident.status = store::EffectStatus::incident;
  incident.last_error = std::get<process::Attention>(effect.action).text;
  incident.created_at = now;
  incident.due_at = now;
  tx.add_effect(incident);
}

void note_read(store::Tx& tx, const std::string& instance) {
  const auto since = tx.get(space, instance);
  if (!since) return;
  tx.remove(space, instance);
  const std::string key = std::string(space) + "|" + instance + "|" + *since;
  for (const store::EffectRow& row : tx.effects(instance))
    if (row.key == key && row.status == store::EffectStatus::incident)
      tx.finish_effect(row.id, store::EffectStatus::skipped);
}

}  // namespace sedlink::engine
