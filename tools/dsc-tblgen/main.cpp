//===- main.cpp - dsc-tblgen: what ODS says of a recipe's keys ------------===//
//
// mlir-tblgen makes the ops; this program makes the rest that hangs on a key:
// the table by which the importer and the messages know it, and the reference
// that users read.
//
//===----------------------------------------------------------------------===//

#include "llvm/TableGen/Main.h"
#include "llvm/Support/CommandLine.h"

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  return llvm::TableGenMain(argv[0], llvm::TableGenMainFn(nullptr));
}
