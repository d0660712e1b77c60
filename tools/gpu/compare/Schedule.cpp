//===- Schedule.cpp - tracks of the device against the host's -------------===//

#include "tools/gpu/compare/Compare.h"

#include "runtime/Artifact/Kernels.h"

#include <algorithm>

using namespace dsc;
using namespace dsc::gpu;

/// Steps that are computed and held at a time.
static constexpr int64_t kChunk = int64_t(1) << 20;

namespace {
class Tracks {
public:
  Tracks(GpuUpdate &update, ThreadPool &pool)
      : update(update), pool(pool), kernels(loadKernels(update.artifact)),
        width(update.plan.tracks()->size()) {
    // In a schedule that reacts nothing has been triggered.
    int64_t slots = update.plan.state() ? update.plan.state()->size() : 0;
    int64_t chunk = std::min<int64_t>(kChunk, update.plan.training()->steps());
    state = update.gpu.allocate("the schedule's state", slots * 8,
                                cuda::Use::model);
    out =
        update.gpu.allocate("the tracks", chunk * width * 8, cuda::Use::model);
    expected.resize(chunk * width);
    found.resize(chunk * width);
  }

  void compareSteps(int64_t begin, int64_t end, const std::string &label,
                    Count &total) {
    for (; begin < end; begin += kChunk) {
      int64_t steps = std::min(kChunk, end - begin);
      pool.run(steps, [&](int64_t from, int64_t to) {
        ScheduleState untouched(
            update.plan.state() ? update.plan.state()->size() : 0);
        for (int64_t step = from; step < to; ++step)
          kernels.tracks(begin + step, &expected[step * width],
                         untouched.data());
      });
      update.tracks(out, state, begin, begin + steps);
      update.gpu.check(
          update.gpu.driver.download(found.data(), out, steps * width * 8),
          "a copy of the tracks");
      gpu::compare(plan::DType::f64, expected.data(), found.data(),
                   steps * width, label + " from step " + std::to_string(begin),
                   pool, total);
    }
  }

private:
  GpuUpdate &update;
  ThreadPool &pool;
  KernelTable kernels;
  int64_t width;
  cuda::Address state = 0, out = 0;
  std::vector<double> expected, found;
};
} // namespace

nlohmann::json gpu::compareSchedule(GpuUpdate &update, ThreadPool &pool,
                                    int64_t each) {
  Tracks tracks(update, pool);
  Count total;
  nlohmann::json phases = nlohmann::json::array();
  for (const plan::Phase *phase : *update.plan.phases()) {
    Count count;
    int64_t begin = phase->begin(), end = phase->end();
    std::string label = "phase '" + phase->name()->str() + "'";
    if (each > 0 && end - begin > each) {
      tracks.compareSteps(begin, begin + each / 2, label, count);
      tracks.compareSteps(end - (each - each / 2), end, label, count);
    } else {
      tracks.compareSteps(begin, end, label, count);
    }
    phases.push_back(
        {{"kind", phase->kind()->str()},
         {"steps", each > 0 ? std::min(each, end - begin) : end - begin},
         {"differing", count.differing}});
    if (total.first.empty())
      total.first = count.first;
    total.values += count.values;
    total.differing += count.differing;
  }
  return {{"values", total.values},
          {"differing", total.differing},
          {"first", total.first},
          {"phases", phases}};
}
