//===- Main.cpp - AdamW over a model's shapes, against peers --------------===//
//
//   bench-adamw BINARY ROUNDS
//
// One process, one pool of threads, memory of each peer's own kind. Every peer
// takes turns with our update, A B A B, and its figure is the median of the
// ratios of adjacent pairs. Prints one JSON object; what was updated must agree
// first, or there are no figures.
//
//===----------------------------------------------------------------------===//

#include "tools/bench/adamw/LoadStore.h"
#include "tools/bench/adamw/Peers.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Random.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>

using namespace dsc;
using namespace dsc::bench;
using json = nlohmann::json;

/// As tools/bench/gpt2-124m.toml says.
static constexpr Numbers kNumbers = {0.9, 0.95, 1e-8, 0.1};

/// Relative difference after three updates that float32 explains.
static constexpr double kTolerance = 1e-5;

static void parallelFor(int64_t count,
                        const std::function<void(int64_t, int64_t)> &body) {
  at::parallel_for(0, count, /*grain_size=*/1, body);
}

static double seconds(const std::function<void()> &work) {
  auto start = std::chrono::steady_clock::now();
  work();
  std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  return time.count();
}

static double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  size_t half = values.size() / 2;
  return values.size() % 2 ? values[half]
                           : (values[half - 1] + values[half]) / 2;
}

/// Ours and a peer in turns. `ratio` is the peer's time over ours.
static json contest(int rounds, const std::function<void()> &ours,
                    const std::function<void()> &peer) {
  ours();
  peer();
  std::vector<double> mine, theirs, ratios;
  for (int round = 0; round < rounds; ++round) {
    mine.push_back(seconds(ours));
    theirs.push_back(seconds(peer));
    ratios.push_back(theirs.back() / mine.back());
  }
  auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  return {{"ours", median(mine)},
          {"peer", median(theirs)},
          {"ratio", median(ratios)},
          {"least", *least},
          {"most", *most}};
}

/// Weights of a usual size and gradients of a usual size, from a counter.
static void fill(const Update &update, const char *arena, double scale) {
  std::span<float> values = update.arena(arena);
  RandomStream stream(/*seed=*/1, arena);
  parallelFor(int64_t(values.size()), [&](int64_t begin, int64_t end) {
    for (int64_t index = begin; index < end; ++index)
      values[index] = float(scale * (2 * stream.uniform(0, index) - 1));
  });
}

/// The largest relative difference of our parameters from a peer's.
static double difference(const Update &update,
                         const std::vector<at::Tensor> &parameters) {
  double largest = 0;
  std::vector<at::Tensor> ours = views(update, "param");
  for (size_t index = 0; index < ours.size(); ++index) {
    at::Tensor apart = (ours[index] - parameters[index].detach()).abs().max();
    at::Tensor size = parameters[index].detach().abs().max();
    largest = std::max(largest, apart.item<double>() / size.item<double>());
  }
  return largest;
}

/// The load/store loop at its best: with prefetching or without.
static std::function<void()> loadStore(const Update &update, bool ahead) {
  LoadStore loop = loadStoreLoop(update.kernels.isa == "x86_64_v4", ahead);
  std::vector<float *> arenas;
  for (const char *name : {"param", "exp_avg", "exp_avg_sq", "grad"})
    arenas.push_back(update.arena(name).data());
  int64_t count = int64_t(update.arena("param").size());
  return [=] {
    parallelFor(count / 16, [&](int64_t begin, int64_t end) {
      loop(arenas.data(), begin * 16, end * 16);
    });
  };
}

static json measure(const Artifact &artifact, int rounds) {
  Update update(artifact, parallelFor);
  fill(update, "param", 0.02);
  fill(update, "grad", 1e-3);
  LoopPeer loop(update, kNumbers);
  FusedPeer fused(update, kNumbers, /*shared=*/false);
  auto lr = [&](int64_t step) {
    return update.kernels.learningRate(update.plan, step);
  };
  for (int64_t step = 0; step < 3; ++step) {
    loop.run(lr(step));
    fused.run(lr(step), step);
    update.run();
  }
  double fromLoop = difference(update, loop.parameters);
  double fromFused = difference(update, fused.parameters);
  if (!(std::max(fromLoop, fromFused) < kTolerance))
    throw Error(Exit::internal, "the updates differ by " +
                                    std::to_string(fromLoop) + " and " +
                                    std::to_string(fromFused));

  // From here on the step no longer matters: each update costs the same.
  FusedPeer shared(update, kNumbers, /*shared=*/true);
  auto ours = [&] { update.run(); };
  json rows;
  rows["loop"] = contest(rounds, ours, [&] { loop.run(lr(3)); });
  rows["fused"] = contest(rounds, ours, [&] { fused.run(lr(3), 3); });
  rows["fused_shared"] = contest(rounds, ours, [&] { shared.run(lr(3), 3); });
  rows["load_store"] = contest(rounds, ours, loadStore(update, false));
  rows["load_store_ahead"] = contest(rounds, ours, loadStore(update, true));
  rows["norm_loop"] = contest(
      rounds, [&] { update.runWithNorm(); }, [&] { loop.runWithNorm(lr(3)); });
  return {{"rows", rows},
          {"isa", update.kernels.isa},
          {"threads", at::get_num_threads()},
          {"elements", update.arena("param").size()},
          {"tensors", update.plan.parameters()->size()},
          {"difference_loop", fromLoop},
          {"difference_fused", fromFused}};
}

int main(int count, char **arguments) {
  if (count != 3) {
    std::cerr << "usage: bench-adamw BINARY ROUNDS\n";
    return int(Exit::usage);
  }
  try {
    Artifact artifact(arguments[1]);
    std::cout << measure(artifact, std::max(1, std::atoi(arguments[2]))).dump(2)
              << "\n";
    return 0;
  } catch (const Error &error) {
    std::cerr << "bench-adamw: error: " << error.what() << "\n";
    return int(error.code());
  } catch (const std::exception &error) {
    std::cerr << "bench-adamw: error: " << error.what() << "\n";
    return int(Exit::internal);
  }
}
