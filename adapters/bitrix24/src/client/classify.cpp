#include "client/classify.hpp"

#include <algorithm>
#include <array>

#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24 {
namespace {

struct Row {
  std::string_view vendor;  // lower case
  Fault fault;
  std::string_view code;
  std::string_view sentence;
  int seconds = 0;  // retry after; 0 = not said
  int status = 0;   // the row holds for this status only; 0 = any
};

using enum Fault;

// Faults of the whole connection are `unauthorized`: the engine pauses it, raises the alarm and drops nothing.
constexpr std::array table = {
    Row{"query_limit_exceeded", throttled, "b24.query_limit", "Портал просит слать запросы реже", 1},
    Row{"operation_time_limit", throttled, "b24.operating", "Портал временно закрыл метод: исчерпано время его работы",
        600},
    Row{"overload_limit", unauthorized, "b24.overload",
        "Вендор вручную ограничил REST портала. Обратитесь в поддержку Битрикс24: сам портал ограничение не снимет"},
    Row{"expired_token", unauthorized, "b24.unauthorized",
        "Срок действия вебхука истёк. Продлите его или создайте новый входящий вебхук и укажите в webhook_url"},
    Row{"no_auth_found", unauthorized, "b24.unauthorized",
        "Портал не принял вебхук: он удалён или его секрет изменён. Создайте входящий вебхук и укажите его в "
        "webhook_url"},
    Row{"invalid_token", unauthorized, "b24.unauthorized",
        "Портал не принял вебхук. Создайте входящий вебхук и укажите его в webhook_url"},
    Row{"method_confirm_waiting", unauthorized, "b24.unauthorized",
        "Вызов ждёт подтверждения: попросите администратора портала подтвердить запрос вебхука"},
    Row{"insufficient_scope", unauthorized, "b24.scope",
        "У вебхука нет нужного права (scope). Добавьте права crm, disk, im, task, user, userfieldconfig в настройках "
        "вебхука"},
    Row{"invalid_scope", unauthorized, "b24.scope", "У вебхука нет нужного права (scope). Добавьте его в настройках"},
    Row{"invalid_credentials", unauthorized, "b24.rights",
        "У пользователя вебхука не хватает прав. Дайте ему доступ к CRM этого портала"},
    Row{"user_access_error", unauthorized, "b24.rights",
        "Приложение не открыто пользователю вебхука. Откройте ему доступ на портале"},
    Row{"allowed_only_intranet_user", unauthorized, "b24.rights",
        "Пользователь вебхука внешний: CRM ему закрыта. Создайте вебхук от имени сотрудника"},
    Row{"wrong_auth_type", unauthorized, "b24.auth_type",
        "Метод недоступен через вебхук. Проверьте, что webhook_url — адрес входящего вебхука"},
    Row{"access_denied", unauthorized, "b24.rights",
        "Портал отказал в доступе: REST входит только в коммерческие тарифы или не хватает прав. Проверьте подписку "
        "портала и права пользователя вебхука",
        0, 403},
    Row{"access_denied", rejected, "b24.denied",
        "У пользователя вебхука нет прав на этот объект. Дайте ему доступ к карточке и её воронке"},
    Row{"portal_deleted", unauthorized, "b24.portal_closed",
        "Портал закрыт или удалён. Восстановите его или уберите подключение; работа остановлена, ничего не потеряно"},
    Row{"payment_required", unauthorized, "b24.payment",
        "Портал требует оплаты. Продлите тариф или подписку: работа продолжится сама"},
    Row{"invalid_request", unauthorized, "b24.https", "Портал принимает только HTTPS: исправьте webhook_url"},
    Row{"error_method_not_found", rejected, "b24.no_method", "На портале нет такого метода REST (редакция или версия)"},
    Row{"error_manifest_is_not_available", rejected, "b24.no_method", "Портал не нашёл описания приложения"},
    Row{"error_batch_method_not_allowed", defect, "b24.batch_method", "Метод нельзя вызвать внутри batch"},
    Row{"error_batch_length_exceeded", defect, "b24.batch_length", "В batch больше 50 команд"},
    Row{"not_found", not_found, "b24.not_found", "Объект не найден на портале"},
    Row{"error_not_found", not_found, "b24.not_found", "Объект не найден на портале"},
    Row{"owner_not_found", not_found, "b24.not_found", "Карточка не найдена на портале"},
    Row{"crm_field_error_required", rejected, "b24.required_field",
        "На портале не заполнено обязательное поле карточки"},
    Row{"crm_field_error_value_not_valid", rejected, "b24.field_value", "Портал не принял значение поля"},
    Row{"update_dynamic_item_restricted", rejected, "b24.tariff",
        "Тариф портала не разрешает менять элементы смарт-процессов"},
    Row{"create_dynamic_item_restricted", rejected, "b24.tariff",
        "Тариф портала не разрешает создавать элементы смарт-процессов"},
    Row{"disk_file_22006", rejected, "b24.disk_quota", "На диске портала нет места"},
};

const Row* row_of(const wire::Refusal& refusal) {
  const auto code = text::to_lower_ascii(refusal.code);
  const auto fits = [&](const Row& row) {
    return row.vendor == code && (row.status == 0 || row.status == refusal.status);
  };
  const auto it = std::find_if(table.begin(), table.end(), fits);
  return it == table.end() ? nullptr : &*it;
}

Error make(Fault fault, std::string_view code, std::string message, const wire::Refusal& refusal) {
  Error error;
  error.fault = fault;
  error.code = code;
  error.message = std::move(message);
  error.vendor_code = refusal.code;
  error.audience = fault == Fault::defect ? Audience::developer : Audience::admin;
  if (const auto words = wire::plain_text(refusal.description); !words.empty()) error.message += ": " + words;
  return error;
}

// Nothing the portal said helps: the status decides.
Error by_status(const wire::Refusal& refusal, bool write) {
  const int status = refusal.status;
  const std::string http = "HTTP " + std::to_string(status);
  wire::Refusal named = refusal;
  if (named.code.empty()) named.code = http;
  const Fault doubt = write ? ambiguous : transient;
  if (status == 401)
    return make(unauthorized, "b24.unauthorized",
                "Портал не принял вебхук (" + http + "). Создайте входящий вебхук и укажите его в webhook_url", named);
  if (status == 402)
    return make(unauthorized, "b24.payment",
                "Портал требует оплаты (" + http + "). Продлите тариф или подписку: работа продолжится сама", named);
  if (status == 403)
    return make(unauthorized, "b24.rights",
                "Портал отказал в доступе (" + http + "). Проверьте права вебхука и фильтры между серверами", named);
  if (status == 404 || status == 410)
    return make(unauthorized, "b24.portal_gone",
                "По адресу вебхука нет REST (" + http +
                    "): портал удалён, закрыт или адрес неверен. Откройте портал в браузере и сверьте webhook_url",
                named);
  if (status == 429) {
    auto error = make(throttled, "b24.query_limit", "Портал просит слать запросы реже (" + http + ")", named);
    error.retry_after = std::chrono::seconds(10);
    return error;
  }
  if (status == 413)
    return make(rejected, "b24.too_large", "Сервер портала не принял запрос такого размера (" + http + ")", named);
  if (status >= 300 && status < 500)
    return make(transient, "b24.no_rest", "Вместо ответа REST портал прислал другую страницу (" + http + ")", named);
  if (status >= 500) return make(doubt, "b24.server", "Сбой на стороне портала (" + http + ")", named);
  return make(doubt, "b24.answer", "Портал прислал нечитаемый ответ (" + http + ")", named);
}

}  // namespace

Error classify(const wire::Refusal& refusal, bool write) {
  if (!refusal.readable) return by_status(refusal, write);
  if (const auto* row = row_of(refusal)) {
    auto error = make(row->fault, row->code, std::string(row->sentence), refusal);
    if (row->seconds > 0) error.retry_after = std::chrono::seconds(row->seconds);
    return error;
  }
  const auto code = text::to_lower_ascii(refusal.code);
  if (code == "internal_server_error" || code == "error_unexpected_answer" || refusal.status >= 500)
    return make(write ? ambiguous : transient, "b24.server", "Сбой на стороне портала", refusal);
  if (refusal.status == 401 || refusal.status == 402 || refusal.status == 403 || refusal.status == 429) {
    auto error = by_status(refusal, write);
    error.vendor_code = refusal.code;
    return error;
  }
  // A code-less or unknown refusal of a method: permanent.
  return make(rejected, "b24.rejected", "Портал отказал", refusal);
}

Error of_method(Error error, const std::string& method) {
  if (error.code != "b24.scope") return error;
  // Source: bitrix24 documentation, scopes/permissions. `batch` and the base methods need none.
  struct Scope {
    std::string_view prefix, name, serves;
  };
  static constexpr std::array scopes = {Scope{"disk.", "disk", "папки и файлы"},
                                        Scope{"im.", "im", "уведомления"},
                                        Scope{"task.", "task", "задачи"},
                                        Scope{"tasks.", "task", "задачи"},
                                        Scope{"user.", "user", "имена сотрудников"},
                                        Scope{"userfieldconfig.", "userfieldconfig", "значения списков"}};
  const auto of =
      std::find_if(scopes.begin(), scopes.end(), [&](const Scope& s) { return method.starts_with(s.prefix); });
  if (of == scopes.end()) return error;
  error.fault = rejected;
  error.message = "У вебхука нет права (scope) " + std::string(of->name) + ": " + std::string(of->serves) +
                  ". Добавьте его в настройках вебхука и повторите";
  return error;
}

Error classify_exchange(Error error, bool write) {
  if (!write && error.fault == ambiguous) error.fault = transient;
  return error;
}

bool has_code(const Error& error, std::string_view vendor_code) noexcept {
  return text::iequals_ascii(error.vendor_code, vendor_code);
}

}  // namespace sedlink::bitrix24
