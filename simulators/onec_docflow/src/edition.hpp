#pragma once
// What differs between the editions of DMService, as data (onec-docflow 0, 4, 9.1).
#include <string_view>

#include "type_table.hpp"

namespace sedlink::sim::onec_docflow {

struct Edition {
  std::string_view name;     // as on the command line
  std::string_view version;  // versionNumber, without .CORP or .PROF
  const TypeTable& types;
  std::string_view person;                           // class of those who act: users, or employees
  std::string_view project_state, registered_state;  // of statusRegistration
  bool enumerations_are_objects;                     // DMObject with a Russian id, or a plain English string (9.1)
  bool external_id_must_be_uuid;  // a created object's externalObject.id that is no UUID: error, or ignored (7.1)
  bool writes_empty_values;       // false, 0, "" and 0001-01-01 in answers (4.2)
  bool missing_object_is_named;  // «Объект типа "X" не найден по идентификатору "Y"» (5)
  bool type_comes_from_object_id;    // create and update dispatch on objectID.type, not on xsi:type (4.3)
  bool finds_all_external_objects;   // DMGetDocumentListRequest (7.1)
  bool processes_are_processings;    // DMObjectProcessing instead of DMBusinessProcess (9.1)
  bool empty_columns_bring_content;  // of a file: bytes and signatures come unasked (9.7)
  bool signatures_are_one_column;    // "signatures", or "signatures.<member>" (8.4, 9.7)
  bool unsent_signatures_stay;       // when a file is written without them (8.3, 9.7)

  // Documents that can be created: one class in 3.0, three in 2.1.
  [[nodiscard]] bool is_document(std::string_view type) const;
  // Catalog types that the server can refer to (a row of its mapping table).
  [[nodiscard]] bool is_reference_type(std::string_view type) const;
};

[[nodiscard]] const Edition& edition_2_1();
// An early release of 2.1: fewer types, members and marks, other orders (11); what it does not know is left out.
[[nodiscard]] const Edition& edition_2_1_11();
[[nodiscard]] const Edition& edition_3_0();
// By the name on the command line; empty: 2.1. nullptr when unknown.
[[nodiscard]] const Edition* find_edition(std::string_view name);

}  // namespace sedlink::sim::onec_docflow
