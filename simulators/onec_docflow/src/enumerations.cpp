#include "enumerations.hpp"

#include <array>

namespace sedlink::sim::onec_docflow {
namespace {

using Value = EnumerationValue;

constexpr Value routing[] = {
    {"Параллельно", "Всем сразу"}, {"Последовательно", "По очереди"}, {"Смешанно", "Смешанно"}};
constexpr Value order[] = {{"ВместеСПредыдущим", "Вместе с предыдущим"}, {"ПослеПредыдущего", "После предыдущего"}};
constexpr Value approval[] = {{"Согласовано", "Согласовано"},
                              {"СогласованоСЗамечаниями", "Согласовано с замечаниями"},
                              {"НеСогласовано", "Не согласовано"}};
constexpr Value confirmation[] = {{"Утверждено", "Утверждено"}, {"НеУтверждено", "Не утверждено"}};
constexpr Value registration[] = {{"Зарегистрировано", "Зарегистрировано"},
                                  {"НеЗарегистрировано", "Не зарегистрировано"}};
constexpr Value invitation[] = {{"Принято", "Принято"}, {"НеПринято", "Не принято"}};
constexpr Value state[] = {{"Активен", "Активен"}, {"Остановлен", "Остановлен"}, {"Прерван", "Прерван"}};
constexpr Value importance[] = {
    {"Высокая", "Высокая важность"}, {"Обычная", "Обычная важность"}, {"Низкая", "Низкая важность"}};
constexpr Value due[] = {{"ОтносительныйСрок", "Относительный срок"}, {"ТочныйСрок", "Точный срок"}};
constexpr Value role[] = {
    {"Основной", "Основной"}, {"Вспомогательный", "Вспомогательный"}, {"Заполняемый", "Заполняемый"}};
constexpr Value confirmation_type[] = {{"Утверждение", "Утверждение"}, {"Подписание", "Подписание"}};
constexpr Value issue[] = {{"ПереносСрока", "Перенос срока"}, {"Иное", "Иное"}};
constexpr Value person[] = {{"ЮрЛицо", "Юридическое лицо"},
                            {"ФизЛицо", "Физическое лицо"},
                            {"ИндивидуальныйПредприниматель", "Индивидуальный предприниматель"},
                            {"ЮрЛицоНеРезидент", "Юридическое лицо (нерезидент)"}};
constexpr Value status[] = {{"Проект", "Проект"},
                            {"НаРегистрации", "На регистрации"},
                            {"Зарегистрирован", "Зарегистрирован"},
                            {"НеЗарегистрирован", "Не зарегистрирован"},
                            {"НаСогласовании", "На согласовании"},
                            {"Согласован", "Согласован"},
                            {"НеСогласован", "Не согласован"},
                            {"НаУтверждении", "На утверждении"},
                            {"Утвержден", "Утвержден"},
                            {"НеУтвержден", "Не утвержден"},
                            {"НаПодписании", "На подписании"},
                            {"Подписан", "Подписан"},
                            {"Отклонен", "Отклонен"},
                            {"НаРассмотрении", "На рассмотрении"},
                            {"Рассмотрен", "Рассмотрен"},
                            {"НаИсполнении", "На исполнении"},
                            {"Исполнен", "Исполнен"}};

constexpr std::array<Enumeration, 17> table = {{{"DMApprovalType", routing},
                                                {"DMBusinessProcessRoutingType", routing},
                                                {"DMApprovalOrder", order},
                                                {"DMTaskExecutionOrder", order},
                                                {"DMApprovalResult", approval},
                                                {"DMConfirmationResult", confirmation},
                                                {"DMRegistrationResult", registration},
                                                {"DMInvitationResult", invitation},
                                                {"DMBusinessProcessState", state},
                                                {"DMBusinessProcessImportance", importance},
                                                {"DMBusinessProcessTaskImportance", importance},
                                                {"DMDueDateSpecificationOption", due},
                                                {"DMBusinessProcessTargetRole", role},
                                                {"DMProcessConfirmationType", confirmation_type},
                                                {"DMIssueType", issue},
                                                {"DMLegalPrivatePerson", person},
                                                {"DMDocumentStatus", status}}};

}  // namespace

const EnumerationValue* Enumeration::find(std::string_view id) const {
  for (const EnumerationValue& value : values) {
    if (value.id == id) return &value;
  }
  return nullptr;
}

std::string_view Enumeration::synonym(std::string_view id) const {
  const EnumerationValue* value = find(id);
  return value != nullptr ? value->name : std::string_view();
}

const Enumeration* find_enumeration(std::string_view type) {
  for (const Enumeration& enumeration : table) {
    if (enumeration.type == type) return &enumeration;
  }
  return nullptr;
}

}  // namespace sedlink::sim::onec_docflow
