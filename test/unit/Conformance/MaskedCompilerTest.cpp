//===- MaskedCompilerTest.cpp - what the compiler's own CPU must not matter
//===//
//
// The compiler folds constants, evaluates schedules and chooses instructions on
// a CPU of its own. This program run once more, where features are hidden from
// it, must find the same: byte by byte the same code, bit by bit the same
// values.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Conformance/MaskedCompiler.h"

#include "compiler/Target/Backends.h"
#include "runtime/Base/Hash.h"
#include "test/unit/Conformance/Cases.h"
#include "test/unit/Conformance/Place.h"
#include "test/unit/Conformance/Reference.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"

using namespace dsc;
using namespace dsc::test;

static std::string describeCode(mlir::ModuleOp module,
                                const std::string &name) {
  std::string text;
  for (auto &backend : createBackends())
    for (llvm::StringRef level : backend->getLevels()) {
      auto code = backend->emit(module, level, CodeForm::assembly);
      text += "code " + name + " " + level.str() + " " +
              (succeeded(code) ? sha256Hex(*code) : "none") + "\n";
    }
  return text;
}

static std::string describeValues(mlir::ModuleOp module, const Job &job,
                                  const std::string &name) {
  std::string values = Reference(module).run(job);
  return "values " + name + " " + sha256Hex(withOneNaN(job, values)) + "\n";
}

std::string dsc::test::describeCompiler() {
  std::string text;
  for (const Ends *ends : {&kFalling, &kExtreme}) {
    ScheduleCase schedule = allPhases(*ends, 62500, false);
    TestSchedule phases;
    mlir::ModuleOp module = schedule.lower(phases);
    text += describeValues(module, schedule.job(module, false), schedule.name);
  }
  OptimizerCase groups = optimizerCases().front();
  Program program(groups.recipe);
  text += describeValues(*program.module, groups.job(program), groups.name);
  return text + describeCode(*program.module, groups.name);
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
