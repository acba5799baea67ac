#pragma once
// The YAML library's English messages in the admin's words.
#include <string>
#include <string_view>

namespace sedlink::config {

struct SyntaxMessage {
  std::string message, help;
};
// Unknown messages are passed on verbatim after "ошибка YAML: ".
[[nodiscard]] SyntaxMessage translate_syntax_error(std::string_view library_message);

}  // namespace sedlink::config
