#pragma once
// A zip through libzip: streamed, zip64 where needed, UTF-8 names, every entry with the same time. Private to render.
#include <filesystem>
#include <vector>

#include "sedlink/render/dossier.hpp"

namespace sedlink::render {

// Errors: transient render.dossier.
[[nodiscard]] Result<void> write_zip(const std::vector<DossierFile>&, Time made_at, const std::filesystem::path& to);

}  // namespace sedlink::render
