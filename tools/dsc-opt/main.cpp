//===- main.cpp - dsc-opt: run passes of dsc on MLIR text -----------------===//
//
// For tests and for those who work on dsc: recipes themselves never pass
// through MLIR's text parser.
//
//===----------------------------------------------------------------------===//

#include "SimulateRanks.h"

#include "compiler/Lowering.h"
#include "compiler/Target/Backends.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  dsc::registerDialects(registry);
  dsc::registerPasses();
  dsc::registerSimulateRanks();
  for (auto &backend : dsc::createBackends())
    backend->registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "dsc's modular optimizer\n", registry));
}
