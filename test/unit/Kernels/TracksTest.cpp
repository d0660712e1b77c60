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
    auto *compiled =
        reinterpret_cast<void (*)(int64_t, double *, const double *)>(
            machine.find("dsc_tracks"));
    for (int64_t step = 0; step < kScheduleSteps; ++step) {
      double expected[2], found[2];
      evaluator->evaluate(step, expected);
      compiled(step, found, nullptr);
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

/// The optimizer's own uniforms as a function of (step, lr, momentum), for the
/// evaluator: it takes no calls, which the finish kernel has.
static mlir::func::FuncOp buildUniforms(Program &program) {
  mlir::OpBuilder builder(&program.context);
  builder.setInsertionPointToEnd(program.module->getBody());
  mlir::OperationState state(builder.getUnknownLoc(), "dsc.adamw");
  state.addAttribute("beta2", builder.getF64FloatAttr(0.999));
  mlir::OwningOpRef<mlir::Operation *> op(mlir::Operation::create(state));
  mlir::Type f64 = builder.getF64Type();
  auto function = mlir::func::FuncOp::create(
      builder, builder.getUnknownLoc(), "uniforms_alone",
      builder.getFunctionType({builder.getI64Type(), f64, f64},
                              llvm::SmallVector<mlir::Type>(5, f64)));
  function.setPrivate();
  builder.setInsertionPointToStart(function.addEntryBlock());
  Scalar scalar(builder, builder.getUnknownLoc());
  StepPoint point;
  point.step = function.getArgument(0);
  point.lr = function.getArgument(1);
  point.momentum = function.getArgument(2);
  point.weightDecay = scalar.f64(0.1);
  mlir::func::ReturnOp::create(
      builder, builder.getUnknownLoc(),
      llvm::cast<OptimizerInterface>(*op).emitUniforms(scalar, point));
  return function;
}

TEST(Tracks, BiasCorrectionsHaveTheEvaluatorsBits) {
  Recipe recipe = singleGroup("adamw", 64);
  recipe.momentumTrack = true;
  Program program(recipe);
  auto evaluator = Evaluator::create(buildUniforms(program));
  ASSERT_TRUE(llvm::succeeded(evaluator));
  const char *names[] = {"decay", "step_size", "scale", "beta1",
                         "one_minus_beta1"};
  for (const std::string &level : runnableLevels()) {
    Machine machine(program, level);
    for (int64_t step = 0; step < kScheduleSteps; ++step) {
      machine.step();
      uint64_t arguments[] = {uint64_t(step), bitsOf(machine.uniform("lr")),
                              bitsOf(machine.uniform("momentum"))};
      uint64_t expected[5];
      evaluator->run(arguments, expected);
      for (int i = 0; i < 5; ++i)
        ASSERT_EQ(bitsOf(machine.uniform(std::string("default.") + names[i])),
                  expected[i])
            << names[i] << " at step " << step << ", " << level;
    }
  }
}
