//===- ReactionsTest.cpp - a schedule that reacts, compiled ---------------===//

#include "compiler/Target/Evaluator.h"
#include "runtime/Base/Random.h"
#include "test/unit/Kernels/KernelFixture.h"

#include <cmath>

using namespace dsc;
using namespace dsc::test;

/// Ends the warm-up once the norm has been no lower for nine steps.
static mlir::DictionaryAttr endWarmup(mlir::MLIRContext &context) {
  mlir::Builder b(&context);
  auto until = b.getDictionaryAttr(
      {b.getNamedAttr("name", b.getStringAttr("warmup")),
       b.getNamedAttr("metric", b.getStringAttr("grad_norm")),
       b.getNamedAttr("mode", b.getStringAttr("min")),
       b.getNamedAttr("threshold_mode", b.getStringAttr("abs")),
       b.getNamedAttr("threshold", b.getF64FloatAttr(0.01)),
       b.getNamedAttr("patience", b.getI64IntegerAttr(9))});
  return b.getDictionaryAttr({b.getNamedAttr("until", until)});
}

static Recipe reactiveRecipe() {
  Recipe recipe = singleGroup("adamw", 64);
  recipe.clipNorm = 1;
  recipe.warmupReaction = endWarmup;
  recipe.reactions.spike = SpikeReaction{"loss", 2, 0.5, 20};
  recipe.reactions.plateau =
      PlateauReaction{{"loss_ema", false, true, 1e-3, 15}, 0.7};
  return recipe;
}

namespace {

/// The functions that the kernel was made of, on the host.
class Reference {
public:
  explicit Reference(Program &program)
      : tracks(*Evaluator::create(program.tracks)),
        observe(*Evaluator::create(program.observe)) {}

  /// The next state, then the tracks.
  std::vector<uint64_t> step(int64_t step, double norm,
                             const std::vector<double> &state) {
    std::vector<uint64_t> arguments{uint64_t(step), bitsOf(norm)};
    for (double value : state)
      arguments.push_back(bitsOf(value));
    std::vector<uint64_t> next(state.size()), values(tracks.getNumResults());
    observe.run(arguments, next);
    arguments.assign(1, uint64_t(step));
    arguments.insert(arguments.end(), next.begin(), next.end());
    tracks.run(arguments, values);
    next.insert(next.end(), values.begin(), values.end());
    return next;
  }

private:
  Evaluator tracks, observe;
};

} // namespace

TEST(Reactions, TheFinishKernelDecidesAsTheEvaluator) {
  Program program(reactiveRecipe());
  auto names =
      program.observe->getAttrOfType<mlir::ArrayAttr>(stateAttributeName);
  ASSERT_EQ(llvm::cast<mlir::StringAttr>(names[0]).getValue(), "loss");
  for (const std::string &level : runnableLevels()) {
    Machine machine(program, level);
    Reference reference(program);
    RandomStream stream(7, "reactions");
    double *state = machine.buffers.at("state").as<double>();
    int64_t slots = int64_t(machine.buffers.at("state").count);
    std::fill_n(state, slots, 0);
    for (int64_t step = 0; step < 300; ++step) {
      state[0] = 3 + stream.normal(0, step) + (step % 50 == 40 ? 20 : 0);
      std::vector<double> before(state, state + slots);
      fill(machine.f32("grad"), 64, uint64_t(step), 0.1);
      machine.step();
      std::vector<uint64_t> expected =
          reference.step(step, machine.uniform("grad_norm"), before);
      for (int64_t slot = 0; slot < slots; ++slot)
        ASSERT_EQ(bitsOf(state[slot]), expected[size_t(slot)])
            << "slot " << slot << " at step " << step << ", " << level;
      ASSERT_EQ(bitsOf(machine.uniform("lr")), expected[size_t(slots)]) << step;
    }
    // Each of the three has done something, or this shows nothing.
    for (auto [slot, name] : llvm::enumerate(names))
      if (llvm::cast<mlir::StringAttr>(name).getValue().ends_with("/count")) {
        EXPECT_GT(state[slot], 0) << slot;
      }
  }
}

TEST(Reactions, AStepThatIsNotMadeLeavesTheState) {
  Program program(reactiveRecipe());
  for (const std::string &level : runnableLevels()) {
    Machine machine(program, level);
    double *state = machine.buffers.at("state").as<double>();
    int64_t slots = int64_t(machine.buffers.at("state").count);
    std::fill_n(state, slots, 0);
    for (int step = 0; step < 20; ++step) {
      state[0] = 1;
      fill(machine.f32("grad"), 64, 1, 0.1);
      machine.step();
    }
    std::vector<double> before(state, state + slots);
    machine.f32("grad")[3] = NAN;
    machine.run("norm", 0, 1);
    machine.run("finish", 0, 1);
    EXPECT_EQ(machine.uniform("finite"), 0);
    EXPECT_EQ(std::vector<double>(state, state + slots), before);
  }
}

TEST(Reactions, ExportedTracksReadTheState) {
  Program program(reactiveRecipe());
  for (const std::string &level : runnableLevels()) {
    Machine machine(program, level);
    auto *compiled =
        reinterpret_cast<void (*)(int64_t, double *, const double *)>(
            machine.find("dsc_tracks"));
    std::vector<double> state(machine.buffers.at("state").count, 0), found(2);
    compiled(100, found.data(), state.data());
    double planned = found[0];
    EXPECT_EQ(found[1], 100);
    auto slot = [&](llvm::StringRef name) -> double & {
      auto names =
          program.observe->getAttrOfType<mlir::ArrayAttr>(stateAttributeName);
      for (auto [index, known] : llvm::enumerate(names))
        if (llvm::cast<mlir::StringAttr>(known).getValue() == name)
          return state[index];
      ADD_FAILURE() << name.str();
      return state[0];
    };
    slot("until/warmup/gain") = 30;
    slot("on_spike/count") = 1;
    slot("on_spike/step") = 90;
    slot("on_spike/scale") = 0;
    compiled(100, found.data(), state.data());
    EXPECT_EQ(found[1], 130);
    EXPECT_LT(found[0], planned);
  }
}
