//===- StepsTest.cpp - steps over a driver that is none -------------------===//
//
// Over test/FakeDriver, which ends the process where an exception would pass
// through it.
//
//===----------------------------------------------------------------------===//

#include "cuda/Runtime/Steps.h"

#include <gmock/gmock.h>
#include <new>

using namespace dsc;
using namespace dsc::cuda;
using testing::StartsWith;

namespace {

/// Enqueues a call that fails with `failure`, and one behind it; waits.
template <typename Failure> void failCall(Steps &steps, Failure failure) {
  bool isGoneOn = false;
  steps.callHost([failure] { throw failure; });
  steps.callHost([&] { isGoneOn = true; });
  try {
    steps.wait();
  } catch (...) {
    EXPECT_FALSE(isGoneOn);
    throw;
  }
  ADD_FAILURE() << "nothing was thrown";
}

void expectRefusal(Steps &steps) {
  try {
    failCall(steps, Error(Exit::artifact, "no such operator", "compile again"));
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::artifact);
    EXPECT_THAT(error.what(), StartsWith("no such operator, while "));
    EXPECT_EQ(error.hint(), "compile again");
  }
}

} // namespace

TEST(Steps, ThrowWhatACallOfTheHostThrew) {
  Gpu gpu(/*localRank=*/0);
  Steps alone(gpu), other(gpu), watched(gpu);
  expectRefusal(alone);
  EXPECT_THROW(failCall(other, std::bad_alloc()), std::bad_alloc);
  watched.watch([](auto) {});
  expectRefusal(watched);
}

TEST(Steps, MakeCallsOfTheHostInOrder) {
  Gpu gpu(/*localRank=*/0);
  Steps steps(gpu);
  std::string said;
  for (const char *word : {"one ", "two ", "three"})
    steps.callHost([&said, word] { said += word; });
  EXPECT_EQ(said, "");
  steps.wait();
  EXPECT_EQ(said, "one two three");
}
