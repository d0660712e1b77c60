//===- Gpt2Test.cpp - GPT-2's graph, parameters and costs -----------------===//

#include "test/unit/Models/ModelFixture.h"

#include "compiler/Transforms/Model/GraphFacts.h"

#include "llvm/Support/JSON.h"

#include <cmath>
#include <map>

using namespace mlir;
using namespace dsc;
using namespace dsc::test;
using plan_ir::Role;

namespace {
class Gpt2Test : public ModelFixture {
protected:
  std::map<std::string, ParameterFacts> parametersOf(plan_ir::GraphOp graph) {
    std::map<std::string, ParameterFacts> result;
    for (ParameterFacts &facts : listParameters(graph))
      result[facts.name] = facts;
    return result;
  }
  static int64_t total(plan_ir::GraphOp graph) {
    int64_t sum = 0;
    for (const ParameterFacts &facts : listParameters(graph))
      sum += facts.size;
    return sum;
  }
};
} // namespace

using Shape = SmallVector<int64_t>;

TEST_F(Gpt2Test, HasThePublishedNumberOfParameters) {
  EXPECT_EQ(total(lower("dsc.gpt2", gpt2Keys(12, 12, 768, 1024), gpt2Facts())),
            124439808);
  EXPECT_EQ(total(lower("dsc.gpt2", gpt2Keys(24, 16, 1024, 1024), gpt2Facts())),
            354823168);
}

TEST_F(Gpt2Test, HasHuggingFacesNamesShapesAndOrientation) {
  auto found = parametersOf(
      lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32), gpt2Facts(256, 32)));
  std::map<std::string, Shape> expected = {
      {"transformer.wte.weight", {256, 64}},
      {"transformer.wpe.weight", {32, 64}},
      {"transformer.ln_f.weight", {64}},
      {"transformer.ln_f.bias", {64}}};
  for (std::string layer : {"transformer.h.0.", "transformer.h.1."}) {
    for (std::string norm : {"ln_1", "ln_2"})
      expected[layer + norm + ".weight"] =
          expected[layer + norm + ".bias"] = {64};
    expected[layer + "attn.c_attn.weight"] = {64, 192};
    expected[layer + "attn.c_attn.bias"] = {192};
    expected[layer + "attn.c_proj.weight"] = {64, 64};
    expected[layer + "attn.c_proj.bias"] = {64};
    expected[layer + "mlp.c_fc.weight"] = {64, 256};
    expected[layer + "mlp.c_fc.bias"] = {256};
    expected[layer + "mlp.c_proj.weight"] = {256, 64};
    expected[layer + "mlp.c_proj.bias"] = {64};
  }
  std::map<std::string, Shape> shapes;
  for (auto &[name, facts] : found)
    shapes[name] = facts.shape;
  EXPECT_EQ(shapes, expected);
}

TEST_F(Gpt2Test, GivesRolesDepthsAndTies) {
  auto found = parametersOf(
      lower("dsc.gpt2", gpt2Keys(3, 4, 64, 32), gpt2Facts(256, 32)));
  EXPECT_EQ(found.at("transformer.wte.weight").role, Role::embedding);
  EXPECT_EQ(found.at("transformer.wte.weight").depth, 0);
  EXPECT_TRUE(found.at("transformer.wte.weight").tied);
  EXPECT_FALSE(found.at("transformer.wpe.weight").tied);
  EXPECT_EQ(found.at("transformer.h.2.ln_1.bias").role, Role::norm);
  EXPECT_EQ(found.at("transformer.h.2.ln_1.bias").depth, 3);
  EXPECT_EQ(found.at("transformer.h.1.mlp.c_fc.bias").role, Role::bias);
  EXPECT_EQ(found.at("transformer.h.1.mlp.c_fc.weight").role, Role::weight);
  EXPECT_EQ(found.at("transformer.ln_f.weight").depth, 4);
}

TEST_F(Gpt2Test, StartsFromGpt2sInitialValues) {
  auto found = parametersOf(
      lower("dsc.gpt2", gpt2Keys(8, 4, 64, 32), gpt2Facts(256, 32)));
  auto scale = [&](const char *name) {
    return found.at(name).op.getInitScale().convertToDouble();
  };
  EXPECT_EQ(scale("transformer.wte.weight"), 0.02);
  EXPECT_EQ(scale("transformer.h.0.attn.c_attn.weight"), 0.02);
  EXPECT_DOUBLE_EQ(scale("transformer.h.0.attn.c_proj.weight"), 0.02 / 4);
  EXPECT_DOUBLE_EQ(scale("transformer.h.7.mlp.c_proj.weight"), 0.02 / 4);
  EXPECT_EQ(found.at("transformer.h.0.ln_1.weight").op.getInit(),
            plan_ir::InitKind::ones);
  EXPECT_EQ(found.at("transformer.h.0.ln_1.bias").op.getInit(),
            plan_ir::InitKind::zeros);
  EXPECT_EQ(found.at("transformer.h.0.attn.c_attn.bias").op.getInit(),
            plan_ir::InitKind::zeros);
}

TEST_F(Gpt2Test, UntiedHasAHeadOfItsOwn) {
  Keys keys = gpt2Keys(2, 4, 64, 32);
  keys.push_back({"tie", builder.getBoolAttr(false)});
  auto found = parametersOf(lower("dsc.gpt2", keys, gpt2Facts(256, 32)));
  EXPECT_EQ(found.at("lm_head.weight").shape, (Shape{256, 64}));
  EXPECT_EQ(found.at("lm_head.weight").role, Role::head);
  EXPECT_FALSE(found.at("transformer.wte.weight").tied);
}

TEST_F(Gpt2Test, GradientsBecomeFinalFromTheLastUnitToTheFirst) {
  auto found = parametersOf(
      lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32), gpt2Facts(256, 32)));
  // embed 0, block0 1, block1 2, head 3, loss 4.
  EXPECT_EQ(found.at("transformer.ln_f.weight").finalUnit, 3);
  EXPECT_EQ(found.at("transformer.h.1.ln_1.weight").finalUnit, 2);
  EXPECT_EQ(found.at("transformer.wte.weight").finalUnit, 0);
  EXPECT_EQ(found.at("transformer.ln_f.weight").completion, 0);
  EXPECT_EQ(found.at("transformer.ln_f.bias").completion, 1);
  EXPECT_EQ(found.at("transformer.h.1.ln_1.weight").completion, 2);
  EXPECT_EQ(found.at("transformer.wpe.weight").completion, 27);
}

TEST_F(Gpt2Test, FlopsAreSixPerWeightAndTokenPlusAttention) {
  for (int64_t length : {128, 1024}) {
    auto graph = lower("dsc.gpt2", gpt2Keys(12, 12, 768, 1024),
                       gpt2Facts(50257, length));
    double weights = 12.0 * 12 * 768 * 768 + 50257.0 * 768;
    double attention = 12.0 * 12 * 768 * length;
    EXPECT_DOUBLE_EQ(trainingFlopsPerToken(graph, length),
                     6 * weights + attention);
  }
}

// By hand for one block, f32, per token: unit input, ln_1's result, q, k, v,
// attention's result, first residual sum, ln_2's result, the MLP's inner pair.
// The scores stay until the head's backward; the loss has their
// log-probabilities and makes two gradients of their size.
TEST_F(Gpt2Test, BytesMatchACountByHand) {
  constexpr double width = 64, heads = 4, vocabulary = 256, layers = 2;
  auto graph = lower("dsc.gpt2", gpt2Keys(layers, heads, width, 32),
                     gpt2Facts(vocabulary, 32));
  double block =
      4 * width * (1 + 1 + 3 + 1 + 1 + 1 + 4 + 4) + 2 * 8 + heads * 4;
  double head = 4 * width * 2 + 8;
  double loss = 4 * vocabulary;
  double fields = 2 * 8;
  double tokens = 3 * 32;
  double saved = 0;
  auto units = listUnitCosts(graph, {3, 32});
  for (const UnitCost &unit : units)
    saved += unit.savedBytes;
  EXPECT_DOUBLE_EQ(saved,
                   tokens * (layers * block + head + 2 * loss + fields) + 4);
  EXPECT_DOUBLE_EQ(units.back().workingBytes, tokens * 2 * loss + 4);
  EXPECT_DOUBLE_EQ(mostActivationBytes(units),
                   saved + units.back().workingBytes);
}

TEST_F(Gpt2Test, MixedPrecisionComputesInBf16AndTheLossInF32) {
  ModelFacts facts = gpt2Facts(256, 32);
  facts.precision = "bf16-mixed";
  auto graph = lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32), facts);
  graph.walk([](plan_ir::UseOp use) {
    EXPECT_TRUE(use.getValue().getType().getElementType().isBF16());
  });
  auto outputs = graph.getOutputs();
  EXPECT_TRUE(outputs.getScores().getType().getElementType().isBF16());
  EXPECT_TRUE(outputs.getLoss().getType().getElementType().isF32());
}

TEST_F(Gpt2Test, ConfigIsWhatTransformersReads) {
  module = makeModel("dsc.gpt2", gpt2Keys(12, 12, 768, 1024));
  std::string text = findModel(*module).getConfig(gpt2Facts());
  auto json = llvm::json::parse(text);
  ASSERT_TRUE(bool(json));
  const llvm::json::Object &config = *json->getAsObject();
  EXPECT_EQ(config.getString("model_type"), "gpt2");
  EXPECT_EQ((*config.getArray("architectures"))[0], "GPT2LMHeadModel");
  EXPECT_EQ(config.getInteger("n_layer"), 12);
  EXPECT_EQ(config.getInteger("n_head"), 12);
  EXPECT_EQ(config.getInteger("n_embd"), 768);
  EXPECT_EQ(config.getInteger("n_positions"), 1024);
  EXPECT_EQ(config.getInteger("vocab_size"), 50257);
  EXPECT_EQ(config.getString("activation_function"), "gelu_new");
  EXPECT_EQ(config.getNumber("layer_norm_epsilon"), 1e-5);
  EXPECT_EQ(config.getBoolean("tie_word_embeddings"), true);
  EXPECT_EQ(config.getInteger("eos_token_id"), 50256);
  auto bytes = llvm::json::parse(findModel(*module).getConfig(gpt2Facts(256)));
  ASSERT_TRUE(bool(bytes));
  EXPECT_EQ(*bytes->getAsObject()->get("eos_token_id"), nullptr);
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

TEST_F(Gpt2Test, HeadsMustDivideWidth) {
  EXPECT_EQ(errorsOf("dsc.gpt2", gpt2Keys(2, 5, 64, 32), gpt2Facts(256, 32)),
            "heads: heads is 5, which does not divide width 64\n"
            "  hint: nearest that divide it: 4 and 8\n");
  EXPECT_EQ(errorsOf("dsc.gpt2", gpt2Keys(2, 99, 64, 32), gpt2Facts(256, 32)),
            "heads: heads is 99, which does not divide width 64\n"
            "  hint: nearest that divides it: 64\n");
}

TEST_F(Gpt2Test, ReportsEveryFaultAtItsKey) {
  Keys keys = gpt2Keys(2, 5, 64, 32);
  keys.push_back({"vocab", integer(100)});
  keys.push_back({"dropout", builder.getF64FloatAttr(0.1)});
  EXPECT_EQ(errorsOf("dsc.gpt2", keys, gpt2Facts(256, 64)),
            "dropout: dropout other than 0 is not supported yet\n"
            "  hint: leave the key out\n"
            "heads: heads is 5, which does not divide width 64\n"
            "  hint: nearest that divide it: 4 and 8\n"
            "vocab: vocab is 100, but the tokenizer knows 256 tokens\n"
            "  hint: leave the key out to take the tokenizer's\n"
            "context: context is 32, but samples have 64 tokens\n"
            "  hint: raise context, or set data.sequence to 32 or less\n");
}

TEST_F(Gpt2Test, SizesMustNotOverflow) {
  int64_t huge = int64_t(1) << 62;
  ModelFacts facts = gpt2Facts(256, 32);
  EXPECT_EQ(errorsOf("dsc.gpt2", gpt2Keys(2, 1, huge, 32), facts),
            "width: width is 4611686018427387904, which makes a parameter of "
            "more than 2^40 elements\n");
  // What divides so large a width, no one waits for.
  EXPECT_EQ(
      errorsOf("dsc.gpt2", gpt2Keys(2, 7, 1000000000000000003, 32), facts),
      "width: width is 1000000000000000003, which makes a parameter of "
      "more than 2^40 elements\n");
  EXPECT_EQ(errorsOf("dsc.gpt2", gpt2Keys(2, 1, 64, huge), facts),
            "context: context is 4611686018427387904, which makes a parameter "
            "of more than 2^40 elements\n");
  EXPECT_EQ(errorsOf("dsc.gpt2", gpt2Keys(huge, 1, 64, 32), facts),
            "layers: layers is 4611686018427387904, expected at most 1024\n");
  Keys keys = gpt2Keys(2, 4, 64, 32);
  keys.push_back({"vocab", integer(huge)});
  EXPECT_EQ(errorsOf("dsc.gpt2", keys, facts),
            "vocab: vocab is 4611686018427387904, which makes a parameter of "
            "more than 2^40 elements\n");
}

TEST_F(Gpt2Test, NeedsTokensAndItsKeys) {
  ModelFacts rows;
  rows.columns = 64;
  rows.classes = 10;
  EXPECT_EQ(errorsOf("dsc.gpt2", gpt2Keys(2, 4, 64, 32), rows),
            "kind: 'gpt2' reads tokens, but the data are rows of numbers\n");
  EXPECT_EQ(errorsOf("dsc.gpt2", {{"layers", integer(2)}}, gpt2Facts()),
            "heads: 'heads' is missing\nwidth: 'width' is missing\n"
            "context: 'context' is missing\n");
}
