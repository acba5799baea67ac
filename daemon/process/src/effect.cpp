#include "sedlink/process/effect.hpp"

#include "sedlink/core/text.hpp"
#include "sedlink/process/event.hpp"

namespace sedlink::process {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

const char* kind_of(const Action& action) noexcept {
  return std::visit(Overloaded{
                        [](const CollectFiles&) { return "collect_files"; },
                        [](const EnsureCounterparty&) { return "ensure_counterparty"; },
                        [](const CreateDocument&) { return "create_document"; },
                        [](const AttachFile&) { return "attach_file"; },
                        [](const AddVersion&) { return "add_version"; },
                        [](const PrepareProcess&) { return "prepare_process"; },
                        [](const StartProcess&) { return "start_process"; },
                        [](const DecideRound&) { return "decide_round"; },
                        [](const CancelProcess&) { return "cancel_process"; },
                        [](const ListResults&) { return "list_results"; },
                        [](const VerifySignatures&) { return "verify_signatures"; },
                        [](const ChangeCrm& a) {
                          return std::visit(Overloaded{
                                                [](const MoveStage&) { return "move_stage"; },
                                                [](const SetFields&) { return "set_fields"; },
                                                [](const Comment&) { return "comment"; },
                                                [](const Notify&) { return "notify"; },
                                                [](const CreateTask&) { return "create_task"; },
                                                [](const EnsureFolder&) { return "ensure_folder"; },
                                            },
                                            a.action);
                        },
                        [](const Deliver&) { return "deliver"; },
                        [](const CallService&) { return "call_service"; },
                        [](const Attention&) { return "attention"; },
                    },
                    action);
}

bool leads_to_edms(const std::string& kind) noexcept {
  for (const char* one : road)
    if (kind == one) return true;
  return false;
}

bool goes_to_crm(const Action& action) noexcept {
  return std::holds_alternative<CollectFiles>(action) || std::holds_alternative<ChangeCrm>(action) ||
         std::holds_alternative<Deliver>(action) || std::holds_alternative<Attention>(action);
}

const std::string& lane_of(const Action& action, const Instance& in) noexcept {
  if (const auto* call = std::get_if<CallService>(&action)) return call->service;
  return goes_to_crm(action) ? in.crm : in.edms;
}

std::string describe(const Action& action) {
  return std::visit(
      Overloaded{
          [](const CollectFiles& a) { return "Прочитать файлы карточки (" + std::to_string(a.files.size()) + ")"; },
          [](const EnsureCounterparty& a) { return "Найти контрагента «" + a.title + "», ИНН " + a.reference.inn; },
          [](const CreateDocument&) { return std::string("Создать документ в СЭД"); },
          [](const AttachFile& a) { return "Приложить файл «" + a.file.name + "» к документу СЭД"; },
          [](const AddVersion& a) { return "Новая версия файла «" + a.file.name + "» в СЭД"; },
          [](const PrepareProcess& a) {
            return a.draft.template_name.empty()
                       ? "Подготовить процесс без шаблона" +
                             (a.draft.approvers.empty() ? std::string()
                                                        : ", согласующих: " + std::to_string(a.draft.approvers.size()))
                       : "Подготовить процесс «" + a.draft.template_name + "»";
          },
          [](const StartProcess&) { return std::string("Запустить процесс в СЭД"); },
          [](const DecideRound& a) {
            return std::string(a.again ? "Отправить на повторное согласование"
                                       : "Завершить согласование с итогом круга");
          },
          [](const CancelProcess&) { return std::string("Прервать процесс в СЭД"); },
          [](const ListResults&) { return std::string("Получить список результатов из СЭД"); },
          [](const VerifySignatures&) { return std::string("Проверить подписи"); },
          [](const ChangeCrm& a) {
            return std::visit(
                Overloaded{
                    [](const MoveStage& m) { return "Перевести карточку на стадию " + m.to; },
                    [](const SetFields& s) {
                      std::vector<std::string> names;
                      for (const auto& [name, value] : s.fields) names.push_back(name);
                      return "Записать поля карточки: " + text::join(names, ", ");
                    },
                    [](const Comment& c) { return "Комментарий: " + std::string(text::prefix(c.text, 80)); },
                    [](const Notify& n) { return "Уведомление пользователю " + n.user_id; },
                    [](const CreateTask& t) { return "Задача «" + t.title + "»"; },
                    [](const EnsureFolder& f) { return "Папка «" + text::join(f.path, "/") + "»"; },
                },
                a.action);
          },
          [](const Deliver& a) {
            const char* where = std::holds_alternative<FieldTarget>(a.target)    ? "в поле карточки"
                                : std::holds_alternative<FolderTarget>(a.target) ? "в папку"
                                                                                 : "в ленту карточки";
            return "Вернуть «" + a.name + "» " + where;
          },
          [](const CallService& a) {
            return (a.poll ? "Спросить службу «" + a.service + "», готов ли ответ ("
                           : "Запрос в службу «" + a.service + "» (") +
                   a.name + ", ключ " + a.call_id + ")";
          },
          [](const Attention& a) { return a.text; },
      },
      action);
}

std::string describe(const Event& event) {
  return std::visit(Overloaded{
                        [](const ItemSeen& e) { return "Карточка на стадии " + e.item.stage; },
                        [](const ItemGone&) { return std::string("Карточка удалена в CRM"); },
                        [](const WithdrawAsked& e) { return "Отзыв: " + e.reason; },
                        [](const SnapshotTaken& e) {
                          if (e.snapshot.outcome) return std::string("СЭД: ") + russian_name(*e.snapshot.outcome);
                          std::vector<std::string> names;
                          for (const auto& s : e.snapshot.stages)
                            names.push_back(s.kind == StageKind::other ? s.name : std::string(russian_name(s.kind)));
                          return "СЭД: " + text::join(names, ", ");
                        },
                        [](const EffectSucceeded& e) { return describe(e.effect.action) + ": сделано"; },
                        [](const EffectFailed& e) { return describe(e.effect.action) + ": " + e.error.message; },
                        [](const EffectDelayed& e) { return describe(e.effect.action) + ": задерживается"; },
                        [](const EffectSkipped& e) { return describe(e.effect.action) + ": пропущено оператором"; },
                    },
                    event);
}

}  // namespace sedlink::process
