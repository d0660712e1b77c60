//===- Job.h - what every machine is asked to compute -----------*- C++ -*-===//
//
// A job is a list of commands over buffers and kernels, and what of it is
// written out. The harness reads it as text (test/Conformance/Inputs/harness.c
// says how), the reference carries it out itself; both give the same bytes, or
// a machine breaks the promise.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_JOB_H
#define DSC_TEST_UNIT_CONFORMANCE_JOB_H

#include "dialect/Plan/PlanDialect.h"
#include "test/Conformance/Inputs/Generator.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace dsc::test {

enum class Element { f32, f64, bf16, i64 };

/// Values that a job writes, in the order in which they are written.
struct Output {
  std::string label;
  Element element;
  int64_t count;
};

struct Command {
  enum Kind { buffer, fill, set, call, write, tracks } kind;
  std::string name; ///< of the kernel or buffer
  std::vector<int64_t> numbers;
};

class Job {
public:
  /// The buffers of a module, in its order; none for a schedule.
  explicit Job(mlir::ModuleOp module);

  void fill(llvm::StringRef buffer, FillKind kind, uint64_t seed);
  void setCounter(int64_t step);
  void call(llvm::StringRef kernel, int64_t begin, int64_t end);
  void write(llvm::StringRef buffer, const std::string &label);
  /// `count` steps from `first` on, `stride` apart.
  void tracks(int64_t results, int64_t first, int64_t count,
              int64_t stride = 1);

  std::string text() const;
  const std::vector<Command> &getCommands() const { return commands; }
  const std::vector<Output> &getOutputs() const { return outputs; }

private:
  int64_t indexOf(llvm::StringRef buffer) const;

  mlir::ModuleOp module;
  std::vector<std::string> names;
  std::vector<Command> commands;
  std::vector<Output> outputs;
};

/// `values` of a job with one pattern for every NaN: which of them comes out is
/// the one thing that machines may do differently.
std::string withOneNaN(const Job &job, std::string values);

/// "" when both are the same bits, all NaNs counting as one; else where they
/// first differ, with both values, and how many do.
std::string compare(const Job &job, const std::string &expected,
                    const std::string &found);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_JOB_H
