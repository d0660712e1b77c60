//===- SurveyTest.cpp -----------------------------------------------------===//

#include "Harness.h"

using namespace dsc;

TEST(Survey, RecordsFilesAndSamples) {
  Recipe recipe(wholeRecipe(writeWords("survey", 1000)));
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  auto source = recipe.table<TextSourceOp>();
  ASSERT_EQ(source.getFiles()->size(), 1u);
  auto file = llvm::cast<mlir::DictionaryAttr>((*source.getFiles())[0]);
  EXPECT_EQ(file.getAs<mlir::IntegerAttr>("bytes").getInt(), 9000);
  EXPECT_EQ(file.getAs<mlir::StringAttr>("sha256").getValue().size(), 64u);
  // 900 lines of 9 bytes, 8 tokens and their targets a sample.
  EXPECT_EQ(*source.getTrainingSamples(), (8100u - 1) / 8);
  EXPECT_GT(*source.getHeldoutSamples(), 0u);
  EXPECT_EQ(*recipe.table<TrainOp>().getEpochSteps(), 1012u / 8);

  auto facts = readModelFacts(recipe.get());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->vocabulary, 256);
  EXPECT_EQ(facts->sequence, 8);
  EXPECT_EQ(facts->columns, 0);
}

TEST(Survey, ReportsWhatCannotBeRead) {
  Recipe recipe(wholeRecipe("/nowhere/at/all-*.txt"));
  EXPECT_FALSE(recipe.resolve());
  EXPECT_EQ(recipe.messages.size(), 1u) << recipe.said();
  EXPECT_EQ(recipe.count("error 13: "), 1u) << recipe.said();
}

TEST(Survey, ScheduleAloneReadsNoFiles) {
  Recipe recipe(wholeRecipe("/nowhere/at/all.txt"));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
}

TEST(Survey, EpochsMakeAScheduleReadFiles) {
  std::string text = wholeRecipe(writeWords("epochs", 1000));
  size_t at = text.find("100 steps");
  text.replace(at, 9, "2 epochs");
  Recipe recipe(text);
  ASSERT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_EQ(*recipe.table<TrainOp>().getSteps(), 2 * (1012u / 8));
}

TEST(Survey, AnEvaluationMayHaveFilesOfItsOwn) {
  std::string other = writeWords("other", 50);
  Recipe recipe(wholeRecipe(writeWords("train", 400), "",
                            "[[eval]]\nkind = \"text\"\nname = \"other\"\n"
                            "record = \"line\"\nlimit = 10\npath = \"" +
                                other + "\"\n"));
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  auto eval = recipe.table<EvalOp>();
  ASSERT_TRUE(eval.getFiles());
  EXPECT_EQ(integer(eval, "training_samples"), (90 - 1) / 8);
}

TEST(Survey, RowsNeedNoTokenizer) {
  std::string path = temporaryPath("rows.csv");
  std::ofstream out(path);
  for (int i = 0; i < 40; ++i)
    out << i << "," << i * 2 << "," << i % 4 << "\n";
  out.close();
  Recipe recipe("dsc = 1\n[model]\nkind = \"mlp\"\nhidden = [8]\n"
                "[[data.source]]\nkind = \"csv\"\npath = \"" +
                path +
                "\"\n[optimizer]\nkind = \"sgd\"\n[schedule]\npeak = 0.1\n"
                "[train]\nlength = \"3 epochs\"\nbatch = 16\n");
  ASSERT_TRUE(recipe.resolve()) << recipe.said();
  EXPECT_EQ(integer(recipe.table<TrainOp>(), "steps"), 6);
  EXPECT_FALSE(recipe.table<DataOp>().getTokenizer());
  auto facts = readModelFacts(recipe.get());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->columns, 2);
  EXPECT_EQ(facts->classes, 4);
}

TEST(Survey, DataThatFillNoBatch) {
  std::string text = wholeRecipe(writeWords("few", 100));
  text.replace(text.find("batch = 8"), 9, "batch = 800");
  Recipe recipe(text);
  EXPECT_FALSE(recipe.resolve());
  EXPECT_EQ(recipe.messages.size(), 1u) << recipe.said();
  EXPECT_EQ(
      recipe.count("error 20: batch is 800, but the data has only 101 "
                   "samples to train on; hint: write batch = 101 or less"),
      1u)
      << recipe.said();
}

TEST(Survey, RepeatFalseEndsWithTheData) {
  Recipe recipe(
      wholeRecipe(writeWords("once", 100), "", "", "repeat = false\n"));
  EXPECT_FALSE(recipe.resolve());
  EXPECT_EQ(
      recipe.count("'repeat' is false, but the run of 100 steps is longer "
                   "than the data, which is 12 steps"),
      1u)
      << recipe.said();
}
