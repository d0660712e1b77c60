//===- Language.h - the version of the language -----------------*- C++ -*-===//
//
// What `dsc` at the top of a recipe says. The compiler and the schema that
// dsc-tblgen writes agree by this.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_LANGUAGE_H
#define DSC_DIALECT_DSC_LANGUAGE_H

#include <cstdint>

namespace dsc {

constexpr int64_t kLanguageVersion = 1;

} // namespace dsc

#endif // DSC_DIALECT_DSC_LANGUAGE_H
