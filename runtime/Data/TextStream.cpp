//===- TextStream.cpp - samples of tokens ---------------------------------===//

#include "runtime/Base/Random.h"
#include "runtime/Data/Shuffle.h"
#include "runtime/Data/Streams.h"

#include <algorithm>
#include <numeric>

using namespace dsc;

namespace {

/// Records in some order, read as one run of tokens.
class TokenRun {
public:
  TokenRun() = default;
  TokenRun(const std::vector<TextRecord> &text, std::vector<uint32_t> order)
      : text(&text), order(std::move(order)) {
    starts.reserve(this->order.size() + 1);
    for (uint32_t record : this->order)
      starts.push_back(starts.back() + text[record].tokens());
  }

  uint64_t size() const { return starts.back(); }

  /// Copies tokens [first, first + count), which must lie inside.
  void copy(uint64_t first, uint64_t count, int64_t *out) const {
    size_t place = size_t(
        std::upper_bound(starts.begin(), starts.end(), first) - starts.begin());
    for (--place; count > 0; ++place) {
      const TextRecord &record = (*text)[order[place]];
      for (uint64_t i = first - starts[place]; i < record.tokens() && count;
           ++i, ++first, --count)
        *out++ = i < record.bytes ? static_cast<unsigned char>(record.data[i])
                                  : '\n';
    }
  }

private:
  const std::vector<TextRecord> *text = nullptr;
  std::vector<uint32_t> order;
  std::vector<uint64_t> starts{0}; ///< first token of each place, and the end
};

/// What both streams do: cut a run into samples.
class TextStream : public SampleStream {
protected:
  TextStream(OpenedSource source, int64_t sequence)
      : source(std::move(source)), sequence(sequence),
        tokens(size_t(sequence) + 1) {}

  static void shape(Batch &batch, int64_t first, int64_t samples,
                    int64_t sequence) {
    batch.samples = samples;
    batch.length = sequence;
    batch.firstSample = first;
    batch.targetTokens = 0;
    batch.features.clear();
    batch.inputs.assign(size_t(samples * sequence), 0);
    batch.targets.assign(size_t(samples * sequence), kIgnoredTarget);
  }

  /// Fills row `row` with cut `cut` of `run`; what the run lacks stays ignored.
  void fill(const TokenRun &run, int64_t cut, int64_t row, Batch &batch) {
    uint64_t begin = uint64_t(cut * sequence);
    int64_t count =
        int64_t(std::min<uint64_t>(uint64_t(sequence) + 1, run.size() - begin));
    run.copy(begin, uint64_t(count), tokens.data());
    std::copy_n(tokens.begin(), count - 1,
                batch.inputs.begin() + row * sequence);
    std::copy_n(tokens.begin() + 1, count - 1,
                batch.targets.begin() + row * sequence);
    batch.targetTokens += count - 1;
  }

  OpenedSource source;
  int64_t sequence;
  std::vector<int64_t> tokens; ///< of one sample, and the one after
};

class TextTraining final : public TextStream {
public:
  TextTraining(OpenedSource opened, int64_t sequence, TrainingOrder order)
      : TextStream(std::move(opened), sequence), order(order),
        samples(source.facts.trainingSamples),
        used(samples / order.batch * order.batch) {}

  int64_t size() const override { return used; }

  /// An epoch's cuts are all whole.
  int64_t countTargets(int64_t, int64_t count) override {
    return count * sequence;
  }

  void read(int64_t first, int64_t count, Batch &batch) override {
    shape(batch, first, count, sequence);
    RandomStream cuts(order.seed, "samples");
    for (int64_t row = 0; row < count; ++row) {
      uint64_t epoch = uint64_t((first + row) / used);
      uint64_t index = uint64_t((first + row) % used);
      enter(epoch);
      fill(run, int64_t(cuts.permute(epoch, index, uint64_t(samples))), row,
           batch);
    }
  }

private:
  void enter(uint64_t epoch) {
    if (epoch == entered)
      return;
    run = TokenRun(source.text,
                   shuffled(source.split.training, order.seed, epoch));
    entered = epoch;
  }

  TrainingOrder order;
  int64_t samples; ///< cuts in an epoch's run
  int64_t used;    ///< whole batches of them
  uint64_t entered = ~uint64_t(0);
  TokenRun run; ///< of epoch `entered`
};

class TextEvaluation final : public TextStream {
public:
  TextEvaluation(OpenedSource opened, int64_t sequence, EvaluationExtent extent)
      : TextStream(std::move(opened), sequence) {
    std::vector<uint32_t> records = source.split.heldOut;
    if (!extent.heldOut) {
      records.resize(source.text.size());
      std::iota(records.begin(), records.end(), 0u);
    }
    run = TokenRun(source.text, std::move(records));
    total = allSamples(run.size(), sequence);
    taken = extent.samples < 0 ? total : std::min(extent.samples, total);
  }

  int64_t size() const override { return taken; }

  void read(int64_t first, int64_t count, Batch &batch) override {
    count = std::max<int64_t>(0, std::min(count, taken - first));
    shape(batch, first, count, sequence);
    for (int64_t row = 0; row < count; ++row)
      fill(run, evenlySpaced(first + row, taken, total), row, batch);
  }

private:
  int64_t total; ///< samples that there are
  int64_t taken; ///< samples that are evaluated
  TokenRun run;
};

} // namespace

int64_t dsc::evenlySpaced(int64_t index, int64_t taken, int64_t total) {
  return int64_t((__int128)(index)*total / taken);
}

std::unique_ptr<SampleStream>
dsc::trainOnText(OpenedSource source, int64_t sequence, TrainingOrder order) {
  return std::make_unique<TextTraining>(std::move(source), sequence, order);
}

std::unique_ptr<SampleStream> dsc::evaluateText(OpenedSource source,
                                                int64_t sequence,
                                                EvaluationExtent extent) {
  return std::make_unique<TextEvaluation>(std::move(source), sequence, extent);
}
