//===- DefaultsTest.cpp ---------------------------------------------------===//

#include "Harness.h"

#include "dialect/Dsc/Diagnostics.h"

using namespace dsc;

TEST(Defaults, FillsEveryTable) {
  Recipe recipe(wholeRecipe(writeWords("defaults", 400)));
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  EXPECT_TRUE(recipe.messages.empty()) << recipe.said();

  EXPECT_EQ(*recipe.get().getName(), "recipe");
  auto data = recipe.table<DataOp>();
  EXPECT_EQ(*data.getSequence(), 8u);
  EXPECT_EQ(*data.getTokenizer(), "bytes");
  EXPECT_EQ(*data.getVocabulary(), 256u);

  auto train = recipe.table<TrainOp>();
  EXPECT_EQ(*train.getPrecision(), "f32");
  EXPECT_EQ(*train.getSeed(), 0u);
  EXPECT_FALSE(*train.getDeterministic());
  EXPECT_EQ(*train.getDevice(), "auto");
  EXPECT_EQ(*train.getNonfinite(), "stop");
  EXPECT_FALSE(train.getMicroBatch());

  auto checkpoint = recipe.table<CheckpointOp>();
  EXPECT_EQ(*checkpoint.getKeepLast(), 2u);
  EXPECT_EQ(*checkpoint.getEverySteps(), 10u);
  EXPECT_EQ(*recipe.table<LoggingOp>().getEverySteps(), 1u);
  EXPECT_EQ(text(recipe.table<ParallelOp>(), "data"), "auto");
  EXPECT_EQ(getKeyOrigin(train, "seed"), "default");
  EXPECT_EQ(getKeyOrigin(train, "batch"), "recipe");
}

TEST(Defaults, PeakAloneIsAConstantPhase) {
  Recipe recipe(scheduleRecipe("[schedule]\npeak = 2e-3\n"));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  auto phase = recipe.table<ConstantOp>();
  ASSERT_TRUE(phase);
  EXPECT_EQ(*phase.getName(), "constant");
  EXPECT_EQ(*phase.getBegin(), 0u);
  EXPECT_EQ(*phase.getEnd(), 1000u);
  EXPECT_EQ(number(phase, "start"), 2e-3);
  EXPECT_EQ(number(phase, "finish"), 2e-3);
  EXPECT_EQ(*phase.getInclusive(), "right");
}

TEST(Defaults, NamesFollowKindAndSource) {
  Recipe recipe(wholeRecipe(writeWords("names", 400), "",
                            "[[eval]]\nsource = \"words\"\n"));
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  EXPECT_EQ(*recipe.table<EvalOp>().getName(), "words");
  EXPECT_TRUE(*recipe.table<EvalOp>().getAtStart());
  EXPECT_EQ(*recipe.table<EvalOp>().getEverySteps(), 10u);
}

TEST(Defaults, InclusiveComesFromTheSchedule) {
  Recipe recipe(scheduleRecipe(
      "[schedule]\npeak = 1.0\ninclusive = \"left\"\n"
      "[[schedule.phase]]\nkind = \"linear\"\nlength = \"10%\"\nfrom = 0\n"
      "[[schedule.phase]]\nkind = \"cosine\"\nlength = \"rest\"\nto = \"10%\"\n"
      "inclusive = \"both\"\n"));
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(text(recipe.phase(0), "inclusive"), "left");
  EXPECT_EQ(text(recipe.phase(1), "inclusive"), "both");
}

TEST(Defaults, BetasStandInForBeta2) {
  std::string base = scheduleRecipe("[schedule]\npeak = 1.0\n[optimizer]\n"
                                    "kind = \"adamw\"\n");
  Recipe plain(base);
  ASSERT_TRUE(plain.resolve(true)) << plain.said();
  EXPECT_EQ(number(plain.table<AdamWOp>(), "beta2"), 0.999);
  Recipe explicitBetas(base + "betas = [0.9, 0.95]\n");
  ASSERT_TRUE(explicitBetas.resolve(true)) << explicitBetas.said();
  EXPECT_FALSE(explicitBetas.table<AdamWOp>()->hasAttr("beta2"));
}

TEST(Defaults, TablesStandInTheOrderOfARecipe) {
  Recipe recipe(wholeRecipe(writeWords("order", 400)));
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  std::vector<std::string> names;
  for (mlir::Operation &op : recipe.get().getBody().front())
    names.push_back(op.getName().stripDialect().str());
  EXPECT_EQ(names,
            (std::vector<std::string>{"gpt2", "data", "text_source", "adamw",
                                      "schedule", "constant", "train",
                                      "parallel", "checkpoint", "logging"}));
}
