#pragma once
// Kept-alive connections of one client, by origin.
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "message_io.hpp"
#include "sedlink/net/limiter.hpp"
#include "stream.hpp"

namespace sedlink::net {

struct ClientConnection {
  explicit ClientConnection(std::unique_ptr<Stream> s) : stream(std::move(s)) {}
  std::unique_ptr<Stream> stream;
  InputBuffer input;
  SteadyTime idle_since{};
};

class ClientPool {
 public:
  ClientPool(std::size_t max_per_origin, Duration idle_limit)
      : max_per_origin_(max_per_origin), idle_limit_(idle_limit) {}

  // The right to use one connection of the origin.
  Concurrency& places(const std::string& origin) { return at(origin).places; }
  // The freshest idle connection that is still alive, or null. Forgets those that are not.
  std::unique_ptr<ClientConnection> take(const std::string& origin);
  void give_back(const std::string& origin, std::unique_ptr<ClientConnection> connection);
  void close_idle();
  // The client is gone: connections that come back are closed.
  void shut() {
    closed_ = true;
    close_idle();
  }

 private:
  struct Origin {
    explicit Origin(std::size_t n) : places(n) {}
    Concurrency places;
    std::deque<std::unique_ptr<ClientConnection>> idle;  // oldest first
  };
  Origin& at(const std::string& origin) { return origins_.try_emplace(origin, max_per_origin_).first->second; }
  void drop_old(SteadyTime now);

  std::size_t max_per_origin_;
  Duration idle_limit_;
  std::map<std::string, Origin, std::less<>> origins_;
  bool closed_ = false;
};

}  // namespace sedlink::net
