// The network and the files of the signature commands.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstring>

#include "sedlink/net/client.hpp"
#include "signature_options.hpp"

namespace sedlink::app {
namespace {

const char* reason(int code) {
  switch (code) {
    case ENOENT: return "нет такой папки";
    case EACCES:
    case EPERM: return "нет прав";
    case ENOSPC:
    case EDQUOT: return "нет места";
    case EROFS: return "диск только для чтения";
    case EISDIR: return "это папка";
    default: return std::strerror(code);
  }
}

Error file_error(const std::filesystem::path& path) {
  return {Fault::rejected,
          Audience::admin,
          "signature.file",
          fmt::format("файл {} не записать: {}", path.string(), reason(errno)),
          {}};
}

boost::asio::awaitable<void> exchange(net::Client& client, net::Request request, net::CallOptions options,
                                      std::optional<Result<net::Response>>& answer) {
  auto sent = co_await client.send(std::move(request), std::move(options));
  answer.emplace(std::move(sent));
}

}  // namespace

signature::Fetch blocking_fetch(std::chrono::seconds limit) {
  return [limit](const signature::FetchRequest& question) -> Result<std::string> {
    boost::asio::io_context context;
    auto client = net::Client::create(context.get_executor(), net::ClientOptions{});
    if (!client) return client.error();
    net::Request request;
    request.method = "POST";
    request.url = question.url;
    request.headers.add("Content-Type", question.content_type);
    request.headers.add("Accept", question.accept);
    request.body = question.body;
    net::CallOptions options;
    options.deadline = std::chrono::steady_clock::now() + limit;
    options.max_body = 1024 * 1024;
    std::optional<Result<net::Response>> answer;
    std::exception_ptr thrown;
    boost::asio::co_spawn(context, exchange(*client.value(), std::move(request), std::move(options), answer),
                          [&](std::exception_ptr e) {
                            thrown = e;
                            client.value()->close_idle();
                            context.stop();
                          });
    context.run();
    if (thrown || !answer)
      return Error{Fault::transient, Audience::admin, "signature.fetch", "обмен со службой прервался", {}, {}};
    if (!answer->has_value()) return answer->error();
    if (answer->value().status != 200)
      return Error{Fault::transient,
                   Audience::admin,
                   "signature.fetch",
                   fmt::format("{} отвечает {}", question.url, answer->value().status),
                   {}};
    return std::move(answer->value().body);
  };
}

Result<std::unique_ptr<OutputFile>> OutputFile::create(const std::filesystem::path& path, bool secret) {
  std::string temporary = path.string() + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return file_error(path);
  if (!secret) {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    ::fchmod(fd, 0666 & ~mask);
  }
  return std::unique_ptr<OutputFile>(new OutputFile(path, temporary, fd));
}

OutputFile::~OutputFile() {
  if (!committed_) ::unlink(temporary_.c_str());
}

Result<void> OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return file_error(path_);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<void> OutputFile::commit() {
  if (::fsync(file_.get()) != 0 || ::rename(temporary_.c_str(), path_.c_str()) != 0) return file_error(path_);
  committed_ = true;
  return {};
}

}  // namespace sedlink::app
