//===- Sampler.cpp --------------------------------------------------------===//

#include "runtime/Train/Model/Sampler.h"

#include "runtime/Base/Random.h"
#include "runtime/Train/Model/Parameters.h"

#include <algorithm>
#include <cmath>

using namespace dsc;

int64_t dsc::drawToken(const std::vector<float> &scores, double temperature,
                       double uniform) {
  auto likeliest = std::max_element(scores.begin(), scores.end());
  if (temperature <= 0)
    return likeliest - scores.begin();
  std::vector<double> weights;
  double total = 0;
  for (float score : scores) {
    weights.push_back(
        std::exp((double(score) - double(*likeliest)) / temperature));
    total += weights.back();
  }
  double left = uniform * total;
  for (size_t i = 0; i < weights.size(); ++i) {
    left -= weights[i];
    if (left < 0)
      return int64_t(i);
  }
  return likeliest - scores.begin();
}

static int findScoresUnit(const plan::Graph &graph) {
  for (unsigned i = 0; i < graph.units()->size(); ++i)
    for (const plan::Call *call : *graph.units()->Get(i)->calls())
      for (int32_t result : *call->results())
        if (result == graph.scores())
          return int(i);
  return int(graph.units()->size()) - 1;
}

Sampler::Sampler(const plan::Plan &plan, Device &device, Engine &engine)
    : plan(plan), engine(engine), scoresUnit(findScoresUnit(*plan.graph())) {
  engine.bind(plan, bindParameters(plan, device));
}

/// Of the token that comes next.
void Sampler::score(const std::vector<int64_t> &tokens,
                    std::vector<float> &scores) {
  int64_t window = std::max<int64_t>(1, plan.model()->context());
  Batch batch;
  batch.samples = 1;
  batch.length = std::min<int64_t>(window, int64_t(tokens.size()));
  batch.inputs.assign(tokens.end() - batch.length, tokens.end());
  batch.targets.assign(batch.length, kIgnoredTarget);
  engine.beginBatch(batch, /*train=*/false);
  for (int unit = 0; unit <= scoresUnit; ++unit)
    engine.forward(unit);
  engine.readScores(0, batch.length - 1, scores);
}

void Sampler::sample(const SampleRequest &request,
                     const std::function<bool(int64_t token)> &emit) {
  RandomStream stream(request.seed, "sample");
  std::vector<int64_t> tokens = request.prompt;
  std::vector<float> scores;
  for (int64_t i = 0; i < request.tokens; ++i) {
    score(tokens, scores);
    tokens.push_back(
        drawToken(scores, request.temperature, stream.uniform(i, 0)));
    if (!emit(tokens.back()))
      return;
  }
}
