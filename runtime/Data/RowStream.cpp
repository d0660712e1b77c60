//===- RowStream.cpp - samples that are rows of a table -------------------===//

#include "runtime/Data/Shuffle.h"
#include "runtime/Data/Streams.h"

#include <algorithm>
#include <numeric>

using namespace dsc;

namespace {

class RowStream : public SampleStream {
protected:
  explicit RowStream(OpenedSource source) : source(std::move(source)) {}

  void shape(Batch &batch, int64_t first, int64_t samples) const {
    batch.samples = samples;
    batch.length = 1;
    batch.firstSample = first;
    batch.targetTokens = samples;
    batch.inputs.clear();
    batch.features.resize(size_t(samples * source.table.columns));
    batch.targets.resize(size_t(samples));
  }

  void fill(uint32_t record, int64_t row, Batch &batch) const {
    int64_t columns = source.table.columns;
    std::copy_n(source.table.features.begin() + int64_t(record) * columns,
                columns, batch.features.begin() + row * columns);
    batch.targets[size_t(row)] = source.table.targets[record];
  }

  OpenedSource source;
};

class RowTraining final : public RowStream {
public:
  RowTraining(OpenedSource opened, TrainingOrder order)
      : RowStream(std::move(opened)), order(order),
        used(source.facts.trainingSamples / order.batch * order.batch) {}

  int64_t size() const override { return used; }
  int64_t countTargets(int64_t, int64_t count) override { return count; }

  void read(int64_t first, int64_t count, Batch &batch) override {
    shape(batch, first, count);
    for (int64_t row = 0; row < count; ++row) {
      uint64_t epoch = uint64_t((first + row) / used);
      if (epoch != entered)
        rows = shuffled(source.split.training, order.seed, epoch);
      entered = epoch;
      fill(rows[size_t((first + row) % used)], row, batch);
    }
  }

private:
  TrainingOrder order;
  int64_t used; ///< rows of an epoch, whole batches
  uint64_t entered = ~uint64_t(0);
  std::vector<uint32_t> rows; ///< of epoch `entered`
};

class RowEvaluation final : public RowStream {
public:
  RowEvaluation(OpenedSource opened, EvaluationExtent extent)
      : RowStream(std::move(opened)), rows(source.split.heldOut) {
    if (!extent.heldOut) {
      rows.resize(size_t(source.table.rows));
      std::iota(rows.begin(), rows.end(), 0u);
    }
    taken = int64_t(rows.size());
    if (extent.samples >= 0)
      taken = std::min(taken, extent.samples);
  }

  int64_t size() const override { return taken; }

  void read(int64_t first, int64_t count, Batch &batch) override {
    count = std::max<int64_t>(0, std::min(count, taken - first));
    shape(batch, first, count);
    for (int64_t row = 0; row < count; ++row)
      fill(rows[size_t(evenlySpaced(first + row, taken, int64_t(rows.size())))],
           row, batch);
  }

private:
  std::vector<uint32_t> rows;
  int64_t taken; ///< rows that are evaluated
};

} // namespace

std::unique_ptr<SampleStream> dsc::trainOnRows(OpenedSource source,
                                               TrainingOrder order) {
  return std::make_unique<RowTraining>(std::move(source), order);
}

std::unique_ptr<SampleStream> dsc::evaluateRows(OpenedSource source,
                                                EvaluationExtent extent) {
  return std::make_unique<RowEvaluation>(std::move(source), extent);
}
