//===- EarlyEnds.cpp - what an early end of a phase moves -----------------===//

#include "compiler/Transforms/Resolve/EarlyEnds.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dsc;

bool dsc::isRepeated(RecipeOp recipe, PhaseInterface phase) {
  return llvm::any_of(listTables<RepeatOp>(recipe), [&](RepeatOp repeat) {
    ArrayAttr names = repeat.getPhasesAttr();
    return names && llvm::is_contained(names, phase->getAttr("name"));
  });
}

/// The tracks of `phase` that start where the one before it ends.
static SmallVector<Attribute> followedTracks(PhaseInterface phase) {
  Builder builder(phase->getContext());
  SmallVector<Attribute> tracks;
  if (!phase->hasAttr("from"))
    tracks.push_back(builder.getStringAttr("lr"));
  for (StringRef track : {"momentum", "weight_decay"})
    if (auto value = phase->getAttrOfType<DictionaryAttr>(track);
        value && !value.contains("from"))
      tracks.push_back(builder.getStringAttr(track));
  return tracks;
}

/// A phase that starts at an LR which only the run knows must be able to, and
/// end at one that is known.
static bool checkFollower(RecipeOp recipe, PhaseInterface phase,
                          PhaseInterface ended, Report &report) {
  auto number = [](Operation *op, StringRef name) {
    auto value = op->getAttrOfType<FloatAttr>(name);
    return value ? std::optional(value.getValueAsDouble()) : std::nullopt;
  };
  auto low = number(ended, "start"), high = number(ended, "finish");
  auto finish = number(phase, "finish");
  if (!phase.moves() || !low || !high || !finish)
    return true;
  StringRef expected;
  for (double start : {*low, *high})
    if (start != *finish && expected.empty())
      expected = phase.expectedEnds(start, *finish);
  if (phase.runsTo() && !isRepeated(recipe, phase) && expected.empty())
    return true;
  report.error(
      phase, "from",
      "phase " + quoteName(getName(phase)) + " starts wherever " +
          quoteName(getName(ended)) + " is ended, and '" + getKind(phase) +
          "' expected " +
          (expected.empty() ? StringRef("a start that is known") : expected),
      "write 'from' as a number here");
  return false;
}

void dsc::followPhases(RecipeOp recipe, ArrayRef<PhaseInterface> phases,
                       std::vector<SmallVector<NamedAttribute>> &reactions,
                       Report &report) {
  Builder builder(recipe.getContext());
  bool shifted = false, mayMove = false;
  PhaseInterface ended; ///< decides over the start of the next; null for none
  for (auto [listed, members] : llvm::zip(phases, reactions)) {
    PhaseInterface phase = listed;
    SmallVector<Attribute> tracks;
    if (mayMove)
      tracks = followedTracks(phase);
    if (!tracks.empty())
      members.push_back(
          builder.getNamedAttr("follows", builder.getArrayAttr(tracks)));
    bool followsLr = !phase->hasAttr("from");
    if (ended && followsLr && !checkFollower(recipe, phase, ended, report))
      return;
    // A phase that stands still hands on what it was given.
    if (!followsLr || phase.moves())
      ended = {};
    auto length = phase->getAttrOfType<LengthAttr>("length");
    if (shifted && length && length.getUnit() == "rest" &&
        !isRepeated(recipe, phase)) {
      members.push_back(
          builder.getNamedAttr("stretches", builder.getUnitAttr()));
      shifted = false;
    }
    bool endsEarly = llvm::any_of(members, [](NamedAttribute member) {
      return member.getName() == "until";
    });
    shifted |= endsEarly;
    mayMove |= endsEarly;
    if (endsEarly && phase.moves())
      ended = phase;
  }
}
