//===- Diagnostics.cpp - how a recipe check reports -----------------------===//
//
// The importer gives every table a fused location: the place of its header, and
// as metadata a dictionary from keys to the places of their values.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"

#include "dialect/Dsc/DscDialect.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <numeric>

using namespace mlir;

namespace dsc {

static LocationAttr findKeyLocation(Operation *table, StringRef key) {
  auto fused = dyn_cast<FusedLoc>(table->getLoc());
  if (!fused)
    return {};
  auto places = dyn_cast_if_present<DictionaryAttr>(fused.getMetadata());
  return places ? places.getAs<LocationAttr>(key) : LocationAttr();
}

static Location getTableLocation(Operation *table) {
  auto fused = dyn_cast<FusedLoc>(table->getLoc());
  return fused && !fused.getLocations().empty() ? fused.getLocations().front()
                                                : table->getLoc();
}

Location getKeyLocation(Operation *table, StringRef key) {
  if (LocationAttr place = findKeyLocation(table, key))
    return place;
  return getTableLocation(table);
}

std::string getKeyOrigin(Operation *table, StringRef key) {
  LocationAttr place = findKeyLocation(table, key);
  if (!place)
    return "default";
  if (auto named = dyn_cast<NameLoc>(place))
    return isa<UnknownLoc>(named.getChildLoc()) ? "--set"
                                                : named.getName().str();
  auto range = dyn_cast<FileLineColRange>(place);
  if (!range)
    return "recipe";
  Operation *recipe =
      isa<RecipeOp>(table) ? table : table->getParentOfType<RecipeOp>();
  auto main = recipe ? dyn_cast<FileLineColRange>(getTableLocation(recipe))
                     : FileLineColRange();
  if (main && main.getFilename() == range.getFilename())
    return "recipe";
  return range.getFilename().str();
}

InFlightDiagnostic emitKeyError(Operation *table, StringRef key,
                                const Twine &message) {
  return emitError(getKeyLocation(table, key), message);
}

InFlightDiagnostic emitKeyWarning(Operation *table, StringRef key,
                                  const Twine &message) {
  return emitWarning(getKeyLocation(table, key), message);
}

InFlightDiagnostic &attachHint(InFlightDiagnostic &diagnostic,
                               const Twine &remedy) {
  std::string text = remedy.str();
  if (diagnostic.getUnderlyingDiagnostic() && !text.empty())
    diagnostic.attachNote() << "hint: " << text;
  return diagnostic;
}

LogicalResult refuseKey(Operation *table, StringRef key, const Twine &message,
                        const Twine &remedy) {
  InFlightDiagnostic error = emitKeyError(table, key, message);
  return attachHint(error, remedy);
}

/// What people type in place of each other.
static std::string comparable(StringRef name) {
  std::string result = name.lower();
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

/// How many letters must be changed, put in, left out or swapped with the next;
/// `limit + 1` for more than `limit`.
static unsigned editDistance(StringRef a, StringRef b, unsigned limit) {
  size_t shorter = std::min(a.size(), b.size());
  if (std::max(a.size(), b.size()) - shorter > limit)
    return limit + 1;
  // Rows of the table for i - 2, i - 1 and i letters of `a`.
  SmallVector<unsigned> before, last, row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    before = std::move(last);
    last = row;
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({change, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return std::min(row.back(), limit + 1);
}

std::string nearestName(StringRef name, ArrayRef<StringRef> candidates) {
  std::string wanted = comparable(name.take_front(128));
  unsigned limit = std::max<unsigned>(1, (wanted.size() + 1) / 3);
  // By the distance, and of equals one that is near by its letters.
  std::pair<unsigned, bool> best(limit + 1, false);
  std::string result;
  for (StringRef candidate : candidates) {
    std::string text = comparable(candidate.take_front(128));
    unsigned distance = editDistance(wanted, text, limit);
    // "bf16" for "bf16-mixed" is far by letters and near by meaning.
    bool begins = wanted.size() >= 3 && text.size() >= 3 &&
                  (StringRef(text).starts_with(wanted) ||
                   StringRef(wanted).starts_with(text));
    bool far = distance > limit;
    if (begins)
      distance = std::min(distance, limit);
    if (std::pair(distance, far) < best) {
      best = {distance, far};
      result = candidate.str();
    }
  }
  return result;
}

} // namespace dsc
