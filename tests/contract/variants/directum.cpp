// Directum RX 4.4, 4.7 and 4.11, and 4.11 with our module: what the battery must know of them besides the port. A
// document has one file; further ones are addenda (directum A7.1). Every edition logs in by another of the ways of A2.
#include "sedlink/directum/adapter.hpp"

#include <stdexcept>

#include "contract/battery.hpp"
#include "contract/sim_stand.hpp"
#include "sedlink/sim/directum.hpp"

namespace sedlink::contract {
namespace {

namespace json = boost::json;

const char* const approver_name = "Сидорова Анна Сергеевна";

struct Edition {
  const char* name;
  const char* number;
  const char* auth;  // setting of the connection
  bool module;
  std::size_t stride;  // of the sweeps: those of the newest editions meet every request
};
constexpr Edition editions[] = {{"directum_4_4", "4.4", "basic", false, 5},
                                {"directum_4_7", "4.7", "headers", false, 5},
                                {"directum_4_11", "4.11", "token", false, 1},
                                {"directum_4_11_module", "4.11", "token", true, 1}};

std::string scenario(const Scene& scene) {
  std::string yaml =
      "applications: [ pdf, docx, txt, bin, mp4 ]\n"
      "approval_rules:\n"
      "  - { name: Согласование договора, kinds: [ Договор ], stages: [\n"
      "      { type: approval, performers: [ Сидорова Анна Сергеевна ], days: 2 } ] }\n"
      "processes: []\n";
  if (scene.more_people == 0) return yaml;
  yaml += "settings: { max_entities: 200 }\nemployees:\n";  // wider lists are refused: they have pages
  for (const char* name : {"Иванов Иван Иванович", "Сидорова Анна Сергеевна", "Морозова Елена Викторовна",
                           "Петров Пётр Петрович", "Васильев Андрей Николаевич"}) {
    yaml += std::string("  - { name: ") + name + ", department: Отдел продаж }\n";
  }
  for (std::size_t i = 0; i < scene.more_people; ++i)
    yaml += "  - { name: " + person_name(i) + ", department: Отдел продаж }\n";
  return yaml;
}

class Directum final : public SimStand {
 public:
  explicit Directum(const Edition& edition) : edition_(edition) {}

  void start(const Scene& scene) override {
    Launch how;
    how.edition = edition_.number;
    how.module = edition_.module;
    how.scenario = scenario(scene);
    launch(sim::make_directum, how);
  }

  std::unique_ptr<api::EdmsAdapter> connect(api::AdapterEnvironment environment, std::string_view without) override {
    const json::object access = this->access();
    api::ConnectionSettings settings;
    settings.name = "directum";
    settings.type = "directum";
    for (const char* name : {"url", "user", "token_url", "web_url", "time_zone"})
      settings.values[name] = text_of(access, name);
    settings.values["auth"] = edition_.auth;
    settings.secrets["password"] = Secret(text_of(access, "password"));
    if (without != "push") settings.secrets["notification_token"] = Secret("f3b1c0de5a11ad0f3b1c0de5a11ad000");
    if (without == "cancel") {
      settings.values["cancel"] = "never";
    } else if (!without.empty() && without != "push") {
      return nullptr;
    }
    auto made = directum::make_adapter(settings, std::move(environment));
    if (!made) throw std::runtime_error(describe(made.error()));
    return std::move(made).value();
  }

  DocumentDraft draft(const std::string& title) override {
    DocumentDraft draft;
    draft.type = "contract";
    draft.key_source = "dynamic:1036/77";
    draft.fields.emplace_back("title", Value(title));
    draft.fields.emplace_back("kind", named("Договор"));
    draft.fields.emplace_back("counterparty", known_counterparty());
    draft.fields.emplace_back("sum", Value("1500.50"));
    draft.fields.emplace_back("responsible", named("Иванов Иван Иванович"));
    draft.fields.emplace_back("vendor.DocumentRegister", named("Договоры"));  // a number is given within one
    return draft;
  }

  ProcessDraft route() override {
    ProcessDraft draft;
    draft.kind = "rule";
    draft.template_name = "Согласование договора";
    draft.name = "Согласовать договор";
    draft.description = "Прошу согласовать";
    return draft;
  }

  std::string approver() override { return approver_name; }

  Reference known_counterparty() override {
    Reference r;
    r.inn = "7717586110";
    r.kpp = "771701001";
    r.name = "ООО Ромашка";
    return r;
  }

  Reference new_counterparty(int n) override {
    Reference r;
    r.inn = std::to_string(5000000000 + n);
    r.kpp = "500001001";
    r.name = "ООО Новая " + std::to_string(n);
    r.create = true;
    return r;
  }

  void act(Deed deed, const ProcessRef& process, const std::string& comment) override {
    json::object act{{"process", process.id}, {"comment", comment}};
    switch (deed) {
      case Deed::approve: act["do"] = "approve"; break;
      case Deed::remark: act["do"] = "remark"; break;
      case Deed::reject: act["do"] = "reject"; break;
      case Deed::send_back: act["do"] = "return"; break;
      case Deed::accept_verdict:
      case Deed::interrupt: act["do"] = "interrupt"; break;
      case Deed::sign: act = {{"document", process.document.id}, {"do", "sign"}, {"person", approver_name}}; break;
    }
    control(act);
  }

  ProcessRef stranger() override {
    ProcessRef ref;
    ref.id = "999999999";
    ref.type = "IApprovalTasks";
    ref.document = DocumentRef{"999999998", "IContracts", ""};
    return ref;
  }

  // Bodies travel as they are, without a sum to check: of the right length they pass for whole whatever they hold.
  // A token that has expired is renewed; with the module the renewal is refused as well, as after a changed password.
  void arm(Mishap mishap, std::size_t spared, std::size_t times) override {
    if (mishap == Mishap::corrupt) return arm_type("!*/$value", mishap, spared, times);
    const bool changed_password = mishap == Mishap::refuse_credentials && edition_.module;
    SimStand::arm(mishap, spared, times + (changed_password ? 1 : 0));
  }

  [[nodiscard]] std::size_t stride() const override { return edition_.stride; }
  [[nodiscard]] bool tells_sizes() const override { return false; }             // of bodies (A7.5)
  [[nodiscard]] bool giving_up_is_cancelling() const override { return true; }  // A9.4: a rework is only sent again

  Tally tally() override {
    const json::object now = state();
    Tally t;
    for (const json::value& document : now.at("documents").as_array()) {
      if (text_of(document, "type") != "Addendum") ++t.documents;
      for (const json::value& file : document.at("files").as_array()) {
        ++t.files;
        t.versions += file.at("versions").as_array().size();
      }
    }
    for (const json::value& process : now.at("processes").as_array()) {
      const std::string word = text_of(process, "state");
      ++t.processes;
      if (word != "not_started") ++t.started;
      if (word == "interrupted") ++t.interrupted;
      t.rounds += static_cast<std::size_t>(process.at("round").as_int64());
    }
    t.counterparties = now.at("correspondents").as_array().size();
    return t;
  }

 private:
  static Reference named(const char* name) {
    Reference r;
    r.name = name;
    return r;
  }

  Edition edition_;
};

Variant variant(const Edition& edition) {
  return Variant(edition.name, [edition] { return std::make_unique<Directum>(edition); });
}

SEDLINK_CONTRACT(directum, variant(editions[0]), variant(editions[1]), variant(editions[2]), variant(editions[3]));

}  // namespace
}  // namespace sedlink::contract
