//===- CheckTest.cpp ------------------------------------------------------===//

#include "Harness.h"

using namespace dsc;

namespace {

/// The one diagnostic of a recipe that must not resolve.
std::string errorOf(const std::string &text) {
  Recipe recipe(text);
  EXPECT_FALSE(recipe.resolve()) << text;
  EXPECT_EQ(recipe.messages.size(), 1u) << recipe.said();
  return recipe.said();
}

std::string words() {
  static const std::string path = writeWords("check", 400);
  return path;
}

std::string replaced(std::string text, const std::string &from,
                     const std::string &to) {
  size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

bool holds(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

} // namespace

#define EXPECT_SAYS(recipe, part)                                              \
  do {                                                                         \
    std::string said = errorOf(recipe);                                        \
    EXPECT_TRUE(holds(said, part)) << said;                                    \
  } while (false)

TEST(Check, AllAtOnce) {
  std::string text = wholeRecipe(
      words(), "precision = \"fp16-mixed\"\nmicro_batch = 3\n",
      "[[eval]]\nsource = \"word\"\n[[schedule.phase]]\nkind = \"linear\"\n"
      "length = \"150%\"\n");
  text = replaced(text, "150%", "15%");
  Recipe recipe(text);
  EXPECT_FALSE(recipe.resolve());
  EXPECT_EQ(recipe.count("fp16-mixed\", which is not supported yet"), 1u);
  EXPECT_EQ(recipe.count("not divisible by micro_batch 3"), 1u);
  EXPECT_EQ(recipe.count("did you mean 'words'?"), 1u);
  EXPECT_EQ(recipe.count("end before the run"), 1u);
  EXPECT_EQ(recipe.count("does not move"), 1u);
  EXPECT_EQ(recipe.messages.size(), 5u) << recipe.said();
}

TEST(Check, Names) {
  EXPECT_SAYS("name = \"a/b\"\n" + wholeRecipe(words()), "'name' is 'a/b'");
  EXPECT_SAYS("name = \"..\"\n" + wholeRecipe(words()), "'name' is '..'");
  EXPECT_SAYS(wholeRecipe(words(), "",
                          "[[schedule.phase]]\nname = \"a,b\"\nkind = "
                          "\"constant\"\nlength = \"rest\"\n"),
              "'name' is 'a,b'");
}

TEST(Check, MissingTables) {
  Recipe recipe("dsc = 1\n");
  EXPECT_FALSE(recipe.resolve());
  for (const char *table :
       {"[model]", "[[data.source]]", "[optimizer]", "[schedule]", "[train]"})
    EXPECT_EQ(recipe.count(std::string("the recipe has no ") + table), 1u)
        << recipe.said();
  EXPECT_EQ(recipe.messages.size(), 5u) << recipe.said();

  Recipe empty("dsc = 1\n");
  EXPECT_FALSE(empty.resolve(true));
  EXPECT_EQ(empty.messages.size(), 2u) << empty.said();
}

TEST(Check, EmptySchedule) {
  EXPECT_SAYS(replaced(wholeRecipe(words()), "peak = 1e-3\n", ""),
              "neither 'peak' nor a [[schedule.phase]]");
}

TEST(Check, Batch) {
  EXPECT_SAYS(wholeRecipe(words(), "micro_batch = 16\n"),
              "micro_batch is 16, expected at most the batch of 8");
  EXPECT_SAYS(
      wholeRecipe(words(), "micro_batch = 3\n"),
      "batch is 8, which is not divisible by micro_batch 3; hint: write "
      "batch = 6 or 9");
  EXPECT_SAYS(
      wholeRecipe(words(), "micro_batch = 4\n", "[parallel]\ndata = 3\n"),
      "batch is 8, which is less than 3 ranks times 4 samples");
  EXPECT_SAYS(
      wholeRecipe(words(), "", "[parallel]\ndata = 3\n"),
      "batch is 8, which is not divisible by 3 ranks; hint: write batch "
      "= 6 or 9");
  EXPECT_SAYS(wholeRecipe(words(), "micro_batch = 3000000000\n",
                          "[parallel]\ndata = 4000000000000\n"),
              "micro_batch is 3000000000");

  for (const char *data : {"1", "2", "\"auto\""}) {
    Recipe recipe(
        wholeRecipe(words(), "micro_batch = 4\n",
                    std::string("[parallel]\ndata = ") + data + "\n"));
    EXPECT_TRUE(recipe.resolve()) << recipe.said();
  }
}

TEST(Check, Train) {
  EXPECT_SAYS(wholeRecipe(words(), "precision = \"bf16-true\"\n"),
              "not supported yet");
  EXPECT_SAYS(wholeRecipe(words(), "device = \"toaster\"\n"),
              "expected 'auto' or cpu");
  Recipe recipe(wholeRecipe(words(),
                            "precision = \"bf16-mixed\"\ndeterministic "
                            "= true\ndevice = \"cpu\"\n"));
  EXPECT_TRUE(recipe.resolve()) << recipe.said();
}

TEST(Check, Sources) {
  EXPECT_SAYS(
      wholeRecipe(words(), "",
                  "[[data.source]]\nkind = \"text\"\nname = \"b\"\npath "
                  "= \"" +
                      words() + "\"\n"),
      "more than one [[data.source]]");
  EXPECT_SAYS(wholeRecipe(words(), "", "", "weight = 2.0\n"),
              "'weight' other than 1 is not supported yet");
}

TEST(Check, Evaluations) {
  auto eval = [](const std::string &keys) {
    return wholeRecipe(words(), "", "[[eval]]\nname = \"e\"\n" + keys);
  };
  EXPECT_SAYS(
      eval("source = \"wrods\"\n"),
      "no [[data.source]] is named 'wrods', expected 'words'; hint: did "
      "you mean 'words'?");
  EXPECT_SAYS(eval("source = \"words\"\nlimit = 3\n"), "'limit' and 'source'");
  EXPECT_SAYS(eval(""), "neither 'source' nor 'kind' and 'path'");
  EXPECT_SAYS(eval("kind = \"text\"\n"), "expected both");
  EXPECT_SAYS(eval("path = \"x\"\n"), "expected both");
  EXPECT_SAYS(eval("source = \"words\"\n[[eval]]\nname = \"words\"\nsource = "
                   "\"words\"\n[[eval]]\nsource = \"words\"\n"),
              "a second [[eval]] is named 'words'");
  EXPECT_SAYS(
      eval("kind = \"text\"\nfield = \"x\"\npath = \"" + words() + "\"\n"),
      "'field' is no key of a source of kind 'text'");
  EXPECT_SAYS(replaced(eval("source = \"words\"\n"), "holdout = \"10%\"\n", ""),
              "source 'words' holds nothing out");
}

TEST(Check, GroupTables) {
  auto group = [](const std::string &keys) {
    return wholeRecipe(words(), "",
                       "[[optimizer.group]]\nmatch = { dims = 1 }\n" + keys);
  };
  EXPECT_SAYS(group("name = \"default\"\n"), "a group is named 'default'");
  EXPECT_SAYS(group("name = \"a\"\nbetas = [0.9]\n"),
              "expected two numbers from 0 up to, not including, 1");
  EXPECT_SAYS(
      replaced(group("name = \"a\"\nbetas = [0.9, 0.99]\n"), "adamw", "sgd"),
      "optimizer 'sgd' has no betas");
}
