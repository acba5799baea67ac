#include "sedlink/render/dossier.hpp"

#include <array>
#include <fstream>
#include <set>

#include "dossier_texts.hpp"
#include "sedlink/core/hash.hpp"
#include "zip_file.hpp"

namespace sedlink::render {
namespace {

Error failure(Fault fault, const std::string& words) {
  return {fault, Audience::admin, "render.dossier", "Досье не собрано: " + words, {}};
}

Result<std::string> hash_of(const DossierFile& file) {
  if (file.file.empty()) return sha256_hex(file.bytes);
  std::ifstream in(file.file, std::ios::binary);
  Sha256 hash;
  std::array<char, 64 * 1024> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0)
    hash.update(std::string_view(piece.data(), static_cast<std::size_t>(in.gcount())));
  if (!in.eof()) return failure(Fault::transient, "файл " + file.file.string() + " не прочитан");
  return hash.hex_digest();
}

}  // namespace

Result<void> write_dossier(const Dossier& d, const std::filesystem::path& to) {
  std::vector<DossierFile> all = d.files;
  const auto add = [&](const char* name, std::string bytes) {
    DossierFile file;
    file.name = name;
    file.bytes = std::move(bytes);
    all.push_back(std::move(file));
  };
  Trail trail = trail_of(d);
  add("trail.jsonl", std::move(trail.lines));
  add("trail-last.json", std::move(trail.last));
  add("trail.txt", std::move(trail.readable));
  add("Проверка подписей.txt", signatures_text(d));
  add("ПРОВЕРКА.md", check_manual(d));
  std::set<std::string> names;
  std::string sums;
  for (const DossierFile& file : all) {
    if (file.name.empty() || file.name.find_first_of("\\\n\r") != std::string::npos || file.name.front() == '/' ||
        !names.insert(file.name).second)
      return failure(Fault::rejected, "имя «" + file.name + "» в нём невозможно или повторяется");
    const auto hash = hash_of(file);
    if (hash.has_error()) return hash.error();
    sums += hash.value() + "  " + file.name + "\n";
  }
  add("SHA256SUMS", std::move(sums));
  return write_zip(all, d.made_at, to);
}

}  // namespace sedlink::render
