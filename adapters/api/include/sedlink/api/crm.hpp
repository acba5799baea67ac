#pragma once
// The port of a CRM. Same rules as edms.hpp: classify, never retry, one thread.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sedlink/api/context.hpp"
#include "sedlink/api/inbound.hpp"
#include "sedlink/core/crm_effect.hpp"

namespace sedlink::api {

struct CrmEffect {
  CrmEffect() = default;
  CrmEffect(std::string k, CrmAction a) : key(std::move(k)), action(std::move(a)) {}
  std::string key;  // idempotency key, stored on the portal's object
  CrmAction action;
};

struct Receipt {
  Receipt() = default;
  std::string id;      // of the comment, task, notification, folder, file
  bool moved = false;  // MoveStage
  std::string stage;   // MoveStage: where the card is now
  std::string category;
  StageSemantics semantics = StageSemantics::open;
  std::optional<Time> moved_at;  // MoveStage: the portal's movedTime of our move, for the loop guard
  bool already_there = false;    // upload: the same content was there
};

// ---- inbound --------------------------------------------------------------------------------------------------------

// Means: go and look at this item.
struct InboundEvent {
  InboundEvent() = default;
  std::string name;             // the vendor's event code
  std::optional<ItemRef> item;  // none = nothing for us (stored, ignored, counted)
  bool deleted = false;
};

// A row of the portal's ordered log of stage moves.
struct StageMove {
  StageMove() = default;
  std::string id;  // unique per entity, ordered
  ItemRef item;
  std::string category, stage;
  Time at{};
};
struct SweepPage {
  SweepPage() = default;
  std::vector<StageMove> moves;
  std::string next_cursor;  // store it in the same transaction as the moves
  bool more = false;        // call again at once
};

// What beside the card itself somebody will ask about.
struct Neighbours {
  Neighbours() = default;
  bool company = false, requisite = false, contact = false;
  [[nodiscard]] static Neighbours all() {
    Neighbours n;
    n.company = n.requisite = n.contact = true;
    return n;
  }
};
// Asked about a card that was just read (company and contact hold their ids only). Pure; empty = everything.
using NeighboursWanted = std::function<Neighbours(const Item&)>;

// A number worth watching, for /metrics: "sedlink_" + name, labels from closed sets.
struct Measure {
  Measure() = default;
  Measure(std::string n, std::string h, double v) : name(std::move(n)), help(std::move(h)), value(v) {}
  std::string name, help;
  double value = 0;
  bool counter = false;  // monotonic since the start; else a gauge
  std::map<std::string, std::string> labels;
};

// What people call the fields of a card: by entity, then by the field's name.
using FieldTitles = std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

struct CrmCapabilities {
  CrmCapabilities() = default;
  std::size_t read_batch = 50, apply_batch = 50;
  std::uint64_t max_file = 300ull * 1024 * 1024, max_inline_file = 20ull * 1024 * 1024;
  std::vector<std::string> entities;  // "deal", "dynamic:*", …
};

class CrmAdapter {
 public:
  virtual ~CrmAdapter() = default;

  [[nodiscard]] virtual CrmCapabilities capabilities() const = 0;
  virtual Task<ConnectionReport> test_connection(CallContext) = 0;
  // Entities, categories, stages (detail = semantics), fields (detail = type), users of the given entity kinds.
  virtual Task<Catalog> discover(CallContext, std::vector<std::string> entities) = 0;

  // Pure. Errors: unauthorized crm.door (token, member or domain: 403), rejected crm.door.media (415), rejected
  // crm.door.form (400).
  [[nodiscard]] virtual Result<std::vector<InboundEvent>> accept(const InboundRequest&) const = 0;

  // Stage moves after `cursor` (empty: no moves, next_cursor = newest id), re-reading the adapter's overlap.
  virtual Task<SweepPage> sweep(CallContext, std::string entity, std::string cursor) = 0;
  // Items standing on `stage` now, newest ids first, at most `limit`: for check --online and process launch by stage.
  virtual Task<std::vector<ItemRef>> list_on_stage(CallContext, std::string entity, std::string category,
                                                   std::string stage, std::size_t limit) = 0;

  // One result per ref, same order, in as few calls as possible. not_found crm.item for a deleted one.
  virtual Task<std::vector<Result<Item>>> read(CallContext, std::vector<ItemRef>) = 0;
  // The same, but the card's company, requisite and contact only where `wanted` says so; elsewhere of `company` and
  // `contact` there is at most "id". An adapter that reads everything anyway may ignore the question.
  virtual Task<std::vector<Result<Item>>> look(CallContext ctx, std::vector<ItemRef> refs, NeighboursWanted) {
    return read(std::move(ctx), std::move(refs));
  }
  // Active users, cached by the adapter (10 minutes).
  virtual Task<std::vector<Person>> people(CallContext) = 0;

  // Streams a field's file into `path`. `file.url` may be stale: the adapter re-reads the item then.
  virtual Task<SpooledFile> download(CallContext, ItemRef, std::string field, CrmFile, std::string path) = 0;

  // A result per effect, same order. Effects of one card keep their order.
  virtual Task<std::vector<Result<Receipt>>> apply(CallContext, std::vector<CrmEffect>) = 0;
  // After doubt: the receipt when the effect has surely happened, nullopt when surely not; rejected crm.unsearchable
  // when the portal cannot tell.
  virtual Task<std::vector<Result<std::optional<Receipt>>>> find(CallContext, std::vector<CrmEffect>) = 0;

  // What upload() must know later to tell its own write from others' (field: the ids before). Stored by the engine
  // before upload() is called.
  virtual Task<std::string> prepare_upload(CallContext, FileTarget) = 0;
  // Never overwrites; same name and content there already = success with already_there.
  virtual Task<Receipt> upload(CallContext, FileTarget, SpooledFile, std::string memo) = 0;
  virtual Task<std::optional<Receipt>> find_upload(CallContext, FileTarget, SpooledFile, std::string memo) = 0;

  // What the adapter knows of the fields' titles by now, for words to people; asks nobody. Null: nothing yet.
  [[nodiscard]] virtual std::shared_ptr<const FieldTitles> field_titles() const { return nullptr; }

  // What the adapter would like to know after a restart: opaque, small, without secrets. The engine stores it when it
  // has changed and gives it back before the first call. A text it does not understand is ignored.
  [[nodiscard]] virtual std::string memory() const { return {}; }
  virtual void recall(const std::string&) {}

  // What the adapter knows of its budgets, without asking anybody.
  [[nodiscard]] virtual std::vector<Measure> measures() const { return {}; }
};

}  // namespace sedlink::api
