//===- Templates.h - recipes embedded for `dsc init` ------------*- C++ -*-===//

#ifndef DSC_COMPILER_DRIVER_TEMPLATES_H
#define DSC_COMPILER_DRIVER_TEMPLATES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace dsc {

struct Template {
  llvm::StringRef name, text;
};

/// The recipes of pipelines/, by name; Templates.cpp is generated from them.
llvm::ArrayRef<Template> recipeTemplates();

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_TEMPLATES_H
