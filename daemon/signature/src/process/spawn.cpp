#include "process/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace sedlink::signature {
namespace {

// Secrets of the config may come as variables (env:NAME), so children get only these.
constexpr std::array inherited{"PATH",         "HOME",          "USER",         "LOGNAME",
                               "LANG",         "LC_ALL",        "LC_CTYPE",     "TZ",
                               "TMPDIR",       "SOFTHSM2_CONF", "P11_KIT_CONF", "PKCS11_MODULE_PATH",
                               "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "OPENSSL_ENGINES"};

struct Actions {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  Actions() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  ~Actions() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

void connect(Actions& actions, int target, int source, int flags) {
  if (source < 0)
    ::posix_spawn_file_actions_addopen(&actions.files, target, "/dev/null", flags, 0);
  else
    ::posix_spawn_file_actions_adddup2(&actions.files, source, target);
}

}  // namespace

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = other.pid_;
    other.pid_ = -1;
  }
  return *this;
}
Child::~Child() { kill(); }

int Child::ended() noexcept {
  if (pid_ < 0) return 0;
  int status = 0;
  const pid_t got = ::waitpid(pid_, &status, WNOHANG);
  if (got == 0) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Child::kill() noexcept {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);  // it leads its own session and group
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {}
  pid_ = -1;
}

Result<Child> spawn(const std::vector<std::string>& words, const ChildFiles& files) {
  Actions actions;
  connect(actions, 0, files.input, O_RDONLY);
  connect(actions, 1, files.output, O_WRONLY);
  connect(actions, 2, files.errors, O_WRONLY);
  if (files.third >= 0) ::posix_spawn_file_actions_adddup2(&actions.files, files.third, 3);
  ::posix_spawn_file_actions_addclosefrom_np(&actions.files, files.third >= 0 ? 4 : 3);
  sigset_t none, all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::posix_spawnattr_setsigmask(&actions.attributes, &none);
  ::posix_spawnattr_setsigdefault(&actions.attributes, &all);
  ::posix_spawnattr_setflags(&actions.attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> copy(words), variables;
  std::vector<char*> arguments, environment;
  for (auto& word : copy) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  for (const char* name : inherited)
    if (const char* value = std::getenv(name)) variables.push_back(fmt::format("{}={}", name, value));
  for (auto& one : variables) environment.push_back(one.data());
  environment.push_back(nullptr);
  pid_t pid = -1;
  const int problem =
      ::posix_spawnp(&pid, arguments[0], &actions.files, &actions.attributes, arguments.data(), environment.data());
  if (problem != 0)
    return Error{Fault::transient,
                 Audience::admin,
                 "signature.process",
                 fmt::format("программа {} не запускается: {}", words[0], std::strerror(problem)),
                 {}};
  return Child(pid);
}

}  // namespace sedlink::signature
