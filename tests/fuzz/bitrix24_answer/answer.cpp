// Answers of a portal: whatever the bytes, a result or a classified error; cards and batches are read from results.
#include <cstdint>
#include <cstdlib>

#include "client/classify.hpp"
#include "translate/item.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sedlink;
  using namespace sedlink::bitrix24;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto outcome = wire::read_answer(200, body);
  if (const auto* refusal = std::get_if<wire::Refusal>(&outcome)) {
    const auto error = classify(*refusal, true);
    if (error.code.empty() || error.message.empty()) std::abort();
    return 0;
  }
  const auto& answer = std::get<wire::Answer>(outcome);
  for (const auto& [key, part] : wire::read_batch(answer, {"c0", "c1", "c2"}))
    if (const auto* inner = std::get_if<wire::Refusal>(&part); inner && classify(*inner, false).code.empty())
      std::abort();
  const auto map = read_field_map(answer.result);
  const auto* raw = wire::find(answer.result, {"item"});
  const auto item =
      read_item(raw ? *raw : answer.result, ItemRef{"portal", "deal", "1"}, 2, map, "https://portal", Formats());
  for (const auto& [name, value] : item.fields) {
    FieldInfo info;
    info.name = name;
    for (const char* type : {"string", "double", "money", "date", "enumeration", "boolean"}) {
      info.type = type;
      const auto written = write_value(value, info, Formats());
      if (!written && written.error().fault != Fault::rejected) std::abort();
    }
  }
  return 0;
}
