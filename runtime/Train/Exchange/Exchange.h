//===- Exchange.h - what a plan's ops do between ranks ----------*- C++ -*-===//
//
// The executor leaves to it every op that concerns more than one rank: the
// collectives, the waits between lanes, and launches over what this rank owns.
// It knows buckets and placements, and no strategy. Where the device makes
// steps by itself, all of it is enqueued there, part by part: what one part has
// begun is done before the next (DeviceStep.h says which op begins in which).
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_EXCHANGE_EXCHANGE_H
#define DSC_RUNTIME_TRAIN_EXCHANGE_EXCHANGE_H

#include "runtime/Artifact/Shards.h"
#include "runtime/Artifact/Simulation/Order.h"
#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Train/Exchange/ExchangeClock.h"
#include "runtime/Train/Exchange/GradientTree.h"
#include "runtime/Train/Exchange/Handover.h"

#include <optional>
#include <span>

namespace dsc {

class Exchange {
public:
  /// All outlive it. `onDevice` exchanges the memory of a device that has
  /// steps; null where there is one rank, or the data is the host's.
  Exchange(const plan::Plan &plan, Device &device, Communicator &communicator,
           DeviceCommunicator *onDevice);
  ~Exchange();

  int64_t rank() const { return communicator.rank(); }
  int64_t ranks() const { return communicator.size(); }

  /// Where the gradient of a trained parameter is made.
  float *gradientOf(const plan::Parameter &parameter) const;

  /// The parameters of a bucket, or all trained ones for -1.
  std::span<const int32_t> parametersOf(int bucket) const;

  /// Before a step's first micro-batch. Of the first step the order of ops is
  /// compared with what was simulated for all ranks.
  void beginStep();

  /// After a step; `made` unless its guard ended it.
  void endStep(bool made);

  /// Ends a part of a device's step.
  void endPart();

  /// Before `op`: waits for what other lanes owe to it.
  void await(const plan::PlanOp &op, const plan::Program &program);

  /// Runs a launch, over what this rank owns where the op says so.
  void launch(const plan::PlanOp &op);

  /// Begins, or makes, a collective or an op of the trees of sums.
  void run(const plan::PlanOp &op, const plan::Program &program);

  /// Waits for all that is under way.
  void settle();

  /// The numbers of all ranks, rank by rank.
  std::vector<double> gather(std::span<const double> mine);

  /// The same in the memory of a device: `count` of each rank.
  void gatherOnDevice(double *numbers, int64_t count);

  /// Nothing where a device keeps them to itself.
  std::optional<ExchangeTimes> times() const {
    return onDevice ? std::nullopt : std::optional(clock.times());
  }

  /// Of the gradients of elements in `range`, those that are sums of all ranks.
  std::vector<ElementRange> finalGradients(ElementRange range) const;

private:
  using Work = std::function<void()>;
  void wait(int64_t ticket);
  void begin(const plan::PlanOp &op, const plan::Program &program, Work work);
  void joinSubtrees(const plan::PlanOp &op, const plan::Program &program);
  void checkOrder(const plan::PlanOp &op, const plan::Program &program);
  Work workOf(const plan::PlanOp &op);
  void reduceWhole(int buffer);
  void reduceBucket(const plan::Bucket &bucket, int buffer);
  void reduceScatter(const plan::Bucket &bucket, int buffer);
  void clearGaps(int bucket);
  void launchPart(int kernel, int64_t begin, int64_t end);
  void gatherBucket(const plan::Bucket &bucket, int buffer);
  template <typename Value> Value *at(int buffer, int64_t element) const;

  const plan::Plan &plan;
  Device &device;
  Communicator &communicator;
  DeviceCommunicator *onDevice;
  Collectives &data; ///< what the collectives of the plan are made by
  bool passes;       ///< gradients go through buffer `passing`
  bool owned = false;
  int gradients, passing;
  GradientTree tree;
  /// Of `passing`, per bucket; empty where nothing passes.
  std::vector<std::vector<ElementRange>> gaps;
  std::vector<std::vector<int32_t>> members; ///< parameters, per bucket
  std::vector<int32_t> trained;              ///< parameters
  std::vector<int64_t> tickets;              ///< per token; 0: never begun
  int64_t newest = 0;                        ///< ticket
  ExchangeClock clock;
  std::optional<OrderCheck> order; ///< during the first step
  bool isOrdered = false;          ///< a step went as simulated
  std::optional<ThreadLane> thread;
  Lane *lane = nullptr;             ///< none at one rank
  std::optional<Handover> handover; ///< on hosts
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXCHANGE_EXCHANGE_H
