//===- State.h - what the fake driver is like, what goes wrong --*- C++ -*-===//
//
// A call that a real driver refuses is refused: before it is initialised, from
// a thread without a context, from within a call of the host, inside of a
// capture; of a kernel that no device could start; to copy from memory that is
// not pinned while the host goes on. The environment says what else there is:
//
//   DSC_FAKE_LOG      a file: the name of each function called, one a line;
//                     that of a rank has its number behind the name
//   DSC_FAKE_GRAPHS   a file, named like that: what each graph holds
//   DSC_FAKE_ARCH     110: the device is an sm_110
//   DSC_FAKE_DRIVER   12040: the driver is of CUDA 12.4
//   DSC_FAKE_DEVICES  how many there are
//   DSC_FAKE_UUID     7: the first is the eighth of its machine
//   DSC_FAKE_MEMORY   bytes that the device has
//   DSC_FAKE_FAULT    "700 norm 5": the fifth run of kernel norm ends with
//                     status 700, and everything after it
//   DSC_FAKE_CAPTURE  "900": every capture ends with that status; "900 1": on
//                     rank 1
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKEDRIVER_STATE_H
#define DSC_TEST_FAKEDRIVER_STATE_H

#include "test/FakeDriver/Module.h"
#include "test/FakeDriver/Streams.h"

#include <cstdio>
#include <mutex>

namespace dsc::fake {

using cuda::Status;

inline constexpr Status kInvalidValue = 1, kNotInitialised = 3,
                        kInvalidDevice = 101, kInvalidContext = 201,
                        kInvalidHandle = 400, kIllegalState = 401,
                        kNotFound = 500, kIllegalAddress = 700,
                        kNotPermitted = 800, kCaptureUnsupported = 900,
                        kCaptureInvalidated = 901, kCaptureUnjoined = 904,
                        kCaptureIsolation = 905, kCapturedEvent = 907;

/// A number of the environment.
int64_t setting(const char *name, int64_t otherwise);

/// How a capture of this process ends.
Status captureEnd();

/// The kernel that is to fail.
struct FaultPlan {
  FaultPlan();

  /// The status of one more run of a kernel.
  Status next(const std::string &name) {
    return name == kernel && runs > 0 && --runs == 0 ? status : cuda::kSuccess;
  }

  Status status = cuda::kSuccess;
  std::string kernel;
  int64_t runs = 0;
};

struct State {
  State();
  ~State();

  Status run(const cuda::FunctionTag &function, const test::ptx::Launch &launch,
             const std::vector<uint64_t> &values);

  Status admit() const;
  int devices() const;
  bool isDevice(cuda::DeviceId device) const {
    return device >= 0 && device < devices();
  }

  bool isInitialised = false;
  /// The primary context of each device, and how often it was asked for.
  std::map<cuda::DeviceId, int> contexts;
  Memory memory;
  FaultPlan faults;
  Status lost = cuda::kSuccess; ///< what every call says from now on
  cuda::StreamTag *capturing = nullptr;
  Status captureFailure = cuda::kSuccess;
  /// Of calls that name no stream. Even those may return before they are done.
  cuda::StreamTag unnamed;
  std::vector<std::unique_ptr<cuda::ModuleTag>> modules;
  std::FILE *log = nullptr, *graphs = nullptr;
  /// What is being added to a stream: a kernel, or the call.
  std::string adding;
};

State &state();

/// The thread's context is that of this device; -1 where it has none.
extern thread_local cuda::DeviceId entered;

/// Whether this thread is the driver's, in a call of the host.
extern thread_local bool isCalling;

/// Notes a call that needs no context. What it returns is the call's status
/// unless all is well.
Status enterWithout(const char *name);

/// The same for a call that does.
Status enter(const char *name);

/// The same for a call that a capture does not allow.
Status enterAlone(const char *name);

/// One thread at a time is inside the driver.
std::mutex &door();

/// From inside; opens the door while there is nothing to do.
Status waitFor(cuda::StreamTag &stream);

} // namespace dsc::fake

/// A definition of another type than the runtime calls does not compile.
#define DSC_DECLARE(name, symbol, parameters)                                  \
  dsc::cuda::Status symbol parameters;
namespace dsc::cuda {
extern "C" {
DSC_CUDA_FUNCTIONS(DSC_DECLARE)
}
} // namespace dsc::cuda
#undef DSC_DECLARE

/// At the start of a driver's function: `how` is one of those above. A call of
/// the host may make none; it is made with the door closed.
#define DSC_ENTER_AS(how)                                                      \
  if (dsc::fake::isCalling)                                                    \
    return dsc::fake::kNotPermitted;                                           \
  std::lock_guard inside(dsc::fake::door());                                   \
  if (Status status = dsc::fake::how(__func__); status != kSuccess)            \
  return status
#define DSC_ENTER_WITHOUT DSC_ENTER_AS(enterWithout)
#define DSC_ENTER DSC_ENTER_AS(enter)
#define DSC_ENTER_ALONE DSC_ENTER_AS(enterAlone)

#endif // DSC_TEST_FAKEDRIVER_STATE_H
