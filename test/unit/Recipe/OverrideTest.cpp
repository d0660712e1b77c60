//===- OverrideTest.cpp - --set and --unset -------------------------------===//

#include "RecipeFixture.h"

#include "dialect/Dsc/Diagnostics.h"

namespace {

class OverrideTest : public RecipeTest {
protected:
  OverrideTest() { write("recipe.toml", wholeRecipe); }
  bool set(const std::string &argument) {
    return load({"recipe.toml", {}, {argument}, {}});
  }
  bool unset(const std::string &argument) {
    return load({"recipe.toml", {}, {}, {argument}});
  }
};

} // namespace

TEST_F(OverrideTest, ReachesKeysAndItems) {
  ASSERT_TRUE(set("schedule.phase.warmup.length=10%")) << getReport();
  EXPECT_HAS(print(), "kind = \"linear\"\nlength = \"10%\"");
  EXPECT_EQ(dsc::getKeyOrigin(find("dsc.linear"), "length"), "--set");
  EXPECT_EQ(dsc::getKeyOrigin(find("dsc.linear"), "from"), "recipe");
  ASSERT_TRUE(set("train.batch=64"));
  EXPECT_HAS(print(), "batch = 64");
  ASSERT_TRUE(set("train.precision=bf16-mixed"));
  EXPECT_HAS(print(), "precision = \"bf16-mixed\"");
  ASSERT_TRUE(set("name=\"with = sign\""));
  EXPECT_HAS(print(), "name = \"with = sign\"");
  ASSERT_TRUE(set("optimizer.group.\"no-decay\".frozen=true"));
  EXPECT_HAS(print(), "frozen = true");
  ASSERT_TRUE(set("schedule.phase.anneal.momentum.to=0.8"));
  EXPECT_HAS(print(), "momentum = { from = 0.95, to = 0.8 }");
  ASSERT_TRUE(set("optimizer={ kind = \"sgd\", momentum = 0.5 }"));
  EXPECT_HAS(print(), "kind = \"sgd\"\nmomentum = 0.5");
}

TEST_F(OverrideTest, MakesTablesThatTheRecipeLeavesOut) {
  ASSERT_TRUE(set("log.every=5 steps")) << getReport();
  EXPECT_HAS(print(), "[log]\nevery = \"5 steps\"");
}

TEST_F(OverrideTest, UnknownNamesAreErrors) {
  EXPECT_FALSE(set("schedule.phase.warmpu.length=10%"));
  EXPECT_EQ(getReport(),
            "--set schedule.phase.warmpu.length=10%: error: no 'warmpu' in "
            "'schedule.phase'\nhint: did you mean 'warmup'?\n1 error\n");
  EXPECT_FALSE(set("trian.batch=64"));
  EXPECT_HAS(getReport(), "did you mean 'train'?");
  EXPECT_FALSE(set("train.bacth=64"));
  EXPECT_HAS(getReport(), "--set train.bacth=64: error: unknown key 'bacth' in "
                          "[train]\nhint: did you mean 'batch'?");
  EXPECT_FALSE(set("train.batch=many"));
  EXPECT_HAS(getReport(), "'batch' is \"many\", expected a positive integer");
  EXPECT_FALSE(set("train.batch"));
  EXPECT_HAS(getReport(), "expected KEY=VALUE");
  EXPECT_FALSE(set("=5"));
  EXPECT_FALSE(set("a..b=5"));
  EXPECT_HAS(getReport(), "a path has an empty part");
  EXPECT_FALSE(set("\"a=5"));
  EXPECT_FALSE(set("schedule.phase=5"));
  EXPECT_HAS(getReport(), "expected the name of an item and a key");
  EXPECT_FALSE(set("schedule.phase.warmup=5"));
  EXPECT_FALSE(set("train.batch.x=5"));
  EXPECT_FALSE(set("dsc=2"));
}

TEST_F(OverrideTest, Unset) {
  ASSERT_TRUE(unset("train.seed")) << getReport();
  EXPECT_EQ(print().find("seed"), std::string::npos);
  ASSERT_TRUE(unset("optimizer.group.no-decay"));
  EXPECT_EQ(print().find("no-decay"), std::string::npos);
  ASSERT_TRUE(unset("parallel"));
  EXPECT_EQ(print().find("[parallel]"), std::string::npos);
  ASSERT_TRUE(unset("train.micro_batch")) << "known, and not set";
  EXPECT_FALSE(unset("train.sed"));
  EXPECT_HAS(getReport(), "did you mean 'seed'?");
  EXPECT_FALSE(unset("optimizer.group.decay.lr_scale"));
  EXPECT_HAS(getReport(), "no 'decay' in 'optimizer.group'");
  EXPECT_FALSE(unset("train.batch"));
  EXPECT_HAS(getReport(), "missing key 'batch' in [train]");
}

TEST_F(OverrideTest, KeysThatHaveNoKeys) {
  EXPECT_FALSE(set("train.batch.x=3"));
  EXPECT_HAS(getReport(), "'train.batch' is a key, expected a value for it");
  EXPECT_FALSE(set("checkpoint.keep_best.metric=loss"));
  EXPECT_HAS(getReport(), "'keep_best' in [checkpoint] is not supported yet");
}

TEST_F(OverrideTest, HostileArguments) {
  std::string deep;
  for (int i = 0; i < 20000; ++i)
    deep += "a.";
  EXPECT_FALSE(set(deep + "a=1"));
  EXPECT_FALSE(set(std::string(1 << 20, 'x') + "=1"));
  EXPECT_FALSE(set("train.batch=" + std::string(10000, '[')));
  EXPECT_FALSE(set("train.batch=1\nseed = 4"));
  EXPECT_FALSE(set("train.batch=\xff\xfe"));
  EXPECT_FALSE(set("train.batch=1979-05-27T:"));
  EXPECT_FALSE(set(""));
}
