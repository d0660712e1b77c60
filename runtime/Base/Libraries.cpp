//===- Libraries.cpp - where a library of ours may lie --------------------===//

#include "runtime/Base/Libraries.h"

#include "runtime/Base/Files.h"

#include <algorithm>
#include <cstdlib>

std::vector<std::string> dsc::libraryCandidates(const std::string &library) {
  std::vector<std::string> found;
  auto add = [&](const std::string &folder) {
    std::string path = folder + "/" + library;
    if (std::find(found.begin(), found.end(), path) == found.end())
      found.push_back(path);
  };
  if (const char *home = std::getenv("DSC_HOME"); home && *home) {
    add(home);
    add(std::string(home) + "/lib");
    add(std::string(home) + "/bin");
  }
  add(parentOf(programPath()));
  add(DSC_LIBRARY_PREFIX);
  return found;
}
