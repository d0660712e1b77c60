//===- SchemaCommand.cpp - dsc schema -------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"

using namespace dsc;

static constexpr char kSchema[] =
#include "dialect/Dsc/RecipeSchema.inc"
    ;

int dsc::schemaCommand() {
  writeOutput(kSchema, "");
  return int(Exit::done);
}
