//===- ModelFixture.h - a [model] table and its graph -----------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_MODELS_MODELFIXTURE_H
#define DSC_TEST_UNIT_MODELS_MODELFIXTURE_H

#include "compiler/Transforms/Model/LowerModel.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

namespace dsc::test {

class ModelFixture : public testing::Test {
protected:
  ModelFixture();

  using Keys = std::vector<std::pair<std::string, mlir::Attribute>>;

  mlir::Attribute integer(int64_t value) {
    return builder.getI64IntegerAttr(value);
  }
  Keys gpt2Keys(int64_t layers, int64_t heads, int64_t width, int64_t context);

  /// A module with one table, each key at a place of its own name.
  mlir::OwningOpRef<mlir::ModuleOp> makeModel(llvm::StringRef op,
                                              const Keys &keys);

  /// The verified graph of a table that must be good.
  plan_ir::GraphOp lower(llvm::StringRef op, const Keys &keys,
                         const ModelFacts &facts);

  /// What is reported of a table that must be bad: "key: message" lines.
  std::string errorsOf(llvm::StringRef op, const Keys &keys,
                       const ModelFacts &facts);

  mlir::MLIRContext context;
  mlir::Builder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Tokens as GPT-2's tokenizer gives them.
inline ModelFacts gpt2Facts(int64_t vocabulary = 50257,
                            int64_t sequence = 1024) {
  ModelFacts facts;
  facts.vocabulary = vocabulary;
  facts.sequence = sequence;
  return facts;
}

} // namespace dsc::test

#endif // DSC_TEST_UNIT_MODELS_MODELFIXTURE_H
