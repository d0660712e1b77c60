//===- BindTest.cpp - plans and batches that the engine refuses -----------===//
//
// A plan that LibTorch cannot run is refused when it is bound, naming unit and
// operator; a failure inside LibTorch names them too.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "test/unit/Engine/Harness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <mutex>
#include <thread>

using namespace dsc;
using namespace dsc::test;

/// A plan whose one unit calls `op`, then makes a loss of [batch, 8] inputs.
static TestPlan planWith(const std::string &op,
                         std::vector<Argument> arguments) {
  PlanBuilder b;
  int x = b.addField("inputs", {Size(1, 1, 0), 8}, plan::DType::f32);
  b.addField("targets", {Size(1, 1, 0)}, plan::DType::i64);
  b.addParameter("weight", {8});
  b.beginUnit("only", {x});
  int y = b.call(op, std::move(arguments));
  int loss = b.call("aten::sum", {value(y)});
  b.endUnit({y, loss});
  return {b.finish(loss, y), b.parameters};
}

static void expectRefused(TestPlan plan, Exit code, const std::string &part) {
  try {
    Harness harness(std::move(plan));
    FAIL() << "bound, expected: " << part;
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), code);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
        << error.what();
  }
}

TEST(Bind, UnknownOperator) {
  expectRefused(planWith("aten::frobnicate", {value(0)}), Exit::artifact,
                "unit 'only': operator aten::frobnicate is not");
  expectRefused(planWith("aten::add.Nothing", {value(0)}), Exit::artifact,
                "operator aten::add.Nothing is not");
}

TEST(Bind, ArgumentsThatDoNotFit) {
  expectRefused(planWith("aten::mul.Tensor", {value(0), real(2)}),
                Exit::artifact,
                "aten::mul.Tensor: argument 'other' is real, "
                "expected Tensor");
  expectRefused(planWith("aten::mul.Tensor", {value(0)}), Exit::artifact,
                "argument 'other' is missing");
  expectRefused(planWith("aten::relu", {value(0), value(0)}), Exit::artifact,
                "has 2 arguments, expected at most 1");
  expectRefused(planWith("aten::relu", {none()}), Exit::artifact,
                "argument 'self' is none");
}

TEST(Bind, IndicesThatLeadNowhere) {
  expectRefused(planWith("aten::relu", {value(99)}), Exit::artifact,
                "value 99 is not one of");
  expectRefused(planWith("aten::relu", {value(-1)}), Exit::artifact,
                "value -1 is not one of");
  expectRefused(planWith("aten::mul.Tensor", {value(0), parameter(7)}),
                Exit::artifact, "there is no parameter 7");
  expectRefused(planWith("aten::relu", {value(1)}), Exit::artifact,
                "value 'targets' is used before it is made");
}

TEST(Bind, ValuesThatNobodyMakes) {
  PlanBuilder b;
  int x = b.addField("inputs", {Size(1, 1, 0), 8}, plan::DType::f32);
  int later = b.addValue("later", {});
  b.beginUnit("first", {x, later});
  int y = b.call("aten::sum", {value(x)});
  b.endUnit({y});
  expectRefused({b.finish(y, x), b.parameters}, Exit::artifact,
                "unit 'first' reads value 'later', which no unit before");
}

TEST(Bind, DefaultsListsAndNumbersOfTheSchema) {
  // cat takes a list; an integer stands where softplus wants a number.
  PlanBuilder b;
  int x = b.addField("inputs", {Size(1, 1, 0), 8}, plan::DType::f32);
  b.addField("targets", {Size(1, 1, 0)}, plan::DType::i64);
  b.beginUnit("only", {x});
  int y = b.call("aten::cat", {values({x, x}), integer(1)});
  y = b.call("aten::softplus", {value(y), integer(1)});
  y = b.call("aten::view", {value(y), integers({Size(16, 1, 0)})});
  int loss = b.call("aten::sum", {value(y), type(plan::DType::f32)});
  b.endUnit({y, loss});
  Harness harness({b.finish(loss, y), b.parameters});
  Batch batch = rowBatch(2);
  double expected = 0;
  for (float number : batch.features)
    expected += 2 * std::log1p(std::exp(number));
  EXPECT_NEAR(harness.forward(batch, false), expected, 1e-4);
}

TEST(Batch, WrongNumberOfElements) {
  Harness harness(mlpPlan());
  Batch batch = rowBatch(4);
  batch.features.pop_back();
  try {
    harness.forward(batch, true);
    FAIL() << "a batch with a missing element";
  } catch (const Error &error) {
    EXPECT_STREQ(error.what(), "field 'inputs' of a batch has 31 elements, "
                               "expected 32");
  }
}

TEST(Batch, TokenOutsideTheVocabularyNamesTheOperator) {
  GptSize size;
  Harness harness(gptPlan(size));
  Batch batch = tokenBatch(size, 2, 8);
  batch.inputs[3] = size.vocabulary;
  try {
    harness.forward(batch, true);
    FAIL() << "a token outside the vocabulary";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::internal);
    EXPECT_EQ(std::string(error.what()).find("unit 'embed', aten::embedding: "),
              0u)
        << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(Open, OtherVersionOrDevice) {
  std::string message;
  EXPECT_EQ(dscEngineOpen(kEngineAbi + 1, "cpu", &message), nullptr);
  EXPECT_NE(message.find("version"), std::string::npos);
  EXPECT_EQ(dscEngineOpen(kEngineAbi, "cuda", &message), nullptr);
  EXPECT_EQ(message, "LibTorch's CPU engine cannot run on device 'cuda'");
  std::unique_ptr<Engine> engine(dscEngineOpen(kEngineAbi, "auto", &message));
  ASSERT_NE(engine, nullptr);
  EXPECT_EQ(message, "");
  EXPECT_EQ(engine->describe().find("LibTorch 2."), 0u) << engine->describe();
}

TEST(Threads, WorkIsSplitOverAllOfThem) {
  auto engine = openTorchEngine();
  std::mutex mutex;
  std::vector<int> times(1000, 0);
  int parts = 0;
  engine->parallelFor(1000, [&](int64_t begin, int64_t end) {
    std::lock_guard lock(mutex);
    ++parts;
    for (int64_t i = begin; i < end; ++i)
      ++times[i];
  });
  EXPECT_EQ(times, std::vector<int>(1000, 1));
  EXPECT_EQ(parts, engine->threads());
  engine->parallelFor(0, [](int64_t, int64_t) { FAIL() << "no work"; });
  auto fail = [](int64_t, int64_t) { throw Error(Exit::storage, "broken"); };
  EXPECT_THROW(engine->parallelFor(4, fail), Error);
}
