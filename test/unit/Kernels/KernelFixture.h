//===- KernelFixture.h - compiles an optimizer and runs it ------*- C++ -*-===//
//
// A small recipe's worth of schedule and optimizer, built through the API,
// compiled for a level, linked as a payload, opened and called as the runtime
// does it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_KERNELS_KERNELFIXTURE_H
#define DSC_TEST_UNIT_KERNELS_KERNELFIXTURE_H

#include "compiler/Artifact/Payload.h"
#include "compiler/Target/Cpu/CpuBackend.h"
#include "compiler/Transforms/Optimizer/OptimizerProgram.h"
#include "runtime/Artifact/KernelAbi.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dsc::test {

/// Steps of the test schedule: a warm-up, then a decay, with a momentum track.
inline constexpr int64_t kScheduleSteps = 1000;

struct GroupRecipe {
  std::string name = "default";
  std::vector<std::pair<std::string, double>>
      keys; ///< numbers of the optimizer
  bool nesterov = false;
  double lrScale = 1, weightDecay = 0.1;
  int64_t begin = 0, end = 0;
};

struct Recipe {
  std::string kind = "adamw";
  std::vector<GroupRecipe> groups;
  std::optional<double> clipNorm;
  ComputePrecision precision = ComputePrecision::f32;
  bool momentumTrack = false;
  bool uniformsInUpdate = false;
  ScheduleReactions reactions;
  mlir::DictionaryAttr (*warmupReaction)(mlir::MLIRContext &) = nullptr;

  int64_t elements() const { return groups.back().end; }
};

/// One group over all elements.
Recipe singleGroup(std::string kind, int64_t elements);

/// A context with the dialects, and a module that holds schedule and kernels.
class Program {
public:
  /// `prepare` sees the context first.
  explicit Program(const Recipe &recipe,
                   llvm::function_ref<void(mlir::MLIRContext &)> prepare = {});

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp tracks, observe; ///< the latter may be null
  OptimizerKernels kernels;
  Recipe recipe;

  std::string compile(const std::string &level) const; ///< object
  int64_t uniform(const std::string &name) const;      ///< slot
};

/// 64-byte aligned memory.
class Memory {
public:
  Memory() = default;
  Memory(size_t count, size_t size);
  template <typename T> T *as() { return reinterpret_cast<T *>(base); }
  template <typename T> std::vector<T> copy() {
    return std::vector<T>(as<T>(), as<T>() + count);
  }
  size_t count = 0;

private:
  std::vector<char> bytes;
  char *base = nullptr;
};

/// The kernels of a program on this machine, and their buffers.
class Machine {
public:
  Machine(Program &program, const std::string &level);
  ~Machine();
  Machine(const Machine &) = delete;

  /// Calls a kernel over [begin, end).
  void run(const std::string &kernel, int64_t begin, int64_t end);
  /// Norm, finish and every update; then counts the step.
  void step();

  void *find(const std::string &symbol);
  float *f32(const std::string &name) { return buffers.at(name).as<float>(); }
  double uniform(const std::string &name);
  int64_t &counter() { return *buffers.at("counters").as<int64_t>(); }

  Program &program;
  std::map<std::string, Memory> buffers;

private:
  std::string suffix;
  void *library = nullptr;
};

/// Levels that this machine runs.
std::vector<std::string> runnableLevels();

/// Reproducible numbers, with a share of zeros, denormals and large ones.
void fill(float *values, int64_t count, uint64_t seed, double scale);
uint32_t bitsOf(float value);
uint64_t bitsOf(double value);

/// A plan.kernel by name.
plan_ir::KernelOp findKernel(Program &program, llvm::StringRef name);

/// Opens a shared object given as bytes.
void *openLibrary(const std::string &bytes);

/// A file of its own, gone when the test ends.
class TemporaryFile {
public:
  explicit TemporaryFile(const std::string &bytes = {});
  ~TemporaryFile();
  std::string path;
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_KERNELS_KERNELFIXTURE_H
