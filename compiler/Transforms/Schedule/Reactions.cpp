//===- Reactions.cpp - reading the resolved form --------------------------===//

#include "compiler/Transforms/Schedule/Reactions.h"

using namespace mlir;
using namespace dsc;

static llvm::StringRef textOf(DictionaryAttr table, llvm::StringRef key) {
  return table.getAs<StringAttr>(key).getValue();
}

static double numberOf(DictionaryAttr table, llvm::StringRef key) {
  return table.getAs<FloatAttr>(key).getValueAsDouble();
}

static int64_t countOf(DictionaryAttr table, llvm::StringRef key) {
  return table.getAs<IntegerAttr>(key).getInt();
}

static Watch readWatch(DictionaryAttr table) {
  return {textOf(table, "metric"), textOf(table, "mode") == "max",
          textOf(table, "threshold_mode") == "rel",
          numberOf(table, "threshold"), countOf(table, "patience")};
}

bool PhaseReaction::followsOn(llvm::StringRef track) const {
  return follows &&
         llvm::is_contained(follows.getAsValueRange<StringAttr>(), track);
}

PhaseReaction PhaseReaction::read(PhaseInterface phase) {
  PhaseReaction reaction;
  auto table = phase->getAttrOfType<DictionaryAttr>("reaction");
  if (!table)
    return reaction;
  reaction.follows = table.getAs<ArrayAttr>("follows");
  reaction.stretches = table.contains("stretches");
  if (auto until = table.getAs<DictionaryAttr>("until")) {
    reaction.name = textOf(until, "name");
    reaction.until = readWatch(until);
  }
  return reaction;
}

ScheduleReactions ScheduleReactions::read(ScheduleOp schedule) {
  ScheduleReactions reactions;
  auto table = schedule ? schedule->getAttrOfType<DictionaryAttr>("reactions")
                        : DictionaryAttr();
  if (!table)
    return reactions;
  if (auto spike = table.getAs<DictionaryAttr>("on_spike"))
    reactions.spike = {textOf(spike, "metric").str(), numberOf(spike, "ratio"),
                       numberOf(spike, "scale"), countOf(spike, "recover")};
  if (auto plateau = table.getAs<DictionaryAttr>("reduce_on_plateau"))
    reactions.plateau = {readWatch(plateau), numberOf(plateau, "factor"),
                         numberOf(plateau, "min_lr"), numberOf(plateau, "eps"),
                         countOf(plateau, "cooldown")};
  return reactions;
}
