#include "edition.hpp"

namespace sedlink::sim::onec_docflow {

bool Edition::is_document(std::string_view type) const {
  if (processes_are_processings) return type == "DMDocument";
  return type == "DMInternalDocument" || type == "DMIncomingDocument" || type == "DMOutgoingDocument";
}

bool Edition::is_reference_type(std::string_view type) const {
  return type != "DMObject" && types.derives(type, "DMObject");
}

namespace {

Edition release_of_2_1(std::string_view name, std::string_view version, const TypeTable& types) {
  return {.name = name,
          .version = version,
          .types = types,
          .person = "DMUser",
          .project_state = "Проект",
          .registered_state = "Зарегистрирован",
          .enumerations_are_objects = true,
          .external_id_must_be_uuid = true,
          .writes_empty_values = false,
          .missing_object_is_named = false,
          .type_comes_from_object_id = false,
          .finds_all_external_objects = false,
          .processes_are_processings = false,
          .empty_columns_bring_content = false,
          .signatures_are_one_column = false,
          .unsent_signatures_stay = false};
}

}  // namespace

const Edition& edition_2_1() {
  static const TypeTable types(rows_2_1());
  static const Edition edition = release_of_2_1("2.1", "2.1.32.6", types);
  return edition;
}

const Edition& edition_2_1_11() {
  static const TypeTable types(rows_2_1_11(), &edition_2_1().types);
  static const Edition edition = release_of_2_1("2.1.11", "2.1.11.5", types);
  return edition;
}

const Edition& edition_3_0() {
  static const TypeTable types(rows_3_0());
  static const Edition edition{.name = "3.0",
                               .version = "3.0.16.33",
                               .types = types,
                               .person = "DMEmployee",
                               .project_state = "Project",
                               .registered_state = "Registered",
                               .enumerations_are_objects = false,
                               .external_id_must_be_uuid = false,
                               .writes_empty_values = true,
                               .missing_object_is_named = true,
                               .type_comes_from_object_id = true,
                               .finds_all_external_objects = true,
                               .processes_are_processings = true,
                               .empty_columns_bring_content = true,
                               .signatures_are_one_column = true,
                               .unsent_signatures_stay = true};
  return edition;
}

const Edition* find_edition(std::string_view name) {
  if (name.empty()) return &edition_2_1();
  for (const Edition* known : {&edition_2_1(), &edition_2_1_11(), &edition_3_0()}) {
    if (known->name == name) return known;
  }
  return nullptr;
}

}  // namespace sedlink::sim::onec_docflow
