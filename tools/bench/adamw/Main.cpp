//===- Main.cpp - AdamW over a model's shapes, against peers --------------===//
//
//   bench-adamw BINARY agree       three updates of each side: how far apart?
//   bench-adamw BINARY turns SIDE  two updates for every line of the input
//
// A side has a process of its own, which holds what a program with that
// optimizer holds and no more: what else a heap held decides whether malloc
// returns a peer's temporaries to the kernel after each operation, and so half
// of its time. tools/bench/contests.py gives the sides their turns.
//
//===----------------------------------------------------------------------===//

#include "tools/bench/adamw/Peers.h"
#include "tools/bench/traffic/LoadStore.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Random.h"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>

using namespace dsc;
using namespace dsc::bench;
using json = nlohmann::json;

/// As tools/bench/gpt2-124m.toml says.
static constexpr Numbers kNumbers = {0.9, 0.95, 1e-8, 0.1};

/// Relative difference after three updates that float32 explains.
static constexpr double kTolerance = 1e-5;

/// Updates before any that counts: a peer makes its state in its first one.
static constexpr int64_t kWarmUp = 3;

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
  LoadStore loop =
      loadStoreLoop(Traffic::update, update.kernels.isa == "x86_64_v4",
                    ahead ? Way::ahead : Way::plain);
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

/// Three updates of each side agree, or there are no figures.
static json agreement(Update &update) {
  LoopPeer loop(update, kNumbers);
  FusedPeer fused(update, kNumbers, /*shared=*/false);
  for (int64_t step = 0; step < kWarmUp; ++step) {
    double lr = update.kernels.learningRate(update.plan, step);
    loop.run(lr);
    fused.run(lr, step);
    update.run();
  }
  double apart = std::max(difference(update, loop.parameters),
                          difference(update, fused.parameters));
  if (!(apart < kTolerance))
    throw Error(Exit::internal,
                "the updates differ by " + std::to_string(apart));
  return {{"isa", update.kernels.isa},
          {"threads", at::get_num_threads()},
          {"elements", update.arena("param").size()},
          {"tensors", update.plan.parameters()->size()},
          {"difference", apart}};
}

/// One update of `side`. What it captures lives as long as it does. The step
/// does not matter here: each update costs the same.
static std::function<void()> makeSide(Update &update, const std::string &side) {
  double lr = update.kernels.learningRate(update.plan, kWarmUp);
  if (side == "ours")
    return [&] { update.run(); };
  if (side == "ours_norm")
    return [&] { update.runWithNorm(); };
  if (side == "load_store" || side == "load_store_ahead")
    return loadStore(update, side == "load_store_ahead");
  if (side == "fused" || side == "fused_shared")
    return [=, peer = std::make_shared<FusedPeer>(update, kNumbers,
                                                  side == "fused_shared")] {
      peer->run(lr, kWarmUp);
    };
  if (side != "loop" && side != "loop_norm")
    throw Error(Exit::usage, "there is no side '" + side + "'");
  auto peer = std::make_shared<LoopPeer>(update, kNumbers);
  if (side == "loop")
    return [=] { peer->run(lr); };
  return [=] { peer->runWithNorm(lr); };
}

/// The second update of a turn counts: the first finds its threads asleep.
static void takeTurns(const std::function<void()> &side) {
  for (int64_t step = 0; step < kWarmUp; ++step)
    side();
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    side();
    std::cout << seconds(side) << std::endl;
  }
}

static void run(const std::vector<std::string> &arguments) {
  Artifact artifact(arguments[1]);
  Update update(artifact, parallelFor);
  fill(update, "param", 0.02);
  fill(update, "grad", 1e-3);
  if (arguments.size() == 4)
    takeTurns(makeSide(update, arguments[3]));
  else
    std::cout << agreement(update).dump(2) << "\n";
}

int main(int count, char **arguments) {
  std::vector<std::string> words(arguments, arguments + count);
  bool agree = count == 3 && words[2] == "agree";
  if (!agree && !(count == 4 && words[2] == "turns")) {
    std::cerr << "usage: bench-adamw BINARY agree|turns SIDE\n";
    return int(Exit::usage);
  }
  try {
    run(words);
    return 0;
  } catch (const Error &error) {
    std::cerr << "bench-adamw: error: " << error.what() << "\n";
    return int(error.code());
  } catch (const std::exception &error) {
    std::cerr << "bench-adamw: error: " << error.what() << "\n";
    return int(Exit::internal);
  }
}
