#pragma once
// The approval sheet («Лист согласования»): values in, PDF bytes out. Knows no vendor, no database and no clock.
#include <string>
#include <vector>

#include "sedlink/core/clock.hpp"
#include "sedlink/core/error.hpp"

namespace sedlink::render {

// The mark drawn beside a decision, so that a sheet printed in black and white reads at a glance.
enum class Verdict { none = 1, approved, remarks, rejected };

// One participant's line. Every text is shown as it is; empty texts are left out.
struct SheetRow {
  std::string person;
  std::string position;    // post or role, under the name
  std::string stage;       // "Согласование"
  std::string decision;    // in words: "Согласовано с замечаниями"
  std::string comment;     // wraps; may be longer than a page
  std::string decided_at;  // formatted for readers, "01.03.2024 10:00"
  Verdict verdict = Verdict::none;
  bool from_edms_only = false;  // never seen while the process ran: taken from the EDMS at the end, marked with *
};

struct SheetRound {
  int number = 1;
  std::vector<SheetRow> rows;
};

struct SheetSignature {
  std::string owner;
  std::string time;
  std::string thumbprint;
  std::string file;
  std::string version;  // of the file: what tells two stamps of one person apart
  std::string verdict{};  // in words, with the reason: "НЕВЕРНА: подписана другая версия файла"
  Verdict mark = Verdict::none;  // approved: holds; rejected: does not; remarks: nobody could tell
};

// A reference people follow; on paper `text` must be enough. `url` becomes a link only when it is http or https;
// otherwise `text` alone is shown.
struct SheetReference {
  std::string text;
  std::string url;
};

// A line to be signed by hand at the end of the sheet.
struct SheetSignLine {
  std::string role;
  std::string name;
};

struct ApprovalSheet {
  std::string title = "Лист согласования";
  std::string our_company;

  std::string document_title;
  std::string document_kind;
  std::string document_number;
  std::string document_date;
  std::string counterparty;
  std::string counterparty_inn;
  std::string counterparty_kpp;
  std::string sum;  // with its currency, "1 250 000,00 ₽"
  SheetReference crm_card;
  SheetReference edms_document;
  std::string initiator, responsible;

  std::string file_name;
  std::string file_sha256;  // lower-case hex, shown whole

  SheetReference edms_process;
  std::string started_at;
  std::string ended_at;
  std::string time_zone;  // of every time on the sheet: "UTC+03:00"
  std::string outcome;    // in words
  Verdict outcome_verdict = Verdict::none;

  std::vector<SheetRound> rounds;
  std::vector<SheetSignature> signatures;
  std::vector<SheetSignLine> sign_lines;

  std::string footer_note;   // names the instance
  std::string generated_at;  // formatted, shown in the footer
  Time created{};            // the PDF's creation date
};

// A4 pages with embedded fonts; the table's head is repeated on each page, «стр. 1 из N» stands in every footer.
// The same sheet gives the same bytes on a machine with the same fonts. Thread-safe; takes about 50 ms: call it off
// the io thread. Texts may hold anything: broken UTF-8, control and direction characters are made harmless.
// Errors: render.pdf (defect) when the graphics library fails, out of memory included.
[[nodiscard]] Result<std::string> approval_sheet_pdf(const ApprovalSheet&);

}  // namespace sedlink::render
