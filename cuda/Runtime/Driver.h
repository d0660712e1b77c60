//===- Driver.h - the few driver functions that a run needs -----*- C++ -*-===//
//
// CUDA's driver is opened when a run asks for a device, so that one program
// starts with and without it and is built without a toolkit. The functions,
// their types and the constants below are the driver's public binary interface.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_RUNTIME_DRIVER_H
#define DSC_CUDA_RUNTIME_DRIVER_H

#include "runtime/Base/Error.h"

#include <cstddef>

namespace dsc::cuda {

using Status = int;
using DeviceId = int;
using Address = unsigned long long; ///< of the device's memory
using Context = struct ContextTag *;
using Module = struct ModuleTag *;
using Function = struct FunctionTag *;
using Stream = struct StreamTag *;
using Event = struct EventTag *;
using Graph = struct GraphTag *;
using GraphExec = struct GraphExecTag *;
using HostFunction = void (*)(void *data);
struct DeviceUuid {
  unsigned char bytes[16];
};

using Handle = unsigned long long; ///< of memory without an address

/// Memory of a device, as the driver wants it described: the first two are
/// "pinned on the device" and "not shared with other processes".
struct MemoryProperties {
  int type = 1, sharing = 0;
  int place = 1; ///< a device
  DeviceId device = 0;
  void *reserved = nullptr;
  unsigned char flags[8] = {};
};
struct MemoryAccess {
  int place = 1;
  DeviceId device = 0;
  int rights = 3; ///< reads and writes
};

inline constexpr Status kSuccess = 0, kOutOfMemory = 2, kNoDevice = 100;
inline constexpr Status kNotReady = 600;
inline constexpr Status kInvalidImage = 200, kNoBinary = 209;
inline constexpr Stream kDefaultStream = nullptr; ///< of calls that name none
inline constexpr int kMultiprocessors = 16, kMajor = 75, kMinor = 76;
inline constexpr unsigned kNonBlocking = 1;             ///< streams
inline constexpr unsigned kDisableTiming = 2;           ///< events
inline constexpr unsigned kPortable = 1;                ///< pinned memory
inline constexpr int kCaptureThreadLocal = 1;           ///< capture mode
inline constexpr int kErrorLog = 5, kErrorLogBytes = 6; ///< of compiling PTX

/// The oldest driver that will do: it has every function below.
inline constexpr int kOldestDriver = 12000;

/// Name in the table, name in the driver, parameters.
#define DSC_CUDA_FUNCTIONS(F)                                                  \
  F(errorName, cuGetErrorName, (Status, const char **))                        \
  F(errorText, cuGetErrorString, (Status, const char **))                      \
  F(initialise, cuInit, (unsigned))                                            \
  F(driverVersion, cuDriverGetVersion, (int *))                                \
  F(deviceCount, cuDeviceGetCount, (int *))                                    \
  F(deviceGet, cuDeviceGet, (DeviceId *, int))                                 \
  F(deviceName, cuDeviceGetName, (char *, int, DeviceId))                      \
  F(deviceAttribute, cuDeviceGetAttribute, (int *, int, DeviceId))             \
  F(deviceUuid, cuDeviceGetUuid_v2, (DeviceUuid *, DeviceId))                  \
  F(retainContext, cuDevicePrimaryCtxRetain, (Context *, DeviceId))            \
  F(releaseContext, cuDevicePrimaryCtxRelease_v2, (DeviceId))                  \
  F(setContext, cuCtxSetCurrent, (Context))                                    \
  F(memoryInfo, cuMemGetInfo_v2, (size_t *, size_t *))                         \
  F(allocate, cuMemAlloc_v2, (Address *, size_t))                              \
  F(release, cuMemFree_v2, (Address))                                          \
  F(granularity, cuMemGetAllocationGranularity,                                \
    (size_t *, const MemoryProperties *, int))                                 \
  F(reserve, cuMemAddressReserve,                                              \
    (Address *, size_t, size_t, Address, unsigned long long))                  \
  F(giveUp, cuMemAddressFree, (Address, size_t))                               \
  F(create, cuMemCreate,                                                       \
    (Handle *, size_t, const MemoryProperties *, unsigned long long))          \
  F(releaseHandle, cuMemRelease, (Handle))                                     \
  F(map, cuMemMap, (Address, size_t, size_t, Handle, unsigned long long))      \
  F(unmap, cuMemUnmap, (Address, size_t))                                      \
  F(setAccess, cuMemSetAccess,                                                 \
    (Address, size_t, const MemoryAccess *, size_t))                           \
  F(allocatePinned, cuMemHostAlloc, (void **, size_t, unsigned))               \
  F(releasePinned, cuMemFreeHost, (void *))                                    \
  F(upload, cuMemcpyHtoD_v2, (Address, const void *, size_t))                  \
  F(download, cuMemcpyDtoH_v2, (void *, Address, size_t))                      \
  F(uploadAsync, cuMemcpyHtoDAsync_v2,                                         \
    (Address, const void *, size_t, Stream))                                   \
  F(downloadAsync, cuMemcpyDtoHAsync_v2, (void *, Address, size_t, Stream))    \
  F(copyAsync, cuMemcpyDtoDAsync_v2, (Address, Address, size_t, Stream))       \
  F(fill, cuMemsetD8_v2, (Address, unsigned char, size_t))                     \
  F(fillAsync, cuMemsetD8Async, (Address, unsigned char, size_t, Stream))      \
  F(loadModule, cuModuleLoadDataEx,                                            \
    (Module *, const void *, unsigned, int *, void **))                        \
  F(getFunction, cuModuleGetFunction, (Function *, Module, const char *))      \
  F(activeBlocks, cuOccupancyMaxActiveBlocksPerMultiprocessor,                 \
    (int *, Function, int, size_t))                                            \
  F(launch, cuLaunchKernel,                                                    \
    (Function, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,     \
     unsigned, Stream, void **, void **))                                      \
  F(launchHost, cuLaunchHostFunc, (Stream, HostFunction, void *))              \
  F(createStream, cuStreamCreate, (Stream *, unsigned))                        \
  F(destroyStream, cuStreamDestroy_v2, (Stream))                               \
  F(wait, cuStreamSynchronize, (Stream))                                       \
  F(query, cuStreamQuery, (Stream))                                            \
  F(waitEvent, cuStreamWaitEvent, (Stream, Event, unsigned))                   \
  F(createEvent, cuEventCreate, (Event *, unsigned))                           \
  F(recordEvent, cuEventRecord, (Event, Stream))                               \
  F(destroyEvent, cuEventDestroy_v2, (Event))                                  \
  F(beginCapture, cuStreamBeginCapture_v2, (Stream, int))                      \
  F(endCapture, cuStreamEndCapture, (Stream, Graph *))                         \
  F(instantiate, cuGraphInstantiateWithFlags,                                  \
    (GraphExec *, Graph, unsigned long long))                                  \
  F(launchGraph, cuGraphLaunch, (GraphExec, Stream))                           \
  F(destroyGraph, cuGraphDestroy, (Graph))                                     \
  F(destroyGraphExec, cuGraphExecDestroy, (GraphExec))

/// The driver's functions. All but `check` return its status.
struct Driver {
#define DSC_CUDA_MEMBER(name, symbol, parameters)                              \
  Status(*name) parameters = nullptr;
  DSC_CUDA_FUNCTIONS(DSC_CUDA_MEMBER)
#undef DSC_CUDA_MEMBER

  /// "CUDA_ERROR_OUT_OF_MEMORY (out of memory)".
  std::string describe(Status status) const;

  /// Throws dsc::Error(Exit::device) "<what>: <describe(status)>" on a failure.
  void check(Status status, const std::string &what) const;
};

/// The driver, opened and initialised once. Throws dsc::Error(Exit::device)
/// when there is none, it is too old, or it finds no device.
const Driver &openDriver();

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_DRIVER_H
