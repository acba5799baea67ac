#include "translate/links.hpp"

#include "sedlink/core/hash.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::onec_docflow {
namespace {

struct Metadata {
  std::string_view type, name;
};
constexpr Metadata metadata[] = {
    {"DMInternalDocument", "Справочник.ВнутренниеДокументы"},
    {"DMIncomingDocument", "Справочник.ВходящиеДокументы"},
    {"DMOutgoingDocument", "Справочник.ИсходящиеДокументы"},
    {"DMDocument", "Справочник.ДокументыПредприятия"},  // 3.0
    {"DMCorrespondent", "Справочник.Контрагенты"},
    {"DMFile", "Справочник.Файлы"},
    {"DMBusinessProcessApproval", "БизнесПроцесс.Согласование"},
    {"DMBusinessProcessConfirmation", "БизнесПроцесс.Утверждение"},
    {"DMBusinessProcessAcquaintance", "БизнесПроцесс.Ознакомление"},
    {"DMBusinessProcessPerformance", "БизнесПроцесс.Исполнение"},
    {"DMBusinessProcessConsideration", "БизнесПроцесс.Рассмотрение"},
    {"DMBusinessProcessRegistration", "БизнесПроцесс.Регистрация"},
    {"DMBusinessProcessOrder", "БизнесПроцесс.Поручение"},
    {"DMComplexBusinessProcess", "БизнесПроцесс.КомплексныйПроцесс"},
    {"DMBusinessProcessInternalDocumentProcessing", "БизнесПроцесс.ОбработкаВнутреннегоДокумента"},
    {"DMBusinessProcessIncomingDocumentProcessing", "БизнесПроцесс.ОбработкаВходящегоДокумента"},
    {"DMBusinessProcessOutgoingDocumentProcessing", "БизнесПроцесс.ОбработкаИсходящегоДокумента"},
};

}  // namespace

std::string navigation_ref(const ObjectId& id) {
  if (!uuid::is_valid(id.id)) return {};
  const std::string u = text::to_lower_ascii(id.id);  // aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee
  for (const Metadata& m : metadata) {
    if (m.type != id.type) continue;
    std::string ref = "e1cib/data/";
    ref += m.name;
    return ref + "?ref=" + u.substr(19, 4) + u.substr(24, 12) + u.substr(14, 4) + u.substr(9, 4) + u.substr(0, 8);
  }
  return {};
}

std::string object_url(std::string_view web_url, const ObjectId& id) {
  const std::string ref = id.navigation_ref.empty() ? navigation_ref(id) : id.navigation_ref;
  return ref.empty() ? std::string() : std::string(web_url) + "#" + ref;
}

}  // namespace sedlink::onec_docflow
