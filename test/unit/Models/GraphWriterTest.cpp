//===- GraphWriterTest.cpp - the graph as text and as plan tables ---------===//

#include "test/unit/Models/ModelFixture.h"

#include "compiler/Artifact/Graph/GraphWriter.h"

#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::test;

namespace {
class GraphWriterTest : public ModelFixture {
protected:
  static std::string print(Operation *op) {
    std::string text;
    llvm::raw_string_ostream(text) << *op;
    return text;
  }
  static std::vector<uint8_t> write(plan_ir::GraphOp graph) {
    flatbuffers::FlatBufferBuilder out;
    out.Finish(writeGraph(out, graph));
    return {out.GetBufferPointer(), out.GetBufferPointer() + out.GetSize()};
  }
};
} // namespace

TEST_F(GraphWriterTest, TextRoundTrips) {
  auto graph = lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32), gpt2Facts(256, 32));
  std::string text = print(graph);
  OwningOpRef<ModuleOp> again = parseSourceString<ModuleOp>(text, &context);
  ASSERT_TRUE(again);
  auto copies = again->getOps<plan_ir::GraphOp>();
  EXPECT_EQ(print(*copies.begin()), text);
  EXPECT_EQ(write(*copies.begin()), write(graph));
}

TEST_F(GraphWriterTest, SameGraphSameBytes) {
  auto first =
      write(lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32), gpt2Facts(256, 32)));
  EXPECT_EQ(first, write(lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32),
                               gpt2Facts(256, 32))));
  EXPECT_NE(first, write(lower("dsc.gpt2", gpt2Keys(3, 4, 64, 32),
                               gpt2Facts(256, 32))));
}

TEST_F(GraphWriterTest, TablesSayWhatTheGraphSays) {
  auto bytes =
      write(lower("dsc.gpt2", gpt2Keys(2, 4, 64, 32), gpt2Facts(256, 32)));
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  ASSERT_TRUE(verifier.VerifyBuffer<plan::Graph>());
  const auto *graph = flatbuffers::GetRoot<plan::Graph>(bytes.data());
  ASSERT_EQ(graph->batch_fields()->size(), 2u);
  EXPECT_EQ(graph->values()->Get(0)->name()->str(), "inputs");
  EXPECT_EQ(graph->values()->Get(0)->dtype(), plan::DType::i64);
  ASSERT_EQ(graph->units()->size(), 5u);
  EXPECT_EQ(graph->units()->Get(1)->name()->str(), "block0");
  const plan::Value *loss = graph->values()->Get(graph->loss());
  EXPECT_EQ(loss->shape()->size(), 0u);
  const plan::Value *scores = graph->values()->Get(graph->scores());
  ASSERT_EQ(scores->shape()->size(), 2u);
  EXPECT_EQ(scores->shape()->Get(0)->batch_power(), 1);
  EXPECT_EQ(scores->shape()->Get(0)->length_power(), 1);
  EXPECT_EQ(scores->shape()->Get(1)->factor(), 256);
  // wte is final with embed's backward, ln_f with the head's.
  EXPECT_EQ(graph->parameters_used_by()->Get(0), 0);
  EXPECT_EQ(graph->parameters_used_by()->Get(26), 3);
  EXPECT_EQ(graph->parameters_used_by()->size(), 28u);
}

TEST_F(GraphWriterTest, OperandsKeepTheirKinds) {
  auto bytes =
      write(lower("dsc.gpt2", gpt2Keys(1, 4, 64, 32), gpt2Facts(256, 32)));
  const auto *graph = flatbuffers::GetRoot<plan::Graph>(bytes.data());
  const plan::Unit *embed = graph->units()->Get(0);
  const plan::Call *look = embed->calls()->Get(0);
  EXPECT_EQ(look->name()->str(), "aten::embedding");
  ASSERT_EQ(look->operands()->size(), 5u);
  EXPECT_EQ(look->operands()->Get(0)->kind(), plan::OperandKind::parameter);
  EXPECT_EQ(look->operands()->Get(1)->kind(), plan::OperandKind::value);
  EXPECT_EQ(look->operands()->Get(2)->kind(), plan::OperandKind::integer);
  EXPECT_EQ(look->operands()->Get(2)->ints()->Get(0)->factor(), -1);
  EXPECT_EQ(look->operands()->Get(3)->kind(), plan::OperandKind::boolean);
  bool text = false, real = false, none = false;
  for (const plan::Call *call : *graph->units()->Get(1)->calls())
    for (const plan::Operand *operand : *call->operands()) {
      text |= operand->kind() == plan::OperandKind::text &&
              operand->text()->str() == "tanh";
      real |=
          operand->kind() == plan::OperandKind::real && operand->real() == 1e-5;
      none |= operand->kind() == plan::OperandKind::none;
    }
  EXPECT_TRUE(text && real && none);
}

TEST_F(GraphWriterTest, ParametersNeedTheirPlace) {
  auto graph = lower("dsc.gpt2", gpt2Keys(1, 4, 64, 32), gpt2Facts(256, 32));
  flatbuffers::FlatBufferBuilder out;
  {
    ScopedDiagnosticHandler quiet(&context,
                                  [](Diagnostic &) { return success(); });
    EXPECT_TRUE(failed(writeParameters(out, graph)));
  }
  int64_t offset = 0;
  for (auto parameter : graph.getBody().getOps<plan_ir::ParameterOp>()) {
    parameter.setOffset(offset);
    parameter.setGroup(0);
    offset += parameter.getElements();
  }
  auto written = writeParameters(out, graph);
  ASSERT_TRUE(succeeded(written));
  out.Finish(*written);
  using List = flatbuffers::Vector<flatbuffers::Offset<plan::Parameter>>;
  const auto *list = flatbuffers::GetRoot<List>(out.GetBufferPointer());
  ASSERT_EQ(list->size(), 16u);
  EXPECT_EQ(list->Get(0)->name()->str(), "transformer.wte.weight");
  EXPECT_EQ(list->Get(0)->init(), plan::InitKind::normal);
  EXPECT_EQ(list->Get(0)->init_scale(), 0.02);
  EXPECT_EQ(list->Get(1)->offset(), 256 * 64);
  EXPECT_EQ(list->Get(1)->size(), 32 * 64);
  EXPECT_EQ(list->Get(1)->role()->str(), "embedding");
}
