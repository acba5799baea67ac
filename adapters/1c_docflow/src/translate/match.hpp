#pragma once
// Which entry of a list a name means: exact, else folded; none or several is said in words with candidates. Pure.
#include <string>
#include <vector>

#include "sedlink/core/error.hpp"
#include "wire/element.hpp"

namespace sedlink::onec_docflow {

struct CatalogItem {
  CatalogItem() = default;
  ObjectId id;
  std::string name;
  std::string parent;  // id of the folder it lies in; empty = at the top
};

// Indexes of the entries of that name: exact ones, or when there are none, folded ones. "A/B" = B below A.
[[nodiscard]] std::vector<std::size_t> matches(const std::vector<CatalogItem>& items, const std::string& name);
// Errors: rejected edms.reference.none | edms.reference.several (audience user). `what`: "Вид документа".
[[nodiscard]] Result<CatalogItem> choose(const std::vector<CatalogItem>& items, const std::string& name,
                                         const std::string& what);

}  // namespace sedlink::onec_docflow
