#pragma once
// What the battery must know of one EDMS besides its port: a variant. One file implements it (variants/); the battery
// calls it from the test's thread, a fresh one for every case. docs/adding-an-adapter.md explains each function.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/api/edms.hpp"
#include "sedlink/api/factory.hpp"

namespace sedlink::contract {

// What befalls one request on its way or its answer.
enum class Mishap {
  hang = 1,            // no answer, not executed
  close,               // broken off, not executed
  server_error,        // the other side's own failure, not executed
  throttle,            // its way of asking to slow down, not executed
  refuse_credentials,  // an expired token, a changed password: not executed
  corrupt,             // executed, the answer is garbled
  truncate,            // executed, half of the answer
  lose_answer,         // executed, the answer never comes
};
[[nodiscard]] const char* to_string(Mishap) noexcept;
[[nodiscard]] std::vector<Mishap> every_mishap();

// What people do in the EDMS itself.
enum class Deed {
  approve = 1,
  remark,  // approve with remarks
  reject,
  send_back,       // the author sends the round that ended badly into a new one
  accept_verdict,  // the author leaves it at the verdict
  interrupt,
  sign,  // whoever may signs the files of the document; no process is needed
};

// What the EDMS really holds, told by itself and not through the adapter.
struct Tally {
  Tally() = default;
  std::size_t documents = 0, files = 0, versions = 0, counterparties = 0;
  std::size_t processes = 0;    // prepared or started, ended ones included
  std::size_t started = 0;      // of these, those ever started
  std::size_t interrupted = 0;  // of these
  std::size_t rounds = 0;       // of all processes together
};

// How the system of a case differs from the usual one.
struct Scene {
  Scene() = default;
  std::size_t more_people = 0;  // so many more than the approver, named person_name(i)
};
[[nodiscard]] std::string person_name(std::size_t i);  // "Сотрудник 7 Иван Иванович"

class Stand {
 public:
  virtual ~Stand() = default;

  // The EDMS, empty but for its people, lists and templates. Once, before anything else. Throws when it cannot.
  virtual void start(const Scene& scene) = 0;
  // A new adapter for it. `without`: a capability (field of api::Capabilities) that settings are to take away; null
  // when they cannot.
  virtual std::unique_ptr<api::EdmsAdapter> connect(api::AdapterEnvironment environment, std::string_view without) = 0;

  // A document the EDMS takes, and a process on it with exactly one approver, after whom it ends.
  virtual DocumentDraft draft(const std::string& title) = 0;
  virtual ProcessDraft route() = 0;
  virtual std::string approver() = 0;             // full name of that person
  virtual Reference known_counterparty() = 0;     // there from the beginning, by its requisites
  virtual Reference new_counterparty(int n) = 0;  // not there; another one for every n

  // Throws when the EDMS refuses.
  virtual void act(Deed deed, const ProcessRef& process, const std::string& comment) = 0;
  // A process of a document that never existed, as the adapter would name it.
  virtual ProcessRef stranger() = 0;
  // Whether a request of this EDMS can suffer so at all.
  [[nodiscard]] virtual bool has(Mishap) const { return true; }
  // From now on `spared` requests pass, the next `times` suffer.
  virtual void arm(Mishap mishap, std::size_t spared, std::size_t times) = 0;
  // Back to normal. Whether anything suffered.
  virtual bool disarm() = 0;
  // Returns when the EDMS has nothing left to do with what it received.
  virtual void settle() {}
  virtual std::size_t requests() = 0;  // received so far
  // The sweeps break every so-manieth request and cancel at every so-manieth wait, shifted from mishap to mishap. Above
  // 1 only for an older edition of what another variant meets in full; the table says so.
  [[nodiscard]] virtual std::size_t stride() const { return 1; }
  // Whether its lists of files tell sizes; else ResultFile::size is 0.
  [[nodiscard]] virtual bool tells_sizes() const { return true; }
  // Whether a refused round left at its verdict ends by an interruption: the adapter needs the capability cancel for
  // it.
  [[nodiscard]] virtual bool giving_up_is_cancelling() const { return false; }
  virtual Tally tally() = 0;
};

struct Variant {
  Variant() = default;
  Variant(std::string n, std::function<std::unique_ptr<Stand>()> m) : name(std::move(n)), make(std::move(m)) {}
  std::string name;  // letters, digits and '_': "onec_docflow_2_1"
  std::function<std::unique_ptr<Stand>()> make;
};

}  // namespace sedlink::contract
