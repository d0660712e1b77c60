//===- StepParts.cpp - what a part of a step holds ------------------------===//
//
// Everything here is put on the stream of the part that is made or recorded,
// and done when the device comes to it.
//
//===----------------------------------------------------------------------===//

#include "cuda/Runtime/Steps.h"

#include "runtime/Artifact/KernelAbi.h"

#include <cstddef>

using namespace dsc;
using namespace dsc::cuda;

/// What the kernels over memory take at a time.
static constexpr int64_t kWordBytes = 16;

void Steps::launch(const LoadedKernel &kernel, int64_t count,
                   const std::vector<int64_t> &values,
                   const std::string &what) {
  std::vector<void *> parameters;
  for (const int64_t &value : values)
    parameters.push_back(const_cast<int64_t *>(&value));
  check(gpu.driver.launch(kernel.function, kernel.blocksFor(count), 1, 1,
                          kernel.threads, 1, 1, 0, streams.front(),
                          parameters.data(), nullptr),
        what);
}

void Steps::launchOwn(StepKernel kernel, std::vector<int64_t> values,
                      int64_t words) {
  values.insert(values.begin(), {int64_t(control), int64_t(progress)});
  launch(own[kernel], words, values, StepKernels::nameOf(kernel));
}

void Steps::takeBatch() {
  int64_t words = shape.batchBytes / kWordBytes;
  launchOwn(StepKernel::take,
            {int64_t(ring), int64_t(staged), words, kSlots, shape.batches},
            words);
  words = plan.gradientBytes / kWordBytes;
  if (shape.accumulates)
    launchOwn(StepKernel::zero, {int64_t(plan.gradients), words}, words);
}

void Steps::addLoss() {
  Address row =
      told + size_t(shape.rank * (shape.batches + 1)) * sizeof(double);
  launchOwn(StepKernel::addLoss,
            {int64_t(row), int64_t(staged + offsetof(BatchHeader, stopAsked)),
             shape.batches});
}

void Steps::addTold() {
  launchOwn(StepKernel::addTold, {int64_t(told), shape.ranks, shape.batches});
}

/// A part may be recorded only once its table is there: it was run before.
Address Steps::tableOf(const std::vector<SubtreeKeep> &keeps) {
  static_assert(sizeof(SubtreeKeep) == 2 * sizeof(int64_t));
  if (keepTable == 0) {
    size_t bytes = keeps.size() * sizeof(SubtreeKeep);
    keepTable = gpu.allocate("the table of sums", bytes, Use::model);
    gpu.upload(keepTable, keeps.data(), bytes, "the table of sums");
  }
  return keepTable;
}

void Steps::keepSum(Address gradients, Address subtrees, int64_t elements,
                    const std::vector<SubtreeKeep> &keeps) {
  int64_t words = elements * int64_t(sizeof(float)) / kWordBytes;
  launchOwn(
      StepKernel::keep,
      {int64_t(gradients), int64_t(subtrees), words, int64_t(tableOf(keeps))},
      words);
}

void Steps::joinSums(const SumsJoin &join) {
  int64_t bytes = join.elements * int64_t(sizeof(float));
  int64_t words = bytes / kWordBytes;
  if (words == 0)
    return;
  auto at = [](float *root) { return reinterpret_cast<Address>(root); };
  if (join.additions.empty())
    check(gpu.driver.copyAsync(at(join.sums), at(join.roots[0]), size_t(bytes),
                               streams.front()),
          "a copy of sums");
  // The last one is that of root 0.
  for (const SubtreeJoin &addition : join.additions) {
    float *left = join.roots[size_t(addition.left)];
    bool isLast = &addition == &join.additions.back();
    launchOwn(StepKernel::join,
              {int64_t(at(left)), int64_t(at(join.roots[addition.right])),
               int64_t(at(isLast ? join.sums : left)), words},
              words);
  }
}

void Steps::clear(void *address, int64_t bytes) {
  check(gpu.driver.fillAsync(reinterpret_cast<Address>(address), 0,
                             size_t(bytes), streams.front()),
        "a buffer is cleared");
}

void Steps::beginUpdate() {
  int64_t observed =
      shape.lossSlot < 0
          ? 0
          : int64_t(plan.state) + shape.lossSlot * int64_t(sizeof(double));
  launchOwn(StepKernel::beginUpdate,
            {int64_t(staged) + int64_t(offsetof(BatchHeader, seed)), observed});
}

void Steps::guard() {
  launchOwn(StepKernel::guard, {int64_t(plan.uniforms) +
                                plan.finiteSlot * int64_t(sizeof(double))});
}

void Steps::advance() {
  launchOwn(StepKernel::advance,
            {int64_t(plan.counters) + kStep * int64_t(sizeof(int64_t))});
}

void Steps::record() {
  launchOwn(StepKernel::record,
            {int64_t(records), recordBytes / int64_t(sizeof(double)), kSlots,
             int64_t(plan.uniforms), plan.uniformCount, int64_t(plan.state),
             plan.stateCount});
}

/// Op by op, each is waited for before the next, so that a failure is the op's
/// own.
void Steps::announce(const std::string &op) {
  if (isRecording)
    return;
  waitFor(streams.front(), "the step's work");
  enqueued = op;
}

void Steps::fetchNow(void *memory, const void *address, int64_t bytes) {
  wait();
  check(gpu.driver.download(memory, reinterpret_cast<Address>(address), bytes),
        "a copy to the host");
}

void Steps::fetch(void *memory, const void *address, int64_t bytes) {
  check(gpu.driver.downloadAsync(memory, reinterpret_cast<Address>(address),
                                 bytes, streams.front()),
        "a copy to the host");
}

void Steps::store(void *address, const void *memory, int64_t bytes) {
  check(gpu.driver.uploadAsync(reinterpret_cast<Address>(address), memory,
                               bytes, streams.front()),
        "a copy from the host");
}

void Steps::callHost(std::function<void()> body) {
  check(calls.enqueue(streams.front(), std::move(body), isRecording),
        "a call of the host");
}
