//===- OperatorTest.cpp - the operator table and its shape rules ----------===//

#include "dialect/Plan/OperatorTable.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace dsc::plan_ir;

namespace {
class OperatorTest : public testing::Test {
protected:
  OperatorTest() { context.loadDialect<PlanDialect>(); }

  /// Result types of one call over arguments of `types` ("f32 [B, 8]"), or the
  /// error. `call` is in the notation of plan.call with %0, %1 ... as
  /// arguments.
  std::string infer(const std::string &call, std::vector<std::string> types);

  MLIRContext context;
};
} // namespace

/// Declares the wrong result on purpose: the verifier's complaint then names
/// the types that the rule gives.
std::string OperatorTest::infer(const std::string &call,
                                std::vector<std::string> types) {
  std::string fields, names, list, arguments;
  for (size_t i = 0; i < types.size(); ++i) {
    std::string type = "!plan.tensor<" + types[i] + ">", n = std::to_string(i);
    std::string comma = i ? ", " : "";
    fields += "%i" + n + " = plan.input \"f" + n + "\" : " + type + "\n";
    names += comma + "%i" + n;
    list += comma + type;
    arguments += comma + "%a" + n + ": " + type;
  }
  std::string wrong = "!plan.tensor<f32 []>, !plan.tensor<f32 [77, 77]>";
  std::string text = "plan.graph @g {\n" + fields + "%r:2 = plan.unit @u(" +
                     names + ") : (" + list + ") -> (" + wrong + ") {\n^bb0(" +
                     arguments + "):\n%y:2 = plan.call " + call + " : (" +
                     list + ") -> (" + wrong +
                     ")\nplan.yield %y#0, %y#1 : " + wrong +
                     "\n}\nplan.outputs loss(%r#0 : !plan.tensor<f32 []>) "
                     "scores(%r#1 : !plan.tensor<f32 [77, 77]>)\n}";
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (message.empty())
      message = diagnostic.str();
    return success();
  });
  EXPECT_FALSE(parseSourceString<ModuleOp>(text, &context)) << text;
  StringRef rest = message;
  if (rest.contains("expected '!plan.tensor<"))
    return rest.split("expected ").second.str();
  size_t start = rest.find(" to ");
  return (start == StringRef::npos ? rest : rest.drop_front(start + 4)).str();
}

TEST_F(OperatorTest, EverySchemaParsesAndSavesWhatItHas) {
  ASSERT_GE(operatorTable().size(), 16u);
  for (const Operator &entry : operatorTable()) {
    EXPECT_EQ(lookupOperator(entry.name, entry.overload), &entry);
    for (const std::string &saved : entry.saves)
      EXPECT_TRUE(saved == "result" ||
                  entry.indexOf(saved) < entry.arguments.size());
    for (const ArgumentSpec &argument : entry.arguments)
      EXPECT_EQ(bool(argument.defaultValue),
                bool(defaultSlot(argument, &context)))
          << entry.schema << " " << argument.name;
  }
}

TEST_F(OperatorTest, SchemaNotation) {
  auto entry =
      parseSchema("f.x(Tensor(a -> *) self, SymInt[] n, *, Scalar s=2, "
                  "Tensor? m=None) -> Tensor(a)[]");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->fullName(), "aten::f.x");
  ASSERT_EQ(entry->arguments.size(), 4u);
  EXPECT_EQ(entry->arguments[0].kind, ArgumentKind::tensor);
  EXPECT_EQ(entry->arguments[1].kind, ArgumentKind::integers);
  EXPECT_EQ(*entry->arguments[2].defaultValue, "2");
  EXPECT_TRUE(entry->arguments[3].optional);
  EXPECT_FALSE(parseSchema("f(Quaternion q) -> Tensor"));
  EXPECT_FALSE(parseSchema("f(Tensor a"));
}

TEST_F(OperatorTest, Addmm) {
  std::string call = "\"aten::addmm\"(%a0, %a1, %a2, real(1.0), real(1.0))";
  EXPECT_EQ(infer(call, {"f32 [12]", "f32 [B*L, 4]", "f32 [4, 12]"}),
            "'!plan.tensor<f32 [B*L, 12]>'");
  EXPECT_EQ(infer(call, {"f32 [12]", "f32 [B*L, 4]", "f32 [5, 12]"}),
            "aten::addmm mat2 is [5, 12], expected [4, 12]");
  EXPECT_EQ(infer(call, {"f32 [11]", "f32 [B*L, 4]", "f32 [4, 12]"}),
            "aten::addmm self is [11], expected [12]");
  EXPECT_EQ(infer(call, {"f32 [12]", "f32 [B*L, 4]", "bf16 [4, 12]"}),
            "aten::addmm mat2 holds 'bf16', expected 'f32'");
  EXPECT_EQ(infer(call, {"f32 [12]", "f32 [B, L, 4]", "f32 [4, 12]"}),
            "aten::addmm mat1 has 3 dimensions, expected 2");
}

TEST_F(OperatorTest, Linear) {
  EXPECT_EQ(infer("\"aten::linear\"(%a0, %a1, none)",
                  {"f32 [B, L, 4]", "f32 [9, 4]"}),
            "'!plan.tensor<f32 [B, L, 9]>'");
  EXPECT_EQ(infer("\"aten::linear\"(%a0, %a1, %a2)",
                  {"f32 [B, 4]", "f32 [9, 4]", "f32 [8]"}),
            "aten::linear bias is [8], expected [9]");
}

TEST_F(OperatorTest, Attention) {
  std::string call =
      "\"aten::scaled_dot_product_attention\"(%a0, %a1, %a2, none, "
      "real(0.0), true, none, false)";
  std::string heads = "f32 [B, 4, L, 16]";
  EXPECT_EQ(infer(call, {heads, heads, heads}),
            "'!plan.tensor<f32 [B, 4, L, 16]>'");
  EXPECT_EQ(infer(call, {heads, "f32 [B, 4, L, 8]", heads}),
            "aten::scaled_dot_product_attention key is [B, 4, L, 8], expected "
            "[B, 4, L, 16]");
}

TEST_F(OperatorTest, Broadcast) {
  std::string call = "\"aten::add.Tensor\"(%a0, %a1, real(1.0))";
  EXPECT_EQ(infer(call, {"f32 [B, L, 8]", "f32 [L, 8]"}),
            "'!plan.tensor<f32 [B, L, 8]>'");
  EXPECT_EQ(infer(call, {"f32 [1, 8]", "f32 [B, 8, 1]"}),
            "'!plan.tensor<f32 [B, 8, 8]>'");
  EXPECT_EQ(
      infer(call, {"f32 [B, L, 8]", "f32 [B, 8]"}),
      "aten::add.Tensor self [B, L, 8] and other [B, 8] do not broadcast");
}

TEST_F(OperatorTest, Views) {
  EXPECT_EQ(infer("\"aten::view\"(%a0, [B, L, 2, 4])", {"f32 [B*L, 8]"}),
            "'!plan.tensor<f32 [B, L, 2, 4]>'");
  EXPECT_EQ(infer("\"aten::view\"(%a0, [B, L, 2, 5])", {"f32 [B*L, 8]"}),
            "aten::view self [B*L, 8] cannot be seen as [B, L, 2, 5]");
  // Two wrongs: the volume agrees.
  EXPECT_EQ(infer("\"aten::view\"(%a0, [-4, -2])", {"f32 [8]"}),
            "aten::view tensor has size -4, expected 1 or more");
  EXPECT_EQ(infer("\"aten::transpose.int\"(%a0, 1, -1)", {"f32 [B, L, 2, 4]"}),
            "'!plan.tensor<f32 [B, 4, 2, L]>'");
  EXPECT_EQ(infer("\"aten::transpose.int\"(%a0, 1, 4)", {"f32 [B, L, 2, 4]"}),
            "aten::transpose.int dim1 is 4, expected -4 to 3");
  EXPECT_EQ(infer("\"aten::slice.Tensor\"(%a0, 0, 0, L, 1)", {"f32 [64, 8]"}),
            "'!plan.tensor<f32 [L, 8]>'");
  EXPECT_EQ(infer("\"aten::slice.Tensor\"(%a0, 0, 0, 65, 1)", {"f32 [64, 8]"}),
            "aten::slice.Tensor end is 65, expected at most 64");
}

TEST_F(OperatorTest, ListsOfTensors) {
  std::string part = "'!plan.tensor<f32 [B, 4]>'";
  EXPECT_EQ(infer("\"aten::split.Tensor\"(%a0, 4, 1)", {"f32 [B, 12]"}),
            part + ", " + part + ", " + part);
  EXPECT_EQ(infer("\"aten::split.Tensor\"(%a0, 5, 1)", {"f32 [B, 12]"}),
            "aten::split.Tensor split_size is 5, expected a divisor of 12");
  EXPECT_EQ(
      infer("\"aten::cat\"(list{%a0, %a1}, 0)", {"f32 [2*B, 4]", "f32 [B, 4]"}),
      "'!plan.tensor<f32 [3*B, 4]>'");
  EXPECT_EQ(
      infer("\"aten::cat\"(list{%a0, %a1}, 0)", {"f32 [L, 4]", "f32 [B, 4]"}),
      "aten::cat '!plan.tensor<f32 [L, 4]>' and '!plan.tensor<f32 [B, 4]>' "
      "cannot be joined along dimension 0");
}

TEST_F(OperatorTest, RowsAndLookUp) {
  std::string norm =
      "\"aten::layer_norm\"(%a0, [8], %a1, %a2, real(1.0e-5), false)";
  EXPECT_EQ(infer(norm, {"bf16 [B*L, 8]", "bf16 [8]", "bf16 [8]"}),
            "'!plan.tensor<bf16 [B*L, 8]>'");
  EXPECT_EQ(infer(norm, {"f32 [B*L, 9]", "f32 [8]", "f32 [8]"}),
            "aten::layer_norm normalized_shape is [8], expected the last "
            "dimensions of input [B*L, 9]");
  std::string look = "\"aten::embedding\"(%a0, %a1, -1, false, false)";
  EXPECT_EQ(infer(look, {"f32 [256, 8]", "i64 [B, L]"}),
            "'!plan.tensor<f32 [B, L, 8]>'");
  EXPECT_EQ(infer(look, {"f32 [256, 8]", "f32 [B, L]"}),
            "aten::embedding indices holds 'f32', expected 'i64'");
  EXPECT_EQ(infer("\"aten::gelu\"(%a0, \"tan\")", {"f32 [B]"}),
            "aten::gelu approximate is \"tan\", expected \"none\" or \"tanh\"");
  EXPECT_EQ(
      infer("\"aten::to.dtype\"(%a0, bf16, false, false, none)", {"f32 [B]"}),
      "'!plan.tensor<bf16 [B]>'");
}

TEST_F(OperatorTest, Loss) {
  EXPECT_EQ(
      infer("\"aten::cross_entropy_loss\"(%a0, %a1, %a2, 2, -100, real(0.0))",
            {"f32 [B, 9]", "i64 [B]", "f32 [9]"}),
      "aten::cross_entropy_loss weight is given, expected None");

  std::string sum =
      "\"aten::cross_entropy_loss\"(%a0, %a1, none, 2, -100, real(0.0))";
  EXPECT_EQ(infer(sum, {"f32 [B*L, 9]", "i64 [B*L]"}),
            "'!plan.tensor<f32 []>'");
  EXPECT_EQ(infer(sum, {"f32 [B*L, 9]", "i64 [B]"}),
            "aten::cross_entropy_loss target is [B], expected [B*L]");
}

TEST(DimTest, ProductsAndSums) {
  EXPECT_EQ(multiply(Dim(3, 1, 0), Dim(2, 1, 1)), Dim(6, 2, 1));
  EXPECT_FALSE(multiply(Dim(INT64_MAX), Dim(2)));
  EXPECT_FALSE(multiply(Dim(1, 5, 0), Dim(1, 5, 0)));
  EXPECT_EQ(add(Dim(3, 1, 0), Dim(2, 1, 0)), Dim(5, 1, 0));
  EXPECT_FALSE(add(Dim(3, 1, 0), Dim(2, 0, 1)));
  EXPECT_EQ(Dim(6, 2, 1).evaluate({3, 5}), 270);
  EXPECT_EQ(toString(Dim(6, 2, 1)), "6*B*B*L");
}
