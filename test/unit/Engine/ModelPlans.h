//===- ModelPlans.h - models as plans, and by hand --------------*- C++ -*-===//
//
// The same model twice: as a plan of units for the engine, and as one function
// over LibTorch tensors, whose whole-graph backward is the oracle.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_ENGINE_MODELPLANS_H
#define DSC_TEST_UNIT_ENGINE_MODELPLANS_H

#include "test/unit/Engine/PlanBuilder.h"

#include <ATen/core/Tensor.h>

namespace dsc::test {

struct TestPlan {
  std::vector<uint8_t> bytes;
  std::vector<ParameterSpec> parameters;
  const plan::Plan &get() const {
    return *flatbuffers::GetRoot<plan::Plan>(bytes.data());
  }
};

/// Two units, 8 columns, 16 hidden, 3 classes. The first layer's bias can be
/// frozen. `unused` adds a parameter that no call reads.
TestPlan mlpPlan(bool frozenBias = false, bool unused = false);

struct GptSize {
  int64_t layers = 2, heads = 2, width = 32, context = 16, vocabulary = 40;
};

/// GPT-2: embeddings, blocks, and a head tied to the token embedding.
TestPlan gptPlan(const GptSize &size,
                 plan::Precision precision = plan::Precision::f32);

/// The loss sum of the same model; parameters in the plan's order.
at::Tensor gptLoss(const GptSize &size,
                   const std::vector<at::Tensor> &parameters,
                   const at::Tensor &inputs, const at::Tensor &targets);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_ENGINE_MODELPLANS_H
