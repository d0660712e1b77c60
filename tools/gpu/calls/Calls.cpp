//===- Calls.cpp - what a process asks of the driver ----------------------===//
//
// The driver opens this library in a process whose environment names it in
// CUDA_INJECTION64_PATH, and CUPTI then tells it of every call. At the end of
// the process stand in the file $DSC_GPU_CALLS the names of the calls, one a
// line, in their order; what the runtime library asks of the driver on behalf
// of a call of its own is part of that call. In $DSC_GPU_MEMORY stand two
// numbers of bytes: the most that was allocated on the device at a time by
// calls of the driver, and by calls of the runtime library.
//
//===----------------------------------------------------------------------===//

#include <cupti.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace {

/// Memory that one of the two interfaces gave.
struct Holdings {
  std::unordered_map<uint64_t, size_t> blocks;
  size_t now = 0, most = 0;

  void add(uint64_t address, size_t bytes) {
    blocks[address] = bytes;
    now += bytes;
    most = std::max(most, now);
  }
  void remove(uint64_t address) {
    auto found = blocks.find(address);
    if (found == blocks.end())
      return;
    now -= found->second;
    blocks.erase(found);
  }
};

struct Record {
  std::mutex mutex;
  std::vector<const char *> names;
  Holdings driver, runtime;
};

/// Never destroyed: other libraries call the driver until the very end.
Record &record() {
  static Record *record = new Record;
  return *record;
}

thread_local int depth = 0;

} // namespace

static void noteDriver(const CUpti_CallbackData &call, CUpti_CallbackId id) {
  Holdings &held = record().driver;
  if (id == CUPTI_DRIVER_TRACE_CBID_cuMemAlloc_v2) {
    auto *given =
        static_cast<const cuMemAlloc_v2_params *>(call.functionParams);
    held.add(uint64_t(*given->dptr), given->bytesize);
  } else if (id == CUPTI_DRIVER_TRACE_CBID_cuMemFree_v2) {
    held.remove(uint64_t(
        static_cast<const cuMemFree_v2_params *>(call.functionParams)->dptr));
  }
}

static void noteRuntime(const CUpti_CallbackData &call, CUpti_CallbackId id) {
  Holdings &held = record().runtime;
  if (id == CUPTI_RUNTIME_TRACE_CBID_cudaMalloc_v3020) {
    auto *given =
        static_cast<const cudaMalloc_v3020_params *>(call.functionParams);
    held.add(reinterpret_cast<uint64_t>(*given->devPtr), given->size);
  } else if (id == CUPTI_RUNTIME_TRACE_CBID_cudaFree_v3020) {
    held.remove(reinterpret_cast<uint64_t>(
        static_cast<const cudaFree_v3020_params *>(call.functionParams)
            ->devPtr));
  }
}

static bool succeeded(const CUpti_CallbackData &call, bool isDriver) {
  if (!call.functionReturnValue)
    return false;
  return isDriver ? *static_cast<CUresult *>(call.functionReturnValue) ==
                        CUDA_SUCCESS
                  : *static_cast<cudaError_t *>(call.functionReturnValue) ==
                        cudaSuccess;
}

static void CUPTIAPI note(void *, CUpti_CallbackDomain domain,
                          CUpti_CallbackId id, const void *data) {
  auto &call = *static_cast<const CUpti_CallbackData *>(data);
  if (call.callbackSite == CUPTI_API_ENTER) {
    if (depth++ == 0) {
      std::lock_guard lock(record().mutex);
      record().names.push_back(call.functionName);
    }
    return;
  }
  // The end of the call in which this library was opened has no beginning.
  if (depth == 0)
    return;
  bool isDriver = domain == CUPTI_CB_DOMAIN_DRIVER_API;
  if (--depth > 0 || !succeeded(call, isDriver))
    return;
  std::lock_guard lock(record().mutex);
  if (isDriver)
    noteDriver(call, id);
  else
    noteRuntime(call, id);
}

static void write() {
  std::lock_guard lock(record().mutex);
  if (const char *path = std::getenv("DSC_GPU_CALLS"))
    if (std::FILE *file = std::fopen(path, "w")) {
      for (const char *name : record().names)
        std::fprintf(file, "%s\n", name);
      std::fclose(file);
    }
  if (const char *path = std::getenv("DSC_GPU_MEMORY"))
    if (std::FILE *file = std::fopen(path, "w")) {
      std::fprintf(file, "%zu %zu\n", record().driver.most,
                   record().runtime.most);
      std::fclose(file);
    }
}

/// What the driver calls when it is initialised.
extern "C" __attribute__((visibility("default"))) int InitializeInjection() {
  CUpti_SubscriberHandle subscriber;
  if (cuptiSubscribe(&subscriber, note, nullptr) != CUPTI_SUCCESS)
    return 0;
  cuptiEnableDomain(1, subscriber, CUPTI_CB_DOMAIN_DRIVER_API);
  cuptiEnableDomain(1, subscriber, CUPTI_CB_DOMAIN_RUNTIME_API);
  std::atexit(write);
  return 1;
}
