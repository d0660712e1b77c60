//===- ComposeTest.cpp - bases and overlays -------------------------------===//

#include "RecipeFixture.h"

#include "dialect/Dsc/Diagnostics.h"

static const char *const phases = R"(dsc = 1
[schedule]
peak = 0.001
[[schedule.phase]]
name = "up"
kind = "linear"
length = "5%"
[[schedule.phase]]
kind = "cosine"
length = "rest"
to = "10%"
)";

TEST_F(RecipeTest, OverlaysMergeByKeyAndName) {
  write("recipe.toml", phases);
  write("over.toml", "[schedule]\npeak = 0.01\n"
                     "[[schedule.phase]]\nname = \"up\"\nlength = \"10%\"\n"
                     "[[schedule.phase]]\nname = \"cosine\"\nto = 0.0\n");
  ASSERT_TRUE(load({"recipe.toml", {"over.toml"}, {}, {}})) << getReport();
  EXPECT_EQ(print(), R"(dsc = 1

[schedule]
peak = 0.01

[[schedule.phase]]
name = "up"
kind = "linear"
length = "10%"

[[schedule.phase]]
name = "cosine"
kind = "cosine"
length = "rest"
to = 0.0
)");
  EXPECT_EQ(dsc::getKeyOrigin(find("dsc.schedule"), "peak"), "over.toml");
  EXPECT_EQ(dsc::getKeyOrigin(find("dsc.linear"), "kind"), "recipe");
}

TEST_F(RecipeTest, ExtendsIsRelativeToTheFile) {
  write("bases/base.toml", phases);
  write("bases/middle.toml", "extends = \"base.toml\"\nname = \"middle\"\n");
  write("recipe.toml", "dsc = 1\nextends = \"bases/middle.toml\"\n"
                       "[schedule]\npeak = 0.5\n");
  ASSERT_TRUE(load({"recipe.toml", {}, {}, {}})) << getReport();
  EXPECT_HAS(print(), "name = \"middle\"");
  EXPECT_HAS(print(), "peak = 0.5");
  EXPECT_EQ(dsc::getKeyOrigin(find("dsc.linear"), "length"), "bases/base.toml");
}

TEST_F(RecipeTest, ItemsAreRemovedInsertedAndMoved) {
  write("recipe.toml", phases);
  write("over.toml", R"([[schedule.phase]]
name = "hold"
kind = "constant"
length = "10 steps"
after = "up"
[[schedule.phase]]
name = "cosine"
remove = true
[[schedule.phase]]
name = "tail"
kind = "linear"
length = "rest"
)");
  ASSERT_TRUE(load({"recipe.toml", {"over.toml"}, {}, {}})) << getReport();
  std::string text = print();
  size_t up = text.find("\"up\""), hold = text.find("\"hold\""),
         tail = text.find("\"tail\"");
  EXPECT_LT(up, hold);
  EXPECT_LT(hold, tail);
  EXPECT_NE(tail, std::string::npos);
  EXPECT_EQ(text.find("cosine"), std::string::npos);
}

TEST_F(RecipeTest, InheritFalseDropsWhatWasThere) {
  write("recipe.toml", wholeRecipe);
  write("over.toml", "[optimizer]\ninherit = false\nkind = \"adamw\"\n"
                     "beta2 = 0.95\n");
  ASSERT_TRUE(load({"recipe.toml", {"over.toml"}, {}, {}})) << getReport();
  std::string text = print();
  EXPECT_HAS(text, "[optimizer]\nkind = \"adamw\"\nbeta2 = 0.95\n\n[schedule]");
}

TEST_F(RecipeTest, AnotherKindKeepsOnlyItsOwnKeys) {
  write("recipe.toml", wholeRecipe);
  write("over.toml", "[optimizer]\nkind = \"sgd\"\nmomentum = 0.9\n");
  ASSERT_TRUE(load({"recipe.toml", {"over.toml"}, {}, {}})) << getReport();
  EXPECT_HAS(print(), "[optimizer]\nkind = \"sgd\"\nmomentum = 0.9\n"
                      "weight_decay = 0.1\nclip_norm = 1.0\n\n"
                      "[[optimizer.group]]\nname = \"no-decay\"\n");
}

TEST_F(RecipeTest, WrongInstructions) {
  write("recipe.toml", phases);
  write("over.toml", R"([train]
inherit = "no"
[[schedule.phase]]
name = "upp"
remove = true
[[schedule.phase]]
name = "new"
kind = "constant"
after = "cosinus"
)");
  EXPECT_FALSE(load({"recipe.toml", {"over.toml"}, {}, {}}));
  EXPECT_HAS(getReport(), "'inherit' is \"no\", expected true or false");
  EXPECT_HAS(getReport(), "no [[schedule.phase]] is named 'upp'");
  EXPECT_HAS(getReport(), "did you mean 'up'?");
  EXPECT_HAS(getReport(),
             "over.toml:9:9: error: no [[schedule.phase]] is named "
             "'cosinus'");
}

TEST_F(RecipeTest, CyclesAndLongChains) {
  write("a.toml", "dsc = 1\nextends = \"b.toml\"\n");
  write("b.toml", "extends = \"./a.toml\"\n");
  EXPECT_FALSE(load({"a.toml", {}, {}, {}}));
  EXPECT_HAS(getReport(),
             "b.toml:1:11: error: 'extends' comes back to 'a.toml'");
  for (int i = 0; i < 40; ++i)
    write("c" + std::to_string(i) + ".toml",
          "extends = \"c" + std::to_string(i + 1) + ".toml\"\n");
  EXPECT_FALSE(load({"c0.toml", {}, {}, {}}));
  EXPECT_HAS(getReport(), "'extends' goes through more than 16 files");
}

TEST_F(RecipeTest, FilesThatCannotBeRead) {
  EXPECT_FALSE(load({"missing.toml", {}, {}, {}}));
  EXPECT_HAS(getReport(),
             "missing.toml: error: cannot read this file: No such");
  EXPECT_FALSE(load({".", {}, {}, {}}));
  EXPECT_HAS(getReport(), "this is a directory, expected a recipe file");
  EXPECT_FALSE(load({"/dev/zero", {}, {}, {}}));
  EXPECT_HAS(getReport(), "this is not a regular file");
  write("recipe.toml", "dsc = 1\nextends = \"gone.toml\"\n");
  EXPECT_FALSE(load({"recipe.toml", {}, {}, {}}));
  EXPECT_HAS(getReport(), "recipe.toml:2:11: error: 'gone.toml': cannot read");
  EXPECT_FALSE(loadText("dsc = 2\n"));
  EXPECT_HAS(getReport(), "'dsc' is 2, expected 1");
}
