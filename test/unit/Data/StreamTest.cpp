//===- StreamTest.cpp - what training and evaluation read -----------------===//

#include "DataFixture.h"

#include "runtime/Data/Shuffle.h"

#include <fmt/format.h>
#include <map>
#include <numeric>
#include <set>

using namespace dsc;
using ::testing::HasSubstr;

namespace {

class StreamTest : public DataTest {
protected:
  /// `count` lines that differ, of uneven length.
  static std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += fmt::format("{}{}\n", i, std::string(size_t(i % 5), 'x'));
    return text;
  }

  SourceSpec words(const std::string &file, double holdout = 0.2) const {
    SourceSpec spec;
    spec.name = "words";
    spec.kind = "text";
    spec.path = file;
    spec.record = "line";
    spec.holdout = holdout;
    return spec;
  }
};

std::string joined(const std::vector<int64_t> &tokens) {
  return std::string(tokens.begin(), tokens.end());
}

/// One sample's tokens and the one after its last.
std::string sampleText(const Batch &batch, int64_t row) {
  auto begin = batch.inputs.begin() + row * batch.length;
  std::string text(begin, begin + batch.length);
  return text + char(batch.targets[size_t((row + 1) * batch.length - 1)]);
}

TEST(Shuffle, IsABijectionThatDependsOnSeedAndEpoch) {
  for (uint32_t size : {0u, 1u, 2u, 3u, 100u, 4097u}) {
    std::vector<uint32_t> items(size);
    std::iota(items.begin(), items.end(), 5u);
    std::vector<uint32_t> order = shuffled(items, 9, 2);
    EXPECT_TRUE(std::is_permutation(order.begin(), order.end(), items.begin(),
                                    items.end()));
    EXPECT_EQ(order, shuffled(items, 9, 2));
    if (size < 100)
      continue;
    EXPECT_NE(order, shuffled(items, 9, 3));
    EXPECT_NE(order, shuffled(items, 8, 2));
  }
}

TEST(Shuffle, PutsEveryItemEverywhere) {
  // 3 items have 6 orders; over 6000 epochs each comes 1000 times, sd 29.
  std::map<std::vector<uint32_t>, int> seen;
  for (uint64_t epoch = 0; epoch < 6000; ++epoch)
    ++seen[shuffled({0, 1, 2}, 1, epoch)];
  ASSERT_EQ(seen.size(), 6u);
  for (const auto &[order, count] : seen)
    EXPECT_NEAR(count, 1000, 150);
}

TEST_F(StreamTest, TargetsAreInputsOneFurther) {
  RecordedPlan plan(words(write("w", lines(50))));
  auto stream = openTraining(*plan);
  Batch batch;
  stream->read(0, 2, batch);
  ASSERT_EQ(batch.samples, 2);
  ASSERT_EQ(batch.length, 4);
  EXPECT_EQ(batch.targetTokens, 8);
  for (size_t row = 0; row < 2; ++row)
    for (size_t i = 0; i + 1 < 4; ++i)
      EXPECT_EQ(batch.targets[row * 4 + i], batch.inputs[row * 4 + i + 1]);
}

TEST_F(StreamTest, AnEpochReadsEveryCutOnce) {
  // One record: the run of tokens is the file, whatever the shuffle.
  std::string text;
  for (int i = 0; i < 41; ++i)
    text += char('0' + i);
  SourceSpec spec = words(write("w", text), 0);
  spec.record = "file";
  PlanOptions options;
  options.batch = 5;
  RecordedPlan plan(spec, options);
  auto stream = openTraining(*plan);
  ASSERT_EQ(stream->size(), 10);
  std::vector<std::vector<std::string>> epochs(2);
  for (int64_t epoch = 0; epoch < 2; ++epoch) {
    Batch batch;
    stream->read(epoch * 10, 10, batch);
    for (int64_t row = 0; row < 10; ++row)
      epochs[size_t(epoch)].push_back(sampleText(batch, row));
  }
  EXPECT_NE(epochs[0], epochs[1]) << "record = \"file\" must be shuffled too";
  for (auto &epoch : epochs) {
    std::sort(epoch.begin(), epoch.end());
    for (size_t cut = 0; cut < 10; ++cut)
      EXPECT_EQ(epoch[cut], text.substr(cut * 4, 5));
  }
}

TEST_F(StreamTest, LeftoverSamplesAreDropped) {
  SourceSpec spec = words(write("w", lines(50)), 0);
  PlanOptions options;
  options.batch = 7;
  RecordedPlan plan(spec, options);
  int64_t samples = plan.facts.trainingSamples;
  ASSERT_NE(samples % 7, 0);
  EXPECT_EQ(openTraining(*plan)->size(), samples / 7 * 7);
}

TEST_F(StreamTest, SamplesArePureFunctionsOfTheirIndex) {
  RecordedPlan plan(words(write("w", lines(60))));
  auto whole = openTraining(*plan);
  int64_t total = 3 * whole->size();
  Batch all;
  whole->read(0, total, all);
  // Resumed at any sample, in pieces of any size, backwards.
  auto resumed = openTraining(*plan);
  for (int64_t first = total - 1; first >= 0; first -= 5) {
    int64_t count = std::min<int64_t>(1 + first % 4, total - first);
    Batch piece;
    resumed->read(first, count, piece);
    EXPECT_EQ(piece.firstSample, first);
    for (int64_t row = 0; row < count; ++row)
      EXPECT_EQ(sampleText(piece, row), sampleText(all, first + row));
  }
}

TEST_F(StreamTest, EpochsAndSeedsDiffer) {
  SourceSpec spec = words(write("w", lines(60)));
  PlanOptions options;
  RecordedPlan plan(spec, options);
  auto stream = openTraining(*plan);
  Batch first, second, other;
  stream->read(0, stream->size(), first);
  stream->read(stream->size(), stream->size(), second);
  EXPECT_NE(first.inputs, second.inputs);
  options.seed = 8;
  RecordedPlan reseeded(spec, options);
  openTraining(*reseeded)->read(0, first.samples, other);
  EXPECT_NE(first.inputs, other.inputs);
}

TEST_F(StreamTest, HeldOutLinesAreNeverTrainedOn) {
  std::string text = lines(200);
  SourceSpec spec = words(write("w", text));
  PlanOptions options;
  options.sequence = 1; // every cut is one pair of tokens
  options.batch = 1;
  RecordedPlan plan(spec, options);
  auto evaluation = openEvaluation(*plan, 0);
  Batch held;
  evaluation->read(0, evaluation->size(), held);
  std::multiset<char> trained, everything(text.begin(), text.end());
  Batch batch;
  auto training = openTraining(*plan);
  training->read(0, training->size(), batch);
  // Tokens of both sides together: the file, but for the last token of the
  // training run (it starts no sample) and of the held-out run (it is target).
  std::multiset<char> seen;
  for (int64_t token : batch.inputs)
    seen.insert(char(token));
  for (int64_t token : held.inputs)
    seen.insert(char(token));
  EXPECT_EQ(seen.size() + 2, everything.size());
  everything.erase(everything.find('\n'));
  everything.erase(everything.find('\n'));
  EXPECT_EQ(seen, everything);
}

TEST_F(StreamTest, EveryHeldOutTokenIsATargetOnce) {
  std::string text = lines(100);
  for (int64_t sequence : {1, 3, 4, 64, 1000}) {
    PlanOptions options;
    options.sequence = sequence;
    options.heldOut = false;
    RecordedPlan plan(words(write("w", text), 0), options);
    auto stream = openEvaluation(*plan, 0);
    std::string targets;
    int64_t counted = 0;
    for (int64_t first = 0; first < stream->size(); first += 3) {
      Batch batch;
      stream->read(first, 3, batch);
      counted += batch.targetTokens;
      for (int64_t target : batch.targets)
        if (target != kIgnoredTarget)
          targets += char(target);
    }
    EXPECT_EQ(targets, text.substr(1)) << sequence;
    EXPECT_EQ(counted, int64_t(text.size()) - 1);
  }
}

TEST_F(StreamTest, HeldOutRecordsComeInTheOrderOfTheFile) {
  std::string text = lines(100);
  RecordedPlan plan(words(write("w", text)));
  auto stream = openEvaluation(*plan, 0);
  EXPECT_EQ(stream->size(), plan.facts.heldOutSamples);
  Batch batch;
  stream->read(0, stream->size(), batch);
  std::string run;
  for (int64_t target : batch.targets)
    if (target != kIgnoredTarget)
      run += char(target);
  run.insert(run.begin(), char(batch.inputs[0]));
  EXPECT_EQ(std::count(run.begin(), run.end(), '\n'), 20);
  size_t position = 0; // every line is in the file, after the one before it
  for (size_t begin = 0; begin < run.size();) {
    size_t end = run.find('\n', begin) + 1;
    position = text.find(run.substr(begin, end - begin), position);
    ASSERT_NE(position, std::string::npos);
    ++position;
    begin = end;
  }
}

TEST_F(StreamTest, FewerEvaluationSamplesAreSpreadEvenly) {
  SourceSpec spec = words(write("w", "aaaabbbbccccddddeeeeffffgggghhhh!"), 0);
  PlanOptions options;
  options.heldOut = false;
  options.evaluationSamples = 4;
  RecordedPlan plan(spec, options);
  auto stream = openEvaluation(*plan, 0);
  ASSERT_EQ(stream->size(), 4);
  Batch batch;
  stream->read(0, 9, batch);
  EXPECT_EQ(batch.samples, 4);
  EXPECT_EQ(joined(batch.inputs), "aaaacccceeeegggg");
}

TEST_F(StreamTest, ChangedDataIsRefused) {
  SourceSpec spec = words(write("w", lines(50)));
  RecordedPlan plan(spec);
  std::string recorded = plan.facts.files[0].sha256;
  openTraining(*plan);
  write("w", lines(51));
  std::string message = refusal([&] { openTraining(*plan); });
  EXPECT_THAT(message, HasSubstr("source 'words'"));
  EXPECT_THAT(message, HasSubstr(path("w")));
  EXPECT_THAT(message, HasSubstr(recorded));
  EXPECT_THAT(message, HasSubstr("compile the recipe again"));
  EXPECT_EQ(message, refusal([&] { openEvaluation(*plan, 0); }));
}

TEST_F(StreamTest, AddedAndLostFilesAreRefused) {
  write("a.txt", lines(50));
  RecordedPlan plan(words(path("*.txt")));
  write("b.txt", lines(3));
  EXPECT_THAT(refusal([&] { openTraining(*plan); }),
              HasSubstr("names 2 files, recorded were 1; new is"));
  std::remove(path("a.txt").c_str());
  EXPECT_THAT(refusal([&] { openTraining(*plan); }),
              HasSubstr("recorded were"));
  std::remove(path("b.txt").c_str());
  EXPECT_THAT(refusal([&] { openTraining(*plan); }),
              HasSubstr("no data file matches"));
}

TEST_F(StreamTest, LessThanABatchIsRefused) {
  PlanOptions options;
  options.batch = 100;
  RecordedPlan plan(words(write("w", lines(10))), options);
  EXPECT_THAT(refusal([&] { openTraining(*plan); }),
              HasSubstr("less than one batch of 100"));
}

TEST_F(StreamTest, RowsAreShuffledAndHeldOut) {
  std::string table;
  for (int i = 0; i < 30; ++i)
    table += fmt::format("{},{},{}\n", i, i * 2, i % 3);
  SourceSpec spec;
  spec.name = "digits";
  spec.kind = "csv";
  spec.path = write("t.csv", table);
  spec.holdout = 0.2;
  PlanOptions options;
  options.tokenizer = "";
  options.batch = 5;
  RecordedPlan plan(spec, options);
  EXPECT_EQ(plan.facts.columns, 2);
  EXPECT_EQ(plan.facts.classes, 3);
  auto training = openTraining(*plan);
  auto evaluation = openEvaluation(*plan, 0);
  ASSERT_EQ(training->size(), 20); // 24 rows in whole batches
  ASSERT_EQ(evaluation->size(), 6);
  Batch batch, held;
  training->read(0, 20, batch);
  evaluation->read(0, 6, held);
  EXPECT_EQ(held.targetTokens, 6);
  std::set<float> rows;
  for (const Batch *part : {&batch, &held})
    for (size_t row = 0; row < part->targets.size(); ++row) {
      float x = part->features[row * 2];
      EXPECT_EQ(part->features[row * 2 + 1], 2 * x);
      EXPECT_EQ(part->targets[row], int64_t(x) % 3);
      rows.insert(x);
    }
  EXPECT_EQ(rows.size(), 26u);
  Batch next;
  training->read(20, 20, next);
  EXPECT_NE(next.features, batch.features);
}

} // namespace
