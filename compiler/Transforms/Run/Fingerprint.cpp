//===- Fingerprint.cpp ----------------------------------------------------===//

#include "compiler/Transforms/Run/Fingerprint.h"

#include "dialect/Dsc/PhaseValues.h"
#include "runtime/Base/Hash.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace dsc;

namespace {

/// Canonical text of tables: the op's name and its attributes in the
/// dictionary's sorted order, without locations.
class CanonicalText {
public:
  void add(Operation *op, llvm::ArrayRef<llvm::StringRef> without = {}) {
    out << op->getName() << '{';
    for (NamedAttribute attribute : op->getAttrDictionary())
      if (!llvm::is_contained(without, attribute.getName().getValue()))
        out << attribute.getName().getValue() << '=' << attribute.getValue()
            << ';';
    out << "}\n";
    for (Region &region : op->getRegions())
      for (Operation &inner : region.getOps())
        add(&inner, without);
  }
  void add(llvm::StringRef name, Attribute value) {
    out << name << '=' << value << '\n';
  }
  std::string hash() { return sha256Hex(out.str()); }

private:
  std::string text;
  llvm::raw_string_ostream out{text};
};

} // namespace

/// Hash of every op of `recipe` that `select` picks.
static std::string hashOf(RecipeOp recipe,
                          llvm::function_ref<bool(Operation &)> select,
                          llvm::ArrayRef<llvm::StringRef> without = {}) {
  CanonicalText text;
  for (Operation &op : recipe.getBody().front())
    if (select(op))
      text.add(&op, without);
  return text.hash();
}

/// The seed draws the holdout and the order of the samples.
static std::string hashData(RecipeOp recipe) {
  CanonicalText text;
  for (Operation &op : recipe.getBody().front())
    if (isa<DataOp, SourceInterface>(op))
      text.add(&op, {"name", "path"});
  for (auto train : recipe.getOps<TrainOp>())
    text.add("seed", train.getSeedAttr());
  return text.hash();
}

/// The resolved values, not how they were written.
static std::string hashSchedule(RecipeOp recipe) {
  CanonicalText text;
  for (Operation &op : recipe.getBody().front()) {
    if (!isa<PhaseInterface, RepeatOp, ScheduleOp, ScheduleKindInterface,
             DeepSpeedOp>(op))
      continue;
    SmallVector<StringRef> without{"name",
                                   "length",
                                   "from",
                                   "to",
                                   "momentum",
                                   "weight_decay",
                                   "min",
                                   "max",
                                   "peak",
                                   "inclusive",
                                   "phases",
                                   "times",
                                   "growth",
                                   "decay",
                                   "reference_batch",
                                   "batch_scaling",
                                   "until",
                                   "on_spike",
                                   "reduce_on_plateau"};
    for (const KeyInfo &key : findTableOfOp(op.getName().getStringRef())->keys)
      if (isOwnLength(key) || isOwnAmount(key))
        without.push_back(key.attribute);
    text.add(&op, without);
  }
  return text.hash();
}

static std::string hashBatch(RecipeOp recipe) {
  CanonicalText text;
  for (auto train : recipe.getOps<TrainOp>()) {
    text.add("batch", train.getBatchAttr());
    text.add("precision", train.getPrecisionAttr());
  }
  return text.hash();
}

void dsc::createFingerprint(OpBuilder &builder, RecipeOp recipe,
                            llvm::StringRef recipeText) {
  auto model = hashOf(
      recipe, [](Operation &op) { return isa<ModelInterface>(op); }, {"init"});
  auto optimizer = hashOf(recipe, [](Operation &op) {
    return isa<OptimizerInterface, GroupOp>(op);
  });
  auto text = [&](const std::string &value) {
    return builder.getStringAttr(value);
  };
  plan_ir::FingerprintOp::create(
      builder, recipe.getLoc(), text(sha256Hex(recipeText)), text(model),
      text(hashData(recipe)), text(hashSchedule(recipe)), text(optimizer),
      text(hashBatch(recipe)));
}
