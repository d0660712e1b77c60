//===- PlacedMemoryTests.cpp - what several ranks hold together -----------===//

#include "TestPlan.h"
#include "runtime/Artifact/Artifact.h"
#include "runtime/Base/Error.h"
#include "runtime/Train/Model/PlacedMemory.h"
#include "test/unit/Collectives/HalfOfPair.h"

#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;

namespace {
class Late : public HalfOfPair {
public:
  void transfer(std::span<const Transfer>, std::span<const Transfer>) override {
    throw Error(Exit::peer, "rank 1 is late", "wait longer");
  }
};
} // namespace

TEST(PlacedMemory, SaysWhatItGathersWhenAPeerDoesNotCome) {
  PlanChoices choices;
  choices.momentum = plan::Placement::shard;
  TestPlan plan(choices);
  auto device =
      openCpuDevice(plan.get(), testKernels(),
                    [](int64_t count, const auto &body) { body(0, count); });
  Late half;
  PlacedMemory memory(plan.get(), *device, half);
  float element = 0;
  try {
    memory.read(findBuffer(plan.get(), "momentum"), 0, 1, &element);
    FAIL() << "nothing was gathered";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::peer);
    EXPECT_STREQ(error.what(), "gathering of momentum on rank 0, to save it: "
                               "rank 1 is late");
    EXPECT_EQ(error.hint(), "wait longer");
  }
}
