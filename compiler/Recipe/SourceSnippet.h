//===- SourceSnippet.h - a line of a recipe and a caret ---------*- C++ -*-===//
//
// Shows where in a file something stands. Files are read when they are shown:
// only those with mistakes ever are.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_SOURCESNIPPET_H
#define DSC_COMPILER_RECIPE_SOURCESNIPPET_H

#include "compiler/Recipe/DiagnosticPrinter.h"

#include "llvm/ADT/StringMap.h"

#include <vector>

namespace dsc {

class SourceSnippets {
public:
  /// Prints the line at `place` with a caret under its range; nothing where the
  /// file cannot be read.
  void print(llvm::raw_ostream &os, const Finding::Place &place, bool colors);

private:
  struct File {
    std::string text;
    std::vector<size_t> lineStarts;
  };
  const File &load(llvm::StringRef path);

  llvm::StringMap<File> files;
};

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_SOURCESNIPPET_H
