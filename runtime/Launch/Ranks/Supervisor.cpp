//===- Supervisor.cpp -----------------------------------------------------===//

#include "runtime/Launch/Ranks/Supervisor.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"
#include "runtime/Collectives/Heartbeat.h"
#include "runtime/Launch/Ranks/RankLines.h"
#include "runtime/Launch/Ranks/RankStart.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace dsc;

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
  void startAll();
  void blockSignals();
  void waitForEvents();
  void readSignals();
  void forward(int signal);
  void killAll();
  void reap();
  void noteChange(Child &child, int status);
  void noteEnd(Child &child);
  void endStalled();
  const Child *findCause() const;
  bool isNoted(const Child &cause) const;
  void showRest();
  Exit conclude();
  int rankOf(const Child &child) const; ///< among those of all hosts
  std::string describeEnd(const Child &child) const;

  int count;
  std::optional<Place> hosts;
  char **argv;
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
/// One that is ignored would be read as well, if it were blocked.
void Supervisor::blockSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (int signal : kStopSignals)
    if (!isIgnored(signal))
      sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, &before);
  std::signal(SIGPIPE, SIG_IGN);
  signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0)
    throw Error(Exit::internal,
                std::string("cannot read signals: ") + std::strerror(errno));
}

void Supervisor::startAll() {
  RankStart ranks{count, hosts, folder, argv, before};
  for (int index = 0; index < count; ++index) {
    Child &child = children[size_t(index)];
    RankProcess started = ranks.start(index);
    child.process = started.process;
    if (started.output >= 0)
      child.lines = std::make_unique<RankLines>(rankOf(child), started.output);
  }
}

int Supervisor::rankOf(const Child &child) const {
  int first = hosts ? hosts->rank * count : 0;
  return first + int(&child - children.data());
}

std::string Supervisor::describeEnd(const Child &child) const {
  int rank = rankOf(child);
  if (!child.isSignalled())
    return fmt::format("rank {} ended with exit code {}", rank, child.code());
  if (child.stalled)
    return fmt::format("rank {} was stopped, and did not go on", rank);
  int signal = WTERMSIG(child.status);
  return fmt::format("rank {} was ended by signal {} ({})", rank, signal,
                     strsignal(signal));
}

static std::string remedyOf(const Child &child) {
  return child.isSignalled() ? kLossRemedy : "";
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
         code == int(Exit::diverged) || code == int(Exit::stopped);
}

/// The others fail because one did: a reason of its own comes before theirs.
/// Null where none failed.
const Child *Supervisor::findCause() const {
  const Child *cause = nullptr;
  for (size_t index : failures) {
    const Child &child = children[index];
    bool isOwn = child.isSignalled() || child.code() != int(Exit::peer);
    if (!cause || isOwn)
      cause = &child;
    if (isOwn)
      break;
  }
  return cause;
}

/// Whether the others know of its end what describeEnd() says.
bool Supervisor::isNoted(const Child &cause) const {
  return cause.isSignalled() && !folder.empty();
}

void Supervisor::showRest() {
  const Child &first = children.front();
  bool isFirstAtFault = !first.isSignalled() && first.isFailed();
  const Child *cause = findCause();
  bool isSaidInTheEnd = isFirstAtFault || (cause && isNoted(*cause));
  for (Child &child : children) {
    if (!child.lines)
      continue;
    child.lines->read();
    bool isAlike = !first.isSignalled() && first.code() == child.code() &&
                   isShared(child.code());
    // The others know no more than that one has gone.
    bool isSaid =
        isAlike || (isSaidInTheEnd && child.code() == int(Exit::peer));
    if (!isSaid)
      child.lines->release();
  }
}

Exit Supervisor::conclude() {
  const Child *cause = findCause();
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
  if (isNoted(*cause) && !first.isSignalled() &&
      first.code() == int(Exit::peer))
    return Exit::peer; // the first has said what the note says
  throw Error(Exit(cause->code()), describeEnd(*cause), remedyOf(*cause));
}

Exit Supervisor::run() {
  blockSignals();
  startAll();
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
    sigset_t interruption;
    sigemptyset(&interruption);
    sigaddset(&interruption, SIGINT);
    ::sigprocmask(SIG_UNBLOCK, &interruption, nullptr);
    ::raise(SIGINT);
  }
  return conclude();
}

Exit dsc::superviseRanks(int count, const std::optional<Place> &hosts,
                         char **argv) {
  return Supervisor(count, hosts, argv).run();
}
