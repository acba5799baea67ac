// 1C:Документооборот 2.1 and 3.0: what the battery must know of them besides the port.
#include "sedlink/onec_docflow/adapter.hpp"

#include <stdexcept>

#include "contract/battery.hpp"
#include "contract/sim_stand.hpp"
#include "sedlink/core/hash.hpp"
#include "sedlink/sim/onec_docflow.hpp"

namespace sedlink::contract {
namespace {

namespace json = boost::json;

const char* const approver_name = "Сидорова Анна Сергеевна";

std::string scenario(const Scene& scene) {
  std::string yaml = "settings: { costs: off }\n";
  if (scene.more_people == 0) return yaml;
  yaml += "users:\n";
  for (const char* name :
       {"Иванов Иван Иванович", "Смирнова Ольга Павловна", "Петров Пётр Петрович", "Сидорова Анна Сергеевна",
        "Кузнецов Дмитрий Олегович", "Морозова Елена Викторовна", "Васильев Андрей Николаевич"}) {
    yaml += std::string("  - { name: ") + name + " }\n";  // the templates name them
  }
  for (std::size_t i = 0; i < scene.more_people; ++i) yaml += "  - { name: " + person_name(i) + " }\n";
  return yaml;
}

class OnecDocflow final : public SimStand {
 public:
  explicit OnecDocflow(std::string edition) : edition_(std::move(edition)) {}

  void start(const Scene& scene) override {
    Launch how;
    how.edition = edition_;
    how.scenario = scenario(scene);
    launch(sim::make_onec_docflow, how);
  }

  std::unique_ptr<api::EdmsAdapter> connect(api::AdapterEnvironment environment, std::string_view without) override {
    const json::object access = this->access();
    api::ConnectionSettings settings;
    settings.name = "docflow";
    settings.type = "1c_docflow";
    for (const char* name : {"url", "user", "database_id", "time_zone"}) settings.values[name] = text_of(access, name);
    settings.secrets["password"] = Secret(text_of(access, "password"));
    if (without == "cancel") {
      settings.values["cancel"] = "never";
    } else if (!without.empty()) {
      return nullptr;
    }
    auto made = onec_docflow::make_adapter(settings, std::move(environment));
    if (!made) throw std::runtime_error(describe(made.error()));
    return std::move(made).value();
  }

  DocumentDraft draft(const std::string& title) override {
    DocumentDraft draft;
    draft.type = "internal";
    draft.key_source = "dynamic:1036/77";
    draft.fields.emplace_back("title", Value(title));
    draft.fields.emplace_back("kind", named("Счёт на оплату"));
    draft.fields.emplace_back("folder", named("Счета"));
    draft.fields.emplace_back("our_company", named("ООО Вектор"));
    draft.fields.emplace_back("counterparty", known_counterparty());
    draft.fields.emplace_back("sum", Value("1500.50"));
    draft.fields.emplace_back("responsible", named("Иванов Иван Иванович"));
    return draft;
  }

  ProcessDraft route() override {
    ProcessDraft draft;
    draft.kind = edition_ == "3.0" ? "processing" : "approval";
    draft.template_name = "Согласование счёта";
    draft.name = "Согласовать счёт";
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
    json::object act{{"document", process.document.id}, {"comment", comment}};
    switch (deed) {
      case Deed::approve: act["do"] = "approve"; break;
      case Deed::remark: act["do"] = "remark"; break;
      case Deed::reject: act["do"] = "reject"; break;
      case Deed::send_back: act["do"] = "return"; break;
      case Deed::accept_verdict: act["do"] = "accept"; break;
      case Deed::interrupt: act["do"] = "interrupt"; break;
      case Deed::sign:
        act["do"] = "sign";
        act["person"] = approver_name;
        break;
    }
    control(act);
  }

  ProcessRef stranger() override {
    ProcessRef ref;
    ref.id = uuid::random();
    ref.type = edition_ == "3.0" ? "DMObjectProcessing" : "DMBusinessProcessApproval";
    ref.document = DocumentRef{uuid::random(), edition_ == "3.0" ? "DMDocument" : "DMInternalDocument", ""};
    return ref;
  }

  Tally tally() override {
    const json::object now = state();
    Tally t;
    for (const json::value& document : now.at("documents").as_array()) {
      if (document.at("deleted").as_bool()) continue;
      ++t.documents;
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

  std::string edition_;
};

Variant edition(const std::string& number, const std::string& name) {
  return Variant(name, [number] { return std::make_unique<OnecDocflow>(number); });
}

SEDLINK_CONTRACT(onec_docflow, edition("2.1", "onec_docflow_2_1"), edition("3.0", "onec_docflow_3_0"));

}  // namespace
}  // namespace sedlink::contract
