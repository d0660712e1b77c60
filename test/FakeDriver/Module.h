//===- Module.h - PTX text as a module --------------------------*- C++ -*-===//

#ifndef DSC_TEST_FAKEDRIVER_MODULE_H
#define DSC_TEST_FAKEDRIVER_MODULE_H

#include "cuda/Runtime/Driver.h"
#include "test/FakeDriver/Memory.h"
#include "test/unit/Ptx/Machine.h"

#include <string>
#include <vector>

namespace dsc::cuda {

struct FunctionTag {
  ModuleTag *module;
  std::string name;
  size_t parameters;
};

/// Runs its kernels in the interpreter, whose memory is its own: what a launch
/// may reach is copied there, and back.
struct ModuleTag {
  explicit ModuleTag(const char *text) : machine(text) {}

  /// Null where there is no kernel of that name.
  Function find(const std::string &name);

  /// Throws test::ptx::Fault on what a device would call an illegal address.
  void run(const FunctionTag &function, const test::ptx::Launch &launch,
           const std::vector<uint64_t> &values, fake::Memory &memory);

private:
  test::ptx::Machine machine;
  std::map<uint64_t, test::ptx::Address> regions; ///< by base
  std::map<std::string, FunctionTag> functions;
};

} // namespace dsc::cuda

#endif // DSC_TEST_FAKEDRIVER_MODULE_H
