// Paths and query options of the Directum RX simulator: whatever comes is understood or refused with 400, and what was
// understood can be evaluated.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "filter.hpp"
#include "query.hpp"

namespace {

namespace rx = sedlink::sim::directum;

// A model with one task to evaluate against.
struct World {
  World() : model(*rx::find_edition("4.11")), store(model) {
    rx::Entity& task = store.create(model.at("ApprovalTask"));
    task.set("Subject", std::string("Согласование"));
    task.set("Status", std::string("InProcess"));
    rx::Entity& row = store.add_row(task, task.type->at("AttachmentDetails"));
    row.set("AttachmentId", std::int64_t{300});
    entity = &task;
  }
  rx::Model model;
  rx::Store store;
  rx::Entity* entity = nullptr;
};

template <class Read>
void read_or_refuse(Read read) {
  try {
    read();
  } catch (const rx::Refusal& refused) {
    if (refused.status != 400) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const World world;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const rx::Type& type = *world.entity->type;
  rx::FilterOptions options;
  options.in_operator = size % 2 == 0;
  options.contains_ignores_case = size % 3 == 0;
  read_or_refuse([&] {
    const rx::Expression filter = rx::parse_filter(text, type, options);
    rx::Evaluator evaluator(world.store, options);
    const bool first = evaluator.matches(filter, *world.entity);
    if (evaluator.matches(filter, *world.entity) != first) std::abort();
    const auto ids = rx::candidates(filter, type, world.store);
    // What matches must be among the candidates.
    if (first && ids && std::find(ids->begin(), ids->end(), world.entity->id()) == ids->end()) std::abort();
  });
  read_or_refuse([&] { (void)rx::parse_query({{"$expand", std::string(text)}}, type, options); });
  read_or_refuse([&] { (void)rx::parse_query({{"$orderby", std::string(text)}}, type, options); });
  read_or_refuse([&] { (void)rx::parse_query(rx::parse_options(text), type, options); });
  read_or_refuse([&] { (void)rx::parse_path_segments(text); });
  read_or_refuse([&] { (void)rx::parse_arguments(text); });
  return 0;
}
