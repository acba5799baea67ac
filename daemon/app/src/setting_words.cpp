// What the settings of connections mean, for `sedlink docs config`. Names, types and defaults are the adapters' own
// (their settings.hpp); a test sees to it that every setting has its words.
#include "adapters.hpp"

namespace sedlink::app {
namespace {

constexpr std::string_view yes_no = "true или false";
constexpr std::string_view number = "число";

const std::vector<config::SettingWord> bitrix24_words{
    {"webhook_url", "адрес входящего вебхука целиком: https://ПОРТАЛ/rest/НОМЕР/КОД/"},
    {"event_token", "«Токен приложения» исходящего вебхука; без него события портала отвергаются"},
    {"member_id", "номер портала, 32 знака; если указан, сверяется в каждом событии"},
    {"domain", "домен, который называют события; по умолчанию домен вебхука"},
    {"web_url", "адрес портала для людей; по умолчанию как у вебхука"},
    {"ca_file", "сертификаты, которым верить, в PEM: для «коробки» со своим центром сертификации"},
    {"limits", "ограничения"},
    {"limits.file", "наибольший файл; по умолчанию 300 MB"},
    {"limits.inline_file", "наибольший файл, который пишется прямо в поле карточки; по умолчанию 20 MB"},
    {"limits.rate_per_second", "вызовов в секунду, 0 — без ограничения; по умолчанию 2", number},
    {"limits.rate_burst", "сколько вызовов можно сделать подряд; по умолчанию 50", number},
    {"limits.operating", "секунд работы одного метода за 10 минут, 0 — портал их не считает; по умолчанию 480", number},
    {"limits.batch_seconds", "секунд на один пакет вызовов; по умолчанию 25", number},
    {"limits.call_seconds", "секунд ждать ответа; по умолчанию 65", number},
    {"sweep_overlap", "сколько последних записей журнала стадий перечитывать; по умолчанию 200"},
    {"notify_tag", "ставить уведомлениям метку, чтобы не повторять их; по умолчанию true", yes_no},
    {"notify_client_id", "CLIENT_ID уведомлений там, где портал его требует"},
    {"disk_storage_id", "хранилище для папок; по умолчанию общий диск портала"},
    {"time_zone", "пояс дат в текстовых полях; по умолчанию тот, что показывает портал"},
    {"currency", "валюта сумм, записанных без неё; по умолчанию RUB"},
    {"count_downloads", "считать скачивания в ограничение вызовов; по умолчанию true", yes_no},
    {"single_file_field", "поле на один файл уже занято: keep — оставить, replace — заменить; по умолчанию keep",
     "keep или replace"},
    {"comment_entity", "как портал зовёт вид карточки в ленте"},
    {"comment_entity.quote", "предложение; по умолчанию quote"},
    {"comment_entity.smart_invoice", "новый счёт; по умолчанию dynamic_31"},
};

const std::vector<config::SettingWord> onec_docflow_words{
    {"url", "адрес веб-сервиса: https://СЕРВЕР/ПУБЛИКАЦИЯ/ws/dm.1cws"},
    {"web_url", "адрес, который открывают люди; по умолчанию адрес публикации"},
    {"time_zone", "пояс сервера 1С: её даты пояса не содержат"},
    {"user", "пользователь базы; бывает русским"},
    {"password", "его пароль"},
    {"access_token", "токен доступа вместо пользователя и пароля"},
    {"database_id", "UUID этой связи, один и тот же навсегда; создать: uuidgen", "UUID"},
    {"ca_file", "сертификаты, которым верить, в PEM: для сервера со своим центром сертификации"},
    {"limits", "ограничения"},
    {"limits.file", "наибольший файл; по умолчанию 50 MB"},
    {"limits.answer", "наибольший ответ без файла; по умолчанию 64 MB"},
    {"limits.calls", "вызовов сразу, от 1 до 64: каждый — сеанс базы и лицензия; по умолчанию 4"},
    {"batch_size", "запросов в одном пакете, от 2 до 200; по умолчанию 20"},
    {"catalog_age", "сколько верить прочитанным справочникам; по умолчанию 10 min"},
    {"cp1251_login", "отвергнутое русское имя повторить в cp1251; по умолчанию true", yes_no},
    {"schema", "порядок полей: wsdl — из самой базы, builtin — встроенная таблица; по умолчанию wsdl",
     "wsdl или builtin"},
    {"performer_order", "порядок полей исполнителей в процессе «Исполнение»; по умолчанию own", "own или inherited"},
    {"cancel", "можно ли прервать процесс: version — решает редакция (КОРП), always, never; по умолчанию version",
     "version, always или never"},
    {"link_type", "тип внешнего объекта, который хранит наш ключ; по умолчанию sedlink.item"},
    {"file_role", "роль каждого отправляемого файла в 1С 3.0; по умолчанию та из требуемых, которой ещё нет"},
    {"delete_duplicate", "документ, который 1С создала дважды, пометить на удаление; по умолчанию true", yes_no},
};

const std::vector<config::SettingWord> directum_words{
    {"url", "адрес сервиса интеграции: https://СЕРВЕР/Integration/odata/"},
    {"web_url", "адрес веб-клиента, который открывают люди; по умолчанию https://СЕРВЕР/Client/"},
    {"token_url", "где брать токен при auth: token; по умолчанию рядом с odata: …/Integration/token"},
    {"auth", "как входить: basic, headers (Username и Password), token (токен сервиса), bearer; по умолчанию basic",
     "basic, headers, token или bearer"},
    {"user", "имя входа; у него должен быть вход по паролю и сотрудник"},
    {"password", "его пароль"},
    {"access_token", "токен внешнего поставщика при auth: bearer"},
    {"time_zone", "пояс сервера Directum RX: им пишутся даты без времени; по умолчанию Europe/Moscow"},
    {"ca_file", "сертификаты, которым верить, в PEM: для сервера со своим центром сертификации"},
    {"limits", "ограничения"},
    {"limits.file", "наибольший файл; по умолчанию 100 MB"},
    {"limits.answer", "наибольший ответ без файла; по умолчанию 64 MB"},
    {"limits.calls", "вызовов сразу, от 1 до 64; по умолчанию 4"},
    {"ids_per_call", "номеров в одном вопросе, от 1 до 100; по умолчанию 30", number},
    {"page", "записей на страницу ответа, от 10 до 5000; по умолчанию 5000, где сервер не даёт столько — меньше",
     number},
    {"catalog_age", "сколько верить найденным записям справочников; по умолчанию 10 min"},
    {"reread", "как часто перечитывать все задания идущих задач; по умолчанию 1 h"},
    {"cancel",
     "как прекращать задачи: auto — модулем или Shell/AbortTask, patch — правкой Status, never; по умолчанию auto",
     "auto, patch или never"},
    {"dates", "как писать дату без времени: local — полночь по поясу, utc, plain; по умолчанию local",
     "local, utc или plain"},
    {"simple_outcome",
     "что значит выполненная простая задача: unknown — решает человек, approved; по умолчанию unknown",
     "unknown или approved"},
    {"patch_draft", "дописывать в черновик задачи регламент, тему и срок; по умолчанию true", yes_no},
    {"entity_links", "вести запись в «Связях с внешними сущностями»; по умолчанию true", yes_no},
    {"extra_files", "второй и следующие файлы прикладывать приложениями; по умолчанию true", yes_no},
    {"link_type", "тип внешней сущности в этих записях; по умолчанию sedlink.item"},
};

const std::vector<config::SettingWord> example_folder_words{
    {"folder", "пример, не для работы: папка обмена, полный путь (adapters/example_folder/README.md)"},
    {"user", "пример: имя службы в этой папке; по умолчанию Sedlink"},
    {"cancel", "пример: можно ли прерывать процессы; по умолчанию true", yes_no},
    {"limits", "пример: ограничения"},
    {"limits.file", "пример: наибольший файл; по умолчанию 50 MB"},
};

}  // namespace

config::SettingWords setting_words() {
  return {{"bitrix24", bitrix24_words},
          {"1c_docflow", onec_docflow_words},
          {"directum", directum_words},
          {"example_folder", example_folder_words}};
}

}  // namespace sedlink::app
