//===- Layout.h - where the variables of a kernel are -----------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_LAYOUT_H
#define DSC_TEST_UNIT_PTX_LAYOUT_H

#include "test/unit/Ptx/Code.h"

namespace dsc::test::ptx {

/// A variable in its space: of a parameter the offset in all of them.
struct Place {
  Space space;
  uint64_t address, bytes;
};

using Places = std::map<std::string_view, Place>;

/// Makes the module's global and constant variables part of `program`.
Places placeModuleVariables(const Module &module, Program &program);

/// Adds a kernel's own variables, and the shared ones of the module.
void placeKernelVariables(const Module &module, const Function &function,
                          Kernel &kernel, Places &places);

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_LAYOUT_H
