//===- Update.cpp - updates of the device against the host's --------------===//

#include "tools/gpu/compare/Compare.h"

#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Types.h"
#include "runtime/Device/Device.h"
#include "test/Conformance/Inputs/Generator.h"

#include <algorithm>
#include <cstring>

using namespace dsc;
using namespace dsc::gpu;

/// Bytes of a buffer that are compared at a time.
static constexpr int64_t kChunkBytes = int64_t(64) << 20;

namespace {
/// An update: the step that it makes, and what its gradients are like. `fresh`
/// replaces parameters and slots first.
struct Round {
  int64_t step;
  FillKind gradients;
  bool fresh;
  FillKind parameters, slots;
};

/// A run from nothing, through gradients that vanish, to far steps; values that
/// vanish, values that are none, and whatever bits there are.
constexpr Round kRounds[] = {
    {0, fillOrdinary, true, fillOrdinary, fillPositive},
    {1, fillTiny, false, {}, {}},
    {999, fillOrdinary, false, {}, {}},
    {3, fillTiny, true, fillTiny, fillTiny},
    {60, fillNonFinite, true, fillOrdinary, fillPositive},
    {77, fillAnyBits, true, fillAnyBits, fillAnyBits},
    {int64_t(1) << 40, fillOrdinary, true, fillOrdinary, fillPositive},
};

class Pair {
public:
  Pair(GpuUpdate &device, ThreadPool &pool)
      : device(device), pool(pool), plan(device.plan),
        host(openCpuDevice(
            plan, loadKernels(device.artifact),
            [&](int64_t count, const auto &body) { pool.run(count, body); })) {}

  /// Both sides begin with the host's values.
  void copy() {
    for (int buffer = 0; buffer < int(plan.buffers()->size()); ++buffer)
      device.upload(buffer, host->address(buffer));
  }

  void make(const Round &round) {
    for (int buffer = 0; buffer < int(plan.buffers()->size()); ++buffer)
      prepare(buffer, round);
    for (const plan::PlanOp *op : *findProgram(plan, "update")->ops())
      if (op->code() == plan::OpCode::launch)
        host->launch(op->index(), op->begin(), op->end());
    device.run();
  }

  void compareAll(const Round &round, Count &total) {
    for (int buffer = 0; buffer < int(plan.buffers()->size()); ++buffer) {
      const plan::Buffer &planned = *plan.buffers()->Get(buffer);
      // A finish adds them up in place, each side in its own order of places;
      // their sum is a uniform.
      if (planned.name()->string_view() == "partials")
        continue;
      int64_t size = elementBytes(planned.dtype()), chunk = kChunkBytes / size;
      for (int64_t first = 0; first < planned.count(); first += chunk) {
        int64_t count = std::min(chunk, planned.count() - first);
        found.resize(count * size);
        device.download(buffer, first * size, found.data(), count * size);
        gpu::compare(planned.dtype(),
                     static_cast<char *>(host->address(buffer)) + first * size,
                     found.data(), count,
                     "'" + planned.name()->str() + "' after step " +
                         std::to_string(round.step) + ", from element " +
                         std::to_string(first),
                     pool, total);
      }
    }
  }

private:
  void prepare(int buffer, const Round &round) {
    const plan::Buffer &planned = *plan.buffers()->Get(buffer);
    std::string name = planned.name()->str();
    bool isSlot = planned.saved() && planned.dtype() == plan::DType::f32;
    if (name == "counters")
      static_cast<int64_t *>(host->address(buffer))[kStep] = round.step;
    else if (name == "grad")
      fill(buffer, round.gradients, 100 + round.step % 1000);
    else if (round.fresh && name == "param")
      fill(buffer, round.parameters, 1);
    else if (round.fresh && isSlot)
      fill(buffer, round.slots, uint64_t(buffer) + 2);
    else
      return;
    device.upload(buffer, host->address(buffer));
  }

  void fill(int buffer, FillKind kind, uint64_t seed) {
    auto *words = static_cast<uint32_t *>(host->address(buffer));
    pool.run(plan.buffers()->Get(buffer)->count(),
             [&](int64_t begin, int64_t end) {
               for (int64_t index = begin; index < end; ++index)
                 words[index] = generateFloat(kind, seed, uint64_t(index));
             });
  }

  GpuUpdate &device;
  ThreadPool &pool;
  const plan::Plan &plan;
  std::unique_ptr<Device> host;
  std::vector<char> found;
};
} // namespace

nlohmann::json gpu::compareUpdate(GpuUpdate &update, ThreadPool &pool,
                                  int64_t rounds) {
  Pair pair(update, pool);
  pair.copy();
  Count total;
  int64_t made = 0;
  for (const Round &round : kRounds) {
    if (made++ == rounds)
      break;
    pair.make(round);
    pair.compareAll(round, total);
  }
  return {{"values", total.values},
          {"differing", total.differing},
          {"first", total.first}};
}
