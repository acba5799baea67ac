#pragma once
// What rarely changes on a portal, remembered for ten minutes: fields, stages, users. Used from one thread.
#include <map>
#include <memory>

#include "client/portal.hpp"
#include "sedlink/api/crm.hpp"
#include "translate/field_map.hpp"
#include "translate/field_value.hpp"

namespace sedlink::bitrix24 {

struct Stage {
  Stage() = default;
  std::string id, name;
  StageSemantics semantics = StageSemantics::open;
};
using Stages = std::vector<Stage>;

class Metadata {
 public:
  Metadata(Portal& portal, const Settings& settings);

  Task<std::shared_ptr<const FieldMap>> fields(api::CallContext ctx, int type);
  // Of every type whose fields were read; null before the first.
  [[nodiscard]] std::shared_ptr<const api::FieldTitles> titles() const noexcept { return titles_; }
  // Forgets the fields of a type unless they were just read: an admin may have added one since.
  void forget_fields(int type);
  // Stages of a pipeline in the portal's order. Empty where the webhook may not read them.
  Task<std::shared_ptr<const Stages>> stages(api::CallContext ctx, int type, std::string category);
  // Whether a raw card stands on an open stage, by the list known already; an unknown stage is open.
  [[nodiscard]] bool is_open(int type, const wire::json::value& raw) const;
  Task<std::shared_ptr<const std::vector<Person>>> people(api::CallContext ctx);
  [[nodiscard]] Formats formats() const;

 private:
  template <class T>
  struct Kept {
    std::shared_ptr<const T> value;
    SteadyTime until{};
  };
  Result<void> keep_stage_lists(const Result<wire::Answer>& answer);
  Task<void> complete_options(api::CallContext ctx, int type, std::shared_ptr<FieldMap> map);

  Portal& portal_;
  const Settings& settings_;
  std::optional<TimeZone> zone_;
  std::map<int, Kept<FieldMap>> fields_;
  std::shared_ptr<const api::FieldTitles> titles_;
  std::map<std::pair<int, std::string>, Kept<Stages>> stages_;
  Kept<std::map<std::pair<int, std::string>, std::string>> stage_lists_;
  Kept<std::vector<Person>> people_;
};

// `item` of a legacy or universal answer: how the portal classes a stage; `nullptr` item = by the list alone.
[[nodiscard]] StageSemantics semantics_of(const Stages& stages, std::string_view stage, const wire::json::value* item);
[[nodiscard]] std::string full_name(const wire::json::value& user);  // "Иванов Иван Иванович"

}  // namespace sedlink::bitrix24
