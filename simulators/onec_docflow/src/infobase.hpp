#pragma once
// The infobase: settings, data, clock, and the ways in which something happens later or is told to people.
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "database.hpp"
#include "edition.hpp"
#include "sedlink/sim/json.hpp"
#include "settings.hpp"

namespace sedlink::sim::onec_docflow {

// A business error: HTTP 200 with DMError. An empty subject becomes the subject of the request's group.
class DmError : public std::runtime_error {
 public:
  explicit DmError(const std::string& description, std::string error_subject = {})
      : std::runtime_error(description), subject(std::move(error_subject)) {}
  std::string subject;
};

// The text of an error that the server's own code ran into: with the line of the module it stopped at.
[[nodiscard]] std::string module_error(int line, const std::string& text);

class Infobase {
 public:
  struct Outside {
    std::function<Time()> now;
    std::function<std::string()> new_id;
    std::function<void(Duration, std::function<void()>)> later;
    ContentStore* contents = nullptr;                 // where files live; never null
    std::function<void(const json::object&)> notice;  // something that people may react to
  };

  Infobase(const Edition& e, Settings s, TimeZone z, Outside o)
      : edition(e), settings(std::move(s)), outside(std::move(o)), zone_(std::move(z)) {}

  const Edition& edition;
  Settings settings;
  Database data;
  Outside outside;

  [[nodiscard]] Time now() const { return outside.now(); }
  [[nodiscard]] std::string new_id() const { return outside.new_id(); }
  // "2024-03-01T10:00:00" in the server's zone; nothing is 0001-01-01T00:00:00.
  [[nodiscard]] std::string local(std::optional<Time> time) const;
  [[nodiscard]] static std::string utc(Time time);
  // Server's local text; nothing for an empty date or one that cannot be read.
  [[nodiscard]] std::optional<Time> from_local(std::string_view text) const;
  // "000000017" of a numerator.
  [[nodiscard]] std::string next_number(const std::string& numerator);
  [[nodiscard]] std::string display(Time time) const { return zone_.to_display_date(time); }

 private:
  TimeZone zone_;
};

inline constexpr std::string_view empty_date = "0001-01-01T00:00:00";

// Who asks: the node of dataBaseID ("" = no node), the infobase user, and who that is among those who act: the same
// user in 2.1, the main employee in 3.0.
struct Caller {
  std::string node;
  std::string user;
  std::string person;
};

}  // namespace sedlink::sim::onec_docflow
