//===- Sampler.h - text from a model ----------------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_SAMPLER_H
#define DSC_RUNTIME_TRAIN_SAMPLER_H

#include "runtime/Train/Executor.h"

namespace dsc {

struct SampleRequest {
  std::vector<int64_t> prompt; ///< at least one token
  int64_t tokens = 0;          ///< how many to draw
  uint64_t seed = 0;
  double temperature = 1; ///< 0 takes the likeliest
};

/// Draws tokens one after another; `emit` gets each as it comes and ends the
/// sampling by returning false.
void sampleTokens(const plan::Plan &plan, Executor &executor, Engine &engine,
                  const SampleRequest &request,
                  const std::function<bool(int64_t token)> &emit);

/// Index drawn from softmax(scores / temperature) by `uniform` in [0, 1).
int64_t drawToken(const std::vector<float> &scores, double temperature,
                  double uniform);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_SAMPLER_H
