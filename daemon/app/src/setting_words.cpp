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
    {"patch_draft", "дописывать в черновик задачи регламент и тему; по умолчанию true", yes_no},
    {"entity_links", "вести запись в «Связях с внешними сущностями»; по умолчанию true", yes_no},
    {"extra_files", "второй и следующие файлы прикладывать приложениями; по умолчанию true", yes_no},
    {"link_type", "тип внешней сущности в этих записях; по умолчанию sedlink.item"},
    {"notification_token",
     "токен уведомлений модуля Sedlink: служба сообщает модулю свой адрес (listen.public_url) и этот токен; без него "
     "уведомления не включаются и отвергаются"},
};

const std::vector<config::SettingWord> example_folder_words{
    {"folder", "пример, не для работы: папка обмена, полный путь (adapters/example_folder/README.md)"},
    {"user", "пример: имя службы в этой папке; по умолчанию Sedlink"},
    {"cancel", "пример: можно ли прерывать процессы; по умолчанию true", yes_no},
    {"limits", "пример: ограничения"},
    {"limits.file", "пример: наибольший файл; по умолчанию 50 MB"},
};

const std::vector<config::SettingWord> directum5_words{
    {"type",
     "вид системы; **экспериментально**: драйвер ни разу не встречался с настоящей DIRECTUM 5, всё задают настройки и "
     "сценарии заказчика"},
    {"url", "адрес веб-сервиса SOAP из WSDL заказчика"},
    {"envelope_file", "конверт запроса по WSDL заказчика, с {script} и {parameters}…{name}…{value}…{/parameters}"},
    {"answer", "где в ответе лежит результат: имена элементов внутри Body через /; бывает {script}"},
    {"soap_action", "заголовок SOAPAction; бывает {script}; по умолчанию пустой"},
    {"soap", "версия SOAP; по умолчанию 1.1", "1.1 или 1.2"},
    {"auth", "как входить: basic или none (NTLM — только через прокси заказчика); по умолчанию basic",
     "basic или none"},
    {"user", "пользователь веб-сервиса"},
    {"password", "его пароль"},
    {"ca_file", "сертификаты, которым верить, в PEM: для сервера со своим центром сертификации"},
    {"document_link", "ссылка на документ для людей, с {id}; по умолчанию ссылок нет"},
    {"task_link", "ссылка на задачу для людей, с {id}; по умолчанию ссылок нет"},
    {"time_zone", "пояс сервера DIRECTUM: даты без пояса читаются и пишутся по нему; по умолчанию Europe/Moscow"},
    {"dates", "как писать даты сценариям: iso (2024-03-01T10:00:00) или russian (01.03.2024 10:00); по умолчанию iso",
     "iso или russian"},
    {"list_separator", "чем разделять номера задач в параметре tasks; по умолчанию запятая"},
    {"poll_batch", "задач в одном вопросе о состоянии, от 1 до 200; по умолчанию 20"},
    {"unknown_error",
     "ошибка сценария с неизвестным кодом: refused — отказ, ничего не сделано; unsure — неизвестно, сделано ли; по "
     "умолчанию refused",
     "refused или unsure"},
    {"routes", "виды процессов: «approval=код типового маршрута; …»"},
    {"limits", "ограничения"},
    {"limits.file", "наибольший файл; по умолчанию 20 MB"},
    {"limits.answer", "наибольший ответ без файла; по умолчанию 16 MB"},
    {"limits.calls", "вызовов сразу, от 1 до 16; по умолчанию 2"},
    {"documents", "документы"},
    {"documents.types", "виды документов: «contract=код вида; …»"},
    {"documents.fields", "поля документов: «title=параметр; sum=параметр; …»; чего здесь нет, отправить нельзя"},
    {"names", "слова сценариев (docs/directum5-scripts.md)"},
    {"names.parameters", "наши параметры под именами заказчика: «key=UID; document=DocID; …»"},
    {"names.answers", "наши элементы ответа под именами заказчика: «id=ID; task=Task; …»"},
    {"names.constants", "постоянные параметры каждого вызова: «ISCode=SEDLINK; …»"},
    {"names.errors",
     "коды ошибок сценариев: «их=locked; …»; бывает locked, not_found, deleted, refused, rights, ended, version, "
     "unsure"},
    {"names.states",
     "состояния задачи: «В работе=running; …»; бывает draft, queued, running, paused, completed, interrupted, deleted, "
     "failed"},
    {"names.outcomes",
     "итоги задачи: «Согласована=approved; …»; бывает approved, approved_with_remarks, rejected, unknown"},
    {"names.verdicts",
     "решения по заданию: «Согласен=approved; …»; бывает approved, approved_with_remarks, rejected, delegated, none"},
    {"names.stages",
     "этапы: «Подписание=signing; …»; бывает approval, confirmation, signing, registration, examination, performance, "
     "review, rework, other"},
    {"package", "пакет раздела Tasks"},
    {"package.namespace",
     "пространство имён; по умолчанию http://docs.mycompany.ru/IntegrationServices/5.6/Models — в нём версия"},
    {"package.root", "корень пакета вокруг Tasks; «-» — корнем будет Tasks; по умолчанию Package (предположение)"},
    {"package.form", "как пишутся ID, Name, Type: elements или attributes; по умолчанию elements (предположение)",
     "elements или attributes"},
    {"package.system_code",
     "код в справочнике «Интегрированные системы»; с ним ключ карточки прикладывается к задаче как Link"},
    {"package.link_type", "тип объекта в этом Link; по умолчанию sedlink.item"},
    {"workflow", "параметры типового маршрута"},
    {"workflow.key", "параметр для ключа карточки"},
    {"workflow.approvers", "параметр со списком согласующих; без него согласующих в сопоставлении указать нельзя"},
    {"workflow.subject", "параметр для названия процесса"},
    {"workflow.description", "параметр для описания"},
    {"workflow.due", "параметр для срока; без него срок указать нельзя"},
    {"workflow.author", "параметр для автора; без него автора указать нельзя"},
    {"workflow.string_type", "Type параметра со строкой; по умолчанию String (предположение)"},
    {"workflow.users_type", "Type списка пользователей; по умолчанию Users (предположение)"},
    {"workflow.date_type", "Type даты; по умолчанию DateTime (предположение)"},
    {"scripts", "имена сценариев заказчика; чего нет, то недоступно (docs/directum5-scripts.md)"},
    {"scripts.about", "о системе; обязателен"},
    {"scripts.catalog", "списки для check --online"},
    {"scripts.find_person", "люди"},
    {"scripts.find_reference", "записи справочников"},
    {"scripts.find_counterparty", "поиск контрагента"},
    {"scripts.create_counterparty", "создание контрагента"},
    {"scripts.find_document", "документ по ключу; обязателен"},
    {"scripts.create_document", "создание документа; обязателен"},
    {"scripts.list_files", "файлы документа"},
    {"scripts.attach_file", "приложить файл"},
    {"scripts.add_version", "новая версия файла"},
    {"scripts.read_file", "прочитать файл"},
    {"scripts.find_task", "задача по ключу; обязателен"},
    {"scripts.create_task", "создание задачи из пакета, без старта; обязателен"},
    {"scripts.start_task", "старт задачи; обязателен"},
    {"scripts.task_state", "состояние задач; обязателен"},
    {"scripts.cancel_task", "прекращение задачи"},
};

const std::vector<config::SettingWord> http_words{
    {"url", "адрес службы, без пути запросов: https://служба.example.ru/api"},
    {"auth", "вход: none, basic или bearer; по умолчанию по тому, что дано", "none, basic или bearer"},
    {"user", "имя для basic"},
    {"password", "пароль для basic"},
    {"access_token", "токен для bearer"},
    {"headers", "заголовки каждого запроса: имя → секрет"},
    {"headers.*", "значение заголовка с этим именем, например X-Api-Key: credential:api-key"},
    {"ca_file", "сертификаты, которым верить, в PEM: для службы со своим центром сертификации"},
    {"client_certificate_file", "сертификат клиента для взаимного TLS, PEM, за ним его издатели"},
    {"client_key", "ключ к нему, PEM"},
    {"client_key_pass", "пароль этого ключа"},
    {"limits", "ограничения"},
    {"limits.answer", "наибольший ответ; по умолчанию 16 MB"},
    {"limits.calls", "вызовов сразу, от 1 до 64; по умолчанию 4"},
    {"timeout", "сколько ждать ответа на один запрос; по умолчанию 1 min"},
};

}  // namespace

config::SettingWords setting_words() {
  config::SettingWords out{{"bitrix24", bitrix24_words},   {"1c_docflow", onec_docflow_words},
                           {"directum", directum_words},   {"example_folder", example_folder_words},
                           {"directum5", directum5_words}, {"http", http_words}};
  for (const auto& entry : adapters())
    if (entry.http)
      out[entry.type].push_back({signing_setting, "каким профилем из signing подписывать запросы; none — никаким"});
  for (const auto& entry : adapters())
    if (entry.side == "edms")
      out[entry.type].push_back({trust_setting,
                                 "чему верить в подписях людей этой системы: имя из trust; без него подпись не "
                                 "признаётся ни верной, ни неверной, пока не найдено ошибки"});
  return out;
}

}  // namespace sedlink::app
