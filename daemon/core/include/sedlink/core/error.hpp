#pragma once
// The one error value of the program, and Result<T>: either a value or that error.
#include <boost/system/result.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>

namespace sedlink {

// What the caller may do next. The class of a fault decides retry, look-up, pause or incident; texts never do.
enum class Fault {
  transient = 1,  // surely not done; repeat later
  throttled,      // surely not done; the other side asks to slow down (see Error::retry_after)
  ambiguous,      // it may have happened: look before repeating
  unauthorized,   // credentials or rights: pause the connection, alarm, drop nothing
  not_found,      // the object is not there
  rejected,       // the other side understood and refused; repeating cannot help
  defect,         // our bug or an answer outside the protocol
};

// Who can cure it.
enum class Audience { user = 1, admin, developer };

struct Error {
  Fault fault = Fault::defect;
  Audience audience = Audience::admin;
  std::string code;         // ours, stable: "net.timeout", "store.busy", "core.base64"
  std::string message;      // a sentence for the audience; holds no secret
  std::string vendor_code;  // the other system's own code or subject, verbatim
  std::optional<std::chrono::seconds> retry_after{};
};

[[nodiscard]] const char* to_string(Fault) noexcept;
[[nodiscard]] std::optional<Fault> fault_from_string(std::string_view) noexcept;
[[nodiscard]] const char* to_string(Audience) noexcept;

// "transient net.connect: Нет соединения … (vendor: …)". For logs and incidents.
[[nodiscard]] std::string describe(const Error&);

// Thrown when a Result without a value is asked for its value; carries the Error.
class ErrorException : public std::runtime_error {
 public:
  explicit ErrorException(Error e) : std::runtime_error(describe(e)), error(std::move(e)) {}
  Error error;
};

[[noreturn]] void throw_exception_from_error(const Error& e, const boost::source_location& loc);

template <class T>
using Result = boost::system::result<T, Error>;

}  // namespace sedlink
