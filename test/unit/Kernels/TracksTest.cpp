//===- TracksTest.cpp - the schedule alone, compiled and evaluated --------===//

#include "compiler/Target/Evaluator.h"
#include "test/unit/Kernels/KernelFixture.h"

using namespace dsc;
using namespace dsc::test;

TEST(Tracks, CompiledAndEvaluatedBitsAgree) {
  Recipe recipe = singleGroup("adamw", 64);
  recipe.momentumTrack = true;
  Program program(recipe);
  ASSERT_EQ(program.kernels.tracks,
            (std::vector<std::string>{"lr", "momentum"}));
  auto evaluator = Evaluator::create(program.tracks);
  ASSERT_TRUE(llvm::succeeded(evaluator));
  for (const std::string &level : runnableLevels()) {
    Machine machine(program, level);
    auto *compiled = reinterpret_cast<void (*)(int64_t, double *)>(
        machine.find("dsc_tracks"));
    for (int64_t step = 0; step < kScheduleSteps; ++step) {
      double expected[2], found[2];
      evaluator->evaluate(step, expected);
      compiled(step, found);
      ASSERT_EQ(bitsOf(found[0]), bitsOf(expected[0])) << level << " " << step;
      ASSERT_EQ(bitsOf(found[1]), bitsOf(expected[1])) << level << " " << step;
    }
  }
}

TEST(Tracks, AreThoseThatTheFinishKernelStores) {
  Program program(singleGroup("adamw", 64));
  auto evaluator = Evaluator::create(program.tracks);
  for (const std::string &level : runnableLevels()) {
    Machine machine(program, level);
    for (int64_t step = 0; step < kScheduleSteps; ++step) {
      machine.step();
      double expected;
      evaluator->evaluate(step, expected);
      ASSERT_EQ(bitsOf(machine.uniform("lr")), bitsOf(expected)) << step;
    }
  }
}
