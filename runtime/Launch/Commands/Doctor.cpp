//===- Doctor.cpp - dsc doctor: is this machine fit to train? -------------===//

#include "runtime/Artifact/Kernels.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Base/Version.h"
#include "runtime/Collectives/World.h"
#include "runtime/Device/DeviceKind.h"
#include "runtime/Engine/Engine.h"
#include "runtime/Engine/Search.h"
#include "runtime/Launch/Commands/Commands.h"

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

/// Whether it opens.
static bool showEngine(const char *device) {
  if (!isEngineOf("", device)) {
    line(device, fmt::format("none: there is no {}",
                             fmt::join(engineCandidates(device), ", no ")));
    return false;
  }
  try {
    line(device, openEngine("", device)->describe());
    return true;
  } catch (const Error &error) {
    line(device, error.what());
    return false;
  }
}

/// Whether there is one for the host.
static bool showEngines() {
  fmt::print("engine\n");
  bool opens = false;
  for (const DeviceKind &kind : deviceKinds())
    if (kind.isBuilt())
      opens = showEngine(kind.name);
  return opens;
}

Exit dsc::runDoctor() {
  fmt::print("dsc {}\n", kVersion);
  line("program", programPath());
  showMachine();
  showDevices();
  bool engine = showEngines();
  showCommunicators();
  fmt::print("{}\n", engine ? "this machine can train"
                            : "only '--engine synthetic' works here");
  return Exit::done;
}
