#include "process/channel.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sedlink::signature {
namespace {

constexpr std::size_t longest_packet = 512ull * 1024 * 1024;

Error lost(const char* message, Fault fault = Fault::transient) {
  return {fault, Audience::admin, "signature.process", message, {}};
}

void append_length(std::string& out, std::size_t length) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(length >> (8 * i) & 0xff));
}
// Strings that held a key are not left in freed memory.
struct Wiped {
  std::vector<std::string*> strings;
  ~Wiped() {
    for (std::string* one : strings) wipe(*one);
  }
};

std::size_t length_at(const char* bytes) {
  std::size_t out = 0;
  for (int i = 3; i >= 0; --i) out = out << 8 | static_cast<unsigned char>(bytes[i]);
  return out;
}

}  // namespace

Result<std::pair<Channel, Descriptor>> Channel::pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return lost("не хватает файловых дескрипторов");
  return std::pair<Channel, Descriptor>(Channel(Descriptor(ends[0])), Descriptor(ends[1]));
}

Result<void> Channel::wait(short events, std::optional<Deadline> deadline) const {
  while (true) {
    int left = -1;
    if (deadline) {
      const auto span = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
      if (span.count() <= 0) return lost("процесс подписи не ответил за отведённое время");
      left = static_cast<int>(std::min<long long>(span.count(), 1'000'000'000));
    }
    pollfd entry{socket_.get(), events, 0};
    const int ready = ::poll(&entry, 1, left);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return lost("связь с процессом подписи потеряна");
  }
}

Result<void> Channel::send(const Packet& packet, std::optional<Deadline> deadline) {
  std::string body;
  std::size_t size = 16;
  for (const auto& blob : packet.blobs) size += 4 + blob.size();
  const std::string head = packet.head.is_null() ? std::string("{}") : boost::json::serialize(packet.head);
  body.reserve(size + head.size());  // a buffer that grows leaves copies behind
  append_length(body, head.size());
  body += head;
  for (const auto& blob : packet.blobs) {
    append_length(body, blob.size());
    body += blob;
  }
  if (body.size() > longest_packet) return lost("запрос к процессу подписи слишком велик", Fault::rejected);
  std::string all;
  all.reserve(body.size() + 5);
  all.push_back(static_cast<char>(packet.type));
  append_length(all, body.size());
  all += body;
  const Wiped wiped{packet.type == PacketType::open ? std::vector<std::string*>{&body, &all}
                                                    : std::vector<std::string*>()};
  std::size_t done = 0;
  while (done < all.size()) {
    if (auto ready = wait(POLLOUT, deadline); !ready) return ready;
    iovec part{all.data() + done, all.size() - done};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (done == 0 && packet.file) {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      cmsghdr* item = CMSG_FIRSTHDR(&message);
      item->cmsg_level = SOL_SOCKET;
      item->cmsg_type = SCM_RIGHTS;
      item->cmsg_len = CMSG_LEN(sizeof(int));
      const int fd = packet.file.get();
      std::memcpy(CMSG_DATA(item), &fd, sizeof fd);
    }
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent <= 0) return lost("процесс подписи завершился");
    done += static_cast<std::size_t>(sent);
  }
  return {};
}

Result<void> Channel::read_exactly(char* into, std::size_t length, std::optional<Deadline> deadline) {
  while (length > 0) {
    if (auto ready = wait(POLLIN, deadline); !ready) return ready;
    iovec part{into, length};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return lost("процесс подписи завершился");
    if (cmsghdr* item = CMSG_FIRSTHDR(&message); item != nullptr && item->cmsg_type == SCM_RIGHTS) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(item), sizeof fd);
      arrived_ = Descriptor(fd);
    }
    into += got;
    length -= static_cast<std::size_t>(got);
  }
  return {};
}

Result<Packet> Channel::receive(std::optional<Deadline> deadline) {
  char header[5];
  if (auto read = read_exactly(header, sizeof header, deadline); !read) return read.error();
  const std::size_t length = length_at(header + 1);
  if (length > longest_packet) return lost("процесс подписи ответил непонятно", Fault::defect);
  std::string body(length, '\0');
  if (auto read = read_exactly(body.data(), length, deadline); !read) return read.error();
  Packet out(static_cast<PacketType>(header[0]));
  std::vector<std::string> parts;
  const Wiped wiped{out.type == PacketType::open ? std::vector<std::string*>{&body} : std::vector<std::string*>()};
  for (std::size_t at = 0; at < body.size();) {
    if (body.size() - at < 4) return lost("процесс подписи ответил непонятно", Fault::defect);
    const std::size_t size = length_at(body.data() + at);
    at += 4;
    if (body.size() - at < size) return lost("процесс подписи ответил непонятно", Fault::defect);
    parts.emplace_back(body, at, size);
    at += size;
  }
  if (parts.empty()) return lost("процесс подписи ответил непонятно", Fault::defect);
  auto head = json::parse(parts.front());
  if (!head) return lost("процесс подписи ответил непонятно", Fault::defect);
  out.head = std::move(head).value();
  out.blobs.assign(std::make_move_iterator(parts.begin() + 1), std::make_move_iterator(parts.end()));
  out.file = std::move(arrived_);
  return out;
}

}  // namespace sedlink::signature
