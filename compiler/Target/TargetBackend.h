//===- TargetBackend.h - what a target's code generator does ----*- C++ -*-===//
//
// A backend turns the kernels of a plan (plan.kernel and their scalar bodies)
// into machine code. It adds loops or thread mappings round the bodies and
// nothing else. A backend is one folder and one function, createNameBackend();
// `--target` takes getName() of those in the build.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_TARGETBACKEND_H
#define DSC_COMPILER_TARGET_TARGETBACKEND_H

#include "mlir/IR/BuiltinOps.h"

#include <memory>
#include <string>
#include <vector>

namespace dsc {

/// Forms in which `dsc compile --emit` shows a level's code.
enum class CodeForm {
  llvm,     ///< LLVM IR after optimization
  assembly, ///< the target's assembly, PTX for a GPU
  object    ///< ELF object, cubin
};

/// Code for one level of a target, ready for the payload.
struct TargetCode {
  enum Kind {
    object, ///< ELF relocatable: linked into the payload
    fatbin  ///< device code: carried in the payload's section for it
  };
  Kind kind = object;
  std::string level; ///< x86-64-v4, sm_90 ...
  std::string bytes;
};

struct CompileOptions {
  /// Levels to build; empty means the backend's default levels.
  std::vector<std::string> levels;

  /// A function (i64, f64 state...) -> f64... that is also exported by itself,
  /// as `void dsc_tracks__<level>(int64_t step, double *out, const double
  /// *state)`; "" for none.
  std::string exportedTracks;
};

class TargetBackend {
public:
  virtual ~TargetBackend() = default;

  /// The name that --target knows: "cpu".
  virtual llvm::StringRef getName() const = 0;

  /// Levels that a payload holds, in the order of TargetCode, and all that
  /// `--isa` takes.
  virtual llvm::ArrayRef<llvm::StringRef> getDefaultLevels() const = 0;
  virtual llvm::ArrayRef<llvm::StringRef> getLevels() const = 0;

  /// Compiles every plan.kernel of `module`, which is left as it is. The same
  /// module gives the same bytes. Reports at the kernels' locations.
  virtual mlir::FailureOr<std::vector<TargetCode>>
  compile(mlir::ModuleOp module, const CompileOptions &options) const = 0;

  /// One level in one form, for --emit.
  virtual mlir::FailureOr<std::string>
  emit(mlir::ModuleOp module, llvm::StringRef level, CodeForm form,
       const CompileOptions &options = {}) const = 0;
};

} // namespace dsc

#endif // DSC_COMPILER_TARGET_TARGETBACKEND_H
