//===- TorchEngine.h - units through LibTorch -------------------*- C++ -*-===//
//
// Runs the plan's units through LibTorch's dispatcher, with autograd inside a
// unit and our own order between units: a unit's inputs are detached, and its
// backward is given the gradient that the units after it left.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_TORCHENGINE_H
#define DSC_RUNTIME_ENGINE_TORCH_TORCHENGINE_H

#include "runtime/Engine/BatchLayout.h"
#include "runtime/Engine/Torch/BoundGraph.h"
#include "runtime/Engine/Torch/ParameterGradients.h"
#include "runtime/Engine/Torch/Place.h"
#include "runtime/Engine/Torch/WeightProducts.h"

#include <optional>

namespace dsc::torch_engine {

class TorchEngine final : public Engine {
public:
  TorchEngine();

  std::string describe() const override;
  void bind(const plan::Plan &plan,
            std::span<const ParameterBinding> parameters) override;
  void beginStep(int64_t step) override;
  void beginBatch(const Batch &batch, bool train) override;
  void beginDeviceBatch(const DeviceBatch &batch) override;
  void endDeviceBatch() override;
  bool runsOnDevice() const override;
  void forward(int32_t unit) override;
  void backward(int32_t unit, double seed) override;
  void finishGradients(std::span<const int32_t> which) override;
  double lossSum() override;
  void readScores(int64_t sample, int64_t position,
                  std::vector<float> &out) override;
  void parallelFor(int64_t count, const RangeFunction &body) override;
  int threads() const override { return threadCount; }

private:
  /// A unit's inputs as its calls see them: detached where it trains.
  struct Edge {
    int32_t value;
    at::Tensor leaf;
  };

  BoundUnit &unitAt(int32_t unit);
  void bindParameters(std::span<const ParameterBinding> parameters);
  void beginFields(Sizes wanted, bool train);
  at::Tensor field(size_t index, const Batch &batch) const;
  at::Tensor deviceField(size_t index) const;
  at::Tensor onDevice(void *data, at::IntArrayRef shape,
                      c10::ScalarType type) const;
  void detachInputs(const BoundUnit &unit, std::vector<Edge> &edges);
  void call(const BoundUnit &unit, const BoundCall &call);
  void takeResults(const BoundCall &call);
  void collectRoots(const BoundUnit &unit, double seed,
                    std::vector<at::Tensor> &roots,
                    std::vector<at::Tensor> &gradients);
  void passOn(int32_t value, const at::Tensor &gradient);

  const plan::Plan *plan = nullptr;
  const plan::Graph *graph = nullptr;
  int threadCount = 1;
  std::vector<BoundUnit> units;

  std::vector<at::Tensor> parameters; ///< leaves over the runtime's memory
  std::vector<at::Tensor> constants;  ///< the same, not differentiated
  ParameterGradients parameterGradients;
  WeightProducts products{parameterGradients};

  Sizes sizes;
  bool training = false;
  std::optional<DeviceBatch> deviceBatch; ///< null: the batch is the host's
  std::unique_ptr<QueueScope> scope;      ///< of the device's batch
  std::vector<at::Tensor> values;         ///< of the current micro-batch
  std::vector<at::Tensor> gradients;      ///< of values between units
  std::vector<std::vector<Edge>> edges;   ///< per unit, until its backward
  at::Tensor loss;
  std::vector<c10::IValue> stack;
};

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_TORCHENGINE_H
