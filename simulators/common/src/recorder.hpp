#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "sedlink/net/server.hpp"

namespace sedlink::sim {

// Writes exchanges as files. The request is on disk before it is executed, so that a kill leaves its trace.
class Recorder {
 public:
  // nullopt = records nothing. Numbers go on after those already in the folder. Errors: sim.record.
  static Result<Recorder> open(std::optional<std::filesystem::path> folder);
  std::uint64_t request(const net::ServerRequest& request, const std::string& body);
  void response(std::uint64_t number, const net::ServerResponse& response);

 private:
  void write(std::uint64_t number, const char* kind, const std::string& head, std::string_view body);
  std::optional<std::filesystem::path> folder_;
  std::uint64_t next_ = 1;
};

}  // namespace sedlink::sim
