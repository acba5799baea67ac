#include "alarms.hpp"

#include <boost/json/serialize.hpp>

#include "sedlink/process/effect.hpp"

namespace sedlink::engine {
namespace {

constexpr const char* unread = "unread";

std::string unread_key(const std::string& instance, const std::string& since) {
  return std::string(unread) + "|" + instance + "|" + since;
}

}  // namespace

bool raise_alarm(store::Tx& tx, const std::string& instance, const std::string& lane, const std::string& key,
                 const std::string& code, const std::string& text, Time now) {
  process::Effect effect;
  effect.key = effect.object_key = key;
  effect.action = process::Attention{code, text};
  store::EffectRow incident;
  incident.instance = instance;
  incident.lane = lane;
  incident.kind = process::kind_of(effect.action);
  incident.key = key;
  incident.payload = boost::json::serialize(to_json(effect));
  incident.status = store::EffectStatus::incident;
  incident.last_error = text;
  incident.created_at = now;
  incident.due_at = now;
  return tx.add_effect(incident);
}

void end_alarm(store::Tx& tx, const std::string& key) {
  const auto row = tx.effect_by_key(key);
  if (row && row->status == store::EffectStatus::incident) tx.finish_effect(row->id, store::EffectStatus::done);
}

void note_unread(store::Tx& tx, const store::InstanceRow& row, const Error& error, Time now) {
  const auto since = tx.get(unread, row.id);
  if (!since) {
    tx.put(unread, row.id, std::to_string(to_epoch_ms(now)));
    return;
  }
  if (now - from_epoch_ms(std::stoll(*since)) < patience) return;
  raise_alarm(tx, row.id, row.edms, unread_key(row.id, *since), "edms.unread",
              "Состояние процесса в СЭД не читается: " + describe(error), now);
}

void note_read(store::Tx& tx, const std::string& instance) {
  const auto since = tx.get(unread, instance);
  if (!since) return;
  tx.remove(unread, instance);
  end_alarm(tx, unread_key(instance, *since));
}

}  // namespace sedlink::engine
