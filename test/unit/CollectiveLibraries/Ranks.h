//===- Ranks.h - a world of forked processes --------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_COLLECTIVELIBRARIES_RANKS_H
#define DSC_TEST_UNIT_COLLECTIVELIBRARIES_RANKS_H

#include "runtime/Collectives/World.h"

#include <functional>
#include <string>
#include <vector>

namespace dsc::test {

/// Runs `body` once in a process of its own for each rank, and returns what
/// became of each: "" when it returned, "exit 5: <message>" for a dsc::Error,
/// "signal 9" for a killed one.
std::vector<std::string>
runRanks(int ranks, const std::function<void(const World &)> &body,
         std::chrono::milliseconds timeout = std::chrono::seconds(20));

/// Throws std::runtime_error: for use in a rank.
void require(bool condition, const std::string &what);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_COLLECTIVELIBRARIES_RANKS_H
