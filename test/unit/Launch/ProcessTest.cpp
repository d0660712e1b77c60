//===- ProcessTest.cpp - another process of this host ---------------------===//

#include "runtime/Launch/Rendezvous/Process.h"

#include <algorithm>
#include <csignal>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace dsc;

/// A process that has told its name.
static pid_t startNamed(std::string &name) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  pid_t process = ::fork();
  if (process == 0) {
    std::string own = ownProcessName();
    (void)!::write(ends[1], own.data(), own.size());
    ::pause();
    ::_exit(0);
  }
  char text[64];
  name.assign(text, size_t(std::max<ssize_t>(::read(ends[0], text, 64), 0)));
  ::close(ends[0]);
  ::close(ends[1]);
  return process;
}

TEST(Process, OneThatIsStoppedIsKnownByItsName) {
  std::string name;
  pid_t process = startNamed(name);
  EXPECT_FALSE(isStoppedProcess(name)) << name;
  ::kill(process, SIGSTOP);
  ::waitpid(process, nullptr, WUNTRACED);
  EXPECT_TRUE(isStoppedProcess(name)) << name;
  // Its number was another's before.
  EXPECT_FALSE(isStoppedProcess(std::to_string(process) + "-1"));
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  EXPECT_FALSE(isStoppedProcess(name)) << name;
}

TEST(Process, NoNameIsNoProcess) {
  for (const char *name : {"", "-", "0-", "999999999-7", "x"})
    EXPECT_FALSE(isStoppedProcess(name)) << name;
}
