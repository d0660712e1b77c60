//===- FakeDriver.cpp - libcuda without a device --------------------------===//
//
// The functions that cuda/Runtime calls, over memory of the host and the PTX
// interpreter. The environment says what the device is like and what goes
// wrong:
//
//   DSC_FAKE_LOG      a file: the name of each function called, one a line
//   DSC_FAKE_ARCH     110: the device is an sm_110
//   DSC_FAKE_DRIVER   12040: the driver is of CUDA 12.4
//   DSC_FAKE_DEVICES  how many there are
//   DSC_FAKE_MEMORY   bytes that the device has
//   DSC_FAKE_FAULT    "700 norm 5": the fifth run of kernel norm ends with
//                     status 700, and everything after it
//   DSC_FAKE_CAPTURE  a status with which every capture ends
//
//===----------------------------------------------------------------------===//

#include "test/FakeDriver/Module.h"
#include "test/FakeDriver/Streams.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

using namespace dsc::cuda;

static constexpr Status kInvalidValue = 1, kNotFound = 500,
                        kIllegalAddress = 700, kCaptureUnsupported = 900,
                        kCaptureInvalidated = 901;

/// Where the header of an ELF file has its flags.
static constexpr size_t kFlagsOfElf = 48;

namespace {

int64_t setting(const char *name, int64_t otherwise) {
  const char *text = std::getenv(name);
  return text && *text ? std::atoll(text) : otherwise;
}

/// What the environment lets go wrong.
struct FaultPlan {
  Status status = kSuccess;
  std::string kernel;
  int64_t runs = 0;

  FaultPlan() {
    char name[128] = "";
    long long count = 0;
    const char *text = std::getenv("DSC_FAKE_FAULT");
    if (text && std::sscanf(text, "%d %127s %lld", &status, name, &count) == 3)
      kernel = name;
    runs = count;
  }

  /// The status of one more run of a kernel.
  Status next(const std::string &name) {
    return name == kernel && runs > 0 && --runs == 0 ? status : kSuccess;
  }
};

struct State {
  dsc::fake::Memory memory;
  FaultPlan faults;
  Status lost = kSuccess; ///< what every call says from now on
  StreamTag *capturing = nullptr;
  /// Of calls that name no stream. Even those may return before they are done.
  StreamTag unnamed;
  std::vector<std::unique_ptr<ModuleTag>> modules;
  std::FILE *log = nullptr;

  State() {
    memory.limit = uint64_t(setting("DSC_FAKE_MEMORY", int64_t(memory.limit)));
    if (const char *path = std::getenv("DSC_FAKE_LOG"))
      log = std::fopen(path, "w");
  }
  ~State() {
    if (log)
      std::fclose(log);
  }

  Status run(const FunctionTag &function, const dsc::test::ptx::Launch &launch,
             const std::vector<uint64_t> &values);
};

State &state() {
  static State theState;
  return theState;
}

/// Notes a call. What it returns is the call's status unless all is well.
Status enter(const char *name) {
  if (state().log) {
    std::fprintf(state().log, "%s\n", name);
    std::fflush(state().log);
  }
  return state().lost;
}

/// The same for a call that a capture does not allow.
Status enterAlone(const char *name) {
  Status status = enter(name);
  if (status == kSuccess && state().capturing) {
    state().capturing->captureFailure = kCaptureInvalidated;
    return kCaptureUnsupported;
  }
  return status;
}

Status waitFor(StreamTag &stream) { return stream.runTo(stream.added); }

Status copy(void *to, const void *from, size_t bytes) {
  if (!to || !from)
    return kInvalidValue;
  std::memcpy(to, from, bytes);
  return kSuccess;
}

} // namespace

Status State::run(const FunctionTag &function,
                  const dsc::test::ptx::Launch &launch,
                  const std::vector<uint64_t> &values) {
  lost = faults.next(function.name);
  if (lost != kSuccess)
    return lost;
  try {
    function.module->run(function, launch, values, memory);
  } catch (const dsc::test::ptx::Fault &fault) {
    std::fprintf(stderr, "fake driver: %s\n", fault.what());
    lost = kIllegalAddress;
  }
  return lost;
}

#define ENTER                                                                  \
  if (Status status = enter(__func__); status != kSuccess)                     \
  return status
#define ENTER_ALONE                                                            \
  if (Status status = enterAlone(__func__); status != kSuccess)                \
  return status

extern "C" {

//===----------------------------------------------------------------------===//
// The driver and the device
//===----------------------------------------------------------------------===//

Status cuGetErrorName(Status status, const char **text) {
  static const std::map<Status, const char *> names = {
      {kInvalidValue, "CUDA_ERROR_INVALID_VALUE"},
      {kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY"},
      {kNoDevice, "CUDA_ERROR_NO_DEVICE"},
      {kInvalidImage, "CUDA_ERROR_INVALID_IMAGE"},
      {214, "CUDA_ERROR_ECC_UNCORRECTABLE"},
      {kNotFound, "CUDA_ERROR_NOT_FOUND"},
      {kIllegalAddress, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {719, "CUDA_ERROR_LAUNCH_FAILED"},
      {kCaptureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
      {kCaptureInvalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"}};
  auto found = names.find(status);
  *text = found == names.end() ? nullptr : found->second;
  return *text ? kSuccess : kInvalidValue;
}

Status cuGetErrorString(Status, const char **text) {
  *text = "as the fake driver says";
  return kSuccess;
}

Status cuInit(unsigned) {
  ENTER;
  return setting("DSC_FAKE_DEVICES", 1) > 0 ? kSuccess : kNoDevice;
}

Status cuDriverGetVersion(int *version) {
  ENTER;
  *version = int(setting("DSC_FAKE_DRIVER", 13000));
  return kSuccess;
}

Status cuDeviceGet(DeviceId *device, int) {
  ENTER;
  *device = 0;
  return kSuccess;
}

Status cuDeviceGetName(char *name, int bytes, DeviceId) {
  ENTER;
  std::snprintf(name, size_t(bytes), "Fake GPU");
  return kSuccess;
}

Status cuDeviceGetAttribute(int *value, int which, DeviceId) {
  ENTER;
  int64_t level = setting("DSC_FAKE_ARCH", 110);
  *value = int(which == kMajor ? level / 10 : which == kMinor ? level % 10 : 2);
  return kSuccess;
}

Status cuDevicePrimaryCtxRetain(Context *, DeviceId) {
  ENTER;
  return kSuccess;
}

Status cuDevicePrimaryCtxRelease_v2(DeviceId) {
  ENTER;
  return kSuccess;
}

Status cuCtxSetCurrent(Context) {
  ENTER;
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Status cuMemGetInfo_v2(size_t *free, size_t *total) {
  ENTER;
  *total = state().memory.limit;
  *free = state().memory.limit - state().memory.used;
  return kSuccess;
}

Status cuMemAlloc_v2(Address *address, size_t bytes) {
  ENTER_ALONE;
  auto made = state().memory.allocate(bytes);
  *address = made.value_or(0);
  return made ? kSuccess : kOutOfMemory;
}

Status cuMemFree_v2(Address address) {
  ENTER_ALONE;
  return state().memory.release(address) ? kSuccess : kInvalidValue;
}

Status cuMemHostAlloc(void **memory, size_t bytes, unsigned) {
  ENTER_ALONE;
  *memory = state().memory.allocatePinned(bytes);
  return kSuccess;
}

Status cuMemFreeHost(void *memory) {
  ENTER_ALONE;
  return state().memory.releasePinned(memory) ? kSuccess : kInvalidValue;
}

Status cuMemcpyHtoD_v2(Address to, const void *from, size_t bytes) {
  ENTER_ALONE;
  std::string held(static_cast<const char *>(from), bytes);
  state().unnamed.add([=] {
    return copy(state().memory.resolve(to, bytes), held.data(), bytes);
  });
  return kSuccess;
}

Status cuMemcpyDtoH_v2(void *to, Address from, size_t bytes) {
  ENTER_ALONE;
  if (Status status = waitFor(state().unnamed); status != kSuccess)
    return status;
  return copy(to, state().memory.resolve(from, bytes), bytes);
}

Status cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes,
                            Stream stream) {
  ENTER;
  stream->add(
      [=] { return copy(state().memory.resolve(to, bytes), from, bytes); });
  return kSuccess;
}

Status cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes,
                            Stream stream) {
  ENTER;
  stream->add(
      [=] { return copy(to, state().memory.resolve(from, bytes), bytes); });
  return kSuccess;
}

Status cuMemsetD8_v2(Address to, unsigned char value, size_t bytes) {
  ENTER_ALONE;
  state().unnamed.add([=] {
    char *memory = state().memory.resolve(to, bytes);
    if (!memory)
      return kInvalidValue;
    std::memset(memory, value, bytes);
    return kSuccess;
  });
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Modules and launches
//===----------------------------------------------------------------------===//

Status cuModuleLoadDataEx(Module *module, const void *image, unsigned, int *,
                          void **) {
  ENTER_ALONE;
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
  ENTER_ALONE;
  return kSuccess;
}

Status cuModuleGetFunction(Function *function, Module module,
                           const char *name) {
  ENTER;
  *function = module->find(name);
  return *function ? kSuccess : kNotFound;
}

Status cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Function, int,
                                                   size_t) {
  ENTER;
  *blocks = 1;
  return kSuccess;
}

Status cuLaunchKernel(Function function, unsigned gridX, unsigned gridY,
                      unsigned gridZ, unsigned blockX, unsigned blockY,
                      unsigned blockZ, unsigned sharedBytes, Stream stream,
                      void **parameters, void **) {
  ENTER;
  dsc::test::ptx::Launch launch{
      {gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes};
  std::vector<uint64_t> values(function->parameters);
  for (size_t i = 0; i < values.size(); ++i)
    std::memcpy(&values[i], parameters[i], sizeof(uint64_t));
  stream->add([=] { return state().run(*function, launch, values); });
  return kSuccess;
}

Status cuLaunchHostFunc(Stream stream, HostFunction function, void *data) {
  ENTER;
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
  ENTER;
  *stream = new StreamTag;
  return kSuccess;
}

Status cuStreamDestroy_v2(Stream stream) {
  ENTER;
  delete stream;
  return kSuccess;
}

Status cuStreamSynchronize(Stream stream) {
  ENTER_ALONE;
  return waitFor(stream ? *stream : state().unnamed);
}

Status cuStreamWaitEvent(Stream stream, Event event, unsigned) {
  ENTER;
  stream->add([place = event->place] { return place.reach(); });
  return kSuccess;
}

Status cuEventCreate(Event *event, unsigned) {
  ENTER;
  *event = new EventTag;
  return kSuccess;
}

Status cuEventRecord(Event event, Stream stream) {
  ENTER;
  event->place = {stream, stream->added};
  return kSuccess;
}

Status cuEventDestroy_v2(Event event) {
  ENTER;
  delete event;
  return kSuccess;
}

Status cuStreamBeginCapture_v2(Stream stream, int) {
  ENTER_ALONE;
  stream->capture = new GraphTag;
  stream->captureFailure = kSuccess;
  state().capturing = stream;
  return kSuccess;
}

Status cuStreamEndCapture(Stream stream, Graph *graph) {
  ENTER;
  *graph = std::exchange(stream->capture, nullptr);
  state().capturing = nullptr;
  if (stream->captureFailure != kSuccess)
    return stream->captureFailure;
  return Status(setting("DSC_FAKE_CAPTURE", kSuccess));
}

Status cuGraphInstantiateWithFlags(GraphExec *exec, Graph graph,
                                   unsigned long long) {
  ENTER;
  *exec = new GraphExecTag{graph->work, {}};
  return kSuccess;
}

Status cuGraphLaunch(GraphExec exec, Stream stream) {
  ENTER;
  exec->launch(*stream);
  return kSuccess;
}

Status cuGraphDestroy(Graph graph) {
  ENTER;
  delete graph;
  return kSuccess;
}

Status cuGraphExecDestroy(GraphExec exec) {
  ENTER;
  delete exec;
  return kSuccess;
}

} // extern "C"

// Each has the type by which the runtime calls it.
#define DSC_FAKE_CHECK(name, symbol, parameters)                               \
  static_assert(std::is_same_v<decltype(&symbol), decltype(Driver::name)>);
DSC_CUDA_FUNCTIONS(DSC_FAKE_CHECK)
