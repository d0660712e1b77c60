//===- FakeLaunch.cpp - modules, launches, streams and graphs -------------===//

#include "test/FakeDriver/State.h"

#include <cstring>

using namespace dsc::cuda;
using namespace dsc::fake;

/// Where the header of an ELF file has its flags.
static constexpr size_t kFlagsOfElf = 48;

extern "C" {

//===----------------------------------------------------------------------===//
// Modules and launches
//===----------------------------------------------------------------------===//

Status cuModuleLoadDataEx(Module *module, const void *image, unsigned, int *,
                          void **) {
  DSC_ENTER_ALONE;
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

Status cuLaunchKernel(Function function, unsigned gridX, unsigned gridY,
                      unsigned gridZ, unsigned blockX, unsigned blockY,
                      unsigned blockZ, unsigned sharedBytes, Stream stream,
                      void **parameters, void **) {
  DSC_ENTER;
  dsc::test::ptx::Launch launch{
      {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes};
  std::vector<uint64_t> values(function->parameters);
  for (size_t i = 0; i < values.size(); ++i)
    std::memcpy(&values[i], parameters[i], sizeof(uint64_t));
  state().adding = function->name;
  stream->add([=] { return state().run(*function, launch, values); });
  return kSuccess;
}

/// From a thread of a driver's an exception goes nowhere.
static Status callHost(HostFunction function, void *data) noexcept {
  function(data);
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

Status cuStreamCreate(Stream *stream, unsigned) {
  DSC_ENTER;
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

Status cuEventCreate(Event *event, unsigned) {
  DSC_ENTER;
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

Status cuStreamBeginCapture_v2(Stream stream, int) {
  DSC_ENTER_ALONE;
  stream->capture = std::make_shared<GraphTag>();
  stream->capture->origin = stream;
  state().capturing = stream;
  state().captureFailure = kSuccess;
  return kSuccess;
}

Status cuStreamEndCapture(Stream stream, Graph *graph) {
  DSC_ENTER;
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
                                   unsigned long long) {
  DSC_ENTER;
  *exec = new GraphExecTag{std::make_shared<GraphTag>(*graph), {}};
  return kSuccess;
}

Status cuGraphLaunch(GraphExec exec, Stream stream) {
  DSC_ENTER;
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
