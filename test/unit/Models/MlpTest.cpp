//===- MlpTest.cpp - the classifier of rows -------------------------------===//

#include "test/unit/Models/ModelFixture.h"

#include "compiler/Transforms/Model/GraphFacts.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::test;

namespace {
class MlpTest : public ModelFixture {
protected:
  Keys keysFor(ArrayRef<int64_t> hidden) {
    return {{"hidden", builder.getI64ArrayAttr(hidden)}};
  }
  static ModelFacts digits() {
    ModelFacts facts;
    facts.columns = 64;
    facts.classes = 10;
    return facts;
  }
};
} // namespace

TEST_F(MlpTest, HasTheLayersOfTorchLinear) {
  auto parameters =
      listParameters(lower("dsc.mlp", keysFor({32, 16}), digits()));
  ASSERT_EQ(parameters.size(), 6u);
  EXPECT_EQ(parameters[0].name, "layers.0.weight");
  EXPECT_EQ(parameters[0].shape, (SmallVector<int64_t>{32, 64}));
  EXPECT_EQ(parameters[3].name, "layers.1.bias");
  EXPECT_EQ(parameters[3].shape, (SmallVector<int64_t>{16}));
  EXPECT_EQ(parameters[4].name, "layers.2.weight");
  EXPECT_EQ(parameters[4].shape, (SmallVector<int64_t>{10, 16}));
  EXPECT_EQ(parameters[4].role, plan_ir::Role::head);
  EXPECT_EQ(parameters[4].depth, 3);
  EXPECT_EQ(parameters[2].op.getInit(), plan_ir::InitKind::uniform);
  EXPECT_DOUBLE_EQ(parameters[0].op.getInitScale().convertToDouble(), 1.0 / 8);
}

TEST_F(MlpTest, TakesEveryActivationAndNoHiddenLayer) {
  for (const char *activation : {"relu", "gelu", "tanh"}) {
    Keys keys = keysFor({32});
    keys.push_back({"activation", builder.getStringAttr(activation)});
    auto graph = lower("dsc.mlp", keys, digits());
    std::string wanted = std::string("aten::") + activation;
    int calls = 0;
    graph.walk(
        [&](plan_ir::CallOp call) { calls += call.getCallee() == wanted; });
    EXPECT_EQ(calls, 1);
  }
  auto graph = lower("dsc.mlp", keysFor({}), digits());
  EXPECT_DOUBLE_EQ(trainingFlopsPerToken(graph, 1), 6.0 * 64 * 10);
}

TEST_F(MlpTest, ComputesInBf16FromF32Rows) {
  ModelFacts facts = digits();
  facts.precision = "bf16-mixed";
  auto graph = lower("dsc.mlp", keysFor({32}), facts);
  EXPECT_TRUE(
      graph.getOutputs().getScores().getType().getElementType().isBF16());
}

TEST_F(MlpTest, Messages) {
  EXPECT_EQ(errorsOf("dsc.mlp", keysFor({32}), gpt2Facts()),
            "kind: 'mlp' reads rows of numbers, but the data are tokens\n");
  EXPECT_EQ(errorsOf("dsc.mlp", keysFor({int64_t(1) << 62}), digits()),
            "hidden: hidden is 4611686018427387904, which makes a parameter of "
            "more than 2^40 elements\n");
  EXPECT_EQ(errorsOf("dsc.mlp", {}, digits()), "hidden: 'hidden' is missing\n");
}

TEST_F(MlpTest, ConfigNamesItsSizes) {
  module = makeModel("dsc.mlp", keysFor({32, 16}));
  EXPECT_EQ(
      findModel(*module).getConfig(digits()),
      "{\n  \"model_type\": \"mlp\",\n  \"inputs\": 64,\n  \"hidden\": [\n"
      "    32,\n    16\n  ],\n  \"outputs\": 10,\n"
      "  \"activation\": \"relu\",\n  \"torch_dtype\": \"float32\"\n}\n");
}
