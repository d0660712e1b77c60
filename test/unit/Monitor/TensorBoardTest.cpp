//===- TensorBoardTest.cpp - event files, read back -----------------------===//
//
// The frame and its checksums are read by code of the test's own.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Files.h"
#include "runtime/Monitor/Journal.h"
#include "runtime/Monitor/TensorBoard.pb.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>

using namespace dsc;

namespace {

class TensorBoard : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "dsc-monitor-XXXXXX";
    folder = ::mkdtemp(pattern.data());
  }
  void TearDown() override { removeTree(folder); }

  std::string file() const { return folder + "/" + kTensorBoardFile; }

  std::string folder;
};

using Events = std::vector<tensorboard::Event>;

} // namespace

/// CRC-32C bit by bit, straight from its polynomial.
static uint32_t crc32c(std::string_view bytes) {
  uint32_t sum = ~0u;
  for (unsigned char byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit)
      sum = sum >> 1 ^ (sum & 1 ? 0x82F63B78u : 0);
  }
  return ~sum;
}

static uint32_t masked(uint32_t sum) {
  return ((sum >> 15) | (sum << 17)) + 0xA282EAD8u;
}

template <typename Integer> static Integer take(std::string_view &bytes) {
  Integer value = 0;
  EXPECT_GE(bytes.size(), sizeof(value));
  std::memcpy(&value, bytes.data(), sizeof(value));
  bytes.remove_prefix(sizeof(value));
  return value;
}

static Events readEvents(const std::string &path) {
  std::string text = readFile(path);
  std::string_view bytes = text;
  Events events;
  while (!bytes.empty()) {
    std::string_view length = bytes.substr(0, 8);
    auto size = take<uint64_t>(bytes);
    EXPECT_EQ(take<uint32_t>(bytes), masked(crc32c(length)));
    if (bytes.size() < size + 4) {
      ADD_FAILURE() << "the last record is cut";
      break;
    }
    std::string_view message = bytes.substr(0, size);
    bytes.remove_prefix(size);
    EXPECT_EQ(take<uint32_t>(bytes), masked(crc32c(message)));
    events.emplace_back();
    EXPECT_TRUE(events.back().ParseFromString(std::string(message)));
  }
  return events;
}

static std::map<std::string, float> valuesOf(const tensorboard::Event &event) {
  std::map<std::string, float> values;
  for (const auto &value : event.summary().value())
    values[value.tag()] = value.simple_value();
  return values;
}

TEST(Checksum, IsThePublishedOne) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

TEST_F(TensorBoard, HasTheTagsOfATrainer) {
  Journal journal(folder, {}, true);
  journal.startClock(0, 0);
  journal.chartEvaluation("words", 0, 5.5);
  journal.chart({1, 4.25, 1e-3, 0.5, 640, 2});
  journal.chart({2, 4, 2e-3, 0.25, 1280, 3});
  Events events = readEvents(file());
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].file_version(), "brain.Event:2");
  EXPECT_EQ(events[1].step(), 0);
  EXPECT_EQ(valuesOf(events[1]),
            (std::map<std::string, float>{{"eval/words/loss", 5.5f}}));
  EXPECT_EQ(events[2].step(), 1);
  EXPECT_EQ(valuesOf(events[2]),
            (std::map<std::string, float>{{"train/grad_norm", 0.5f},
                                          {"train/learning_rate", 1e-3f},
                                          {"train/loss", 4.25f},
                                          {"train/tokens_per_second", 320}}));
  EXPECT_EQ(valuesOf(events[3]).at("train/tokens_per_second"), 640);
  for (const auto &event : events)
    EXPECT_GT(event.wall_time(), 1.6e9);
}

TEST_F(TensorBoard, LeavesOutWhatIsNotFinite) {
  Journal journal(folder, {}, true);
  double none = std::numeric_limits<double>::quiet_NaN();
  journal.chart({1, 4, 1e-3, none, 0, 0});
  journal.chartEvaluation("words", 1, none);
  Events events = readEvents(file());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(valuesOf(events[1]),
            (std::map<std::string, float>{{"train/learning_rate", 1e-3f},
                                          {"train/loss", 4}}));
}

/// A kill leaves steps after the checkpoint, and perhaps half a record.
TEST_F(TensorBoard, IsCutToTheCheckpoint) {
  JournalLengths lengths;
  {
    Journal journal(folder, {}, true);
    journal.chart({1, 4, 1e-3, 1, 0, 0});
    lengths = journal.lengths();
    journal.chart({2, 3, 1e-3, 1, 0, 0});
  }
  OutputFile(file(), OutputFile::Mode::append).write("\x1d\0\0");
  Journal journal(folder, lengths, true);
  EXPECT_TRUE(journal.complete());
  journal.chart({2, 2.5, 1e-3, 1, 0, 0});
  Events events = readEvents(file());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].step(), 1);
  EXPECT_EQ(events[2].step(), 2);
  EXPECT_EQ(valuesOf(events[2]).at("train/loss"), 2.5f);
}

TEST_F(TensorBoard, IsNotThereUnasked) {
  Journal journal(folder, {});
  journal.chart({1, 4, 1e-3, 1, 0, 0});
  EXPECT_FALSE(pathExists(file()));
  EXPECT_EQ(journal.lengths().tensorboard, 0u);
}

/// Switched off for a while and on again, the file goes on where it was valid.
TEST_F(TensorBoard, KeepsItsPlaceWhileOff) {
  JournalLengths lengths;
  {
    Journal journal(folder, {}, true);
    journal.chart({1, 4, 1e-3, 1, 0, 0});
    lengths = journal.lengths();
    journal.chart({2, 4, 1e-3, 1, 0, 0});
  }
  {
    Journal journal(folder, lengths, false);
    lengths = journal.lengths();
  }
  Journal journal(folder, lengths, true);
  journal.chart({3, 4, 1e-3, 1, 0, 0});
  Events events = readEvents(file());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].step(), 1);
  EXPECT_EQ(events[2].step(), 3);
}

TEST_F(TensorBoard, SaysWhenItIsShorterThanRecorded) {
  JournalLengths lengths;
  lengths.tensorboard = 1000;
  EXPECT_FALSE(Journal(folder, lengths, true).complete());
}
