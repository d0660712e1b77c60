//===- TargetBackend.h - what a target's code generator does ----*- C++ -*-===//
//
// A backend turns the kernels of a plan (plan.kernel and their scalar bodies)
// into machine code. It adds loops or thread mappings round the bodies and
// nothing else. A backend is one folder and one function, createNameBackend();
// `--target` takes getName() of those in the build. cuda/README.md shows how
// one is made.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_TARGETBACKEND_H
#define DSC_COMPILER_TARGET_TARGETBACKEND_H

#include "mlir/IR/BuiltinOps.h"

#include "llvm/ADT/FunctionExtras.h"
#include "llvm/Support/Error.h"

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// Forms in which `dsc compile --emit` shows a level's code.
enum class CodeForm {
  llvm,     ///< LLVM IR after optimization
  assembly, ///< the target's assembly, PTX for a GPU
  object    ///< ELF object, cubin
};

/// A kernel of a device's image: how it is launched, and what its assembler
/// says of it, as images::Kernel has it (-1 where none has seen it).
struct DeviceKernel {
  std::string name;
  int64_t threads = 0; ///< of a thread block
  int64_t span = 0;    ///< what of its range a thread block takes at a time
  int64_t registers = -1, sharedBytes = -1, localBytes = -1, spillBytes = -1;
};

/// Code for one level of a target, ready for the payload.
struct TargetCode {
  enum Kind {
    object,      ///< ELF relocatable: linked into the payload
    deviceText,  ///< assembly that a device's driver compiles
    deviceBinary ///< machine code that it loads
  };
  Kind kind = object;
  std::string level; ///< x86-64-v4, sm_90 ...
  std::string bytes;
  std::vector<DeviceKernel> kernels; ///< of a device's code
};

/// Code, or why there is none.
struct MadeCode {
  std::vector<TargetCode> codes;
  std::optional<std::string> failure;
};

/// Code that is being made beside the caller, of one level or of several.
using PendingCode = std::future<MadeCode>;

/// Begins to make it. Nothing of MLIR may be used there.
PendingCode startCode(
    llvm::unique_function<llvm::Expected<std::vector<TargetCode>>()> make);

/// Waits for all of it, in its order. What fails is reported at no place of the
/// recipe: it is this machine's or the code generator's. What was thrown there
/// is thrown here.
mlir::FailureOr<std::vector<TargetCode>>
waitForCode(std::vector<PendingCode> pending, mlir::MLIRContext *context);

struct CompileOptions {
  /// Levels to build; empty means the backend's default levels.
  std::vector<std::string> levels;

  /// A function (i64, f64 state...) -> f64... that is also exported by itself,
  /// as KernelAbi.h says; "" for none.
  std::string exportedTracks;
};

/// What LLVM keeps once for all, such as its list of targets, is set up by the
/// constructor: code that is being made reads it.
class TargetBackend {
public:
  virtual ~TargetBackend() = default;

  /// The name that --target knows: "cpu".
  virtual llvm::StringRef getName() const = 0;

  /// Levels that a payload holds, in the order of TargetCode, and all that
  /// `--isa` takes.
  virtual llvm::ArrayRef<llvm::StringRef> getDefaultLevels() const = 0;
  virtual llvm::ArrayRef<llvm::StringRef> getLevels() const = 0;

  /// What a cluster's scheduler calls one device, as Kubernetes limits it:
  /// "vendor.com/gpu". "" where code runs on the host.
  virtual llvm::StringRef getResource() const { return {}; }

  /// Makes its passes known to dsc-opt.
  virtual void registerPasses() const {}

  /// Begins to compile every plan.kernel of `module`, which is left as it is
  /// and not looked at any more: what is left to do needs nothing of MLIR, and
  /// goes on beside other backends. The same module gives the same bytes.
  /// Reports at the kernels' locations.
  virtual mlir::FailureOr<std::vector<PendingCode>>
  compile(mlir::ModuleOp module, const CompileOptions &options) const = 0;

  /// One level in one form, for --emit.
  virtual mlir::FailureOr<std::string>
  emit(mlir::ModuleOp module, llvm::StringRef level, CodeForm form,
       const CompileOptions &options = {}) const = 0;
};

} // namespace dsc

#endif // DSC_COMPILER_TARGET_TARGETBACKEND_H
