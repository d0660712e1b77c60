//===- OperatorTable.cpp - Operators.td to C++ ----------------------------===//
//
// Writes one DSC_OPERATOR(...) line for each record of class Operator; the
// arguments are those of makeOperator in dialect/Plan/OperatorTable.cpp.
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TableGen/Record.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

static void emitCost(const Record &record, StringRef field, raw_ostream &os) {
  StringRef code = record.getValueAsString(field).trim();
  os << "  [](const OperatorCall &call, Binding binding) -> double { return "
     << code << "; },\n";
}

static void emitOperator(const Record &record, raw_ostream &os) {
  os << "DSC_OPERATOR(\n  \"" << record.getValueAsString("schema") << "\",\n"
     << "  [](const OperatorCall &call) -> ResultTypes { return "
     << record.getValueAsString("shape").trim() << "; },\n";
  emitCost(record, "flops", os);
  os << "  ArrayRef<StringRef>({";
  interleaveComma(record.getValueAsListOfStrings("saves"), os,
                  [&](StringRef name) { os << '"' << name << '"'; });
  os << "}),\n";
  emitCost(record, "extraBytes", os);
  emitCost(record, "scratchBytes", os);
  os << "  " << (record.getValueAsBit("view") ? "true" : "false") << ")\n";
}

static void emitOperatorTable(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("Operators", os, records);
  for (const Record *record : records.getAllDerivedDefinitions("Operator"))
    emitOperator(*record, os);
}

static TableGen::Emitter::Opt registration("gen-operator-table",
                                           emitOperatorTable,
                                           "Generate the operator table");
