#include <algorithm>
#include <array>

#include "enumerations.hpp"
#include "objects.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::sim::onec_docflow {
namespace {

// Types that are found or created by externalObject (7.2).
bool resolves_external(std::string_view type) {
  static constexpr std::array<std::string_view, 23> types = {"DMCorrespondent",
                                                             "DMOrganization",
                                                             "DMPrivatePerson",
                                                             "DMContactPerson",
                                                             "DMUser",
                                                             "DMSubdivision",
                                                             "DMCurrency",
                                                             "DMProduct",
                                                             "DMMeasurementUnit",
                                                             "DMBank",
                                                             "DMBankAccount",
                                                             "DMInternalDocumentType",
                                                             "DMIncomingDocumentType",
                                                             "DMOutgoingDocumentType",
                                                             "DMDocumentType",
                                                             "DMDocumentFolder",
                                                             "DMEmployee",
                                                             "DMInternalDocumentFolder",
                                                             "DMAccessLevel",
                                                             "DMActivityMatter",
                                                             "DMDeliveryMethod",
                                                             "DMCaseFilesCatalog",
                                                             "DMCaseFilesDossiers"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool is_importance(std::string_view type) {
  return type == "DMBusinessProcessImportance" || type == "DMBusinessProcessTaskImportance";
}

std::string_view metadata_name(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 28> names = {
      {{"DMInternalDocument", "Справочник.ВнутренниеДокументы"},
       {"DMIncomingDocument", "Справочник.ВходящиеДокументы"},
       {"DMOutgoingDocument", "Справочник.ИсходящиеДокументы"},
       {"DMCorrespondent", "Справочник.Контрагенты"},
       {"DMOrganization", "Справочник.Организации"},
       {"DMUser", "Справочник.Пользователи"},
       {"DMFile", "Справочник.Файлы"},
       {"DMFileVersion", "Справочник.ВерсииФайлов"},
       {"DMInternalDocumentType", "Справочник.ВидыВнутреннихДокументов"},
       {"DMIncomingDocumentType", "Справочник.ВидыВходящихДокументов"},
       {"DMOutgoingDocumentType", "Справочник.ВидыИсходящихДокументов"},
       {"DMInternalDocumentFolder", "Справочник.ПапкиВнутреннихДокументов"},
       {"DMContactPerson", "Справочник.КонтактныеЛица"},
       {"DMBusinessProcessApproval", "БизнесПроцесс.Согласование"},
       {"DMBusinessProcessConfirmation", "БизнесПроцесс.Утверждение"},
       {"DMBusinessProcessRegistration", "БизнесПроцесс.Регистрация"},
       {"DMBusinessProcessPerformance", "БизнесПроцесс.Исполнение"},
       {"DMBusinessProcessAcquaintance", "БизнесПроцесс.Ознакомление"},
       {"DMComplexBusinessProcess", "БизнесПроцесс.КомплексныйПроцесс"},
       {"DMBusinessProcessTask", "Задача.ЗадачаИсполнителя"},
       {"DMDocument", "Справочник.ДокументыПредприятия"},
       {"DMDocumentType", "Справочник.ВидыДокументов"},
       {"DMDocumentTemplate", "Справочник.ШаблоныДокументов"},
       {"DMDocumentFolder", "Справочник.ПапкиДокументов"},
       {"DMEmployee", "Справочник.Сотрудники"},
       {"DMTaskAction", "Документ.ДействиеЗадачи"},
       {"DMObjectProcessing", "Справочник.ОбработкиОбъектов"},
       {"DMPosition", "Справочник.Должности"}}};
  if (is_task(type)) type = "DMBusinessProcessTask";
  for (const auto& [name, metadata] : names) {
    if (name == type) return metadata;
  }
  return {};
}

// dddd eeeeeeeeeeee cccc bbbb aaaaaaaa of aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee.
std::string navigation_hex(std::string_view uuid) {
  if (uuid.size() != 36) return {};
  std::string hex(uuid.substr(19, 4));
  for (const auto& [start, length] : {std::pair<std::size_t, std::size_t>{24, 12}, {14, 4}, {9, 4}, {0, 8}}) {
    hex += uuid.substr(start, length);
  }
  return hex;
}

std::string reference_type(const TypeTable& types, const Xdto& value, std::string_view declared) {
  const std::string type = value.type.empty() ? std::string(declared) : value.type;
  return types.derives(type, "DMObject") ? type : std::string();
}

}  // namespace

void fail_missing(const Edition& edition, const std::string& type, const std::string& id) {
  if (!edition.missing_object_is_named) throw DmError("Объект не найден");
  throw DmError("Объект типа \"" + type + "\" не найден по идентификатору \"" + id + "\"");
}

Xdto Objects::object_id(const Ref& ref) {
  Xdto id("DMObjectID");
  id.add("id", ref.id);
  const std::string name = base_.data.name_of(ref);
  if (!name.empty()) id.add("presentation", name);
  id.add("type", ref.type);
  const std::string_view metadata = metadata_name(ref.type);
  if (!metadata.empty() && !ref.id.empty()) {
    id.add("navigationRef", "e1cib/data/" + std::string(metadata) + "?ref=" + navigation_hex(ref.id));
  }
  id.type.clear();
  return id;
}

Xdto Objects::reference(const Ref& ref) {
  Xdto value(ref.type);
  value.add("name", base_.data.name_of(ref));
  value.add("objectID", object_id(ref));
  return value;
}

Xdto Objects::enumeration(std::string_view type, std::string_view id) {
  Xdto value = reference(Ref{std::string(type), std::string(id)});
  if (id.empty()) value.find("objectID")->add("presentation", "<не заполнено>");
  return value;
}

Ref Objects::require(const Xdto& object_id) {
  std::string id = text::to_lower_ascii(object_id.get("id"));
  const std::string type(object_id.get("type"));
  const Enumeration* enumeration = base_.edition.enumerations_are_objects ? find_enumeration(type) : nullptr;
  if (enumeration != nullptr) {
    const EnumerationValue* value = enumeration->find(object_id.get("id"));
    if (value == nullptr) {
      throw DmError("Нет значения \"" + std::string(object_id.get("id")) + "\" среди значений типа \"" + type + "\"");
    }
    return {type, std::string(value->id)};
  }
  if (!base_.edition.is_reference_type(type)) {
    throw DmError("Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: " + type);
  }
  if (is_task(type)) {
    const Task* task = base_.data.tasks.find(id);
    if (task != nullptr) return {task->type, task->id};
  } else if (is_process(type) || type == "DMBusinessProcess") {
    const Process* process = base_.data.processes.find(id);
    if (process != nullptr && (process->ref.type == type || type == "DMBusinessProcess")) return process->ref;
  } else if (type == "DMFile") {
    if (base_.data.files.find(id) != nullptr) return {type, id};
  } else if (type == "DMFileVersion") {
    if (base_.data.version(id).second != nullptr) return {type, id};
  } else if (base_.data.object(type, id) != nullptr || base_.data.has_of_processing(type, id)) {
    return {type, id};
  } else if (!uuid::is_valid(id)) {
    for (const Object& object : base_.data.objects) {
      if (object.ref.type == type && !object.key_name.empty() && object.key_name == object_id.get("id"))
        return object.ref;
    }
  }
  fail_missing(base_.edition, type, std::string(object_id.get("id")));
}

Ref Objects::resolve(const Xdto& value, std::string_view declared) {
  if (value.nil) return {};
  const Xdto* id = value.find("objectID");
  if (id == nullptr) return {};
  if (id->get("id").empty()) {
    const std::string type = reference_type(base_.edition.types, value, declared);
    if (id->get("type").empty() && value.has("externalObject") && resolves_external(type)) {
      return resolve_external(value, type);
    }
    return {};
  }
  const Ref ref = require(*id);
  if (is_importance(declared) && is_importance(ref.type)) return {std::string(declared), ref.id};
  if (declared != "DMObject" && !base_.edition.types.derives(ref.type, declared)) return {};
  return ref;
}

Xdto Objects::canonical(const Xdto& value, std::string_view declared) {
  if (value.nil) return value;
  if (!reference_type(base_.edition.types, value, declared).empty() && value.type != "DMAdditionalProperty") {
    const Ref ref = resolve(value, declared);
    if (ref.empty()) return Xdto::nothing();
    Xdto stored(ref.type);
    Xdto& id = stored.add("objectID", Xdto());
    id.add("id", ref.id);
    id.add("type", ref.type);
    return stored;
  }
  Xdto stored(value.type);
  stored.text = value.text;
  for (const Member& member : value.members) {
    const PropertyRow* row = base_.edition.types.property(value.type, member.name);
    Xdto kept = canonical(member.value, row != nullptr ? row->type : "xs:anyType");
    const bool lost = kept.nil && !member.value.nil;
    if (lost && row != nullptr && row->required) {
      kept = Xdto(std::string(row->type));
      kept.add("name", "");
      Xdto& id = kept.add("objectID", Xdto());
      id.add("id", "");
      id.add("type", std::string(row->type));
    } else if (lost) {
      continue;
    }
    stored.add(member.name, std::move(kept));
  }
  return stored;
}

Xdto Objects::present(const Xdto& stored) {
  if (stored.nil) return stored;
  const bool is_reference = stored.has("objectID") && stored.members.size() == 1;
  if (is_reference) return reference(Ref{std::string(stored.ref_type()), std::string(stored.ref_id())});
  Xdto shown(stored.type);
  shown.text = stored.text;
  for (const Member& member : stored.members) {
    if (member.name == "name" || member.name == "objectID") {
      shown.add(member.name, member.value);
    } else {
      shown.add(member.name, present(member.value));
    }
  }
  return shown;
}

}  // namespace sedlink::sim::onec_docflow
