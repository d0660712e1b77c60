//===- MaskedCompilerTest.cpp - what the compiler's own CPU must not matter
//===//
//
// The compiler folds constants, evaluates schedules and chooses instructions on
// a CPU of its own. This program run once more, where features are hidden from
// it, must find the same: byte by byte the same objects, bit by bit the same
// schedules.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Conformance/MaskedCompiler.h"

#include "runtime/Base/Hash.h"
#include "test/unit/Conformance/Cases.h"
#include "test/unit/Conformance/Place.h"
#include "test/unit/Conformance/Reference.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

using namespace dsc;
using namespace dsc::test;

static std::string describeModule(mlir::ModuleOp module,
                                  const std::string &name) {
  std::string text;
  auto backend = createCpuBackend();
  for (llvm::StringRef level : backend->getLevels())
    text += "object " + name + " " + level.str() + " " +
            sha256Hex(compileObject(module, level.str())) + "\n";
  return text;
}

std::string dsc::test::describeCompiler() {
  std::string text;
  for (const ScheduleCase &schedule : scheduleCases()) {
    TestSchedule phases;
    mlir::ModuleOp module = schedule.lower(phases);
    std::string values = Reference(module).run(schedule.job(module, false));
    text += "values " + schedule.name + " " + sha256Hex(values) + "\n";
  }
  ScheduleCase mixed = scheduleCases()[1];
  TestSchedule phases;
  text += describeModule(mixed.lower(phases), mixed.name);
  OptimizerCase groups = optimizerCases().front();
  Program program(groups.recipe);
  std::string values = Reference(*program.module).run(groups.job(program));
  text += "values " + groups.name + " " + sha256Hex(values) + "\n";
  return text + describeModule(*program.module, groups.name);
}

static void expectTheSame(std::vector<std::string> command) {
  std::string self = llvm::sys::fs::getMainExecutable(nullptr, nullptr);
  command.insert(command.end(), {self, kDescribeOption});
  std::optional<std::string> found = capture(command, "");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, describeCompiler());
}

TEST(Compiler, DoesNotSeeFeaturesMasked) { expectTheSame(maskingPrefix()); }

TEST(Compiler, DoesNotSeeACpuWithoutFma) {
  auto emulator = llvm::sys::findProgramByName("qemu-x86_64");
  if (!emulator)
    GTEST_SKIP() << "needs qemu-x86_64";
  expectTheSame({*emulator, "-cpu", "Nehalem"});
}
