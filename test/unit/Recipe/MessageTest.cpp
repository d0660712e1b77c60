//===- MessageTest.cpp - what an author reads -----------------------------===//

#include "RecipeFixture.h"

#include "dialect/Dsc/Diagnostics.h"

/// Expects that a recipe with these lines is refused with this report.
#define EXPECT_REPORT(lines, part)                                             \
  do {                                                                         \
    EXPECT_FALSE(loadText(std::string("dsc = 1\n") + lines));                  \
    EXPECT_HAS(getReport(), part);                                             \
  } while (false)

TEST_F(RecipeTest, ShowsPlaceLineCaretAndHint) {
  EXPECT_FALSE(loadText("dsc = 1\n[train]\nlength = 500\nbatch = 32\n"));
  EXPECT_EQ(getReport(),
            "recipe.toml:3:10: error: 'length' is 500, expected a length such "
            "as \"1000 steps\", \"2 epochs\" or \"5%\"\n"
            "  3 | length = 500\n"
            "    |          ^~~\n"
            "hint: add the unit: \"500 steps\"\n"
            "1 error\n");
}

TEST_F(RecipeTest, CollectsAllErrorsInOrder) {
  EXPECT_FALSE(loadText("[train]\nbatch = -1\nlength = \"5 stpes\"\n"
                        "[modle]\n[schedule]\npeak = \"x\"\n"));
  std::string report = getReport();
  size_t at = 0;
  for (const char *part :
       {"recipe.toml:1:1: error: missing key 'dsc'", ":2:9: error: 'batch'",
        ":3:10: error: 'length' is \"5 stpes\"", "write \"5 steps\"",
        ":4:2: error: unknown table 'modle'", "did you mean [model]?",
        ":6:8: error: 'peak'", "5 errors"}) {
    size_t found = report.find(part, at);
    ASSERT_NE(found, std::string::npos) << part << "\nin\n" << report;
    at = found;
  }
}

TEST_F(RecipeTest, WrongTypes) {
  EXPECT_REPORT("[train]\nbatch = \"32\"\n",
                "'batch' is \"32\", expected a positive integer");
  EXPECT_HAS(getReport(), "hint: write 32, without quotes");
  EXPECT_REPORT("[train]\nbatch = 1e3\n", "hint: write 1000");
  EXPECT_REPORT("[train]\nbatch = 0\n", "'batch' is 0, expected a positive");
  EXPECT_REPORT("[train]\nseed = -1\n", "expected an integer of 0 or more");
  EXPECT_REPORT("[train]\ndeterministic = \"yes\"\n", "hint: write true");
  EXPECT_REPORT("name = 5\n", "hint: write it in quotes: \"5\"");
  EXPECT_REPORT("name = \"\"\n", "'name' is empty, expected a text");
  EXPECT_REPORT("train = 5\n", "'train' is 5, expected a table");
  EXPECT_REPORT("[[train]]\nbatch = 5\n", "hint: write [train]");
  EXPECT_REPORT("[schedule.phase]\nkind = \"linear\"\n",
                "hint: write [[schedule.phase]]");
  EXPECT_REPORT("[schedule]\npeak = nan\n", "'peak' is nan");
  EXPECT_REPORT("[schedule]\npeak = -inf\n", "'peak' is -inf");
  EXPECT_REPORT("[train]\nprecision = \"bf16\"\n",
                "hint: did you mean \"bf16-mixed\"?");
  EXPECT_REPORT("[[data.source]]\nkind = \"text\"\npath = \"x\"\n"
                "holdout = 0.05\n",
                "hint: write \"5%\"");
  EXPECT_REPORT("[optimizer]\nkind = \"adamw\"\nbetas = [0.9, \"b\"]\n",
                "an item of betas");
  EXPECT_REPORT("[parallel]\ndata = \"all\"\n",
                "expected \"auto\" or a positive integer");
  EXPECT_REPORT("[parallel]\ndata = 0\n",
                "'data' is 0, expected \"auto\" or a positive integer");
  EXPECT_REPORT("[model]\nkind = \"mlp\"\nhidden = 5\n", "hint: write [5]");
}

TEST_F(RecipeTest, Kinds) {
  EXPECT_REPORT("[model]\nlayers = 2\n",
                "missing key 'kind' in [model], expected one of gpt2, mlp");
  EXPECT_REPORT("[model]\nkind = \"gtp2\"\n", "did you mean \"gpt2\"?");
  EXPECT_REPORT("[[data.source]]\nkind = \"jsonl\"\n",
                "kind \"jsonl\" of [[data.source]] is not supported yet");
  EXPECT_REPORT("[optimizer]\nkind = 5\n", "'kind' is 5, expected one of");
}

TEST_F(RecipeTest, OtherToolsNames) {
  EXPECT_REPORT("[model]\nkind = \"gpt2\"\nn_embd = 128\n",
                "hint: write 'width': size of the residual stream");
  EXPECT_REPORT("[train]\ntrain_batch_size = 8\n", "hint: write 'batch'");
  EXPECT_REPORT("[train]\nmax_grad_norm = 1.0\n",
                "hint: write 'clip_norm' in [optimizer]");
  EXPECT_REPORT("[optimizer]\nkind = \"adamw\"\nlr = 3e-3\n",
                "hint: the learning rate lives in [schedule]: write "
                "peak = 0.003 there");
  EXPECT_REPORT("[schedule]\npeak = 1e-3\n[[optimizer.group]]\nname = \"a\"\n"
                "match = { dims = 1 }\nlr = 1e-4\n",
                "hint: write lr_scale = 0.1, the factor");
  EXPECT_REPORT("[schedule]\nbatch = 3\n", "'batch' is a key of [train]");
}

TEST_F(RecipeTest, ReservedNames) {
  EXPECT_REPORT("[parallel]\ntensor = 2\n",
                "'tensor' in [parallel] is not supported yet");
  EXPECT_REPORT("[parallel]\ntp_size = 2\n",
                "it is called 'tensor' here and not supported yet");
}

TEST_F(RecipeTest, MatchAndTracks) {
  const char *group = "[[optimizer.group]]\nname = \"a\"\nmatch = ";
  EXPECT_REPORT(group + std::string("{ role = \"nrom\" }\n"),
                "'match.role' is \"nrom\", expected one of norm, bias");
  EXPECT_REPORT(group + std::string("{ rolle = \"norm\" }\n"),
                "did you mean 'role'?");
  EXPECT_REPORT(group + std::string("{ names = [] }\n"),
                "at least one pattern");
  EXPECT_REPORT(group + std::string("{ }\n"), "'match' is a table, expected");
  EXPECT_REPORT(group + std::string("\"*.bias\"\n"),
                "hint: write { names = [\"*.bias\"] }");
  EXPECT_REPORT("[[schedule.phase]]\nkind = \"linear\"\nmomentum = { from = "
                "\"x\" }\n",
                "'momentum.from' is \"x\", expected a number");
}

TEST_F(RecipeTest, DuplicateItems) {
  EXPECT_REPORT("[[schedule.phase]]\nkind = \"linear\"\nlength = \"5%\"\n"
                "[[schedule.phase]]\nkind = \"linear\"\nlength = \"rest\"\n",
                "recipe.toml:5:1: error: a second [[schedule.phase]] is named "
                "'linear'");
}

TEST_F(RecipeTest, SyntaxErrorsComeTogether) {
  EXPECT_FALSE(loadText("dsc = 1\n[train]\nlength = 5 steps\nbatch = 3\n"
                        "batch = 4\n"));
  EXPECT_HAS(getReport(), "recipe.toml:3:12: error: expected the end of the "
                          "line, found 's'");
  EXPECT_HAS(getReport(), "hint: write it in quotes: length = \"5 steps\"");
  EXPECT_HAS(getReport(), "recipe.toml:5:1: error: 'batch' is defined twice");
  EXPECT_HAS(getReport(), "2 errors");
  EXPECT_REPORT("[schedule]\npeak = .5\n", "hint: write peak = 0.5");
  EXPECT_REPORT("[train]\ndeterministic = True\n",
                "hint: write deterministic = true");
  EXPECT_REPORT("[schedule]\npeak = 10%\n",
                "write it in quotes: peak = \"10%\"");
  EXPECT_REPORT("[train]\n[train]\n", "'train' is defined twice");
  EXPECT_REPORT("a = [1,\n", "the file ends in the middle of an array");
}

TEST_F(RecipeTest, CaretsStandUnderWideAndLongLines) {
  EXPECT_FALSE(loadText("dsc = 1\nname = \"\xe6\x97\xa5\"\ntrain.seed\t= -1\n"
                        "[train]\n"));
  EXPECT_FALSE(loadText("dsc = 1\n\"\xe6\x97\xa5\" = -1\n"));
  EXPECT_HAS(getReport(), "  2 | \"\xe6\x97\xa5\" = -1\n    | ^~~~\n");
  EXPECT_FALSE(loadText("dsc = 1\nname = [" + std::string(300, ' ') + "1]\n"));
  for (size_t begin = 0; begin < getReport().size();) {
    size_t end = getReport().find('\n', begin);
    EXPECT_LT(end - begin, 200u) << getReport();
    begin = end + 1;
  }
}

TEST_F(RecipeTest, ControlCharactersStayInTheFile) {
  EXPECT_FALSE(loadText("dsc = 1\nname = \"a\"\n\"x\\u001b[31m\" = 1\n"));
  EXPECT_EQ(getReport().find('\x1b'), std::string::npos);
  EXPECT_HAS(getReport(), "\\u001B[31m");
}

TEST_F(RecipeTest, JsonForTools) {
  write("recipe.toml", "dsc = 1\n[train]\nbatch = 0\n");
  EXPECT_FALSE(load({"recipe.toml", {}, {"train.seed=x"}, {}}));
  std::string json;
  llvm::raw_string_ostream stream(json);
  printer->printJson(stream);
  EXPECT_HAS(json, "\"file\": \"recipe.toml\",\n    \"line\": 3,\n"
                   "    \"column\": 9,\n    \"severity\": \"error\",\n"
                   "    \"message\": \"'batch' is 0, expected a positive "
                   "integer\",\n    \"hint\": \"\"");
  EXPECT_HAS(json, "\"file\": \"--set\",\n    \"severity\"");
  EXPECT_HAS(json, "'seed' is \\\"x\\\"");

  EXPECT_TRUE(loadText("dsc = 1\n"));
  json.clear();
  printer->printJson(stream);
  EXPECT_EQ(json, "[]\n");
}

TEST_F(RecipeTest, ManyErrorsAreCutAndSameOnesShownOnce) {
  std::string text = "dsc = 1\n[train]\nlength = '1 step'\nbatch = 1\n";
  for (int i = 0; i < 80; ++i)
    text += "wrong" + std::to_string(i) + " = 1\n";
  EXPECT_FALSE(loadText(text));
  EXPECT_HAS(getReport(), "... and 30 more\n80 errors\n");

  EXPECT_TRUE(loadText("dsc = 1\n"));
  for (int i = 0; i < 2; ++i)
    dsc::emitKeyWarning(find("dsc.recipe"), "dsc", "old");
  EXPECT_HAS(getReport(), "recipe.toml:1:7: warning: old\n");
  EXPECT_HAS(getReport(), "\n1 warning\n");
}

TEST(NearestName, FindsSlipsAndBeginnings) {
  EXPECT_EQ(dsc::nearestName("bacth", {"batch", "length"}), "batch");
  EXPECT_EQ(dsc::nearestName("bf16", {"f32", "bf16-mixed"}), "bf16-mixed");
  EXPECT_EQ(dsc::nearestName("No-Decay", {"no_decay"}), "no_decay");
  EXPECT_EQ(dsc::nearestName("completely", {"batch", "length"}), "");
  EXPECT_EQ(dsc::nearestName("x", {}), "");
}
