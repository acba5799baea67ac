#pragma once
// POST /_sim/act and the scenario's rules: what people do inside 1C.
#include "infobase.hpp"
#include "sedlink/sim/json.hpp"
#include "sedlink/sim/signer.hpp"
#include "workflow.hpp"

namespace sedlink::sim::onec_docflow {

class People {
 public:
  People(Infobase& base, Workflow& workflow) : base_(base), workflow_(workflow) {}

  // {process|document, task?, person?, do, comment?, file?}. Errors: control text saying what is not possible now.
  Result<json::value> act(const json::object& act);
  [[nodiscard]] json::object signing() const { return signer_.describe(); }

 private:
  std::string find_process(const json::object& act);
  Object* find_document(const json::object& act);
  OpenWork find_work(const std::string& process, const json::object& act, bool checkup);
  std::string find_person(const json::object& act);
  void bring_file(const json::object& act, const Ref& document, const std::string& person);
  [[nodiscard]] std::string user_of(const std::string& person) const;
  std::size_t sign(const Ref& document, const std::string& person, const std::string& comment);
  json::value decide(const json::object& act, const std::string& what);

  Infobase& base_;
  Workflow& workflow_;
  Signer signer_;
};

}  // namespace sedlink::sim::onec_docflow
