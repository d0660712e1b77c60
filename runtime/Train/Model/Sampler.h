//===- Sampler.h - text from a model ----------------------------*- C++ -*-===//
//
// The model runs forward where its parameters are; its scores come to the host,
// and tokens are drawn there: where the scores are the same, so is the text.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_MODEL_SAMPLER_H
#define DSC_RUNTIME_TRAIN_MODEL_SAMPLER_H

#include "runtime/Device/Device.h"
#include "runtime/Engine/Engine.h"

namespace dsc {

struct SampleRequest {
  std::vector<int64_t> prompt; ///< at least one token
  int64_t tokens = 0;          ///< how many to draw
  uint64_t seed = 0;
  double temperature = 1; ///< 0 takes the likeliest
};

class Sampler {
public:
  /// Binds the engine to the parameters, and to no gradients. All outlive it.
  Sampler(const plan::Plan &plan, Device &device, Engine &engine);

  /// Draws tokens one after another; `emit` gets each as it comes and ends the
  /// sampling by returning false.
  void sample(const SampleRequest &request,
              const std::function<bool(int64_t token)> &emit);

private:
  void score(const std::vector<int64_t> &tokens, std::vector<float> &scores);

  const plan::Plan &plan;
  Engine &engine;
  int scoresUnit; ///< the unit that makes the scores
};

/// Index drawn from softmax(scores / temperature) by `uniform` in [0, 1).
int64_t drawToken(const std::vector<float> &scores, double temperature,
                  double uniform);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_MODEL_SAMPLER_H
