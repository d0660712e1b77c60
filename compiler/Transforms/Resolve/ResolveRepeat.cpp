//===- ResolveRepeat.cpp - learning rates of each cycle -------------------===//

#include "compiler/Transforms/Resolve/ResolveRepeat.h"

#include "compiler/Transforms/Resolve/PlacePhases.h"
#include "compiler/Transforms/Schedule/Repeat.h"

#include "mlir/IR/Builders.h"

#include <algorithm>
#include <memory>
#include <vector>

using namespace mlir;
using namespace dsc;

/// What the passes find out about a phase, all of which a cycle may change.
static constexpr llvm::StringLiteral resolvedKeys[] = {
    "start", "finish", "tracks", "ends", "own_rates"};

namespace {

class CycleResolver {
public:
  CycleResolver(RepeatOp repeat, ArrayRef<PhaseInterface> phases,
                Report &report, ResolveInCycle resolve)
      : repeat(repeat), phases(phases), report(report), resolve(resolve),
        builder(repeat.getContext()), begin(*repeat.getBegin()),
        end(*repeat.getEnd()), period(repeat.getPeriod().value_or(0)) {}

  PhaseInterface run();

private:
  int64_t countCycles();
  int64_t boundary(int64_t cycle, size_t index);
  void addCycle(int64_t cycle);
  bool isLikeLast() const;
  bool listAll();
  PhaseInterface keep();

  RepeatOp repeat;
  ArrayRef<PhaseInterface> phases;
  Report &report;
  ResolveInCycle resolve;
  OpBuilder builder;
  int64_t begin, end, period;
  std::vector<std::unique_ptr<Region>> cycles;
};

} // namespace

int64_t CycleResolver::countCycles() {
  if (period)
    return (end - begin + period - 1) / period;
  return (repeat.getBoundaries()->size() - 1) / phases.size();
}

/// The first step of a phase; of the one past the last, where that ends.
int64_t CycleResolver::boundary(int64_t cycle, size_t index) {
  if (!period)
    return (*repeat.getBoundaries())[cycle * phases.size() + index];
  PhaseInterface first = phases[std::min(index, phases.size() - 1)];
  StringRef key = index < phases.size() ? "begin" : "end";
  return first->getAttrOfType<IntegerAttr>(key).getInt() + cycle * period;
}

/// The first cycle are the phases themselves; of the others only what is new in
/// the second is worth a warning: how it joins the first.
void CycleResolver::addCycle(int64_t cycle) {
  auto region = std::make_unique<Region>();
  Block &block = region->emplaceBlock();
  for (auto [index, phase] : llvm::enumerate(phases)) {
    ScopedDiagnosticHandler quiet(
        repeat.getContext(), [&, index = index](Diagnostic &diagnostic) {
          bool isKnown = cycle > 1 || (cycle == 1 && index > 0);
          return success(isKnown && diagnostic.getSeverity() ==
                                        DiagnosticSeverity::Warning);
        });
    if (cycle == 0)
      resolve(phase, cycle);
    builder.setInsertionPointToEnd(&block);
    PhaseInterface original = phase;
    auto own = cast<PhaseInterface>(builder.clone(*original.getOperation()));
    if (cycle == 0)
      continue;
    for (StringRef key : resolvedKeys)
      own->removeAttr(key);
    own->setAttr("begin", builder.getI64IntegerAttr(boundary(cycle, index)));
    own->setAttr("end", builder.getI64IntegerAttr(boundary(cycle, index + 1)));
    resolve(own, cycle);
  }
  cycles.push_back(std::move(region));
}

/// Whether the last two cycles came to the same.
bool CycleResolver::isLikeLast() const {
  for (auto [a, b] :
       llvm::zip(cycles[cycles.size() - 2]->getOps(), cycles.back()->getOps()))
    for (StringRef key : resolvedKeys)
      if (a.getAttr(key) != b.getAttr(key))
        return false;
  return true;
}

/// Turns a period into the boundaries of all cycles.
bool CycleResolver::listAll() {
  int64_t count = countCycles();
  if (count > static_cast<int64_t>(kMostListedPhases / phases.size())) {
    report.error(repeat, "phases",
                 "each cycle of " + quoteName(labelOf(repeat)) +
                     " goes on from where the one before ended, so that no two "
                     "are alike, and they come to more than " +
                     Twine(kMostListedPhases) + " phases",
                 "write 'from' in the first phase of the cycle");
    return false;
  }
  while (static_cast<int64_t>(cycles.size()) < count) {
    addCycle(cycles.size());
    if (failed(report.result()))
      return false;
  }
  SmallVector<int64_t> boundaries;
  for (int64_t cycle = 0; cycle < count; ++cycle)
    for (size_t index = 0; index < phases.size(); ++index)
      boundaries.push_back(boundary(cycle, index));
  boundaries.push_back(boundary(count - 1, phases.size()));
  repeat.setBoundaries(boundaries);
  repeat.removePeriodAttr();
  return true;
}

/// Puts the cycles in the place of the repetition, which cannot gain regions.
PhaseInterface CycleResolver::keep() {
  bool isCut = period ? (end - begin) % period != 0
                      : repeat.getBoundaries()->back() != end;
  PhaseInterface last;
  for (PhaseInterface phase : cycles.back()->getOps<PhaseInterface>())
    last = phase;
  OperationState state(repeat.getLoc(), repeat->getName(), {}, {},
                       repeat->getAttrs());
  for (std::unique_ptr<Region> &cycle : cycles)
    state.addRegion(std::move(cycle));
  builder.setInsertionPoint(repeat);
  builder.create(state);
  repeat.erase();
  return isCut ? PhaseInterface() : last;
}

PhaseInterface CycleResolver::run() {
  int64_t count = countCycles();
  // A third cycle shows whether the second is the last that is new.
  int64_t resolved = period ? std::min<int64_t>(count, 3) : count;
  while (static_cast<int64_t>(cycles.size()) < resolved) {
    addCycle(cycles.size());
    if (failed(report.result()))
      return {};
  }
  if (period && cycles.size() == 3) {
    if (isLikeLast())
      cycles.pop_back();
    else if (!listAll())
      return {};
    period = repeat.getPeriod().value_or(0);
  }
  return keep();
}

PhaseInterface dsc::resolveRepeat(RepeatOp repeat,
                                  ArrayRef<PhaseInterface> phases,
                                  Report &report, ResolveInCycle resolve) {
  bool placed =
      repeat.getBegin() && (repeat.getPeriod() || repeat.getBoundaries());
  if (!placed || failed(report.result())) {
    for (PhaseInterface phase : phases)
      resolve(phase, 0);
    return {};
  }
  return CycleResolver(repeat, phases, report, resolve).run();
}
