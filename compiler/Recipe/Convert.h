//===- Convert.h - a value of TOML as the attribute of a key ----*- C++ -*-===//
//
// One converter per key type. A value that does not fit is reported at its own
// place: what was found, what the key takes, and how to write it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_CONVERT_H
#define DSC_COMPILER_RECIPE_CONVERT_H

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/KeyTable.h"

#include "mlir/IR/Attributes.h"
#include "mlir/Support/LLVM.h"

namespace dsc {

/// The attribute of `key` for `value`, checked against the constraint that ODS
/// gives it; failure after a diagnostic.
///
/// Stored as: length LengthAttr; amount AmountAttr (10 for "10%"); share f64
/// (0.05 for "5%"); track {from, to} in f64, a bare number standing for both;
/// match {names: array of texts, dims: i64, role: text}; members a dictionary
/// in which every member with a default has a value.
mlir::FailureOr<mlir::Attribute> convertValue(mlir::MLIRContext &context,
                                              const TableInfo &table,
                                              const KeyInfo &key,
                                              const TomlValue &value);

/// The default that ODS gives the key; a null attribute where it gives none.
mlir::FailureOr<mlir::Attribute> convertDefault(mlir::MLIRContext &context,
                                                const TableInfo &table,
                                                const KeyInfo &key);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_CONVERT_H
