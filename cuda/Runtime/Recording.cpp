//===- Recording.cpp ------------------------------------------------------===//

#include "cuda/Runtime/Recording.h"

#include <cstdlib>

using namespace dsc;
using namespace dsc::cuda;

/// Ends the capture in any case: a stream left capturing is of no use.
static std::string capture(const Gpu &gpu, Stream stream,
                           const std::function<void()> &body, Graph &made) {
  Status status = gpu.driver.beginCapture(stream, kCaptureThreadLocal);
  if (status != kSuccess)
    return gpu.driver.describe(status);
  std::string reason;
  try {
    body();
  } catch (const Error &error) {
    reason = error.what();
  }
  status = gpu.driver.endCapture(stream, &made);
  if (reason.empty() && status != kSuccess)
    reason = gpu.driver.describe(status);
  return reason;
}

/// $DSC_STEP_GRAPH = 0 has every step run op by op: to compare, and to see
/// which op fails.
static bool isSwitchedOff() {
  const char *choice = std::getenv("DSC_STEP_GRAPH");
  return choice && std::string(choice) == "0";
}

std::string Recording::make(const Gpu &gpu, Stream stream,
                            const std::function<void()> &body) {
  Graph made = nullptr;
  std::string reason = isSwitchedOff() ? "DSC_STEP_GRAPH is 0"
                                       : capture(gpu, stream, body, made);
  if (reason.empty())
    if (Status status = gpu.driver.instantiate(&graph, made, 0);
        status != kSuccess) {
      reason = gpu.driver.describe(status);
      graph = nullptr;
    }
  if (made)
    gpu.driver.destroyGraph(made);
  return reason;
}

void Recording::refuse(const Gpu &gpu) {
  refused = true;
  destroy(gpu);
}

void Recording::replay(const Gpu &gpu, Stream stream) const {
  gpu.check(gpu.driver.launchGraph(graph, stream), "the step's graph");
}

void Recording::destroy(const Gpu &gpu) {
  if (graph)
    gpu.driver.destroyGraphExec(graph);
  graph = nullptr;
}
