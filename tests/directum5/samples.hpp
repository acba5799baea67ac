#pragma once
// An envelope and settings as a customer might have them. Nothing here is known of a real DIRECTUM 5 (directum, Part
// B): the names were invented for the tests.
#include <filesystem>
#include <fstream>
#include <string>

#include "sedlink/directum5/settings.hpp"

namespace sedlink::directum5::test {

inline const std::string envelope =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
    "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body>"
    "<RunScript xmlns=\"urn:customer\"><ScriptName>{script}</ScriptName><Parameters>"
    "{parameters}<P Name=\"{name}\"><V>{value}</V></P>{/parameters}"
    "</Parameters></RunScript></soap:Body></soap:Envelope>";

inline const std::vector<std::string> answer_path{"RunScriptResponse", "RunScriptResult"};

// The answer as the service wraps it: elements as they are, or escaped text.
inline std::string wrapped(const std::string& inside) {
  return "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>"
         "<RunScriptResponse xmlns=\"urn:customer\"><RunScriptResult>" +
         inside + "</RunScriptResult></RunScriptResponse></s:Body></s:Envelope>";
}

inline std::string soap_fault(const std::string& code, const std::string& text) {
  return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault><faultcode>" + code +
         "</faultcode><faultstring>" + text + "</faultstring></s:Fault></s:Body></s:Envelope>";
}

inline api::ConnectionSettings settings_in(const std::filesystem::path& folder, const std::string& url) {
  const auto file = folder / "envelope.xml";
  std::ofstream(file) << envelope;
  api::ConnectionSettings s;
  s.name = "legacy";
  s.type = "directum5";
  s.values["url"] = url;
  s.values["envelope_file"] = file.string();
  s.values["answer"] = "RunScriptResponse/RunScriptResult";
  s.values["soap_action"] = "urn:customer/{script}";
  s.values["user"] = "Интеграция";
  s.values["task_link"] = "https://directum.example.ru/task?id={id}";
  s.values["documents.types"] = "contract=ДГВ";
  s.values["documents.fields"] = "title=Name; sum=Amount; date=DocDate; responsible=Owner; counterparty=Org; kind=Kind";
  s.values["routes"] = "approval=СОГЛ";
  s.values["workflow.key"] = "SedlinkKey";
  s.values["workflow.approvers"] = "Approvers";
  s.values["names.states"] = "В работе=running; Завершена=completed; Прекращена=interrupted; Подготовка=draft";
  s.values["names.outcomes"] = "Согласовано=approved; Отказано=rejected";
  s.values["names.verdicts"] = "Согласен=approved; Против=rejected";
  s.values["names.errors"] = "ЗАНЯТО=locked; НЕТ=not_found";
  for (std::size_t i = 0; i < operation_count; ++i) {
    const std::string name(name_of(static_cast<Operation>(i)));
    s.values["scripts." + name] = "SL_" + name;
  }
  s.secrets["password"] = Secret("пароль");
  return s;
}

}  // namespace sedlink::directum5::test
