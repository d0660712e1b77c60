//===- PrintTest.cpp - recipes back as TOML -------------------------------===//

#include "RecipeFixture.h"

#include <random>

/// The attributes of all tables, without their places.
static std::string describe(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

TEST_F(RecipeTest, PrintsWhatItRead) {
  ASSERT_TRUE(loadText(wholeRecipe));
  std::string text = print(), ops = describe(*module);
  EXPECT_EQ(text, wholeRecipe);
  ASSERT_TRUE(loadText(text)) << getReport();
  EXPECT_EQ(describe(*module), ops);
}

TEST_F(RecipeTest, PrintsOrigins) {
  write("recipe.toml", "dsc = 1\n[train]\nlength = \"9 steps\"\nbatch = 1\n");
  ASSERT_TRUE(load({"recipe.toml", {}, {"train.batch=2"}, {}}));
  auto train = llvm::cast<dsc::TrainOp>(find("dsc.train"));
  train.setSeed(7);
  EXPECT_EQ(print(/*origins=*/true),
            "dsc = 1                                 # recipe\n\n"
            "[train]\n"
            "length = \"9 steps\"                      # recipe\n"
            "batch = 2                               # --set\n"
            "seed = 7                                # default\n");
}

TEST_F(RecipeTest, AnyShareAndNumberReadsBackExactly) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int i = 0; i < 300; ++i) {
    ASSERT_TRUE(loadText("dsc = 1\n[schedule]\npeak = 1.0\n[[data.source]]\n"
                         "kind = \"text\"\npath = \"x\"\n"));
    double share = uniform(random), peak = std::exp(80 * uniform(random) - 40);
    llvm::cast<dsc::TextSourceOp>(find("dsc.text_source"))
        .setHoldoutAttr(mlir::Builder(&context).getF64FloatAttr(share));
    llvm::cast<dsc::ScheduleOp>(find("dsc.schedule"))
        .setPeakAttr(mlir::Builder(&context).getF64FloatAttr(peak));
    std::string text = print(), ops = describe(*module);
    ASSERT_TRUE(loadText(text)) << text << getReport();
    ASSERT_EQ(describe(*module), ops) << text;
  }
}

TEST_F(RecipeTest, TextsAreEscaped) {
  ASSERT_TRUE(loadText(
      "dsc = 1\nname = \"a\\\"b\\\\c\\n\\t\\u0001\\u007f\xc3\xa9\"\n"));
  std::string text = print(), ops = describe(*module);
  EXPECT_HAS(text, "\"a\\\"b\\\\c\\n\\t\\u0001\\u007F\xc3\xa9\"");
  ASSERT_TRUE(loadText(text)) << getReport();
  EXPECT_EQ(describe(*module), ops);
}
