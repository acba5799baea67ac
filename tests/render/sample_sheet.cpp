#include "render/sample_sheet.hpp"

namespace sedlink::tests {

using render::ApprovalSheet;
using render::SheetRow;
using render::Verdict;

ApprovalSheet sample_sheet() {
  ApprovalSheet sheet;
  sheet.our_company = "ООО «Северный торговый дом»";
  sheet.document_title = "Договор поставки запорной арматуры и комплектующих";
  sheet.document_kind = "Договор";
  sheet.document_number = "СТД-17/2026";
  sheet.document_date = "12.05.2026";
  sheet.counterparty = "ООО «Ромашка»";
  sheet.counterparty_inn = "7717586110";
  sheet.counterparty_kpp = "771701001";
  sheet.sum = "1 250 000,00 ₽";
  sheet.crm_card = {"Договоры, карточка № 77", "https://portal.example.ru/crm/type/1036/details/77/"};
  sheet.edms_document = {"Договор № СТД-17/2026", "https://edms.example.ru/doc/#e1cib/data/Справочник?ref=(77)"};
  sheet.file_name = "Договор поставки СТД-17 (редакция 2).pdf";
  sheet.file_sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  sheet.edms_process = {"Согласование договора поставки",
                        "https://edms.example.ru/doc/#e1cib/data/БизнесПроцесс?ref=(9)"};
  sheet.initiator = "Иванов Иван Иванович";
  sheet.responsible = "Смирнов Павел Андреевич";
  sheet.time_zone = "UTC+03:00";
  sheet.started_at = "12.05.2026 09:41";
  sheet.ended_at = "14.05.2026 16:08";
  sheet.outcome = "Согласовано с замечаниями";
  sheet.outcome_verdict = Verdict::remarks;
  SheetRow lawyer{"Петрова Анна Сергеевна",
                  "Начальник юридического отдела",
                  "Согласование",
                  "Не согласовано",
                  "П. 4.2: срок оплаты не соответствует протоколу разногласий от 03.05.2026, просим указать 30 "
                  "календарных дней.\nП. 9: подсудность — Арбитражный суд города Москвы.",
                  "12.05.2026 15:20",
                  Verdict::rejected};
  SheetRow finance{"Кузнецов Олег Викторович", "Финансовый директор", "Согласование", "Согласовано", "",
                   "12.05.2026 11:05",         Verdict::approved};
  SheetRow lawyer_again{
      "Петрова Анна Сергеевна", "Начальник юридического отдела", "Согласование", "Согласовано", "", "13.05.2026 10:12",
      Verdict::approved};
  SheetRow safety{"Щербаков-Оболенский Константин Александрович",
                  "Заместитель директора по безопасности",
                  "Согласование",
                  "Согласовано с замечаниями",
                  "Приложить к договору копию лицензии и выписку из ЕГРЮЛ не старше 30 дней.",
                  "13.05.2026 18:47",
                  Verdict::remarks};
  SheetRow director{"Громов Илья Андреевич", "Генеральный директор", "Утверждение", "Утверждено", "",
                    "14.05.2026 16:08",      Verdict::approved};
  SheetRow late{"Ёлкина Мария Ивановна",
                "Главный бухгалтер",
                "Согласование",
                "Ознакомлена",
                "",
                "14.05.2026 12:00",
                Verdict::none,
                true};
  sheet.rounds = {{1, {lawyer, finance}}, {2, {lawyer_again, safety, late, director}}};
  sheet.signatures = {{"Громов Илья Андреевич", "14.05.2026 16:08:31", "3F2A91C07BE45D6688A1C2E3F4051627384950AB",
                       "Договор поставки СТД-17 (редакция 2).pdf", "круг 2, файл от 13.05.2026 09:10"},
                      {"Кузнецов Олег Викторович", "14.05.2026 16:31:02", "A0B1C2D3E4F5061728394A5B6C7D8E9F00112233",
                       "Договор поставки СТД-17 (редакция 2).pdf", "круг 2, файл от 13.05.2026 09:10"},
                      {"Петрова Анна Сергеевна", "14.05.2026 17:02:44", "77AA01C07BE45D6688A1C2E3F4051627384950FF",
                       "Приложение № 1.pdf", ""}};
  sheet.sign_lines = {{"Ответственный за договор", "Смирнов П. А."}};
  sheet.footer_note = "Sedlink, узел head-office";
  sheet.generated_at = "14.05.2026 17:10";
  sheet.created = from_epoch_ms(1778767800000);
  return sheet;
}

}  // namespace sedlink::tests
