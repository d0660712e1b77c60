//===- FakeLaunch.cpp - modules, launches, streams and graphs -------------===//

#include "test/FakeDriver/State.h"

#include <cstring>

using namespace dsc::cuda;
using namespace dsc::fake;

/// Where the header of an ELF file has its flags.
static constexpr size_t kFlagsOfElf = 48;
static constexpr size_t kImageAlignment = 8;

/// What any device takes.
static constexpr uint64_t kMostThreads = 1024, kMostBlocks = (1u << 31) - 1,
                          kMostBlocksAside = 65535, kMostShared = 48 << 10;

extern "C" {

//===----------------------------------------------------------------------===//
// Modules and launches
//===----------------------------------------------------------------------===//

Status cuModuleLoadDataEx(Module *module, const void *image, unsigned count,
                          int *options, void **) {
  DSC_ENTER_ALONE;
  if (reinterpret_cast<uintptr_t>(image) % kImageAlignment != 0 &&
      static_cast<const char *>(image)[0] == '\x7f')
    return kInvalidImage;
  for (unsigned i = 0; i < count; ++i)
    if (options[i] != kErrorLog && options[i] != kErrorLogBytes)
      return kInvalidValue;
  if (std::memcmp(image,
                  "\x7f"
                  "ELF",
                  4) == 0) {
    uint32_t flags;
    std::memcpy(&flags, static_cast<const char *>(image) + kFlagsOfElf,
                sizeof(flags));
    std::fprintf(stderr, "fake driver: this is machine code of sm_%u\n",
                 flags >> 8 & 0xff);
    return kInvalidImage;
  }
  try {
    state().modules.push_back(
        std::make_unique<ModuleTag>(static_cast<const char *>(image)));
  } catch (const dsc::test::ptx::Fault &fault) {
    std::fprintf(stderr, "fake driver: %s\n", fault.what());
    return kInvalidImage;
  }
  *module = state().modules.back().get();
  return kSuccess;
}

Status cuModuleGetFunction(Function *function, Module module,
                           const char *name) {
  DSC_ENTER;
  *function = module->find(name);
  return *function ? kSuccess : kNotFound;
}

Status cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Function, int,
                                                   size_t) {
  DSC_ENTER;
  *blocks = 1;
  return kSuccess;
}

static bool isWithin(uint64_t value, uint64_t most) {
  return value > 0 && value <= most;
}

static bool isLaunchable(const dsc::test::ptx::Launch &launch) {
  auto [x, y, z] = launch.grid;
  auto [width, height, depth] = launch.block;
  return isWithin(x, kMostBlocks) && isWithin(y, kMostBlocksAside) &&
         isWithin(z, kMostBlocksAside) &&
         isWithin(uint64_t(width) * height * depth, kMostThreads) &&
         launch.sharedBytes <= kMostShared;
}

Status cuLaunchKernel(Function function, unsigned gridX, unsigned gridY,
                      unsigned gridZ, unsigned blockX, unsigned blockY,
                      unsigned blockZ, unsigned sharedBytes, Stream stream,
                      void **parameters, void **) {
  DSC_ENTER;
  dsc::test::ptx::Launch launch{
      {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes};
  if (!isLaunchable(launch))
    return kInvalidValue;
  std::vector<uint64_t> values(function->parameters);
  for (size_t i = 0; i < values.size(); ++i)
    std::memcpy(&values[i], parameters[i], sizeof(uint64_t));
  state().adding = function->name;
  stream->add([=] { return state().run(*function, launch, values); });
  return kSuccess;
}

/// From a thread of a driver's an exception goes nowhere, and no call of the
/// driver may come.
static Status callHost(HostFunction function, void *data) noexcept {
  isCalling = true;
  function(data);
  isCalling = false;
  return kSuccess;
}

Status cuLaunchHostFunc(Stream stream, HostFunction function, void *data) {
  DSC_ENTER;
  stream->add([=] { return callHost(function, data); });
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Streams, events and graphs
//===----------------------------------------------------------------------===//

Status cuStreamCreate(Stream *stream, unsigned flags) {
  DSC_ENTER;
  if (flags > kNonBlocking)
    return kInvalidValue;
  *stream = new StreamTag;
  return kSuccess;
}

Status cuStreamDestroy_v2(Stream stream) {
  DSC_ENTER;
  delete stream;
  return kSuccess;
}

Status cuStreamSynchronize(Stream stream) {
  DSC_ENTER_ALONE;
  return waitFor(stream ? *stream : state().unnamed);
}

Status cuStreamQuery(Stream stream) {
  DSC_ENTER_ALONE;
  return stream->runTo(stream->added);
}

/// A stream that waits for what is recorded is recorded from then on.
Status cuStreamWaitEvent(Stream stream, Event event, unsigned) {
  DSC_ENTER;
  auto graph = event->capture.lock();
  if (event->isRecorded &&
      (!graph || (stream->capture && stream->capture != graph)))
    return kCapturedEvent;
  if (!event->isRecorded) {
    // What is not recorded cannot be waited for in what is.
    if (stream->capture && event->place.stream)
      return kCaptureIsolation;
    stream->add([place = event->place] { return place.reach(); });
    return kSuccess;
  }
  if (!graph->origin->capture)
    return kCapturedEvent;
  stream->capture = graph;
  graph->lists[stream].push_back(
      {{}, {}, event->place.stream, event->place.count});
  return kSuccess;
}

Status cuEventCreate(Event *event, unsigned flags) {
  DSC_ENTER;
  if (flags & ~7u)
    return kInvalidValue;
  *event = new EventTag;
  return kSuccess;
}

Status cuEventRecord(Event event, Stream stream) {
  DSC_ENTER;
  event->isRecorded = stream->capture != nullptr;
  event->capture = stream->capture;
  event->place = {stream, event->isRecorded
                              ? stream->capture->lists[stream].size()
                              : stream->added};
  return kSuccess;
}

Status cuEventDestroy_v2(Event event) {
  DSC_ENTER;
  delete event;
  return kSuccess;
}

/// Not of the stream that has no name, and for one thread alone: others of the
/// process may be busy with the device.
Status cuStreamBeginCapture_v2(Stream stream, int mode) {
  DSC_ENTER_ALONE;
  if (!stream || mode != kCaptureThreadLocal)
    return kCaptureUnsupported;
  if (stream->capture)
    return kIllegalState;
  stream->capture = std::make_shared<GraphTag>();
  stream->capture->origin = stream;
  state().capturing = stream;
  state().captureFailure = kSuccess;
  return kSuccess;
}

Status cuStreamEndCapture(Stream stream, Graph *graph) {
  DSC_ENTER;
  if (!stream->capture || stream->capture->origin != stream)
    return kIllegalState;
  std::shared_ptr<GraphTag> made = std::exchange(stream->capture, nullptr);
  for (auto &list : made->lists)
    list.first->capture = nullptr;
  *graph = new GraphTag(*made);
  state().capturing = nullptr;
  if (state().captureFailure != kSuccess)
    return state().captureFailure;
  if (!made->isJoined())
    return kCaptureUnjoined;
  if (state().graphs)
    made->print(state().graphs);
  return captureEnd();
}

Status cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long flags) {
  DSC_ENTER;
  if (flags != 0)
    return kInvalidValue;
  *exec = new GraphExecTag{std::make_shared<GraphTag>(*graph), {}};
  return kSuccess;
}

Status cuGraphLaunch(GraphExec exec, Stream stream) {
  DSC_ENTER;
  if (!exec || stream->capture)
    return exec ? kCaptureUnsupported : kInvalidHandle;
  exec->launch(*stream);
  return kSuccess;
}

Status cuGraphDestroy(Graph graph) {
  DSC_ENTER;
  delete graph;
  return kSuccess;
}

Status cuGraphExecDestroy(GraphExec exec) {
  DSC_ENTER;
  delete exec;
  return kSuccess;
}

} // extern "C"
