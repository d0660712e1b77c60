//===- Supervisor.cpp -----------------------------------------------------===//

#include "runtime/Launch/Supervisor.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"
#include "runtime/Collectives/Heartbeat.h"
#include "runtime/Launch/RankLines.h"
#include "runtime/Launch/Rendezvous.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char **environ;

using namespace dsc;

/// Tells a rank who started it.
static constexpr char kSupervisor[] = "DSC_SUPERVISOR";

/// From the loss of a rank until the others, which hear of it by themselves,
/// are killed.
static constexpr auto kGrace = std::chrono::seconds(9);

/// A rank that somebody has stopped for so long is lost: a little more than the
/// heartbeat's silence, which misses none that has not come to its first beat.
static constexpr auto kStall = std::chrono::milliseconds(8500);

namespace {

using Clock = std::chrono::steady_clock;

struct Child {
  pid_t process = -1;
  bool ended = false;
  bool killed = false; ///< by us, since another is lost
  int status = 0;
  std::optional<Clock::time_point> stopped; ///< as by SIGSTOP, since when
  bool stalled = false;                     ///< killed, since it was stopped
  std::unique_ptr<RankLines> lines; ///< null for the one with the terminal

  bool isSignalled() const { return WIFSIGNALED(status); }
  /// The exit code that it stands for.
  int code() const {
    return isSignalled() ? int(Exit::peer) : WEXITSTATUS(status);
  }
  bool isFailed() const {
    return code() != int(Exit::done) && code() != int(Exit::stopped);
  }
};

class Supervisor {
public:
  Supervisor(int count, const std::optional<Place> &hosts, char **argv);
  ~Supervisor();
  Exit run();

private:
  void start(int index);
  [[noreturn]] void become(int index, int output,
                           const std::vector<std::string> &variables);
  std::vector<std::string> variablesOf(int index) const;
  void blockSignals();
  void waitForEvents();
  void readSignals();
  void forward(int signal);
  void killAll();
  void reap();
  void noteChange(Child &child, int status);
  void noteEnd(Child &child);
  void endStalled();
  void showRest();
  Exit conclude();
  std::string describeEnd(const Child &child) const;

  int count;
  std::optional<Place> hosts;
  char **argv;
  std::string program = programPath();
  pid_t parent = ::getpid();
  std::string folder; ///< of the ranks' store; "" when there are other hosts
  sigset_t before = {};
  int signals = -1;
  std::vector<Child> children;
  std::vector<size_t> failures; ///< indices, in the order of their ends
  bool forwarded = false;
  bool interrupted = false; ///< twice, by a person who does not want to wait
  std::optional<Clock::time_point> deadline;
};

} // namespace

static std::string makeFolder() {
  std::string path = temporaryFolder() + "/dsc-ranks-XXXXXX";
  if (!::mkdtemp(path.data()))
    throw Error(
        Exit::storage,
        fmt::format("cannot make directory '{}': {}", path, strerror(errno)),
        kTemporaryRemedy);
  return path;
}

Supervisor::Supervisor(int count, const std::optional<Place> &hosts,
                       char **argv)
    : count(count), hosts(hosts), argv(argv), children(size_t(count)) {
  if (!hosts || hosts->size == 1)
    folder = makeFolder();
}

Supervisor::~Supervisor() {
  // Only after a rank that could not be started.
  killAll();
  for (Child &child : children)
    if (!child.ended && child.process > 0)
      ::waitpid(child.process, nullptr, 0);
  if (signals >= 0)
    ::close(signals);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  std::error_code failure;
  if (!folder.empty())
    std::filesystem::remove_all(folder, failure);
}

/// Signals are read like any other input, so nothing happens between two lines.
void Supervisor::blockSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (int signal : kStopSignals)
    sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, &before);
  std::signal(SIGPIPE, SIG_IGN);
  signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0)
    throw Error(Exit::internal,
                std::string("cannot read signals: ") + std::strerror(errno));
}

std::vector<std::string> Supervisor::variablesOf(int index) const {
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
void Supervisor::become(int index, int output,
                        const std::vector<std::string> &variables) {
  std::vector<char *> environment;
  for (const std::string &variable : variables)
    environment.push_back(const_cast<char *>(variable.c_str()));
  environment.push_back(nullptr);
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
  sigset_t mask = before;
  for (int signal : kStopSignals)
    sigaddset(&mask, signal);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execve(program.c_str(), argv, environment.data());
  ::_exit(int(Exit::internal));
}

void Supervisor::start(int index) {
  std::vector<std::string> variables = variablesOf(index);
  int ends[2] = {-1, -1};
  if (index > 0 && ::pipe2(ends, O_CLOEXEC) != 0)
    throw Error(Exit::internal,
                std::string("cannot make a pipe: ") + std::strerror(errno));
  Child &child = children[size_t(index)];
  child.process = ::fork();
  if (child.process == 0)
    become(index, ends[1], variables);
  if (ends[1] >= 0)
    ::close(ends[1]);
  if (index > 0)
    child.lines = std::make_unique<RankLines>(index, ends[0]);
  if (child.process < 0)
    throw Error(Exit::internal, fmt::format("cannot start rank {}: {}", index,
                                            std::strerror(errno)));
}

std::string Supervisor::describeEnd(const Child &child) const {
  int first = hosts ? hosts->rank * count : 0;
  int64_t rank = first + (&child - children.data());
  if (!child.isSignalled())
    return fmt::format("rank {} ended with exit code {}", rank, child.code());
  if (child.stalled)
    return fmt::format("rank {} was stopped, and did not go on", rank);
  int signal = WTERMSIG(child.status);
  return fmt::format("rank {} was ended by signal {} ({})", rank, signal,
                     strsignal(signal));
}

static std::string remedyOf(const Child &child) {
  return child.isSignalled() ? "--resume goes on from the newest checkpoint"
                             : "";
}

/// A rank that has not been waited for keeps its number, so that no other
/// process can be hit.
void Supervisor::forward(int signal) {
  for (Child &child : children)
    if (!child.ended && child.process > 0)
      ::kill(child.process, signal);
}

void Supervisor::killAll() {
  for (Child &child : children)
    child.killed |= !child.ended;
  forward(SIGKILL);
}

void Supervisor::readSignals() {
  signalfd_siginfo info;
  while (::read(signals, &info, sizeof(info)) == ssize_t(sizeof(info))) {
    int signal = int(info.ssi_signo);
    if (signal == SIGCHLD)
      continue;
    if (!forwarded) {
      forwarded = true;
      forward(signal);
    } else if (signal == SIGINT) {
      interrupted = true;
      killAll();
    }
  }
}

void Supervisor::noteEnd(Child &child) {
  child.ended = true;
  if (!child.isFailed() || child.killed)
    return;
  failures.push_back(size_t(&child - children.data()));
  if (deadline)
    return;
  deadline = Clock::now() + kGrace;
  if (folder.empty())
    return; // other hosts' ranks hear of it by its silence
  try {
    leaveLossNote(*openFileStore(folder),
                  {int(failures.front()), describeEnd(child), Exit::peer,
                   remedyOf(child)});
  } catch (const Error &) {
    // They will miss it.
  }
}

void Supervisor::noteChange(Child &child, int status) {
  if (WIFSTOPPED(status)) {
    child.stopped = Clock::now();
  } else if (WIFCONTINUED(status)) {
    child.stopped.reset();
  } else {
    child.status = status;
    noteEnd(child);
  }
}

/// A stopped process takes no signal but this one. Once another is lost there
/// is nothing left to wait for.
void Supervisor::endStalled() {
  for (Child &child : children) {
    if (child.ended || child.stalled || !child.stopped ||
        (!deadline && Clock::now() < *child.stopped + kStall))
      continue;
    child.stalled = true;
    ::kill(child.process, SIGKILL);
  }
}

void Supervisor::reap() {
  int status = 0;
  for (Child &child : children)
    while (!child.ended && ::waitpid(child.process, &status,
                                     WNOHANG | WUNTRACED | WCONTINUED) > 0)
      noteChange(child, status);
  endStalled();
  if (deadline && Clock::now() >= *deadline)
    killAll();
}

void Supervisor::waitForEvents() {
  std::vector<pollfd> inputs = {{signals, POLLIN, 0}};
  for (const Child &child : children)
    inputs.push_back({child.lines ? child.lines->descriptor() : -1, POLLIN, 0});
  ::poll(inputs.data(), inputs.size(), deadline ? 100 : 1000);
  for (size_t i = 0; i < children.size(); ++i)
    if (inputs[i + 1].revents)
      children[i].lines->read();
}

/// Of those that every rank finds by itself, one message is enough.
static bool isShared(int code) {
  return code == int(Exit::usage) || code == int(Exit::artifact) ||
         code == int(Exit::refused) || code == int(Exit::peer) ||
         code == int(Exit::diverged);
}

void Supervisor::showRest() {
  const Child &first = children.front();
  bool isFirstAtFault = !first.isSignalled() && first.isFailed();
  for (Child &child : children) {
    if (!child.lines)
      continue;
    child.lines->read();
    bool isAlike = first.code() == child.code() && isShared(child.code());
    // The others know no more than that the first one has gone.
    bool isSaid =
        isFirstAtFault && (isAlike || child.code() == int(Exit::peer));
    if (!isSaid)
      child.lines->release();
  }
}

/// The others fail because one did: a reason of its own comes before theirs.
Exit Supervisor::conclude() {
  const Child *cause = nullptr;
  for (size_t index : failures) {
    const Child &child = children[index];
    bool isOwn = child.isSignalled() || child.code() != int(Exit::peer);
    if (!cause || isOwn)
      cause = &child;
    if (isOwn)
      break;
  }
  if (!cause) {
    bool stopped =
        std::any_of(children.begin(), children.end(), [](const Child &child) {
          return child.code() == int(Exit::stopped);
        });
    return stopped ? Exit::stopped : Exit::done;
  }
  bool alike =
      std::all_of(children.begin(), children.end(), [&](const Child &child) {
        return child.status == cause->status;
      });
  const Child &first = children.front();
  bool isSaid = alike || cause == &first;
  if (isSaid && !cause->isSignalled())
    return Exit(cause->code()); // it has said why
  bool isNoted = cause->isSignalled() && !folder.empty() &&
                 !first.isSignalled() && first.code() == int(Exit::peer);
  if (isNoted)
    return Exit::peer; // the first has said what the note says
  throw Error(Exit(cause->code()), describeEnd(*cause), remedyOf(*cause));
}

Exit Supervisor::run() {
  blockSignals();
  for (int index = 0; index < count; ++index)
    start(index);
  auto isEnded = [](const Child &child) { return child.ended; };
  while (!std::all_of(children.begin(), children.end(), isEnded)) {
    waitForEvents();
    readSignals();
    reap();
  }
  showRest();
  if (interrupted) {
    std::error_code failure;
    if (!folder.empty())
      std::filesystem::remove_all(folder, failure);
    std::signal(SIGINT, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    ::raise(SIGINT);
  }
  return conclude();
}

Exit dsc::superviseRanks(int count, const std::optional<Place> &hosts,
                         char **argv) {
  return Supervisor(count, hosts, argv).run();
}

bool dsc::isSupervised() { return std::getenv(kSupervisor) != nullptr; }

bool dsc::isSupervisorThere() {
  const char *process = std::getenv(kSupervisor);
  return process && std::to_string(::getppid()) == process;
}
