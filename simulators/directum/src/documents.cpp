#include "documents.hpp"

#include <array>

#include "entity_json.hpp"
#include "sedlink/core/text.hpp"
#include "sedlink/sim/sheet_pdf.hpp"

namespace sedlink::sim::directum {
namespace {

const Entity* kind_of(const Installation& base, const Entity& document) {
  return base.store.find("DocumentKind", document.link("DocumentKind"));
}

// The default kind of the type, of those in use.
const Entity* default_kind(const Installation& base, const Type& type) {
  for (const auto& [id, kind] : base.store.family(base.model.at("DocumentKind"))) {
    const Entity* document_type = base.store.find("DocumentType", kind->link("DocumentType"));
    if (kind->flag("IsDefault") && kind->text("Status") == "Active" && document_type != nullptr &&
        document_type->text("DocumentTypeGuid") == type.guid)
      return kind.get();
  }
  return nullptr;
}

// «Договор № 12 от 01.09.2026 с ООО Ромашка "Поставка"»; the exact form belongs to each type [guess].
std::string generated_name(const Installation& base, const Entity& document, const Entity& kind) {
  std::string name = kind.text("ShortName");
  if (const std::string number = document.text("RegistrationNumber"); !number.empty()) name += " № " + number;
  if (const auto* date = std::get_if<Time>(&document.get("RegistrationDate")))
    name += " от " + base.zone.to_display_date(*date);
  for (const std::string_view side : {"Counterparty", "Correspondent"}) {
    if (document.type->find(side) == nullptr || document.link(side) == 0) continue;
    name += (document.type->is("IncomingDocumentBase") ? " от " : " с ") +
            base.name_of("Counterparty", document.link(side));
    break;
  }
  if (const std::string subject = document.text("Subject"); !subject.empty()) name += " \"" + subject + "\"";
  return std::string(text::prefix(name, 250));
}

// OfficialDocument.UpdateLifeCycle (directum.md A7.3, the last item).
void update_life_cycle(const Installation& base, Entity& document) {
  if (document.text("RegistrationState") != "Registered" || document.text("LifeCycleState") != "Draft") return;
  const Entity* kind = kind_of(base, document);
  const std::string flow = kind == nullptr ? std::string() : kind->text("DocumentFlow");
  const std::string internal = document.text("InternalApprovalState");
  const bool outside = flow == "Incoming" || flow == "Outgoing";
  const bool inner = flow == "Inner" && (internal == "Signed" || internal == "Reviewed");
  const bool contract =
      flow == "Contracts" && internal == "Signed" && document.text("ExternalApprovalState") == "Signed";
  if (outside || inner || contract) document.set("LifeCycleState", std::string("Active"));
}

void number_automatically(Installation& base, Entity& document, const Entity& kind) {
  if (!kind.flag("AutoNumbering") || document.text("RegistrationState") != "NotRegistered") return;
  for (const auto& [id, journal] : base.store.family(base.model.at("DocumentRegister"))) {
    if (journal->text("RegisterType") != "Numbering" || journal->text("DocumentFlow") != kind.text("DocumentFlow"))
      continue;
    return register_document(base, document, *journal, std::nullopt, {}, false);
  }
  bad_request("Для автоматической нумерации документа необходима подходящая настройка нумерации.");
}

}  // namespace

void begin_document(Installation& base, Entity& document, const Caller& caller) {
  const Time now = base.now();
  document.set("Created", now);
  document.set("Modified", now);
  document.set("Author", caller.id());
  for (const char* flag : {"HasRelations", "HasVersions", "HasPublicBody", "VersionsLocked", "LastVersionApproved"}) {
    document.set(flag, false);
  }
  if (!document.type->is("OfficialDocument")) return;
  document.set("RegistrationState", std::string("NotRegistered"));
  document.set("LifeCycleState", std::string("Draft"));
  if (caller.is_employee()) {
    const Entity* department = base.store.find("Department", caller.user->link("Department"));
    if (department != nullptr) {
      document.set("Department", department->id());
      if (department->link("BusinessUnit") != 0) document.set("BusinessUnit", department->link("BusinessUnit"));
    }
  }
  if (const Entity* kind = default_kind(base, *document.type)) document.set("DocumentKind", kind->id());
}

void save_document(Installation& base, Entity& document, bool created) {
  if (document.type->is("OfficialDocument")) {
    const Entity* kind = kind_of(base, document);
    if (kind != nullptr) {
      const Entity* type = base.store.find("DocumentType", kind->link("DocumentType"));
      if (type != nullptr && type->text("DocumentTypeGuid") != document.type->guid)
        bad_request("Вид документа '" + kind->text("Name") + "' не относится к этому типу документов.");
      number_automatically(base, document, *kind);
      if (kind->flag("GenerateDocumentName") && base.settings.names_generated)
        document.set("Name", generated_name(base, document, *kind));
    }
    if (created && base.settings.life_cycle_lost_on_create) document.set("LifeCycleState", std::string("Draft"));
    const Entity* journal = base.store.find("DocumentRegister", document.link("DocumentRegister"));
    if (journal != nullptr && kind != nullptr && journal->text("DocumentFlow") != kind->text("DocumentFlow"))
      bad_request("Нет прав на регистрацию документа в этом журнале.");
    if (document.text("RegistrationState") == "Registered" &&
        (document.link("DocumentRegister") == 0 || document.text("RegistrationNumber").empty() ||
         is_null(document.get("RegistrationDate"))))
      bad_request("Для регистрации документа заполните журнал, номер и дату регистрации.");
    update_life_cycle(base, document);
  }
  check_required(base, document);
  if (base.settings.addenda_related && document.type->is("Addendum")) {
    if (Entity* leading = base.store.find("ElectronicDocument", document.link("LeadingDocument")))
      base.relate("Addendum", *leading, document);
  }
  base.touch(document);
}

void begin_version(Installation& base, Entity& document, Entity& version, const Caller& caller) {
  std::int64_t highest = 0;
  for (const auto& other : document.list("Versions")) highest = std::max<std::int64_t>(highest, other->link("Number"));
  version.set("Number", highest + 1);
  version.set("Created", base.now());
  version.set("Modified", base.now());
  version.set("IsHidden", false);
  version.set("Author", caller.id());
  version.set("ElectronicDocument", document.id());
}

void set_body(Installation& base, Entity& document, Entity& version, std::string_view property, ContentPtr content) {
  version.set(property, Value(std::move(content)));
  base.touch(version);
  base.touch(document);
  if (property == "PublicBody") document.set("HasPublicBody", true);
  if (property != "Body") return;
  document.set("LastVersionApproved", false);
  document.set("LastVersionSignatureType", Value());
  if (document.type->find("LastVersionChanged") != nullptr) document.set("LastVersionChanged", base.now());
}

bool convert_to_pdf(Installation& base, Entity& document) {
  Entity* version = last_version(document);
  const auto* body = version == nullptr ? nullptr : std::get_if<ContentPtr>(&version->get("Body"));
  if (body == nullptr || *body == nullptr) return false;
  std::array<char, 5> begin{};
  const std::size_t read = (*body)->read(0, begin);
  ContentPtr pdf = *body;  // a PDF represents itself
  if (std::string_view(begin.data(), read) != "%PDF-") {
    PrintedSheet sheet;
    sheet.title = document.text("Name");
    sheet.facts = {"SHA-256: " + (*body)->sha256()};
    pdf = base.outside.contents->keep(sheet_pdf(sheet));
  }
  set_body(base, document, *version, "PublicBody", std::move(pdf));
  return true;
}

Entity* last_version(const Entity& document) {
  Entity* last = nullptr;
  for (const auto& version : document.list("Versions")) {
    if (version->flag("IsHidden")) continue;
    if (last == nullptr || version->link("Number") > last->link("Number")) last = version.get();
  }
  return last;
}

void register_document(Installation& base, Entity& document, Entity& journal, std::optional<Time> date,
                       std::string number, bool reserve) {
  if (journal.text("Status") != "Active") bad_request("Нет прав на регистрацию документа в этом журнале.");
  const Entity* kind = kind_of(base, document);
  if (kind != nullptr &&
      (kind->text("NumberingType") == "NotNumerable" || kind->text("DocumentFlow") != journal.text("DocumentFlow")))
    bad_request("Нет прав на регистрацию документа в этом журнале.");
  if (document.text("RegistrationState") == "Registered") bad_request("Документ уже зарегистрирован.");
  if (number.empty()) number = std::to_string(++base.counters[std::to_string(journal.id())]);
  if (text::code_points(number) > 50) bad_request("Номер не соответствует формату журнала.");
  document.set("DocumentRegister", journal.id());
  document.set("RegistrationNumber", number);
  document.set("RegistrationDate", date.value_or(base.today()));
  document.set("RegistrationState", std::string(reserve ? "Reserved" : "Registered"));
  update_life_cycle(base, document);
  if (kind != nullptr && kind->flag("GenerateDocumentName") && base.settings.names_generated)
    document.set("Name", generated_name(base, document, *kind));
  base.touch(document);
}

void set_approval_state(Installation& base, Entity& document, const std::string& state) {
  const std::string current = document.text("InternalApprovalState");
  if (current == state || current == "Signed" || current == "Reviewed") return;  // final (directum.md A9.5, 5)
  document.set("InternalApprovalState", state);
  update_life_cycle(base, document);
  base.touch(document);
}

void leave_signature(Installation& base, const Entity& document, const Signing& signing) {
  const Entity* version = last_version(document);
  if (version == nullptr) return;
  std::vector<SignatureRow>& all = base.signatures[document.id()];
  SignatureRow row;
  row.id = document.id() * 100 + static_cast<Id>(all.size()) + 1;
  row.version = version->id();
  row.number = version->link("Number");
  row.type = std::string(signing.type);
  row.signatory = signing.by->text("Name");
  row.comment = signing.comment;
  row.at = base.now();
  if (const auto* body = std::get_if<ContentPtr>(&version->get("Body")); body != nullptr && signing.certificate) {
    const Signature made = base.signer.sign(row.signatory, **body);
    row.subject = made.subject;
    row.thumbprint = text::to_upper_ascii(text::hex(text::base64_decode(made.thumbprint).value()));
    row.cms = made.cms;
  }
  all.push_back(std::move(row));
}

void sign_document(Installation& base, Entity& document, const Signing& signing) {
  if (last_version(document) == nullptr)
    bad_request("Version for document with ID (" + std::to_string(document.id()) + ") not found.");
  leave_signature(base, document, signing);
  const bool approving = signing.type == "Approval";
  if (approving) document.set("LastVersionApproved", true);
  if (approving || document.text("LastVersionSignatureType") != "Approval")
    document.set("LastVersionSignatureType", std::string(signing.type));
  base.touch(document);
}

void check_changeable(const Installation& base, const Entity& document) {
  if (base.read_only.contains(document.id())) throw Refusal(403, "Нет прав на изменение документа.");
  if (base.locked.contains(document.id())) bad_request("Документ заблокирован другим пользователем.");
}

}  // namespace sedlink::sim::directum
