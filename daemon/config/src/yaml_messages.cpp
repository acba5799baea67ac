#include "yaml_messages.hpp"

#include <array>

namespace sedlink::config {
namespace {

struct Row {
  std::string_view part;  // of libfyaml 0.7.12's message; the first row whose part occurs wins
  const char* message;
  const char* help;
};

constexpr std::array<Row, 26> rows{{
    {"without closing quote", "кавычка не закрыта", "поставьте закрывающую кавычку"},
    {"wrongly indented double-quoted scalar", "кавычка не закрыта до конца строки", "поставьте закрывающую кавычку"},
    {"wrongly indented single-quoted scalar", "кавычка не закрыта до конца строки", "поставьте закрывающую кавычку"},
    {"tab character may not be used", "отступ сделан табуляцией", "в YAML отступы делают пробелами"},
    {"invalid tab", "отступ сделан табуляцией", "в YAML отступы делают пробелами"},
    {"cannot use tab", "отступ сделан табуляцией", "в YAML отступы делают пробелами"},
    {"flow sequence without a closing bracket", "список [ … не закрыт", "поставьте закрывающую скобку ]"},
    {"missing comma in flow mapping", "в { … } не хватает запятой или закрывающей скобки",
     "проверьте запятые и скобку }"},
    {"missing comma in flow sequence", "в [ … ] не хватает запятой или закрывающей скобки",
     "проверьте запятые и скобку ]"},
    {"mismatched flow", "скобка не той пары: [ закрывают ], { закрывают }", ""},
    {"invalid extra closing", "лишняя закрывающая скобка", "уберите её или возьмите текст в кавычки"},
    {"invalid nested block mapping", "второе двоеточие в одной строке",
     "значение с двоеточием и пробелом возьмите в кавычки"},
    {"invalid multiline plain key", "непонятная строка: нет двоеточия или сбит отступ",
     "пишут «ключ: значение», ключи одного раздела — с одним отступом"},
    {"invalid indentation in mapping", "отступ не совпадает с соседними ключами", "выровняйте ключи одного уровня"},
    {"wrongly indented", "отступ не совпадает с соседними строками", "выровняйте строки одного уровня"},
    {"did not find expected key", "здесь ожидался ключ «ключ: значение»", "проверьте отступ этой строки"},
    {"did not find expected '-'", "здесь ожидалась строка списка «- …»", "проверьте отступ этой строки"},
    {"invalid value after mapping", "лишний текст после }", "если это шаблон {{ … }}, возьмите всё значение в кавычки"},
    {"plain scalar cannot start with", "значение не может начинаться с этого знака", "возьмите значение в кавычки"},
    {"invalid escape", "неизвестная последовательность с «\\» в двойных кавычках", "для обратной черты напишите \\\\"},
    {"invalid hex escape", "неизвестная последовательность с «\\» в двойных кавычках", ""},
    {"block scalar", "после | или > текст начинают с новой строки", ""},
    {"could not find expected ':'", "после ключа нет двоеточия", "проверьте «ключ: значение»"},
    {"missing ':'", "после ключа нет двоеточия", "проверьте «ключ: значение»"},
    {"trailing content after", "лишний текст после закрывающей кавычки",
     "кавычку внутри текста удвойте или экранируйте"},
    {"not allowed in this context", "список или ключ стоит не на своём месте", "проверьте отступ этой строки"},
}};

}  // namespace

SyntaxMessage translate_syntax_error(std::string_view library_message) {
  for (const Row& row : rows)
    if (library_message.find(row.part) != std::string_view::npos) return {row.message, row.help};
  return {"ошибка YAML: " + std::string(library_message), {}};
}

}  // namespace sedlink::config
