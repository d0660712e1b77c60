//===- Search.h - where an engine library may lie ---------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ENGINE_SEARCH_H
#define DSC_RUNTIME_ENGINE_SEARCH_H

#include <string>
#include <vector>

namespace dsc {

/// Files that openEngine("", device) tries, in order (Base/Libraries.h).
std::vector<std::string> engineCandidates(const std::string &device);

/// Whether the engine that `choice` names, as openEngine() takes it, is one of
/// this device.
bool isEngineOf(const std::string &choice, const std::string &device);

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_SEARCH_H
