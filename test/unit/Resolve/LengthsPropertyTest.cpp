//===- LengthsPropertyTest.cpp - phases over any run ----------------------===//

#include "Harness.h"

#include <rapidcheck.h>

using namespace dsc;

namespace {

std::string phases(const std::vector<std::string> &lengths) {
  std::string text = "[schedule]\npeak = 1.0\n";
  for (size_t i = 0; i < lengths.size(); ++i)
    text += "[[schedule.phase]]\nname = \"p" + std::to_string(i) +
            "\"\nkind = \"constant\"\nlength = \"" + lengths[i] + "\"\n";
  return text;
}

/// Positive integers that add up to `total`.
std::vector<int64_t> split(int64_t total, size_t parts) {
  std::vector<int64_t> cuts{0, total};
  for (size_t i = 1; i < parts; ++i)
    cuts.push_back(*rc::gen::inRange<int64_t>(0, total + 1));
  std::sort(cuts.begin(), cuts.end());
  std::vector<int64_t> result;
  for (size_t i = 1; i < cuts.size(); ++i)
    result.push_back(cuts[i] - cuts[i - 1]);
  return result;
}

/// Phases follow each other from 0 to the end of the run.
void checkCover(Recipe &recipe, size_t count, int64_t total) {
  int64_t position = 0;
  for (size_t i = 0; i < count; ++i) {
    RC_ASSERT(integer(recipe.phase(i), "begin") == position);
    int64_t end = integer(recipe.phase(i), "end");
    RC_ASSERT(end >= position);
    position = end;
  }
  RC_ASSERT(position == total);
}

/// floor(numerator * total / denominator + 1/2) in 128 bits.
int64_t nearest(int64_t numerator, int64_t total, int64_t denominator) {
  __int128 twice = 2 * static_cast<__int128>(numerator) * total + denominator;
  return static_cast<int64_t>(twice / (2 * static_cast<__int128>(denominator)));
}

} // namespace

TEST(LengthsProperty, PercentagesNeverChangeTheTotal) {
  EXPECT_TRUE(rc::check("tenths of a percent that add up to 100", [] {
    int64_t total = *rc::gen::inRange<int64_t>(1, 2'000'000'000);
    size_t count = *rc::gen::inRange<size_t>(1, 9);
    std::vector<int64_t> tenths = split(1000, count);
    std::vector<std::string> lengths;
    for (int64_t share : tenths)
      lengths.push_back(std::to_string(share / 10) + "." +
                        std::to_string(share % 10) + "%");
    Recipe recipe(
        scheduleRecipe(phases(lengths), std::to_string(total) + " steps"));
    RC_ASSERT(recipe.resolve(true));
    checkCover(recipe, count, total);
    int64_t sum = 0;
    for (size_t i = 0; i < count; ++i) {
      sum += tenths[i];
      RC_ASSERT(integer(recipe.phase(i), "end") == nearest(sum, total, 1000));
    }
  }));
}

TEST(LengthsProperty, RestTakesWhatIsLeft) {
  EXPECT_TRUE(rc::check("steps around a rest", [] {
    int64_t total = *rc::gen::inRange<int64_t>(1, 1'000'000'000);
    size_t count = *rc::gen::inRange<size_t>(1, 7);
    std::vector<int64_t> steps = split(total, count);
    size_t rest = *rc::gen::inRange<size_t>(0, count);
    std::vector<std::string> lengths;
    for (size_t i = 0; i < count; ++i)
      lengths.push_back(i == rest ? "rest"
                                  : std::to_string(steps[i]) + " steps");
    Recipe recipe(
        scheduleRecipe(phases(lengths), std::to_string(total) + " steps"));
    RC_ASSERT(recipe.resolve(true));
    checkCover(recipe, count, total);
    for (size_t i = 0; i < count; ++i)
      RC_ASSERT(integer(recipe.phase(i), "end") -
                    integer(recipe.phase(i), "begin") ==
                steps[i]);
  }));
}

TEST(LengthsProperty, SamplesOfAnyBatch) {
  EXPECT_TRUE(rc::check("a run in samples, its phases in samples", [] {
    int64_t samples = *rc::gen::inRange<int64_t>(1, 4'000'000'000'000);
    int64_t batch = *rc::gen::inRange<int64_t>(1, 5000);
    size_t count = *rc::gen::inRange<size_t>(1, 6);
    std::vector<std::string> lengths;
    std::vector<int64_t> parts = split(samples, count);
    for (int64_t part : parts)
      lengths.push_back(std::to_string(part) + " samples");
    Recipe recipe("dsc = 1\n[train]\nlength = \"" + std::to_string(samples) +
                  " samples\"\nbatch = " + std::to_string(batch) + "\n" +
                  phases(lengths));
    RC_ASSERT(recipe.resolve(true));
    int64_t total = (samples + batch - 1) / batch;
    RC_ASSERT(integer(recipe.table<TrainOp>(), "steps") == total);
    checkCover(recipe, count, total);
    int64_t sum = 0;
    for (size_t i = 0; i + 1 < count; ++i) {
      sum += parts[i];
      RC_ASSERT(integer(recipe.phase(i), "end") ==
                std::min(total, nearest(sum, 1, batch)));
    }
  }));
}

TEST(LengthsProperty, AWrongSumIsAnError) {
  EXPECT_TRUE(rc::check("phases that miss the end by at least a step", [] {
    int64_t total = *rc::gen::inRange<int64_t>(2, 1'000'000);
    int64_t off = *rc::gen::inRange<int64_t>(1, total);
    bool over = *rc::gen::arbitrary<bool>();
    int64_t sum = over ? total + off : total - off;
    std::vector<std::string> lengths;
    for (int64_t part : split(sum, 3))
      lengths.push_back(std::to_string(part) + " steps");
    Recipe recipe(
        scheduleRecipe(phases(lengths), std::to_string(total) + " steps"));
    RC_ASSERT(!recipe.resolve(true));
    RC_ASSERT(recipe.count(over ? "overrun the run" : "end before the run") ==
              1u);
  }));
}
