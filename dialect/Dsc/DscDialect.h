//===- DscDialect.h - the recipe dialect ------------------------*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_DSCDIALECT_H
#define DSC_DIALECT_DSC_DSCDIALECT_H

#include "dialect/Dsc/Catalogue.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "dialect/Dsc/DscDialect.h.inc"

#include "dialect/Dsc/DscInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/Dsc/DscAttributes.h.inc"

#define GET_OP_CLASSES
#include "dialect/Dsc/DscOps.h.inc"

#endif // DSC_DIALECT_DSC_DSCDIALECT_H
