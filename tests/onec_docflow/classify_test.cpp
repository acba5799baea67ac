// Each failure form of onec-docflow 2.5 and each frequent DMError of its section 3.
#include "client/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sedlink::onec_docflow {
namespace {

using testing::HasSubstr;
using testing::Not;

Element dm_error(const std::string& subject, const std::string& description) {
  Element e("return");
  e.type = "DMError";
  e.children.emplace_back("description", description);
  e.children.emplace_back("subject", subject);
  return e;
}

struct Case {
  const char *subject, *description;
  Fault fault;
  Audience audience;
  const char* code;
};

class OnecBusinessError : public testing::TestWithParam<Case> {};

TEST_P(OnecBusinessError, is_classified_by_its_text) {
  const Case& c = GetParam();
  const Error e = business_error(dm_error(c.subject, c.description));
  EXPECT_EQ(e.fault, c.fault) << describe(e);
  EXPECT_EQ(e.audience, c.audience) << describe(e);
  EXPECT_EQ(e.code, c.code) << describe(e);
  EXPECT_EQ(e.vendor_code, c.subject);
  EXPECT_FALSE(e.message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Page, OnecBusinessError,
    testing::Values(
        Case{"Ошибка при получении объектов", "Объект не найден", Fault::not_found, Audience::user, "onec.not_found"},
        Case{"Ошибка при получении объектов", "Файл не найден", Fault::not_found, Audience::user, "onec.not_found"},
        Case{"Неизвестное сообщение", "", Fault::rejected, Audience::admin, "onec.unknown_message"},
        Case{"Ошибка при получении списка справочника", "Неизвестное поле в условии отбора: performer", Fault::defect,
             Audience::developer, "onec.query"},
        Case{"Ошибка при получении объектов",
             "Попытка получить ссылку 1С:Документооборота для неизвестного типа XDTO: DMX", Fault::defect,
             Audience::developer, "onec.type"},
        Case{"Ошибка сохранения процесса", "Нет значения \"Ой\" среди значений типа \"DMApprovalType\"",
             Fault::rejected, Audience::admin, "onec.value"},
        Case{"Ошибка при записи внутреннего документа",
             "Свойство \"Сумма\" не может быть изменено для состояния \"Зарегистрирован\"", Fault::rejected,
             Audience::user, "onec.state"},
        Case{"Ошибка при добавлении файла", "Не заполнен ни шаблон, ни двоичные данные файла", Fault::rejected,
             Audience::user, "onec.fill"},
        Case{"Ошибка при создании внутреннего документа", "Не выбрана организация", Fault::rejected, Audience::user,
             "onec.fill"},
        Case{"Ошибка при создании внутреннего документа", "Поле \"Контрагент\" не заполнено", Fault::rejected,
             Audience::user, "onec.fill"},
        Case{"Ошибка запуска процесса",
             "Невозможно стартовать процесс, так как некоторые из согласующих лиц участвуют в других незавершенных "
             "процессах",
             Fault::rejected, Audience::user, "onec.busy_performers"},
        Case{"Ошибка запуска процесса", "Исполнитель \"Иванов\" указан дважды в списке согласующих!", Fault::rejected,
             Audience::user, "onec.performer_twice"},
        Case{"Ошибка сохранения процесса", "Единственный исполнитель не может быть ответственным", Fault::rejected,
             Audience::user, "onec.performers"},
        Case{"Ошибка при изменении задачи", "Требуется электронная подпись", Fault::rejected, Audience::user,
             "onec.signature"},
        Case{"Создание объектов этого типа не поддерживается", "DMUser", Fault::rejected, Audience::admin,
             "onec.unsupported"},
        Case{"Ошибка при записи файла", "Конфликт блокировок при выполнении транзакции", Fault::transient,
             Audience::admin, "onec.locked"},
        Case{"Ошибка при обработке сообщения", "Нарушение прав доступа!", Fault::rejected, Audience::admin,
             "onec.rights"},
        Case{"Ошибка при обработке сообщения", "Не обнаружено свободной лицензии", Fault::throttled, Audience::admin,
             "onec.licence"},
        Case{"Ошибка при получении объектов",
             "{ОбщийМодуль.ОбработкаЗапросовXDTO.Модуль(12)}: Значение не является значением объектного типа "
             "(Метаданные)",
             Fault::defect, Audience::developer, "onec.server_code"},
        Case{"Ошибка при записи внутреннего документа", "Своя проверка: укажите проект", Fault::rejected,
             Audience::user, "onec.refused"}));

TEST(OnecClassify, shows_the_words_of_1c_without_its_stack) {
  const Error e = business_error(dm_error("Ошибка при создании внутреннего документа",
                                          "{ОбщийМодуль.РаботаСДокументами.Модуль(1203)}: Поле \"Папка\" не "
                                          "заполнено\n{ОбщийМодуль.ОбработкаЗапросовXDTO.Модуль(77)}:"));
  EXPECT_EQ(e.message, "1С требует заполнить данные: Поле \"Папка\" не заполнено");
}

TEST(OnecClassify, calls_a_schema_fault_a_defect_that_wrote_nothing) {
  SoapFault f;
  f.code = "soap:Client";
  f.text = "Ошибка преобразования данных XDTO:\nПроверка свойства 'personalTaskName': ...";
  const Error e = fault_error(f, Effect::write);
  EXPECT_EQ(e.fault, Fault::defect);
  EXPECT_EQ(e.code, "onec.schema");
  f.text = "Отсутствует отображение для префикса m";
  EXPECT_EQ(fault_error(f, Effect::write).code, "onec.schema");
}

TEST(OnecClassify, leaves_open_what_an_unknown_server_fault_did) {
  SoapFault f;
  f.code = "soap:Server";
  f.text = "Соединение с базой разорвано";
  EXPECT_EQ(fault_error(f, Effect::write).fault, Fault::ambiguous);
  EXPECT_EQ(fault_error(f, Effect::read).fault, Fault::transient);
}

TEST(OnecClassify, pauses_a_connection_only_for_credentials) {
  EXPECT_EQ(http_error(401, "", Effect::write).fault, Fault::unauthorized);
  EXPECT_EQ(http_error(403, "", Effect::read).fault, Fault::unauthorized);
  EXPECT_EQ(http_error(404, "", Effect::write).fault, Fault::transient);
}

TEST(OnecClassify, waits_when_licences_have_run_out) {
  const Error e = http_error(402, "<html>Не обнаружено свободной лицензии</html>", Effect::write);
  EXPECT_EQ(e.fault, Fault::throttled);
  EXPECT_TRUE(e.retry_after);
  EXPECT_THAT(e.message, HasSubstr("Не обнаружено свободной лицензии"));
  EXPECT_THAT(e.message, Not(HasSubstr("<html>")));
}

TEST(OnecClassify, doubts_a_write_answered_by_the_web_server) {
  const char* page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
  EXPECT_EQ(http_error(502, page, Effect::write).fault, Fault::ambiguous);
  EXPECT_EQ(http_error(200, page, Effect::write).fault, Fault::ambiguous);
  EXPECT_EQ(http_error(200, page, Effect::read).fault, Fault::transient);
  EXPECT_EQ(http_error(200, page, Effect::read).code, "onec.html");
}

TEST(OnecClassify, tells_a_user_that_the_web_server_takes_no_such_file) {
  const Error e = http_error(413, "", Effect::write);
  EXPECT_EQ(e.fault, Fault::rejected);
  EXPECT_EQ(e.audience, Audience::user);
}

}  // namespace
}  // namespace sedlink::onec_docflow
