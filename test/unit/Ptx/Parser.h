//===- Parser.h - PTX text to its syntax ------------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_PARSER_H
#define DSC_TEST_UNIT_PTX_PARSER_H

#include "test/unit/Ptx/Syntax.h"

namespace dsc::test::ptx {

/// A module's syntax; it holds views of `text`. What is not known is a Fault
/// with its line.
Module parse(std::string_view text);

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_PARSER_H
