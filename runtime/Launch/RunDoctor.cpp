//===- RunDoctor.cpp - dsc doctor: is this machine fit to train? ----------===//

#include "runtime/Artifact/Kernels.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Base/Version.h"
#include "runtime/Collectives/World.h"
#include "runtime/Device/DeviceKind.h"
#include "runtime/Engine/Engine.h"
#include "runtime/Engine/Search.h"
#include "runtime/Launch/Commands.h"

#include <fmt/format.h>
#include <fstream>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <thread>
#include <unistd.h>

using namespace dsc;

static void line(const char *label, const std::string &text) {
  fmt::print("  {:<13} {}\n", label, text);
}

static std::string cpuName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string text; std::getline(file, text);)
    if (text.compare(0, 10, "model name") == 0)
      return text.substr(text.find(':') + 2);
  return "unknown";
}

static void showMachine() {
  utsname machine = {};
  ::uname(&machine);
  double memory =
      double(::sysconf(_SC_PHYS_PAGES)) * double(::sysconf(_SC_PAGESIZE));
  fmt::print("machine\n");
  line("system", fmt::format("{} {} {}", machine.sysname, machine.release,
                             machine.machine));
  line("cpu", fmt::format("{}, {} threads usable", cpuName(),
                          std::thread::hardware_concurrency()));
  for (const char *level : kCpuIsaLevels)
    line(level, cpuHasIsa(level) ? "yes" : "no");
  line("memory", humanBytes(memory));
  std::string pages = "unknown";
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::getline(file, pages);
  line("huge pages", pages);
  struct statvfs disk = {};
  if (::statvfs(".", &disk) == 0)
    line("disk here",
         humanBytes(double(disk.f_bavail) * double(disk.f_frsize)) + " free");
}

static void showDevices() {
  fmt::print("devices\n");
  for (const DeviceKind &kind : deviceKinds())
    line(kind.name, kind.isBuilt() ? kind.survey() : "not built");
}

static void showCommunicators() {
  fmt::print("ranks\n");
  for (const CommunicatorSurvey &survey : surveyCommunicators())
    line(survey.name.c_str(), survey.state);
}

static bool showEngine() {
  fmt::print("engine\n");
  for (const std::string &path : engineCandidates("cpu"))
    line(pathExists(path) ? "found" : "not at", path);
  try {
    std::unique_ptr<Engine> engine = openEngine("", "cpu");
    line("opens", engine->describe());
    line("threads", std::to_string(engine->threads()));
    return true;
  } catch (const Error &error) {
    line("fails", error.what());
    if (!error.hint().empty())
      line("hint", error.hint());
    return false;
  }
}

Exit dsc::runDoctor() {
  fmt::print("dsc {}\n", kVersion);
  line("program", programPath());
  showMachine();
  showDevices();
  bool engine = showEngine();
  showCommunicators();
  fmt::print("{}\n", engine ? "this machine can train"
                            : "only '--engine synthetic' works here");
  return Exit::done;
}
