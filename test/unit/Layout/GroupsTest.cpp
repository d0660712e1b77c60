//===- GroupsTest.cpp -----------------------------------------------------===//

#include "compiler/Transforms/Layout/Groups.h"
#include "test/unit/Resolve/Harness.h"

using namespace dsc;
using plan_ir::Role;

namespace {

ParameterFacts parameter(const std::string &name, llvm::ArrayRef<int64_t> shape,
                         Role role, int64_t depth) {
  ParameterFacts facts;
  facts.name = name;
  facts.shape.assign(shape.begin(), shape.end());
  facts.role = role;
  facts.depth = depth;
  return facts;
}

std::vector<ParameterFacts> parameters() {
  std::vector<ParameterFacts> all = {
      parameter("transformer.wte.weight", {256, 16}, Role::embedding, 0),
      parameter("transformer.h.0.ln_1.weight", {16}, Role::norm, 1),
      parameter("transformer.h.0.ln_1.bias", {16}, Role::norm, 1),
      parameter("transformer.h.0.mlp.c_fc.weight", {16, 64}, Role::weight, 1),
      parameter("transformer.h.0.mlp.c_fc.bias", {64}, Role::bias, 1)};
  all.front().tied = true;
  return all;
}

std::string group(const std::string &name, const std::string &match,
                  const std::string &keys) {
  return "[[optimizer.group]]\nname = \"" + name + "\"\nmatch = " + match +
         "\n" + keys;
}

std::string recipeWith(const std::string &groups,
                       const std::string &keys = "") {
  return scheduleRecipe(
      "[schedule]\npeak = 1.0\n[optimizer]\nkind = \"adamw\"\n"
      "weight_decay = 0.1\n" +
      keys + groups);
}

std::vector<CombinedGroup> combined(Recipe &recipe) {
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_TRUE(succeeded(checkGroups(recipe.get(), parameters())))
      << recipe.said();
  return combineGroups(recipe.get(), parameters());
}

std::string errorsOf(const std::string &groups) {
  Recipe recipe(recipeWith(groups));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_FALSE(succeeded(checkGroups(recipe.get(), parameters())));
  return recipe.said();
}

using Members = llvm::SmallVector<size_t>;

} // namespace

TEST(Groups, Patterns) {
  EXPECT_TRUE(matchesPattern("*.bias", "a.b.bias"));
  EXPECT_TRUE(matchesPattern("*", ""));
  EXPECT_TRUE(matchesPattern("a*b*c", "a.x.b.y.c"));
  EXPECT_TRUE(matchesPattern("*.ln_*.weight", "transformer.h.10.ln_2.weight"));
  EXPECT_TRUE(matchesPattern("a**", "a"));
  EXPECT_FALSE(matchesPattern("*.bias", "a.bias.x"));
  EXPECT_FALSE(matchesPattern("a", "ab"));
  EXPECT_FALSE(matchesPattern("", "a"));
  std::string name(20000, 'a'), pattern;
  for (int i = 0; i < 50; ++i)
    pattern += "*a";
  EXPECT_FALSE(matchesPattern(pattern + "b", name));
}

TEST(Groups, WithoutGroupsAllAreDefault) {
  Recipe recipe(recipeWith(""));
  auto groups = combined(recipe);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].name, "default");
  EXPECT_EQ(groups[0].members.size(), 5u);
  EXPECT_EQ(groups[0].weightDecay, 0.1);
  EXPECT_EQ(groups[0].lrScale, 1);
  EXPECT_TRUE(groups[0].followsWeightDecayTrack);
  EXPECT_FALSE(groups[0].frozen);
  EXPECT_EQ(number(groups[0].optimizer.get(), "weight_decay"), 0.1);
}

TEST(Groups, KeysCascadeAndTheLastWins) {
  Recipe recipe(recipeWith(
      group("no-decay", "{ dims = 1 }", "weight_decay = 0\nlr_scale = 2.0\n") +
          group("biases", "{ names = [\"*.bias\"] }",
                "lr_scale = 0.5\nbetas = [0.8, 0.99]\n"),
      "beta2 = 0.95\n"));
  auto groups = combined(recipe);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].name, "default");
  EXPECT_EQ(groups[0].members, (Members{0, 3}));
  EXPECT_EQ(number(groups[0].optimizer.get(), "beta2"), 0.95);
  EXPECT_EQ(groups[1].name, "no-decay");
  EXPECT_EQ(groups[1].members, (Members{1}));
  EXPECT_EQ(groups[1].lrScale, 2);
  EXPECT_EQ(groups[2].name, "no-decay+biases");
  EXPECT_EQ(groups[2].members, (Members{2, 4}));
  EXPECT_EQ(groups[2].lrScale, 0.5);
  EXPECT_EQ(groups[2].weightDecay, 0);
  EXPECT_FALSE(groups[2].followsWeightDecayTrack);
  EXPECT_FALSE(groups[2].optimizer.get()->hasAttr("beta2"));
  EXPECT_EQ(groups[2].getOptimizer().getMomentum(), 0.8);
  EXPECT_EQ(groups[0].getOptimizer().getMomentum(), 0.9);
}

// Blocks 1 and up; the head would be at depth 2, the deepest here.
TEST(Groups, LayerDecayFallsTowardsTheEmbeddings) {
  Recipe recipe(recipeWith(
      group("no-decay", "{ dims = 1 }", "weight_decay = 0\nlr_scale = 2.0\n"),
      "layer_decay = 0.7\n"));
  auto groups = combined(recipe);
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].name, "default/depth-0");
  EXPECT_EQ(groups[0].members, (Members{0}));
  EXPECT_EQ(groups[0].lrScale, 0.7);
  EXPECT_EQ(groups[1].name, "no-decay/depth-1");
  EXPECT_EQ(groups[1].members, (Members{1, 2, 4}));
  EXPECT_EQ(groups[1].lrScale, 2);
  EXPECT_EQ(groups[2].name, "default/depth-1");
  EXPECT_EQ(groups[2].lrScale, 1);
}

TEST(Groups, ConditionsHoldTogether) {
  Recipe recipe(recipeWith(
      group("a", "{ names = [\"*.weight\"], role = \"norm\", dims = 1 }",
            "frozen = true\n")));
  auto groups = combined(recipe);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[1].members, (Members{1}));
  EXPECT_TRUE(groups[1].frozen);
}

TEST(Groups, EveryPatternMatchesSomething) {
  std::string said = errorsOf(
      group("a", "{ names = [\"*.bias\", \"*.ln_1.weigth\", \"zzzz\"] }", "") +
      group("b", "{ dims = 7 }", "") +
      group("c", "{ dims = 2, role = \"bias\" }", ""));
  for (const char *part :
       {"pattern '*.ln_1.weigth' of group 'a' matches no parameter; hint: did "
        "you "
        "mean '*.ln_1.weight'?",
        "pattern 'zzzz' of group 'a' matches no parameter; hint: parameters "
        "have "
        "names such as 'transformer.wte.weight', 'transformer.h.*.ln_1.weight'",
        "group 'b' matches no parameter with dims = 7; hint: the model has "
        "parameters of 1 and 2 dims and of the roles bias, embedding, norm, "
        "weight",
        "group 'c' matches no parameter with dims = 2 and role = \"bias\"; "
        "hint: all conditions"})
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 4) << said;
}

TEST(Groups, FrozenTiedIsWarned) {
  Recipe recipe(recipeWith(
      group("embeddings", "{ role = \"embedding\" }", "frozen = true\n")));
  combined(recipe);
  EXPECT_EQ(
      recipe.count("warning 13: group 'embeddings' freezes "
                   "'transformer.wte.weight', which several layers share"),
      1u)
      << recipe.said();
}

TEST(Groups, ALaterGroupThaws) {
  Recipe recipe(
      recipeWith(group("all", "{ names = [\"*\"] }", "frozen = true\n") +
                 group("norms", "{ role = \"norm\" }", "frozen = false\n")));
  auto groups = combined(recipe);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_TRUE(groups[0].frozen);
  EXPECT_FALSE(groups[1].frozen);
}

TEST(Groups, WithoutAnOptimizerNothingCombines) {
  Recipe recipe(scheduleRecipe("[schedule]\npeak = 1.0\n"));
  EXPECT_TRUE(recipe.resolve(true)) << recipe.said();
  EXPECT_FALSE(succeeded(checkGroups(recipe.get(), parameters())));
}

TEST(Groups, SomethingMustTrain) {
  std::string said =
      errorsOf(group("all", "{ names = [\"*\"] }", "frozen = true\n"));
  EXPECT_NE(said.find("every parameter is frozen"), std::string::npos) << said;
}
