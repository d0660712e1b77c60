//===- TomlLimits.h - what is refused before parsing ------------*- C++ -*-===//
//
// toml++ 3.3.0 recurses on dotted keys and nested values and trips over some
// short malformed texts. A scan that knows only strings, comments and brackets
// refuses these first, with a place and a remedy.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_TOMLLIMITS_H
#define DSC_COMPILER_RECIPE_TOMLLIMITS_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace dsc {

constexpr size_t maxRecipeBytes = 1 << 20;
constexpr unsigned maxTomlDepth = 32;
constexpr unsigned maxKeyParts = 16;
constexpr size_t maxTextBytes = 16384;
constexpr size_t maxArrayItems = 1000;

/// Something wrong at a byte of the text.
struct TomlProblem {
  size_t offset;
  std::string message, hint;
};

/// The first thing in the text that must not reach the parser.
std::optional<TomlProblem> findTomlProblem(llvm::StringRef text);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_TOMLLIMITS_H
