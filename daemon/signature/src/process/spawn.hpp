#pragma once
// Children that inherit nothing by accident: chosen descriptors, a short list of variables, a session of their own.
#include <sys/types.h>

#include <string>
#include <vector>

#include "sedlink/signature/content.hpp"

namespace sedlink::signature {

struct ChildFiles {
  int input = -1, output = -1, errors = -1;  // -1: /dev/null
  int third = -1;                            // becomes descriptor 3
};

// A running child. Destruction kills its whole process group and reaps it.
class Child {
 public:
  Child() = default;
  explicit Child(pid_t pid) noexcept : pid_(pid) {}
  Child(Child&& other) noexcept : pid_(other.pid_) { other.pid_ = -1; }
  Child& operator=(Child&& other) noexcept;
  ~Child();
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  // Exit status if it has ended, reaping it; -1 while it runs; 128 + signal when a signal ended it.
  [[nodiscard]] int ended() noexcept;
  void kill() noexcept;

 private:
  pid_t pid_ = -1;
};

// `words` is not a shell line; the first is looked up in PATH. Errors: transient signature.process.
[[nodiscard]] Result<Child> spawn(const std::vector<std::string>& words, const ChildFiles& files);

}  // namespace sedlink::signature
