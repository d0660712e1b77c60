//===- HandoverTests.cpp --------------------------------------------------===//

#include "TestPlan.h"
#include "runtime/Artifact/Artifact.h"
#include "runtime/Train/Exchange/Handover.h"
#include "test/unit/Collectives/HalfOfPair.h"

#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;

namespace {

/// All that the other rank has is its copy of a buffer.
class Half : public HalfOfPair {
public:
  std::vector<uint16_t> other = std::vector<uint16_t>(3 * kBlockElements);
  bool reaches = true;

  void *copyOfPeer(const void *, int) override {
    return reaches ? other.data() : nullptr;
  }
};

class HandoverTest : public testing::Test {
protected:
  static constexpr int kUpdate = 2; // a kernel of TestPlan
  Half half;

  /// Whether `compute` is handed over by a plan whose ranks do that; updates
  /// elements of the second block.
  bool update(bool meets, bool gathers) {
    PlanChoices choices;
    choices.meets = meets;
    choices.gathers = gathers;
    TestPlan plan(choices);
    auto device =
        openCpuDevice(plan.get(), testKernels(),
                      [](int64_t count, const auto &body) { body(0, count); });
    int compute = findBuffer(plan.get(), "compute"),
        param = findBuffer(plan.get(), "param");
    std::vector<float> ones(3 * kBlockElements, 1.0f);
    device->upload(param, 0, ones.data(), int64_t(ones.size() * sizeof(float)));
    Handover handover(plan.get(), *device, half);
    handover.launch(kUpdate, kBlockElements, kBlockElements + 7);
    EXPECT_FALSE(handover.covers(param));
    return handover.covers(compute);
  }

  int64_t handed() const {
    return int64_t(half.other.size()) -
           std::count(half.other.begin(), half.other.end(), 0);
  }
};

} // namespace

TEST_F(HandoverTest, OthersHaveWhatIsUpdatedAndNothingElse) {
  EXPECT_TRUE(update(true, true));
  EXPECT_EQ(handed(), 7);
  EXPECT_EQ(half.other[kBlockElements], 0x3f80); // 1.0
  EXPECT_EQ(half.other[kBlockElements + 6], 0x3f80);
}

TEST_F(HandoverTest, NothingIsHandedOverThatNobodyGathers) {
  EXPECT_FALSE(update(true, false));
  EXPECT_EQ(handed(), 0);
}

TEST_F(HandoverTest, NothingIsWrittenToRanksThatMayStillRead) {
  EXPECT_FALSE(update(false, true));
  EXPECT_EQ(handed(), 0);
}

TEST_F(HandoverTest, MemoryOutOfReachIsGathered) {
  half.reaches = false;
  EXPECT_FALSE(update(true, true));
}
