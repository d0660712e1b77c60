//===- Reference.h - kernels by the definition alone ------------*- C++ -*-===//
//
// Carries a job out without any code generator: the host evaluator runs each
// kernel's scalar body, an element at a time, and the loops round it are those
// of runtime/Artifact/KernelAbi.h and plan.kernel, written down once more.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_REFERENCE_H
#define DSC_TEST_UNIT_CONFORMANCE_REFERENCE_H

#include "compiler/Target/Evaluator.h"
#include "test/unit/Conformance/Job.h"

#include "mlir/IR/OwningOpRef.h"

#include <map>

namespace dsc::test {

class Reference {
public:
  /// `module` holds kernels, or a schedule only; it is left as it is.
  explicit Reference(mlir::ModuleOp module);

  /// What the job writes.
  std::string run(const Job &job);

private:
  struct Buffer {
    std::vector<char> bytes;
    int64_t size;
    uint64_t load(int64_t index) const;
    void store(int64_t index, uint64_t bits);
    double f64(int64_t index) const;
    void setF64(int64_t index, double value);
  };

  Evaluator &evaluator(llvm::StringRef function);
  Buffer &operand(plan_ir::KernelOp kernel, plan_ir::Access access,
                  const std::vector<Buffer *> &operands);
  void perform(const Command &command, std::string &output);
  void call(const Command &command);
  void map(plan_ir::KernelOp kernel, const std::vector<Buffer *> &operands,
           int64_t begin, int64_t end);
  void reduce(plan_ir::KernelOp kernel, const std::vector<Buffer *> &operands,
              int64_t begin, int64_t end);
  void finish(plan_ir::KernelOp kernel, const std::vector<Buffer *> &operands,
              int64_t blocks);
  std::vector<uint64_t> uniforms(plan_ir::KernelOp kernel,
                                 const std::vector<Buffer *> &operands);
  void writeTracks(const Command &command, std::string &output);

  mlir::OwningOpRef<mlir::ModuleOp> module; ///< a copy, without calls
  std::map<std::string, Evaluator> evaluators;
  std::vector<Buffer> buffers;
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_REFERENCE_H
