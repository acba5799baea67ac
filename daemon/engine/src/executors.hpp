#pragma once
// How each kind of effect is carried out through the ports: after doubt look first, then do.
#include <boost/asio/thread_pool.hpp>

#include "core.hpp"
#include "sedlink/process/event.hpp"

namespace sedlink::engine {

// A fault of another system than the effect's own lane: repeated later, and no mark against this lane's connection.
[[nodiscard]] Error elsewhere(Error error);

// How long the transfer of a file may take: 10 minutes, and more for what 2 Mbit/s cannot carry in them.
[[nodiscard]] Duration file_time(std::uint64_t size);

// Code of the error that means: the service works on the answer, ask again after Error::retry_after.
inline constexpr const char* not_ready = "service.not_ready";

class Executors {
 public:
  explicit Executors(Core& core) : core_(core), render_(1), judges_(1) {}
  // Everything but process::ChangeCrm, which goes in batches.
  Task<process::Success> carry_out(store::EffectRow row, process::Effect effect);

 private:
  // Of a call somebody waits for; files travel as bulk work.
  [[nodiscard]] api::CallContext urgent(const std::string& key) const;
  Task<process::Success> collect(process::CollectFiles action, store::EffectRow row);
  Task<process::Success> counterparty(api::EdmsAdapter& edms, process::EnsureCounterparty action, std::string key);
  Task<process::Success> document(api::EdmsAdapter& edms, process::CreateDocument action, std::string key,
                                  store::EffectRow row);
  Task<process::Success> attach(api::EdmsAdapter& edms, process::AttachFile action, store::EffectRow row);
  Task<process::Success> version(api::EdmsAdapter& edms, process::AddVersion action, store::EffectRow row);
  Task<process::Success> prepare(api::EdmsAdapter& edms, process::PrepareProcess action, std::string key,
                                 store::EffectRow row);
  Task<process::Success> results(api::EdmsAdapter& edms, process::ListResults action);
  Task<process::Success> call(process::CallService action, store::EffectRow row);  // calls.cpp
  Task<process::Success> deliver(process::Deliver action, store::EffectRow row);
  // The file's bytes in the spool: there already, or read from the CRM again.
  Task<SpooledFile> spooled(process::DocumentFile file, store::EffectRow row);
  // One file of a card, from the spool when it is known, else downloaded.
  Task<SpooledFile> collect_one(api::CrmAdapter& crm, ItemRef item, process::DocumentFile file, std::string path,
                                std::uint64_t most);
  // Refuses, before anything moves, what the place or the EDMS does not take.
  [[nodiscard]] Result<void> fits(const process::Deliver& action, const api::CrmAdapter& crm,
                                  const std::string& edms) const;
  Task<SpooledFile> content(process::Deliver action, store::EffectRow row, std::string edms);
  Task<std::string> draw(process::SheetData data);
  // signed_results.cpp
  struct Judged;
  struct DossierWork;
  Task<process::Success> verify(process::VerifySignatures action, store::EffectRow row);
  Task<void> judge(std::shared_ptr<Judged> work);
  Task<SpooledFile> dossier(process::Deliver action, store::EffectRow row, std::string edms);
  Task<SpooledFile> put_together(std::shared_ptr<DossierWork> work);
  Task<store::InstanceRow> instance(std::string id);
  // Every user the references name is known, else an error that says who is not.
  Task<void> people_known(std::string crm, std::vector<Reference> references);

  Core& core_;
  boost::asio::thread_pool render_;
  boost::asio::thread_pool judges_;               // signatures and dossiers: disk, network, a signer process
  std::map<std::string, SpooledFile> fetched_;    // EDMS file version -> its bytes, so that three targets fetch once
  std::map<std::string, int> signer_failures_;    // effect -> how often judging failed here; a restart forgets it
  std::map<std::string, SpooledFile> collected_;  // CRM file -> what it is: contents behind an id never change
};

}  // namespace sedlink::engine
