//===- Catalogue.h - types in the catalogues' interfaces --------*- C++ -*-===//
//
// What DscInterfaces.td names in its method signatures.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_CATALOGUE_H
#define DSC_DIALECT_DSC_CATALOGUE_H

#include "dialect/Dsc/Scalar.h"

#include <cstdint>
#include <string>

namespace dsc {

class GraphBuilder;
class MacroExpansion;

/// What a model's builder knows of the data.
struct ModelFacts {
  int64_t vocabulary = 0;        ///< tokens; 0 for rows
  int64_t sequence = 0;          ///< tokens in a sample
  int64_t columns = 0;           ///< csv: feature columns
  int64_t classes = 0;           ///< csv: classes of the target
  std::string precision = "f32"; ///< as train.precision
};

/// What a schedule gives at a step, f64 each; null where it leaves a track
/// alone.
struct ScheduleTracks {
  mlir::Value lr, momentum;
};

/// A part of a schedule, up to where the next one begins.
struct ScheduleSpan {
  std::string name;
  int64_t begin;
};

/// A peculiarity of a schedule that another tool defined.
struct ScheduleQuirk {
  std::string id, text;
};

} // namespace dsc

#endif // DSC_DIALECT_DSC_CATALOGUE_H
