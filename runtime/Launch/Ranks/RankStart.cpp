//===- RankStart.cpp ------------------------------------------------------===//

#include "runtime/Launch/Ranks/RankStart.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"
#include "runtime/Launch/Rendezvous/Rendezvous.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>
#include <utility>

extern char **environ;

using namespace dsc;

/// Tells a rank who started it.
static constexpr char kSupervisor[] = "DSC_SUPERVISOR";

std::vector<std::string> RankStart::variablesOf(int index) const {
  int first = hosts ? hosts->rank * count : 0;
  int size = hosts ? hosts->size * count : count;
  std::vector<std::pair<std::string, std::string>> set = {
      {"RANK", std::to_string(first + index)},
      {"WORLD_SIZE", std::to_string(size)},
      {"LOCAL_RANK", std::to_string(index)},
      {"LOCAL_WORLD_SIZE", std::to_string(count)},
      {kSupervisor, std::to_string(::getpid())}};
  if (!folder.empty()) {
    set.emplace_back("DSC_STORE", folder);
  } else {
    set.emplace_back("MASTER_ADDR", hosts->address);
    set.emplace_back("DSC_STORE_PORT", std::to_string(hosts->port));
    set.emplace_back("DSC_TOKEN", tokenOf(*hosts));
  }
  if (!std::getenv("OMP_NUM_THREADS")) {
    int cores = int(std::thread::hardware_concurrency());
    set.emplace_back("OMP_NUM_THREADS",
                     std::to_string(std::max(1, cores / count)));
  }
  std::vector<std::string> result;
  for (char **variable = environ; *variable; ++variable) {
    std::string_view name(*variable, std::strcspn(*variable, "="));
    if (std::none_of(set.begin(), set.end(),
                     [&](const auto &entry) { return entry.first == name; }))
      result.emplace_back(*variable);
  }
  for (const auto &[name, value] : set)
    result.push_back(name + "=" + value);
  return result;
}

/// In the child: only what is safe after a fork.
void RankStart::become(const char *program, pid_t parent, int output,
                       char *const *environment) const {
  ::setpgid(0, 0);
  // The terminal's foreground is the supervisor; rank 0 may write all the same.
  std::signal(SIGTTOU, SIG_IGN);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent)
    ::_exit(int(Exit::peer));
  int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  if (output >= 0) {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
  }
  // Until the rank can save, signals that stop it wait.
  sigset_t mask = signals;
  for (int signal : kStopSignals)
    sigaddset(&mask, signal);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execve(program, argv, environment);
  ::_exit(int(Exit::internal));
}

RankProcess RankStart::start(int index) const {
  std::vector<std::string> variables = variablesOf(index);
  std::vector<char *> environment;
  for (std::string &variable : variables)
    environment.push_back(variable.data());
  environment.push_back(nullptr);
  std::string program = programPath();
  pid_t parent = ::getpid();
  int ends[2] = {-1, -1};
  if (index > 0 && ::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(Exit::internal,
                std::string("cannot make a pipe: ") + std::strerror(errno));
  pid_t process = ::fork();
  if (process == 0)
    become(program.c_str(), parent, ends[1], environment.data());
  int reason = errno;
  if (ends[1] >= 0)
    ::close(ends[1]);
  if (process >= 0)
    return {process, ends[0]};
  if (ends[0] >= 0)
    ::close(ends[0]);
  throw Error(Exit::internal, fmt::format("cannot start rank {}: {}", index,
                                          std::strerror(reason)));
}

bool dsc::isSupervised() { return std::getenv(kSupervisor) != nullptr; }

bool dsc::isSupervisorThere() {
  const char *process = std::getenv(kSupervisor);
  return process && std::to_string(::getppid()) == process;
}
