//===- State.cpp ----------------------------------------------------------===//

#include "test/FakeDriver/State.h"

#include <chrono>
#include <cstdlib>
#include <thread>

using namespace dsc;
using namespace dsc::fake;

int64_t fake::setting(const char *name, int64_t otherwise) {
  const char *text = std::getenv(name);
  return text && *text ? std::atoll(text) : otherwise;
}

Status fake::captureEnd() {
  const char *text = std::getenv("DSC_FAKE_CAPTURE");
  Status status = cuda::kSuccess;
  int64_t rank = setting("RANK", 0);
  long long which = rank;
  if (!text || std::sscanf(text, "%d %lld", &status, &which) < 1 ||
      which != rank)
    return cuda::kSuccess;
  return status;
}

FaultPlan::FaultPlan() {
  char name[128] = "";
  long long count = 0;
  const char *text = std::getenv("DSC_FAKE_FAULT");
  if (!text || std::sscanf(text, "%d %127s %lld", &status, name, &count) != 3)
    return;
  kernel = name;
  runs = count;
}

/// Each rank has its own; null without the variable.
static std::FILE *openFile(const char *variable) {
  const char *path = std::getenv(variable);
  if (!path)
    return nullptr;
  const char *rank = std::getenv("RANK");
  std::string name = rank ? std::string(path) + "." + rank : path;
  return std::fopen(name.c_str(), "w");
}

State::State() {
  memory.limit = uint64_t(setting("DSC_FAKE_MEMORY", int64_t(memory.limit)));
  log = openFile("DSC_FAKE_LOG");
  graphs = openFile("DSC_FAKE_GRAPHS");
}

State::~State() {
  for (std::FILE *file : {log, graphs})
    if (file)
      std::fclose(file);
}

Status State::run(const cuda::FunctionTag &function,
                  const test::ptx::Launch &launch,
                  const std::vector<uint64_t> &values) {
  lost = faults.next(function.name);
  if (lost != cuda::kSuccess)
    return lost;
  try {
    function.module->run(function, launch, values, memory);
  } catch (const test::ptx::Fault &fault) {
    std::fprintf(stderr, "fake driver: %s\n", fault.what());
    lost = kIllegalAddress;
  }
  return lost;
}

State &fake::state() {
  static State theState;
  return theState;
}

std::mutex &fake::door() {
  static std::mutex theDoor;
  return theDoor;
}

Status fake::waitFor(cuda::StreamTag &stream) {
  uint64_t count = stream.added;
  while (true) {
    Status status = stream.runTo(count);
    if (status != cuda::kNotReady)
      return status;
    door().unlock();
    std::this_thread::sleep_for(std::chrono::microseconds(20));
    door().lock();
  }
}

thread_local cuda::DeviceId fake::entered = -1;
thread_local bool fake::isCalling = false;

int State::devices() const { return int(setting("DSC_FAKE_DEVICES", 1)); }

Status State::admit() const { return isInitialised ? lost : kNotInitialised; }

Status fake::enterWithout(const char *name) {
  if (state().log) {
    std::fprintf(state().log, "%s\n", name);
    std::fflush(state().log);
  }
  state().adding = name;
  return state().admit();
}

Status fake::enter(const char *name) {
  Status status = enterWithout(name);
  if (status != cuda::kSuccess)
    return status;
  auto context = state().contexts.find(entered);
  bool isThere = context != state().contexts.end() && context->second > 0;
  return isThere ? cuda::kSuccess : kInvalidContext;
}

Status fake::enterAlone(const char *name) {
  Status status = enter(name);
  if (status == cuda::kSuccess && state().capturing) {
    state().captureFailure = kCaptureInvalidated;
    return kCaptureUnsupported;
  }
  return status;
}
