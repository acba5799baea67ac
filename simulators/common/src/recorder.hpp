#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "sedlink/net/server.hpp"

namespace sedlink::sim {

// Writes exchanges as files. The request is on disk before it is executed, so that a kill leaves its trace.
class Recorder {
 public:
  // nullopt = records nothing. Numbers go on after those already in the folder. Errors: sim.record.
  static Result<Recorder> open(std::optional<std::filesystem::path> folder);

  // One request while its body arrives; without finish() it leaves no trace.
  class Incoming {
   public:
    Incoming(Recorder& recorder, const net::ServerRequest& request);
    ~Incoming();
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    void append(std::string_view piece);
    // The number of the exchange.
    std::uint64_t finish();

   private:
    Recorder& recorder_;
    std::filesystem::path path_;  // empty: nothing is recorded
    std::ofstream file_;
  };
  // Reads the answer's source to its end and rewinds it.
  boost::asio::awaitable<void> response(std::uint64_t number, const net::ServerResponse& response);

 private:
  [[nodiscard]] std::filesystem::path path_of(std::uint64_t number, const char* kind) const;
  std::optional<std::filesystem::path> folder_;
  std::uint64_t next_ = 1;
  std::uint64_t incoming_ = 0;
};

}  // namespace sedlink::sim
