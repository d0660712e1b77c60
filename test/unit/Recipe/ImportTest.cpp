//===- ImportTest.cpp - tables and keys as ops ----------------------------===//

#include "RecipeFixture.h"

#include "dialect/Dsc/Diagnostics.h"

using namespace dsc;

TEST_F(RecipeTest, ImportsOneOpPerTable) {
  ASSERT_TRUE(loadText(wholeRecipe)) << getReport();
  std::vector<std::string> names;
  for (mlir::Operation &op : find("dsc.recipe")->getRegion(0).front())
    names.push_back(op.getName().getStringRef().str());
  EXPECT_EQ(names, (std::vector<std::string>{
                       "dsc.gpt2", "dsc.data", "dsc.text_source", "dsc.eval",
                       "dsc.adamw", "dsc.group", "dsc.schedule", "dsc.linear",
                       "dsc.cosine", "dsc.train", "dsc.parallel"}));
  EXPECT_EQ(getReport(), "");
}

TEST_F(RecipeTest, TablesComeInTheOrderOfPaper) {
  ASSERT_TRUE(loadText("train.length = '10 steps'\ntrain.batch = 2\n"
                       "schedule.peak = 1\ndsc = 1\n"))
      << getReport();
  mlir::Block &body = find("dsc.recipe")->getRegion(0).front();
  EXPECT_EQ(body.front().getName().getStringRef(), "dsc.schedule");
  EXPECT_EQ(body.back().getName().getStringRef(), "dsc.train");
}

TEST_F(RecipeTest, KeepsValuesExactly) {
  ASSERT_TRUE(loadText(wholeRecipe));
  auto schedule = llvm::cast<ScheduleOp>(find("dsc.schedule"));
  EXPECT_EQ(schedule.getPeak(), 0.003);
  auto source = llvm::cast<TextSourceOp>(find("dsc.text_source"));
  EXPECT_EQ(source.getHoldout(), 0.05);
  auto cosine = llvm::cast<CosineOp>(find("dsc.cosine"));
  EXPECT_TRUE(cosine.getTo()->getOfPeak());
  EXPECT_EQ(cosine.getTo()->getValue().getValueAsDouble(), 10);
  EXPECT_EQ(cosine.getLength()->getUnit(), "rest");
  auto momentum = cosine.getMomentum()->getAs<mlir::FloatAttr>("to");
  EXPECT_EQ(momentum.getValueAsDouble(), 0.85);
}

TEST_F(RecipeTest, PromotesIntegersToNumbers) {
  ASSERT_TRUE(loadText("dsc = 1\n[schedule]\npeak = 1\n"));
  EXPECT_EQ(llvm::cast<ScheduleOp>(find("dsc.schedule")).getPeak(), 1.0);
}

TEST_F(RecipeTest, AcceptsByteOrderMarkAndCarriageReturns) {
  ASSERT_TRUE(loadText("\xef\xbb\xbf"
                       "dsc = 1\r\n[train]\r\nbatch = 8\r\n"
                       "length = \"2 epochs\"\r\n"))
      << getReport();
}

TEST_F(RecipeTest, KnowsWhereAKeyComesFrom) {
  ASSERT_TRUE(loadText(wholeRecipe));
  mlir::Operation *train = find("dsc.train");
  auto place =
      llvm::cast<mlir::FileLineColRange>(getKeyLocation(train, "batch"));
  EXPECT_EQ(place.getFilename(), "recipe.toml");
  EXPECT_EQ(place.getStartLine(), 56u);
  EXPECT_EQ(place.getStartColumn(), 9u);
  EXPECT_EQ(place.getEndColumn(), 11u);
  EXPECT_EQ(getKeyOrigin(train, "batch"), "recipe");
  EXPECT_EQ(getKeyOrigin(train, "precision"), "default");
}

TEST_F(RecipeTest, ReportsAtAKey) {
  ASSERT_TRUE(loadText(wholeRecipe));
  auto diagnostic = emitKeyError(find("dsc.train"), "batch", "too large");
  attachHint(diagnostic, "take 16");
  diagnostic.report();
  EXPECT_EQ(getReport(), "recipe.toml:56:9: error: too large\n"
                         "  56 | batch = 32\n"
                         "     |         ^~\n"
                         "hint: take 16\n"
                         "1 error\n");
}
