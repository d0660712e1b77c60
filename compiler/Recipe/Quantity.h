//===- Quantity.h - numbers with units --------------------------*- C++ -*-===//
//
// The texts "1000 steps", "1.5M tokens", "5%", "rest" and "10 min". Decimal
// arithmetic is exact: a suffix and a percent sign move the exponent before the
// one rounding.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_QUANTITY_H
#define DSC_COMPILER_RECIPE_QUANTITY_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace dsc {

/// A length, or why a text is none. `unit` is as in Dsc_LengthAttr.
struct ParsedLength {
  double value = 0;
  std::string unit; ///< "" when the text is no length
  std::string hint; ///< the remedy, then
};
ParsedLength parseLength(llvm::StringRef text);

/// A time of a clock in seconds, or why a text is none.
struct ParsedTime {
  std::optional<double> seconds;
  std::string hint; ///< the remedy where there are none
};
ParsedTime parseTime(llvm::StringRef text);

/// "10 min" for 600: in the largest unit that gives the same bits back.
std::string formatTime(double seconds);

/// "10%" as 10 (scale 0) or as 0.1 (scale -2); nullopt when it is none.
std::optional<double> parsePercent(llvm::StringRef text, int scale);

/// The canonical text of a length.
std::string formatLength(double value, llvm::StringRef unit);
/// 10 as "10%".
std::string formatPercent(double percent);
/// Without the ".0" of whole numbers, and in full where that is readable.
std::string formatCount(double value);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_QUANTITY_H
