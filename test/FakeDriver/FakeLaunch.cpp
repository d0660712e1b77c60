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

Status cuModuleUnload(Module) {
  DSC_ENTER_ALONE;
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
  stream->add([=] { return state().run(*function, launch, values); });
  return kSuccess;
}

Status cuLaunchHostFunc(Stream stream, HostFunction function, void *data) {
  DSC_ENTER;
  stream->add([=] {
    function(data);
    return kSuccess;
  });
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

Status cuStreamWaitEvent(Stream stream, Event event, unsigned) {
  DSC_ENTER;
  stream->add([place = event->place] { return place.reach(); });
  return kSuccess;
}

Status cuEventCreate(Event *event, unsigned) {
  DSC_ENTER;
  *event = new EventTag;
  return kSuccess;
}

Status cuEventRecord(Event event, Stream stream) {
  DSC_ENTER;
  event->place = {stream, stream->added};
  return kSuccess;
}

Status cuEventDestroy_v2(Event event) {
  DSC_ENTER;
  delete event;
  return kSuccess;
}

Status cuStreamBeginCapture_v2(Stream stream, int) {
  DSC_ENTER_ALONE;
  stream->capture = new GraphTag;
  stream->captureFailure = kSuccess;
  state().capturing = stream;
  return kSuccess;
}

Status cuStreamEndCapture(Stream stream, Graph *graph) {
  DSC_ENTER;
  *graph = std::exchange(stream->capture, nullptr);
  state().capturing = nullptr;
  if (stream->captureFailure != kSuccess)
    return stream->captureFailure;
  return Status(setting("DSC_FAKE_CAPTURE", kSuccess));
}

Status cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long) {
  DSC_ENTER;
  *exec = new GraphExecTag{graph->work, {}};
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
