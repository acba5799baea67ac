#include "client_pool.hpp"

namespace sedlink::net {

std::unique_ptr<ClientConnection> ClientPool::take(const std::string& origin) {
  drop_old(std::chrono::steady_clock::now());
  auto& idle = at(origin).idle;
  while (!idle.empty()) {
    auto connection = std::move(idle.back());
    idle.pop_back();
    if (connection->stream->is_quiet()) return connection;
  }
  return nullptr;
}

void ClientPool::give_back(const std::string& origin, std::unique_ptr<ClientConnection> connection) {
  if (closed_) return;
  connection->stream->expires_never();
  connection->idle_since = std::chrono::steady_clock::now();
  at(origin).idle.push_back(std::move(connection));
}

void ClientPool::close_idle() {
  for (auto& [name, origin] : origins_) origin.idle.clear();
}

void ClientPool::drop_old(SteadyTime now) {
  for (auto& [name, origin] : origins_) {
    while (!origin.idle.empty() && now - origin.idle.front()->idle_since > idle_limit_) origin.idle.pop_front();
  }
}

}  // namespace sedlink::net
