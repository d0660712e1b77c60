//===- BatchLayoutTests.cpp - micro-batches as bytes ----------------------===//

#include "runtime/Engine/BatchLayout.h"

#include <gtest/gtest.h>

using namespace dsc;

static Batch tokens() {
  Batch batch;
  batch.samples = 3;
  batch.length = 1;
  batch.inputs = {1, 2, 3};
  batch.targets = {2, 3, kIgnoredTarget};
  batch.targetTokens = 2;
  batch.firstSample = 12;
  return batch;
}

static Batch rows() {
  Batch batch;
  batch.samples = 3;
  batch.features = {0.5f, 1.5f, 2.5f};
  batch.targets = {0, 1, 0};
  batch.targetTokens = 3;
  return batch;
}

TEST(BatchLayout, BringsBackWhatWasWritten) {
  for (const Batch &batch : {tokens(), rows()}) {
    BatchLayout layout(batch);
    std::vector<char> memory(size_t(layout.bytes()), 'x');
    layout.write(batch, {0.25, batch.targetTokens, batch.firstSample, 1, 1},
                 memory.data());
    Batch read;
    BatchHeader header = layout.read(memory.data(), read);
    EXPECT_EQ(header.seed, 0.25);
    EXPECT_EQ(header.index, 1);
    EXPECT_EQ(header.stopAsked, 1);
    EXPECT_EQ(read.samples, batch.samples);
    EXPECT_EQ(read.length, batch.length);
    EXPECT_EQ(read.inputs, batch.inputs);
    EXPECT_EQ(read.features, batch.features);
    EXPECT_EQ(read.targets, batch.targets);
    EXPECT_EQ(read.targetTokens, batch.targetTokens);
    EXPECT_EQ(read.firstSample, batch.firstSample);
  }
}

// A device copies whole words, and reads every field from the start of one.
TEST(BatchLayout, FieldsBeginAtWholeWords) {
  for (const Batch &batch : {tokens(), rows()}) {
    BatchLayout layout(batch);
    for (int64_t place : {layout.inputsOffset(), layout.featuresOffset(),
                          layout.targetsOffset(), layout.bytes()})
      EXPECT_EQ(place % kBatchAlignment, 0);
    EXPECT_GE(layout.bytes(), layout.targetsOffset() + 3 * 8);
  }
  EXPECT_FALSE(BatchLayout(tokens()) == BatchLayout(rows()));
}
