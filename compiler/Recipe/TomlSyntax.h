//===- TomlSyntax.h - syntax errors in the author's words -------*- C++ -*-===//
//
// What the parser says of a malformed line, made into found, expected and a
// remedy.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_TOMLSYNTAX_H
#define DSC_COMPILER_RECIPE_TOMLSYNTAX_H

#include "llvm/ADT/StringRef.h"

#include <string>
#include <utility>

namespace dsc {

/// Lines and columns count from 1; columns count code points.
struct SyntaxProblem {
  unsigned line, column;
  std::string message;
};

std::pair<unsigned, unsigned> findLineAndColumn(llvm::StringRef text,
                                                size_t offset);

/// Line `number` of the text, without its end; "" past the last.
llvm::StringRef getLine(llvm::StringRef text, unsigned number);

/// Rewords the parser's message, moves the place to where an author looks, and
/// returns the remedy or "".
std::string explainSyntax(SyntaxProblem &problem, llvm::StringRef text);

/// Blanks out a line that does not parse. False where the lines after it would
/// not stand by themselves, or the text is too long to be read many times.
bool blankLine(std::string &text, unsigned line);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_TOMLSYNTAX_H
