//===- Sides.cpp ----------------------------------------------------------===//

#include "tools/bench/exchange/Sides.h"

#include "tools/bench/exchange/RankUpdate.h"
#include "tools/bench/traffic/LoadStore.h"

#include "runtime/Base/Error.h"
#include "runtime/Device/Arena.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

using namespace dsc;
using namespace dsc::bench;

namespace {

/// Gradients become their sums on all ranks: at once, or in two parts.
class ExchangeSide : public Side {
public:
  ExchangeSide(Communicator &communicator, int64_t elements, bool parts)
      : communicator(communicator), parts(parts),
        gradients(static_cast<float *>(communicator.allocate(elements * 4)),
                  size_t(elements)) {
    for (int64_t rank = 0; rank <= communicator.size(); ++rank)
      bounds.push_back(elements / kBlockElements * rank / communicator.size() *
                       kBlockElements);
    bounds.back() = elements;
  }

  void prepare() override { writeGradients(gradients, communicator.rank(), 1); }
  void run() override {
    if (!parts) {
      communicator.allReduce(gradients.data(), int64_t(gradients.size()));
      return;
    }
    communicator.reduceScatter(gradients.data(), bounds);
    communicator.allGather(gradients.data(), sizeof(float), bounds);
  }
  void check() override {
    prepare();
    communicator.barrier();
    run();
    std::vector<float> sums(gradients.size());
    writeGradients(sums, 0, communicator.size());
    if (!std::equal(sums.begin(), sums.end(), gradients.begin()))
      throw Error(Exit::internal, "the exchange made other sums");
    communicator.barrier();
  }
  int64_t bytes() const override { return int64_t(gradients.size()) * 4; }

private:
  Communicator &communicator;
  bool parts;
  std::span<float> gradients;
  std::vector<int64_t> bounds;
};

/// The exchange with the update of a training binary.
class UpdateSide : public Side {
public:
  UpdateSide(Communicator &communicator, const std::string &binary, bool fused)
      : communicator(communicator), fused(fused), artifact(binary),
        update(artifact, communicator) {}

  void prepare() override {
    writeGradients(update.arena("grad"), communicator.rank(), 1);
  }
  void run() override { fused ? update.runFused() : update.run(); }
  void check() override;
  int64_t bytes() const override {
    return int64_t(update.arena("grad").size()) * 4;
  }

private:
  static constexpr int kCheckedSteps = 3;

  Communicator &communicator;
  bool fused;
  Artifact artifact;
  RankUpdate update;

  static void writeParameters(std::span<float> parameters) {
    for (size_t index = 0; index < parameters.size(); ++index)
      parameters[index] = 0.01f + float(index % 1024) / 65536;
  }
};

/// The memory traffic that any way of doing the same has at least.
class FloorSide : public Side {
public:
  FloorSide(Communicator &communicator, Traffic traffic, int64_t elements,
            Way way)
      : elements(elements), part(elements / communicator.size() / 16 * 16),
        loop(loadStoreLoop(traffic, cpuHasIsa("x86_64_v4"), way)) {
    for (int index = 0; index < arenasOf(traffic); ++index) {
      arenas.emplace_back(size_t(part) * 4);
      addresses.push_back(static_cast<float *>(arenas.back().data()));
      std::fill_n(addresses.back(), part, 1.0f);
    }
  }

  void run() override { loop(addresses.data(), 0, part); }
  int64_t bytes() const override { return elements * 4; }

private:
  int64_t elements, part;
  LoadStore loop;
  std::vector<Arena> arenas;
  std::vector<float *> addresses;
};

} // namespace

/// Three steps make the bits that one rank makes of the sums.
void UpdateSide::check() {
  std::vector<float> expected;
  {
    std::unique_ptr<Communicator> alone = openSingleRank();
    RankUpdate reference(artifact, *alone);
    writeParameters(reference.arena("param"));
    for (int step = 0; step < kCheckedSteps; ++step) {
      writeGradients(reference.arena("grad"), 0, communicator.size());
      reference.run();
    }
    std::span<float> result = reference.arena("param");
    expected.assign(result.begin(), result.end());
  }
  writeParameters(update.arena("param"));
  for (int step = 0; step < kCheckedSteps; ++step) {
    prepare();
    communicator.barrier();
    run();
  }
  if (!std::equal(expected.begin(), expected.end(),
                  update.arena("param").begin()))
    throw Error(Exit::internal, "two ranks made other parameters than one");
  communicator.barrier();
}

static int64_t elementsIn(const std::string &text) {
  int64_t bytes = std::atoll(text.c_str());
  if (bytes < 64)
    throw Error(Exit::usage,
                fmt::format("found '{}', expected bytes of gradients", text));
  return bytes / 4;
}

std::unique_ptr<Side> dsc::bench::makeSide(const std::string &name,
                                           const std::string &subject,
                                           Communicator &communicator) {
  if (name == "update" || name == "fused")
    return std::make_unique<UpdateSide>(communicator, subject, name == "fused");
  int64_t elements = elementsIn(subject);
  if (name == "all_reduce" || name == "parts")
    return std::make_unique<ExchangeSide>(communicator, elements,
                                          name == "parts");
  for (auto [suffix, way] :
       {std::pair("", Way::plain), std::pair("_ahead", Way::ahead),
        std::pair("_past", Way::past)})
    for (auto [floor, traffic] :
         {std::pair("floor", Traffic::allReduce),
          std::pair("update_floor", Traffic::rankUpdate)})
      if (name == std::string(floor) + suffix)
        return std::make_unique<FloorSide>(communicator, traffic, elements,
                                           way);
  throw Error(Exit::usage, "there is no side '" + name + "'");
}
