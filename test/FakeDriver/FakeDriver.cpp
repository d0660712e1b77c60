//===- FakeDriver.cpp - libcuda without a device --------------------------===//
//
// The functions that cuda/Runtime calls, over memory of the host and the PTX
// interpreter: the driver, the device and its memory. Streams and launches are
// in FakeLaunch.cpp; State.h says what the environment may ask for.
//
//===----------------------------------------------------------------------===//

#include "test/FakeDriver/State.h"

#include <cstring>

using namespace dsc::cuda;
using namespace dsc::fake;

static Status copy(void *to, const void *from, size_t bytes) {
  if (!to || !from)
    return kInvalidValue;
  std::memcpy(to, from, bytes);
  return kSuccess;
}

extern "C" {

//===----------------------------------------------------------------------===//
// The driver and the device
//===----------------------------------------------------------------------===//

Status cuGetErrorName(Status status, const char **text) {
  static const std::map<Status, const char *> names = {
      {kInvalidValue, "CUDA_ERROR_INVALID_VALUE"},
      {kNotInitialised, "CUDA_ERROR_NOT_INITIALIZED"},
      {kInvalidDevice, "CUDA_ERROR_INVALID_DEVICE"},
      {kInvalidContext, "CUDA_ERROR_INVALID_CONTEXT"},
      {kInvalidHandle, "CUDA_ERROR_INVALID_HANDLE"},
      {kIllegalState, "CUDA_ERROR_ILLEGAL_STATE"},
      {kNotPermitted, "CUDA_ERROR_NOT_PERMITTED"},
      {kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY"},
      {kNoDevice, "CUDA_ERROR_NO_DEVICE"},
      {kInvalidImage, "CUDA_ERROR_INVALID_IMAGE"},
      {214, "CUDA_ERROR_ECC_UNCORRECTABLE"},
      {kNotFound, "CUDA_ERROR_NOT_FOUND"},
      {kNotReady, "CUDA_ERROR_NOT_READY"},
      {kIllegalAddress, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {719, "CUDA_ERROR_LAUNCH_FAILED"},
      {kCaptureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
      {kCaptureInvalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"},
      {kCaptureUnjoined, "CUDA_ERROR_STREAM_CAPTURE_UNJOINED"},
      {kCaptureIsolation, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION"},
      {kCapturedEvent, "CUDA_ERROR_CAPTURED_EVENT"}};
  auto found = names.find(status);
  *text = found == names.end() ? nullptr : found->second;
  return *text ? kSuccess : kInvalidValue;
}

Status cuGetErrorString(Status, const char **text) {
  *text = "as the fake driver says";
  return kSuccess;
}

Status cuInit(unsigned flags) {
  std::lock_guard inside(door());
  enterWithout(__func__);
  if (flags != 0)
    return kInvalidValue;
  state().isInitialised = state().devices() > 0;
  return state().isInitialised ? kSuccess : kNoDevice;
}

/// The one function that may come first.
Status cuDriverGetVersion(int *version) {
  std::lock_guard inside(door());
  enterWithout(__func__);
  *version = int(setting("DSC_FAKE_DRIVER", 13000));
  return kSuccess;
}

Status cuDeviceGetCount(int *count) {
  DSC_ENTER_WITHOUT;
  *count = state().devices();
  return kSuccess;
}

Status cuDeviceGet(DeviceId *device, int ordinal) {
  DSC_ENTER_WITHOUT;
  *device = ordinal;
  return state().isDevice(ordinal) ? kSuccess : kInvalidDevice;
}

Status cuDeviceGetUuid_v2(DeviceUuid *uuid, DeviceId device) {
  DSC_ENTER_WITHOUT;
  *uuid = {};
  uuid->bytes[15] = (unsigned char)(setting("DSC_FAKE_UUID", 0) + device);
  return state().isDevice(device) ? kSuccess : kInvalidDevice;
}

Status cuDeviceGetName(char *name, int bytes, DeviceId device) {
  DSC_ENTER_WITHOUT;
  std::snprintf(name, size_t(bytes), "Fake GPU");
  return state().isDevice(device) ? kSuccess : kInvalidDevice;
}

Status cuDeviceGetAttribute(int *value, int which, DeviceId device) {
  DSC_ENTER_WITHOUT;
  int64_t level = setting("DSC_FAKE_ARCH", 110);
  switch (which) {
  case kMajor:
    *value = int(level / 10);
    break;
  case kMinor:
    *value = int(level % 10);
    break;
  case kMultiprocessors:
    *value = 2;
    break;
  default:
    return kInvalidValue;
  }
  return state().isDevice(device) ? kSuccess : kInvalidDevice;
}

/// A context is its device's number, from one on.
Status cuDevicePrimaryCtxRetain(Context *context, DeviceId device) {
  DSC_ENTER_WITHOUT;
  if (!state().isDevice(device))
    return kInvalidDevice;
  state().contexts[device] += 1;
  *context = reinterpret_cast<Context>(intptr_t(device) + 1);
  return kSuccess;
}

Status cuDevicePrimaryCtxRelease_v2(DeviceId device) {
  DSC_ENTER_WITHOUT;
  int &count = state().contexts[device];
  if (count == 0)
    return kInvalidContext;
  count -= 1;
  return kSuccess;
}

Status cuCtxSetCurrent(Context context) {
  DSC_ENTER_WITHOUT;
  auto device = DeviceId(reinterpret_cast<intptr_t>(context) - 1);
  if (context && !state().isDevice(device))
    return kInvalidContext;
  entered = device;
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Status cuMemGetInfo_v2(size_t *free, size_t *total) {
  DSC_ENTER;
  *total = state().memory.limit;
  *free = state().memory.limit - state().memory.used;
  return kSuccess;
}

Status cuMemAlloc_v2(Address *address, size_t bytes) {
  DSC_ENTER_ALONE;
  if (bytes == 0)
    return kInvalidValue;
  auto made = state().memory.allocate(bytes);
  *address = made.value_or(0);
  return made ? kSuccess : kOutOfMemory;
}

Status cuMemFree_v2(Address address) {
  DSC_ENTER_ALONE;
  Allocation *found = state().memory.find(address);
  if (!found || found->isReserved)
    return kInvalidValue;
  return state().memory.release(address) ? kSuccess : kInvalidValue;
}

//===----------------------------------------------------------------------===//
// Addresses and memory, each by itself
//===----------------------------------------------------------------------===//

/// Far less than a device's: small models are to have parts too.
static constexpr size_t kGranularity = 16384;

Status cuMemGetAllocationGranularity(size_t *bytes,
                                     const MemoryProperties *properties, int) {
  DSC_ENTER;
  *bytes = kGranularity;
  return properties->type == 1 && properties->place == 1 ? kSuccess
                                                         : kInvalidValue;
}

Status cuMemAddressReserve(Address *address, size_t bytes, size_t, Address,
                           unsigned long long) {
  DSC_ENTER_ALONE;
  if (bytes == 0 || bytes % kGranularity)
    return kInvalidValue;
  *address = state().memory.reserve(bytes);
  return kSuccess;
}

/// All of it, and nothing is mapped there any more.
Status cuMemAddressFree(Address address, size_t bytes) {
  DSC_ENTER_ALONE;
  Allocation *found = state().memory.find(address);
  if (!found || !found->isReserved || found->bytes != bytes ||
      !found->mapped.empty())
    return kInvalidValue;
  return state().memory.release(address) ? kSuccess : kInvalidValue;
}

/// A handle is its size.
Status cuMemCreate(Handle *handle, size_t bytes, const MemoryProperties *,
                   unsigned long long) {
  DSC_ENTER_ALONE;
  if (bytes == 0 || bytes % kGranularity)
    return kInvalidValue;
  if (bytes > state().memory.limit - state().memory.used)
    return kOutOfMemory;
  state().memory.used += bytes;
  *handle = bytes;
  return kSuccess;
}

Status cuMemRelease(Handle handle) {
  DSC_ENTER_ALONE;
  state().memory.used -= handle;
  return kSuccess;
}

Status cuMemMap(Address address, size_t bytes, size_t offset, Handle handle,
                unsigned long long) {
  DSC_ENTER_ALONE;
  return offset == 0 && bytes == handle && state().memory.map(address, bytes)
             ? kSuccess
             : kInvalidValue;
}

Status cuMemUnmap(Address address, size_t bytes) {
  DSC_ENTER_ALONE;
  return state().memory.unmap(address, bytes) ? kSuccess : kInvalidValue;
}

Status cuMemSetAccess(Address address, size_t bytes, const MemoryAccess *access,
                      size_t count) {
  DSC_ENTER_ALONE;
  return count == 1 && access->rights == 3 &&
                 state().memory.resolve(address, bytes)
             ? kSuccess
             : kInvalidValue;
}

Status cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
  DSC_ENTER_ALONE;
  if (bytes == 0 || flags & ~7u)
    return kInvalidValue;
  *memory = state().memory.allocatePinned(bytes);
  return kSuccess;
}

Status cuMemFreeHost(void *memory) {
  DSC_ENTER_ALONE;
  return state().memory.releasePinned(memory) ? kSuccess : kInvalidValue;
}

Status cuMemcpyHtoD_v2(Address to, const void *from, size_t bytes) {
  DSC_ENTER_ALONE;
  std::string held(static_cast<const char *>(from), bytes);
  state().unnamed.add([=] {
    return copy(state().memory.resolve(to, bytes), held.data(), bytes);
  });
  return kSuccess;
}

Status cuMemcpyDtoH_v2(void *to, Address from, size_t bytes) {
  DSC_ENTER_ALONE;
  if (Status status = waitFor(state().unnamed); status != kSuccess)
    return status;
  return copy(to, state().memory.resolve(from, bytes), bytes);
}

Status cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes,
                            Stream stream) {
  DSC_ENTER;
  if (!state().memory.isPinned(from, bytes))
    return kInvalidValue;
  stream->add(
      [=] { return copy(state().memory.resolve(to, bytes), from, bytes); });
  return kSuccess;
}

Status cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes,
                            Stream stream) {
  DSC_ENTER;
  if (!state().memory.isPinned(to, bytes))
    return kInvalidValue;
  stream->add(
      [=] { return copy(to, state().memory.resolve(from, bytes), bytes); });
  return kSuccess;
}

Status cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes,
                            Stream stream) {
  DSC_ENTER;
  stream->add([=] {
    return copy(state().memory.resolve(to, bytes),
                state().memory.resolve(from, bytes), bytes);
  });
  return kSuccess;
}

static Status fillNow(Address to, unsigned char value, size_t bytes) {
  char *memory = state().memory.resolve(to, bytes);
  if (!memory)
    return kInvalidValue;
  std::memset(memory, value, bytes);
  return kSuccess;
}

Status cuMemsetD8_v2(Address to, unsigned char value, size_t bytes) {
  DSC_ENTER_ALONE;
  state().unnamed.add([=] { return fillNow(to, value, bytes); });
  return kSuccess;
}

Status cuMemsetD8Async(Address to, unsigned char value, size_t bytes,
                       Stream stream) {
  DSC_ENTER;
  stream->add([=] { return fillNow(to, value, bytes); });
  return kSuccess;
}

} // extern "C"
