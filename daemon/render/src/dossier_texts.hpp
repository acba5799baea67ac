#pragma once
// The texts of a dossier. Private to render.
#include "sedlink/render/dossier.hpp"

namespace sedlink::render {

[[nodiscard]] std::string signatures_text(const Dossier&);  // «Проверка подписей.txt»
[[nodiscard]] std::string check_manual(const Dossier&);     // «ПРОВЕРКА.md»

// Each line holds the SHA-256 of the line before it; `last` is the last line alone.
struct Trail {
  std::string lines, last, readable;
};
[[nodiscard]] Trail trail_of(const Dossier&);

}  // namespace sedlink::render
