//===- Ranks.cpp ----------------------------------------------------------===//

#include "Ranks.h"

#include "runtime/Base/Files.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;

static std::string makeFolder() {
  std::string path = ::testing::TempDir() + "/dsc-collectives-XXXXXX";
  if (!::mkdtemp(path.data()))
    throwErrno("create", path);
  return path;
}

TemporaryFolder::TemporaryFolder() : path(makeFolder()) {}
TemporaryFolder::~TemporaryFolder() { removeTree(path); }

[[noreturn]] static void runRank(const World &world, const Ranks::Body &body) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::alarm(60);
  try {
    body(world);
  } catch (const std::exception &error) {
    ADD_FAILURE() << "rank " << world.rank << ": " << error.what();
  }
  std::fflush(nullptr);
  ::_exit(::testing::Test::HasFailure());
}

Ranks::Ranks(int count, const Body &body, std::chrono::milliseconds timeout)
    : meeting(openFileStore(folder.path)) {
  std::fflush(nullptr);
  for (int rank = 0; rank < count; ++rank) {
    pid_t process = ::fork();
    if (process == 0)
      runRank({.rank = rank,
               .size = count,
               .localRank = rank,
               .localSize = count,
               .store = meeting,
               .timeout = timeout},
              body);
    processes.push_back(process);
  }
}

Ranks::~Ranks() {
  for (pid_t process : processes)
    if (process > 0)
      ::kill(process, SIGKILL);
  for (size_t rank = 0; rank < processes.size(); ++rank)
    reap(int(rank));
}

void Ranks::reap(int rank) {
  if (processes[size_t(rank)] > 0)
    ::waitpid(processes[size_t(rank)], nullptr, 0);
  processes[size_t(rank)] = 0;
}

bool Ranks::join(int except) {
  bool good = true;
  for (size_t rank = 0; rank < processes.size(); ++rank) {
    int status = 0;
    if (processes[rank] <= 0 || int(rank) == except)
      continue;
    ::waitpid(processes[rank], &status, 0);
    processes[rank] = 0;
    EXPECT_TRUE(WIFEXITED(status))
        << "rank " << rank << " ended by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "rank " << rank << " has failed";
    good &= status == 0;
  }
  return good;
}

bool dsc::test::inRanks(int count, const Ranks::Body &body) {
  return Ranks(count, body).join();
}

std::string dsc::test::errorOf(Exit code, const std::function<void()> &body) {
  try {
    body();
  } catch (const Error &error) {
    EXPECT_EQ(int(error.code()), int(code)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return "";
}

static bool isFree(int port) {
  int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  address.sin_port = ::htons(uint16_t(port));
  bool isBound = ::bind(socket, reinterpret_cast<sockaddr *>(&address),
                        sizeof(address)) == 0;
  ::close(socket);
  return isBound;
}

/// Below those that the kernel gives away, and away from other processes'.
int dsc::test::freePort() {
  constexpr int kFirst = 10000, kPorts = 10000, kOfAProcess = 32;
  static int taken = ::getpid() * kOfAProcess;
  int port;
  do
    port = kFirst + taken++ % kPorts;
  while (!isFree(port));
  return port;
}
