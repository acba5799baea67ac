#pragma once
// A stand over a simulator of simulators/, in this process but on a thread of its own: the adapter's thread does
// nothing but the adapter's work.
#include <boost/json/object.hpp>

#include "contract/stand.hpp"

namespace sedlink::sim {
class Simulator;
struct Options;
}  // namespace sedlink::sim

namespace sedlink::contract {

class SimStand : public Stand {
 public:
  using Make = std::unique_ptr<sim::Simulator> (*)(const sim::Options&);

  SimStand();
  ~SimStand() override;
  void arm(Mishap mishap, std::size_t spared, std::size_t times) override;
  bool disarm() override;
  void settle() override;
  std::size_t requests() override;

 protected:
  struct Launch {
    Launch() = default;
    std::string edition, scenario;  // as on the command line; YAML
    bool module = false;
  };
  void launch(Make make, const Launch& how);
  // arm() for messages of these types only (Call::type; see sim/fault.hpp).
  void arm_type(const char* type, Mishap mishap, std::size_t spared, std::size_t times);
  // As POST /_sim/act and GET /_sim/state. Throw what the simulator refuses.
  void control(const boost::json::object& act);
  boost::json::object state();
  boost::json::object access();

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

// A member of the state as text; empty when there is none.
[[nodiscard]] std::string text_of(const boost::json::value& row, std::string_view key);

}  // namespace sedlink::contract
