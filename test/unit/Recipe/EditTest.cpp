//===- EditTest.cpp - a key of a recipe, changed in its text --------------===//

#include "RecipeFixture.h"

#include "compiler/Recipe/Edit.h"

namespace {

class EditTest : public RecipeTest {
protected:
  std::string edit(const std::string &text, const dsc::KeyEdit &edit) {
    return dsc::editRecipeText(context, text, "recipe.toml", edit)
        .value_or("refused");
  }
  dsc::KeyHome home(dsc::RecipeInputs inputs, const dsc::KeyEdit &edit) {
    return dsc::findHome(context, inputs, edit);
  }

  const dsc::KeyEdit peak{"schedule", "", "peak", "0.02"};
  const dsc::KeyEdit floor{"schedule.phase", "anneal", "to", "\"5%\""};
};

} // namespace

TEST_F(EditTest, ReplacesAValueAndNothingElse) {
  EXPECT_EQ(edit("dsc = 1\n[schedule] # of the run\npeak   =  3e-3   # tuned\n"
                 "[train]\n",
                 peak),
            "dsc = 1\n[schedule] # of the run\npeak   =  0.02   # tuned\n"
            "[train]\n");
  // Windows' line ends, a byte order mark, letters of several bytes.
  EXPECT_EQ(edit("\xef\xbb\xbf# \xc3\xa4\r\n[schedule]\r\n\"peak\" = 1.0 # "
                 "\xc3\xb6\r\n",
                 peak),
            "\xef\xbb\xbf# \xc3\xa4\r\n[schedule]\r\n\"peak\" = 0.02 # "
            "\xc3\xb6\r\n");
  EXPECT_EQ(edit("name = \"\xe6\xbc\xa2\"\nschedule = { inclusive = \"left\", "
                 "peak = 1e-3 } # \xe6\xbc\xa2",
                 peak),
            "name = \"\xe6\xbc\xa2\"\nschedule = { inclusive = \"left\", peak "
            "= 0.02 } # \xe6\xbc\xa2");
  EXPECT_EQ(edit("schedule.peak = +3_0.0e-3\n", peak),
            "schedule.peak = 0.02\n");
}

TEST_F(EditTest, ReachesItemsByName) {
  EXPECT_EQ(edit("[[schedule.phase]]\nname = \"up\"\nkind = \"linear\"\n"
                 "to = 1.0\n\n[[schedule.phase]]\nname = 'anneal'\nto = "
                 "\"10%\" # of the peak\n",
                 floor),
            "[[schedule.phase]]\nname = \"up\"\nkind = \"linear\"\n"
            "to = 1.0\n\n[[schedule.phase]]\nname = 'anneal'\nto = "
            "\"5%\" # of the peak\n");
  // Without a name an item has that of its kind.
  EXPECT_EQ(
      edit("[schedule]\nphase = [{ kind = \"anneal\", to = 0.1 }]\n", floor),
      "[schedule]\nphase = [{ kind = \"anneal\", to = \"5%\" }]\n");
}

TEST_F(EditTest, AddsAKeyLikeItsNeighbours) {
  EXPECT_EQ(edit("[schedule]\n  inclusive = \"left\" # why\n\n[train]\n", peak),
            "[schedule]\n  inclusive = \"left\" # why\n  peak = 0.02\n\n"
            "[train]\n");
  EXPECT_EQ(edit("[schedule] # empty\n[train]\n", peak),
            "[schedule] # empty\npeak = 0.02\n[train]\n");
  EXPECT_EQ(edit("schedule.inclusive = \"left\"", peak),
            "schedule.inclusive = \"left\"\nschedule.peak = 0.02\n");
  EXPECT_EQ(edit("schedule = { inclusive = \"left\" }\n", peak),
            "schedule = { inclusive = \"left\", peak = 0.02 }\n");
  EXPECT_EQ(
      edit("[[schedule.phase]]\nname = \"anneal\"\nlength = \"5%\"\n", floor),
      "[[schedule.phase]]\nname = \"anneal\"\nlength = \"5%\"\n"
      "to = \"5%\"\n");
}

TEST_F(EditTest, AddsATableAtTheEnd) {
  EXPECT_EQ(edit("extends = \"base.toml\"", peak),
            "extends = \"base.toml\"\n\n[schedule]\npeak = 0.02\n");
  EXPECT_EQ(edit("extends = \"base.toml\"\r\n", floor),
            "extends = \"base.toml\"\r\n\r\n[[schedule.phase]]\r\n"
            "name = \"anneal\"\r\nto = \"5%\"\r\n");
}

/// Better no edit than another one.
TEST_F(EditTest, RefusesWhatItCannotDo) {
  // A header may not open what an array in brackets holds.
  EXPECT_EQ(edit("schedule.phase = [{ name = \"up\" }]\n", floor), "refused");
  EXPECT_EQ(edit("[schedule]\nphase = 3\n", floor), "refused");
  EXPECT_EQ(edit("schedule = {}\n", peak), "refused");
  EXPECT_EQ(edit("[schedule\n", peak), "refused");
}

TEST_F(EditTest, FindsTheFileThatSaysIt) {
  write("base.toml", "dsc = 1\n[schedule]\npeak = 1.0\n");
  write("child.toml", "extends = \"base.toml\"\n[[schedule.phase]]\n"
                      "name = \"anneal\"\nto = 0.5\n");
  write("over.toml", "[schedule]\npeak = 2.0\n");
  // Not into the parent, which others extend too.
  EXPECT_EQ(home({"child.toml", {}, {}, {}, {}}, peak).file, "child.toml");
  EXPECT_EQ(home({"child.toml", {"over.toml"}, {}, {}, {}}, peak).file,
            "over.toml");
  EXPECT_EQ(home({"child.toml", {"over.toml"}, {}, {}, {}}, floor).file,
            "child.toml");
  dsc::KeyHome set =
      home({"child.toml", {}, {"schedule.peak=3.0"}, {}, {}}, peak);
  EXPECT_TRUE(set.isSet);
  EXPECT_EQ(set.file, "");
  dsc::KeyHome absent = home({"over.toml", {}, {}, {}, {}}, floor);
  EXPECT_FALSE(absent.isSet || absent.hasTable);
  // A key that nothing sets belongs where its table was last spoken of.
  dsc::KeyEdit length{"schedule.phase", "anneal", "length", "\"rest\""};
  write("over.toml", "[[schedule.phase]]\nname = \"anneal\"\nto = 1.0\n");
  dsc::KeyHome unset = home({"child.toml", {"over.toml"}, {}, {}, {}}, length);
  EXPECT_TRUE(!unset.isSet && unset.hasTable);
  EXPECT_EQ(unset.file, "over.toml");
}
