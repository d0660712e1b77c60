//===- OptimizerCases.cpp -------------------------------------------------===//

#include "test/unit/Conformance/Cases.h"

#include "llvm/ADT/StringExtras.h"

using namespace dsc;
using namespace dsc::test;

namespace {
/// An optimizer without its size.
struct Variant {
  const char *name, *kind;
  std::vector<std::pair<std::string, double>> keys;
  bool nesterov = false;
};
struct Form {
  const char *name;
  bool clips, mixed, uniformsInUpdate;
};
} // namespace

static std::vector<Variant> listVariants() {
  return {{"adamw", "adamw", {}},
          {"adamw_zero_beta2", "adamw", {{"beta2", 0}}},
          {"sgd", "sgd", {}},
          {"sgd_momentum", "sgd", {{"own_momentum", 0.9}, {"dampening", 0.5}}},
          {"sgd_nesterov", "sgd", {{"own_momentum", 0.9}}, true}};
}

static constexpr Form forms[] = {
    {"plain", false, false, false},   {"clip", true, false, false},
    {"bf16", false, true, false},     {"clip_bf16", true, true, false},
    {"uniforms", false, false, true}, {"uniforms_bf16", false, true, true},
};

static OptimizerCase createCase(const Variant &variant, const Form &form,
                                int64_t elements) {
  Recipe recipe = singleGroup(variant.kind, elements);
  recipe.groups[0].keys = variant.keys;
  recipe.groups[0].nesterov = variant.nesterov;
  recipe.groups[0].lrScale = 0.3;
  if (form.clips)
    recipe.clipNorm = 0.7;
  recipe.precision =
      form.mixed ? ComputePrecision::bf16Mixed : ComputePrecision::f32;
  recipe.uniformsInUpdate = form.uniformsInUpdate;
  recipe.momentumTrack =
      variant.keys.empty() || variant.keys[0].first != "beta2";
  return {std::string(variant.name) + "_" + form.name + "_" +
              std::to_string(elements),
          recipe};
}

/// Two groups of unlike keys, the second of an odd size.
static OptimizerCase createGroups() {
  Recipe recipe = singleGroup("adamw", 0);
  recipe.clipNorm = 1;
  recipe.precision = ComputePrecision::bf16Mixed;
  recipe.groups.resize(2);
  recipe.groups[0].end = 3 * kBlockElements;
  recipe.groups[1] = {"no-decay",
                      {},
                      false,
                      0.5,
                      0,
                      3 * kBlockElements,
                      3 * kBlockElements + 1237};
  return {"adamw_groups", recipe};
}

std::vector<OptimizerCase> dsc::test::optimizerCases() {
  std::vector<OptimizerCase> cases = {createGroups()};
  std::vector<Variant> variants = listVariants();
  // Every variant in a form of its own, every form of AdamW, every size.
  for (const Form &form : forms)
    cases.push_back(createCase(variants[0], form, 4097));
  for (size_t i = 1; i < variants.size(); ++i) {
    cases.push_back(createCase(variants[i], forms[3], 4095));
    cases.push_back(createCase(variants[i], forms[4], 63));
  }
  for (int64_t elements : {1, 15, 16, 17, 100001})
    cases.push_back(createCase(variants[0], forms[3], elements));
  return cases;
}

std::vector<std::string> dsc::test::optimizerVariants() {
  std::vector<std::string> names;
  for (const Variant &variant : listVariants())
    names.push_back(variant.name);
  return names;
}

std::vector<OptimizerCase>
dsc::test::longOptimizerCases(const std::string &name) {
  std::vector<OptimizerCase> cases;
  for (const Variant &variant : listVariants())
    for (const Form &form : forms)
      for (int64_t elements : {1, 63, 4095, 4097, 100001})
        if (variant.name == name)
          cases.push_back(createCase(variant, form, elements));
  return cases;
}

//===----------------------------------------------------------------------===//
// The job
//===----------------------------------------------------------------------===//

/// What is uniform over the step, from the gradients as they are.
static void addFinish(Job &job, const Program &program, int64_t step) {
  int64_t blocks =
      (program.recipe.elements() + kBlockElements - 1) / kBlockElements;
  job.setCounter(step);
  // In two pieces, the later one first: blocks know nothing of each other.
  job.call(*program.kernels.reduce, blocks / 2, blocks);
  job.call(*program.kernels.reduce, 0, blocks / 2);
  job.write("partials", "at step " + std::to_string(step));
  job.call(*program.kernels.finish, 0, blocks);
  job.write("uniforms", "at step " + std::to_string(step));
}

/// One update at `step`, from gradients of a kind; then all that it wrote.
static void addStep(Job &job, const Program &program, int64_t step,
                    FillKind gradients, bool last) {
  const OptimizerKernels &kernels = program.kernels;
  std::string label = "at step " + std::to_string(step);
  job.setCounter(step);
  job.fill("grad", gradients, 100 + step % 1000);
  if (kernels.finish)
    addFinish(job, program, step);
  for (auto [kernel, group] :
       llvm::zip_equal(kernels.updates, program.recipe.groups))
    job.call(kernel, group.begin, group.end);
  job.write("param", label);
  if (program.recipe.precision == ComputePrecision::bf16Mixed)
    job.write("compute", label);
  if (last)
    for (const std::string &slot : kernels.slots)
      job.write(slot, label);
}

Job OptimizerCase::job(Program &program) const {
  Job job(*program.module);
  auto begin = [&](FillKind parameters, FillKind slots, uint64_t seed) {
    job.fill("param", parameters, seed);
    for (const std::string &slot : program.kernels.slots)
      job.fill(slot, slots, ++seed);
  };
  // A run: from nothing, through subnormal gradients, to far steps.
  job.fill("param", fillOrdinary, 1);
  addStep(job, program, 0, fillOrdinary, false);
  addStep(job, program, 1, fillTiny, false);
  addStep(job, program, 2, fillOrdinary, false);
  addStep(job, program, 49, fillOrdinary, false);
  addStep(job, program, 999, fillOrdinary, true);
  addStep(job, program, int64_t(1) << 40, fillOrdinary, true);
  // The schedule inside the kernel, also past its end.
  if (program.kernels.finish)
    for (int64_t step = 0; step < kScheduleSteps + 20; step += 15)
      addFinish(job, program, step);
  // Values that vanish, values that are none, and whatever bits there are.
  begin(fillTiny, fillTiny, 2);
  addStep(job, program, 3, fillTiny, true);
  begin(fillOrdinary, fillPositive, 5);
  addStep(job, program, 60, fillNonFinite, true);
  begin(fillAnyBits, fillAnyBits, 8);
  addStep(job, program, 77, fillAnyBits, true);
  return job;
}
