// Names a template may use. The state machine answers them all (tests compare both lists).
#include <algorithm>

#include "sedlink/mapping/template.hpp"

namespace sedlink::mapping {

const std::vector<KnownRoot>& known_roots() {
  static const std::vector<KnownRoot> roots{
      {"item",
       "карточка CRM: любое её поле по имени в REST",
       false,
       true,
       true,
       {{"id", "номер"},
        {"title", "название"},
        {"url", "ссылка на карточку"},
        {"stageId", "код стадии"},
        {"categoryId", "воронка"},
        {"assignedById", "ответственный"},
        {"companyId", "компания"}}},
      {"company",
       "компания карточки",
       true,
       true,
       true,
       {{"id", "номер"},
        {"title", "название"},
        {"requisite.inn", "ИНН"},
        {"requisite.kpp", "КПП"},
        {"requisite.name", "название по реквизитам"}}},
      {"contact", "контакт карточки", true, true, true, {{"id", "номер"}, {"name", "имя"}}},
      {"requisite",
       "реквизиты компании, короче: requisite.inn = company.requisite.inn",
       true,
       true,
       true,
       {{"inn", "ИНН"}, {"kpp", "КПП"}, {"name", "название по реквизитам"}}},
      {"process",
       "процесс в СЭД",
       true,
       false,
       false,
       {{"stage", "этап, а после конца — итог"},
        {"step", "этап словами СЭД"},
        {"stages", "все открытые этапы, список"},
        {"holders", "у кого документ сейчас, список"},
        {"due", "срок"},
        {"url", "ссылка на процесс"},
        {"id", "номер процесса в СЭД"},
        {"comment", "первое замечание"},
        {"remarks", "замечания последнего круга, список «Имя: замечание»"},
        {"outcome", "итог; пусто, пока процесс идёт"},
        {"round", "номер круга"},
        {"author", "кто решает, что делать с замечаниями"},
        {"started", "когда начат"},
        {"ended", "когда закончен"},
        {"reason", "как прерван: словами СЭД"},
        {"launch_no", "который это запуск по карточке"}}},
      {"document",
       "документ в СЭД",
       true,
       false,
       false,
       {{"id", "номер объекта"},
        {"url", "ссылка"},
        {"number", "регистрационный номер"},
        {"date", "дата регистрации"},
        {"state", "состояние"}}},
      {"participant",
       "участник: первый из тех, у кого документ, иначе решивший последним",
       true,
       false,
       false,
       {{"name", "имя"},
        {"role", "роль"},
        {"stage", "этап"},
        {"result", "решение"},
        {"comment", "замечание"},
        {"due", "срок"}}},
      {"call",
       "вызов службы: только в calls",
       true,
       true,
       false,
       {{"id", "GUID вызова, один и тот же при каждом повторе"},
        {"ticket", "в ready.path: номер из первого ответа"},
        {"value", "в answer.text: что взято из ответа"}}},
  };
  return roots;
}

const KnownRoot* find_root(std::string_view path) {
  const std::string_view root = path.substr(0, path.find('.'));
  const auto& roots = known_roots();
  const auto found = std::find_if(roots.begin(), roots.end(), [&](const KnownRoot& r) { return r.root == root; });
  return found == roots.end() ? nullptr : &*found;
}

}  // namespace sedlink::mapping
