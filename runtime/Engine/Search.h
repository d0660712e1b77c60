//===- Search.h - where an engine library may lie ---------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ENGINE_SEARCH_H
#define DSC_RUNTIME_ENGINE_SEARCH_H

#include <string>
#include <vector>

namespace dsc {

/// Files that openEngine("") tries, in order: $DSC_HOME, the program's own
/// folder, the prefix noted at build.
std::vector<std::string> engineCandidates();

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_SEARCH_H
