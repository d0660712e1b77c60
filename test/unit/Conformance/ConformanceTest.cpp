//===- ConformanceTest.cpp - the same bits on every machine ---------------===//
//
// The promise of exact numbers: what the evaluator of `dsc plot` computes, and
// what kernels are defined to compute, is what the code of every level computes
// on every CPU. `Long*` runs whole schedules of a million steps, and every
// optimizer at every size; they take minutes.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Conformance/Cases.h"
#include "test/unit/Conformance/Place.h"
#include "test/unit/Conformance/Reference.h"

#include <cstdlib>

using namespace dsc;
using namespace dsc::test;

namespace {

/// Compares what the reference computes with what each place does.
void expectTheSame(mlir::ModuleOp module, const Job &job,
                   const std::vector<Place> &places) {
  std::string expected, level, payload;
  for (const Place &place : places) {
    if (!place.missing.empty())
      continue;
    if (expected.empty())
      expected = Reference(module).run(job);
    if (level != place.level)
      payload = compilePayload(module, level = place.level);
    std::string difference = compare(job, expected, place.run(payload, job));
    EXPECT_TRUE(difference.empty()) << place.name << ": " << difference;
  }
}

/// Why none of the places can be used; "" where one can.
std::string missingAll(const std::vector<Place> &places) {
  for (const Place &place : places)
    if (place.missing.empty())
      return "";
  return places.front().missing;
}

void expectTheSame(const ScheduleCase &schedule, bool everyStep,
                   const std::vector<Place> &places) {
  if (std::string missing = missingAll(places); !missing.empty())
    GTEST_SKIP() << missing;
  TestSchedule phases;
  mlir::ModuleOp module = schedule.lower(phases);
  expectTheSame(module, schedule.job(module, everyStep), places);
}

void expectTheSame(const OptimizerCase &optimizer,
                   const std::vector<Place> &places) {
  if (std::string missing = missingAll(places); !missing.empty())
    GTEST_SKIP() << missing;
  Program program(optimizer.recipe);
  expectTheSame(*program.module, optimizer.job(program), places);
}

template <class Case> struct Named {
  std::string operator()(const testing::TestParamInfo<Case> &info) const {
    std::string name = info.param.name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
  }
};

class Schedule : public testing::TestWithParam<ScheduleCase> {};
class Optimizer : public testing::TestWithParam<OptimizerCase> {};

} // namespace

INSTANTIATE_TEST_SUITE_P(Cases, Schedule, testing::ValuesIn(scheduleCases()),
                         Named<ScheduleCase>());
INSTANTIATE_TEST_SUITE_P(Cases, Optimizer, testing::ValuesIn(optimizerCases()),
                         Named<OptimizerCase>());

TEST_P(Schedule, OnThisCpu) {
  expectTheSame(GetParam(), GetParam().full, hostPlaces());
}
TEST_P(Schedule, OnAarch64) {
  expectTheSame(GetParam(), GetParam().steps <= 100000 && GetParam().full,
                {emulatedAarch64()});
}

TEST_P(Schedule, OnGpu) {
  expectTheSame(GetParam(), GetParam().steps <= 100000 && GetParam().full,
                {interpretedGpu()});
}

TEST_P(Optimizer, OnThisCpu) { expectTheSame(GetParam(), hostPlaces()); }
TEST_P(Optimizer, OnAarch64) { expectTheSame(GetParam(), {emulatedAarch64()}); }
TEST_P(Optimizer, OnGpu) { expectTheSame(GetParam(), {interpretedGpu()}); }

/// More block sums than the threads of a GPU's block take at once.
TEST(Finish, OfManyBlocks) {
  constexpr int64_t blocks = 2501;
  Recipe recipe = singleGroup("sgd", blocks * kBlockElements - 7);
  recipe.clipNorm = 1;
  Program program(recipe);
  Job job(*program.module);
  for (int64_t step : {0, 60}) {
    job.setCounter(step);
    job.fill("partials", fillPositive, step);
    job.call(*program.kernels.finish, 0, blocks);
    job.write("uniforms", "at step " + std::to_string(step));
  }
  expectTheSame(*program.module, job, allPlaces());
}

/// x86-64-v3 holds no instruction of a better CPU; a few cases show it.
TEST(WithoutAvx512, ASchedule) {
  expectTheSame(allPhases(kFalling, 62500, true), false, {emulatedX86()});
}
TEST(WithoutAvx512, AnOptimizer) {
  expectTheSame(optimizerCases().front(), {emulatedX86()});
}

//===----------------------------------------------------------------------===//
// What takes minutes
//===----------------------------------------------------------------------===//

namespace {
/// Where tests that take minutes are wanted.
template <class Parameter>
class LongTest : public testing::TestWithParam<Parameter> {
protected:
  void SetUp() override {
    if (!std::getenv("DSC_LONG_TESTS"))
      GTEST_SKIP() << "takes minutes: set DSC_LONG_TESTS";
  }
};
using LongSchedule = LongTest<std::tuple<llvm::StringLiteral, Ends>>;
using LongOptimizer = LongTest<std::string>;
} // namespace

INSTANTIATE_TEST_SUITE_P(Cases, LongSchedule,
                         testing::Combine(testing::ValuesIn(kMovingKinds),
                                          testing::Values(kFalling, kRising,
                                                          kClose, kToZero)));
INSTANTIATE_TEST_SUITE_P(Cases, LongOptimizer,
                         testing::ValuesIn(optimizerVariants()));

TEST_P(LongSchedule, EveryStepOfAMillionEverywhere) {
  auto [kind, ends] = GetParam();
  for (llvm::StringRef inclusive : kInclusives) {
    ScheduleCase phase = onePhase(kind, inclusive, ends, 1000000, true);
    SCOPED_TRACE(phase.name);
    expectTheSame(phase, true, allPlaces());
  }
}

TEST_P(LongOptimizer, EveryFormAtEverySizeEverywhere) {
  for (const OptimizerCase &optimizer : longOptimizerCases(GetParam())) {
    SCOPED_TRACE(optimizer.name);
    expectTheSame(optimizer, allPlaces());
  }
}

//===----------------------------------------------------------------------===//
// The comparison itself
//===----------------------------------------------------------------------===//

namespace {
class Comparison : public testing::Test {
protected:
  /// One step of a small AdamW, as the reference computes it.
  Comparison() : program(singleGroup("adamw", 33)), job(*program.module) {
    job.fill("param", fillOrdinary, 1);
    job.fill("grad", fillNonFinite, 2);
    job.call("update_default", 0, 33);
    job.write("param", "now");
    values = Reference(*program.module).run(job);
  }
  Program program;
  Job job;
  std::string values;
};
} // namespace

TEST_F(Comparison, SeesOneBitOfOneValue) {
  EXPECT_EQ(compare(job, values, values), "");
  for (size_t byte : {size_t(0), values.size() - 4}) {
    std::string other = values;
    other[byte] ^= 1;
    EXPECT_NE(compare(job, values, other), "");
  }
  EXPECT_NE(compare(job, values, values.substr(4)), "");
  EXPECT_NE(compare(job, "", ""), "");
}

TEST_F(Comparison, TakesAllNaNsForOneAndZerosForTwo) {
  auto with = [&](uint32_t bits) {
    return std::string(reinterpret_cast<char *>(&bits), 4) + values.substr(4);
  };
  EXPECT_EQ(compare(job, with(0x7FC00000), with(0xFFA00001)), "");
  EXPECT_NE(compare(job, with(0x7F800000), with(0x7F800001)), "");
  EXPECT_NE(compare(job, with(0), with(0x80000000)), "");
}

TEST_F(Comparison, SeesASetOfKernelsThatComputesAnother) {
  Recipe other = singleGroup("adamw", 33);
  other.groups[0].keys = {{"eps", 1.0000000000000002e-5}};
  Program changed(other);
  Place place = hostPlaces().front();
  if (!place.missing.empty())
    GTEST_SKIP() << place.missing;
  job.setCounter(3);
  job.fill("grad", fillOrdinary, 7);
  job.call("norm", 0, 1);
  job.call("finish", 0, 1);
  job.call("update_default", 0, 33);
  job.write("param", "after a step");
  std::string expected = Reference(*program.module).run(job);
  auto runAgainst = [&](Program &kernels) {
    std::string payload = compilePayload(*kernels.module, place.level);
    return compare(job, expected, place.run(payload, job));
  };
  EXPECT_EQ(runAgainst(program), "");
  EXPECT_NE(runAgainst(changed), "");
}
