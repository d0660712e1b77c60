//===- PlacementTable.cpp - Placements.td to C++ --------------------------===//
//
// Writes one DSC_PLACEMENT(...) line for each record of class Placement; the
// arguments are those of the struct in dialect/Dsc/Placements.h.
//
//===----------------------------------------------------------------------===//

#include "llvm/TableGen/Record.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

static void emitPlacementTable(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("Placements", os, records);
  for (const Record *record : records.getAllDerivedDefinitions("Placement")) {
    os << "DSC_PLACEMENT(" << record->getValueAsInt("zero");
    for (StringRef field : {"name", "axis", "summary"})
      os << ", \"" << record->getValueAsString(field) << '"';
    for (StringRef field : {"parameter", "gradient", "optimizer"})
      os << ", " << record->getValueAsString(field);
    os << ")\n";
  }
}

static TableGen::Emitter::Opt registration("gen-placement-table",
                                           emitPlacementTable,
                                           "Generate the table of placements");
