#pragma once
// sedlink sign, verify, decrypt, and the hidden `signer` that a signer process is.
#include <memory>
#include <optional>

namespace CLI {
class App;
}

namespace sedlink::app {

class SignatureCommands {
 public:
  explicit SignatureCommands(CLI::App& app);
  ~SignatureCommands();
  // Exit code of the command that was called; nothing when it was none of these.
  [[nodiscard]] std::optional<int> run();

 private:
  struct Options;
  std::unique_ptr<Options> options_;
};

}  // namespace sedlink::app
