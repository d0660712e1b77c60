//===- Libraries.h - where a library of ours may lie ------------*- C++ -*-===//
//
// What a program opens only when a run asks for it, since it drags much in.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_LIBRARIES_H
#define DSC_RUNTIME_BASE_LIBRARIES_H

#include <string>
#include <vector>

namespace dsc {

/// Files of that name that are tried, in order: in $DSC_HOME, the program's own
/// folder, the prefix noted at build.
std::vector<std::string> libraryCandidates(const std::string &library);

} // namespace dsc

#endif // DSC_RUNTIME_BASE_LIBRARIES_H
