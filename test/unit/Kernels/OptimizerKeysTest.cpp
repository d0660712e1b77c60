//===- OptimizerKeysTest.cpp - rules on an optimizer's keys ---------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/Verifier.h"
#include <gmock/gmock.h>

using namespace mlir;
using namespace dsc;
using namespace dsc::test;

namespace {

/// The message of an optimizer's check, or "" where it passes.
std::string check(StringRef name,
                  std::vector<std::pair<StringRef, Attribute>> keys,
                  MLIRContext &context) {
  OpBuilder builder(&context);
  OperationState state(builder.getUnknownLoc(), name);
  for (auto &[key, value] : keys)
    state.addAttribute(key, value);
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  OwningOpRef<Operation *> op(builder.create(state));
  (void)verify(*op);
  return message;
}

struct OptimizerKeys : testing::Test {
  OptimizerKeys() : builder(&context) { context.loadDialect<DscDialect>(); }
  Attribute number(double value) { return builder.getF64FloatAttr(value); }
  Attribute numbers(std::vector<double> values) {
    return builder.getF64ArrayAttr(values);
  }

  MLIRContext context;
  Builder builder;
};

} // namespace

TEST_F(OptimizerKeys, BetasAreTwoNumbersBelowOne) {
  EXPECT_EQ(check("dsc.adamw", {{"betas", numbers({0.9, 0.95})}}, context), "");
  for (const std::vector<double> &wrong :
       {std::vector<double>{0.9}, {0.9, 1.0}, {-0.1, 0.9}, {0.9, 0.9, 0.9}})
    EXPECT_THAT(check("dsc.adamw", {{"betas", numbers(wrong)}}, context),
                testing::HasSubstr("two numbers from 0 up to"));
}

TEST_F(OptimizerKeys, adamw_c1) {
  // The place of a key that the author wrote.
  Location place = FileLineColRange::get(builder.getStringAttr("a.toml"), 3, 1);
  auto places = builder.getDictionaryAttr(
      builder.getNamedAttr("beta2", cast<LocationAttr>(Attribute(place))));
  OperationState state(FusedLoc::get({place}, places, &context), "dsc.adamw");
  state.addAttribute("betas", numbers({0.9, 0.95}));
  state.addAttribute("beta2", number(0.95));
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  OpBuilder opBuilder(&context);
  OwningOpRef<Operation *> op(opBuilder.create(state));
  EXPECT_TRUE(failed(verify(*op)));
  EXPECT_THAT(message, testing::HasSubstr("say the same"));
  // A default beside betas is no contradiction.
  EXPECT_EQ(check("dsc.adamw",
                  {{"betas", numbers({0.9, 0.95})}, {"beta2", number(0.999)}},
                  context),
            "");
}

TEST_F(OptimizerKeys, sgd_c1) {
  Attribute yes = builder.getBoolAttr(true);
  EXPECT_THAT(check("dsc.sgd", {{"nesterov", yes}}, context),
              testing::HasSubstr("without momentum"));
  EXPECT_EQ(check("dsc.sgd", {{"nesterov", yes}, {"own_momentum", number(0.9)}},
                  context),
            "");
}

TEST_F(OptimizerKeys, sgd_c2) {
  EXPECT_THAT(
      check("dsc.sgd",
            {{"nesterov", builder.getBoolAttr(true)},
             {"own_momentum", number(0.9)},
             {"dampening", number(0.5)}},
            context),
      testing::HasSubstr("found 0.5 beside Nesterov steps, expected 0"));
}

TEST_F(OptimizerKeys, ValuesOutsideTheirRange) {
  EXPECT_THAT(check("dsc.adamw", {{"eps", number(0)}}, context),
              testing::HasSubstr("a positive number"));
  EXPECT_THAT(check("dsc.adamw", {{"clip_norm", number(-1)}}, context),
              testing::HasSubstr("a positive number"));
  EXPECT_THAT(check("dsc.sgd", {{"weight_decay", number(-1)}}, context),
              testing::HasSubstr("a number of 0 or more"));
}
