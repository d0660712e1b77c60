//===- Fingerprint.cpp ----------------------------------------------------===//

#include "compiler/Transforms/Run/Fingerprint.h"

#include "dialect/Dsc/Macros/Expansion.h"
#include "dialect/Dsc/PhaseValues.h"
#include "runtime/Base/Hash.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace dsc;

namespace {

/// Canonical text of tables: the op's name and its attributes in the
/// dictionary's sorted order, without locations.
class CanonicalText {
public:
  using LeftOut =
      llvm::function_ref<llvm::SmallVector<llvm::StringRef>(Operation *)>;

  void add(Operation *op, LeftOut leftOut) {
    llvm::SmallVector<llvm::StringRef> without = leftOut(op);
    out << op->getName() << '{';
    for (NamedAttribute attribute : op->getAttrDictionary())
      if (!llvm::is_contained(without, attribute.getName().getValue()))
        addMember(attribute);
    out << "}\n";
    for (Region &region : op->getRegions())
      for (Operation &inner : region.getOps())
        add(&inner, leftOut);
  }
  void add(Operation *op, llvm::ArrayRef<llvm::StringRef> without) {
    add(op, [&](Operation *) { return llvm::to_vector(without); });
  }
  void add(llvm::StringRef name, Attribute value) {
    out << name << '=' << value << '\n';
  }
  std::string hash() { return sha256Hex(out.str()); }

private:
  /// The name of a list of phases only tells lists apart: its number is hashed.
  void addMember(NamedAttribute member) {
    out << member.getName().getValue() << '=';
    if (member.getName() == "multiplier")
      out << lists
                 .try_emplace(cast<StringAttr>(member.getValue()).getValue(),
                              lists.size())
                 .first->second;
    else
      out << member.getValue();
    out << ';';
  }

  std::string text;
  llvm::raw_string_ostream out{text};
  llvm::StringMap<size_t> lists;
};

} // namespace

/// Hash of every op of `recipe` that `select` picks.
static std::string hashOf(RecipeOp recipe,
                          llvm::function_ref<bool(Operation &)> select,
                          llvm::ArrayRef<llvm::StringRef> without) {
  CanonicalText text;
  for (Operation &op : recipe.getBody().front())
    if (select(op))
      text.add(&op, without);
  return text.hash();
}

/// The seed draws the holdout and the order of the samples. What the files hold
/// counts, not where they lie.
static std::string hashData(RecipeOp recipe) {
  CanonicalText text;
  for (Operation &op : recipe.getBody().front()) {
    if (!isa<DataOp, SourceInterface>(op))
      continue;
    text.add(&op, {"name", "path", "files"});
    auto files = op.getAttrOfType<ArrayAttr>("files");
    for (Attribute file : files ? files.getValue() : ArrayRef<Attribute>())
      for (llvm::StringRef fact : {"bytes", "sha256"})
        text.add(fact, cast<DictionaryAttr>(file).get(fact));
  }
  for (auto train : recipe.getOps<TrainOp>())
    text.add("seed", train.getSeedAttr());
  return text.hash();
}

/// What the resolve passes have turned into something else, which is hashed in
/// its place, and what only names.
static SmallVector<StringRef> writtenKeys(Operation *op) {
  if (isa<ScheduleOp>(op))
    return {"peak",          "inclusive",      "min",
            "max",           "on_spike",       "reduce_on_plateau",
            "batch_scaling", "reference_batch"};
  if (isa<RepeatOp>(op))
    return {"name", "phases", "times", "growth", "decay"};
  if (!isa<PhaseInterface>(op))
    return {}; // other kinds of schedule are read as they stand
  SmallVector<StringRef> keys{"name",  "length",          "from",
                              "to",    "momentum",        "weight_decay",
                              "until", kMacroKeyAttribute};
  for (const KeyInfo &key : findTableOfOp(op->getName().getStringRef())->keys)
    if (isOwnLength(key) || isOwnAmount(key))
      keys.push_back(key.attribute);
  return keys;
}

/// The resolved values, not how they were written.
static std::string hashSchedule(RecipeOp recipe) {
  CanonicalText text;
  for (Operation &op : recipe.getBody().front())
    if (isa<PhaseInterface, RepeatOp, ScheduleOp, ScheduleKindInterface,
            DeepSpeedOp>(op))
      text.add(&op, writtenKeys);
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
  auto optimizer =
      hashOf(recipe,
             [](Operation &op) { return isa<OptimizerInterface, GroupOp>(op); },
             {"name"});
  auto text = [&](const std::string &value) {
    return builder.getStringAttr(value);
  };
  plan_ir::FingerprintOp::create(
      builder, recipe.getLoc(), text(sha256Hex(recipeText)), text(model),
      text(hashData(recipe)), text(hashSchedule(recipe)), text(optimizer),
      text(hashBatch(recipe)));
}
