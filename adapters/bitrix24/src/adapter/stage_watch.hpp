#pragma once
// When the stage of a card last changed, for kinds of cards the portal does not tell it of: quotes have no movedTime,
// no movedBy and no stage history (bitrix24 documentation, universal/object-fields, crm-stage-history-list). What was
// seen is compared with what is seen now. The sweep keeps it across restarts inside its cursor. Used from one thread.
#include <map>
#include <optional>
#include <string>

#include "sedlink/core/clock.hpp"
#include "wire/json.hpp"

namespace sedlink::bitrix24 {

// The portal writes no movedTime for cards of this type.
[[nodiscard]] bool lacks_moved_time(int type) noexcept;

class StageWatch {
 public:
  struct Seen {
    Seen() = default;
    std::string stage, by;  // by: who last changed the card when the move was noticed; empty = unknown
    Time at{};              // of the move; for the stages of the beginning, when the card was created
    bool open = true;       // the stage is no final one
    bool noticed = false;   // as a move, by this process
  };

  // `raw`: id, stageId, updatedTime, updatedBy, createdTime of a card. True when its stage is not the one known. A card
  // first seen on an open stage has just come there: the beginning knew every open one.
  bool look(const wire::json::value& raw, bool open_stage, const std::optional<Time>& updated,
            const std::optional<Time>& created);
  // The beginning: what stands there now has not moved since `created`.
  void begin(const wire::json::value& raw, bool open_stage, const std::optional<Time>& created);
  [[nodiscard]] const Seen* find(const std::string& id) const;

  // Nothing may be said of moves before the beginning, or before the cursor was read after a restart.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  void set_begun(Time at) noexcept {
    begun_ = true;
    began_ = at;
  }

  // As it goes into the cursor, and back. `from` is the portal's time to look from next. False: no such text.
  [[nodiscard]] std::string save(Time from) const;
  bool load(const std::string& text);
  [[nodiscard]] static std::optional<Time> from(const std::string& text);

 private:
  void forget_ended();
  std::map<std::string, Seen> seen_;  // by id
  bool begun_ = false;
  Time began_{};  // by the portal's clock: a card created later is known from its first moment
};

}  // namespace sedlink::bitrix24
