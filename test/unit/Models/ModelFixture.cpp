//===- ModelFixture.cpp - a [model] table and its graph -------------------===//

#include "test/unit/Models/ModelFixture.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::test;

ModelFixture::ModelFixture() : builder(&context) {
  context.loadDialect<DscDialect, plan_ir::PlanDialect>();
}

ModelFixture::Keys ModelFixture::gpt2Keys(int64_t layers, int64_t heads,
                                          int64_t width,
                                          int64_t contextLength) {
  return {{"layers", integer(layers)},
          {"heads", integer(heads)},
          {"width", integer(width)},
          {"context_length", integer(contextLength)}};
}

OwningOpRef<ModuleOp> ModelFixture::makeModel(StringRef op, const Keys &keys) {
  SmallVector<NamedAttribute> places;
  for (StringRef key : {"kind", "layers", "heads", "width", "context", "vocab",
                        "dropout", "hidden"})
    places.push_back(builder.getNamedAttr(
        key, Attribute(FileLineColLoc::get(&context, key, 1, 1))));
  Location place = FusedLoc::get(&context, {UnknownLoc::get(&context)},
                                 builder.getDictionaryAttr(places));
  OwningOpRef<ModuleOp> result = ModuleOp::create(UnknownLoc::get(&context));
  OpBuilder inside = OpBuilder::atBlockEnd(result->getBody());
  OperationState state(place, op);
  for (const auto &[name, value] : keys)
    state.addAttribute(name, value);
  inside.create(state);
  return result;
}

plan_ir::GraphOp ModelFixture::lower(StringRef op, const Keys &keys,
                                     const ModelFacts &facts) {
  module = makeModel(op, keys);
  FailureOr<plan_ir::GraphOp> graph = lowerModel(*module, facts);
  EXPECT_TRUE(succeeded(graph));
  EXPECT_TRUE(succeeded(verify(*module)));
  return graph.value_or(plan_ir::GraphOp());
}

static std::string placeName(Location location) {
  auto place = dyn_cast<FileLineColLoc>(location);
  return place ? place.getFilename().str() : "?";
}

std::string ModelFixture::errorsOf(StringRef op, const Keys &keys,
                                   const ModelFacts &facts) {
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    text +=
        placeName(diagnostic.getLocation()) + ": " + diagnostic.str() + "\n";
    for (Diagnostic &note : diagnostic.getNotes())
      text += "  " + note.str() + "\n";
    return success();
  });
  OwningOpRef<ModuleOp> bad = makeModel(op, keys);
  EXPECT_TRUE(failed(lowerModel(*bad, facts)));
  EXPECT_TRUE(bad->getOps<plan_ir::GraphOp>().empty());
  return text;
}
