#include "translate/match.hpp"

#include <algorithm>

#include "client/classify.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

constexpr std::size_t most_shown = 5;

std::string list(std::vector<std::string> names) {
  std::string more;
  if (names.size() > most_shown) {
    more = " и ещё " + std::to_string(names.size() - most_shown);
    names.resize(most_shown);
  }
  return "«" + text::join(names, "», «") + "»" + more;
}

// "Отдел/Договоры" for an entry, as far as its parents are in the list.
std::string path(const std::vector<CatalogItem>& items, const CatalogItem& item) {
  std::string whole = item.name;
  std::string parent = item.parent;
  for (int depth = 0; depth < 20 && !parent.empty(); ++depth) {
    const auto it =
        std::find_if(items.begin(), items.end(), [&parent](const CatalogItem& i) { return i.id.id == parent; });
    if (it == items.end()) break;
    whole = it->name + "/" + whole;
    parent = it->parent;
  }
  return whole;
}

template <class Equal>
std::vector<std::size_t> where(const std::vector<CatalogItem>& items, Equal equal) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (equal(items[i])) found.push_back(i);
  }
  return found;
}

}  // namespace

std::vector<std::size_t> matches(const std::vector<CatalogItem>& items, const std::string& name) {
  const std::string wanted(text::trim(name));
  auto found = where(items, [&](const CatalogItem& i) { return i.name == wanted; });
  const std::string folded = text::fold(wanted);
  if (found.empty()) found = where(items, [&](const CatalogItem& i) { return text::fold(i.name) == folded; });
  if (found.empty() && wanted.find('/') != std::string::npos) {
    found = where(items, [&](const CatalogItem& i) { return text::fold(path(items, i)) == folded; });
  }
  return found;
}

Result<CatalogItem> choose(const std::vector<CatalogItem>& items, const std::string& name, const std::string& what) {
  const auto found = matches(items, name);
  if (found.size() == 1) return items[found.front()];
  std::vector<std::string> names;
  if (found.empty()) {
    const std::string folded = text::fold(name);
    for (const CatalogItem& i : items) {
      if (!folded.empty() && text::fold(i.name).find(folded) != std::string::npos) names.push_back(i.name);
    }
    std::vector<std::string> all;
    for (const CatalogItem& i : items) all.push_back(i.name);
    if (names.empty()) {
      if (const std::string near = text::nearest(name, all); !near.empty()) names.push_back(near);
    }
    std::string message = what + " «" + name + "» в 1С нет";
    if (!names.empty())
      message += "; похожие: " + list(names);
    else if (!all.empty() && all.size() <= most_shown)
      message += "; есть: " + list(all);
    return make_error(Fault::rejected, Audience::user, "edms.reference.none", std::move(message));
  }
  for (const std::size_t i : found) names.push_back(path(items, items[i]) + " (" + items[i].id.id + ")");
  return make_error(Fault::rejected, Audience::user, "edms.reference.several",
                    what + " «" + name + "» в 1С не одно: " + list(names) + "; укажите id");
}

}  // namespace sedlink::onec_docflow
