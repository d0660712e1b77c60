//===- Process.cpp --------------------------------------------------------===//

#include "runtime/Launch/Rendezvous/Process.h"

#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace dsc;

namespace {
struct ProcessState {
  std::string state, began;
};
} // namespace

/// Fields 3 and 22 of its line, counted behind the program's name, which may
/// hold anything. Empty when it is not there.
static ProcessState stateOf(int process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string line;
  std::getline(file, line);
  std::istringstream words(line.substr(line.rfind(')') + 1));
  ProcessState found;
  words >> found.state;
  for (int field = 4; field <= 22; ++field)
    words >> found.began;
  return found;
}

std::string dsc::ownProcessName() {
  return fmt::format("{}-{}", ::getpid(), stateOf(::getpid()).began);
}

bool dsc::isStoppedProcess(const std::string &name) {
  int process = 0;
  std::from_chars(name.data(), name.data() + name.size(), process);
  ProcessState found = stateOf(process);
  return found.state == "T" &&
         name == fmt::format("{}-{}", process, found.began);
}
