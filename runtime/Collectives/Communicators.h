//===- Communicators.h - every communicator, by its opener ------*- C++ -*-===//
//
// Each is one file; World.cpp has the table of their names. A survey says in a
// few words what a communicator would be opened with, or throws dsc::Error.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_COMMUNICATORS_H
#define DSC_RUNTIME_COLLECTIVES_COMMUNICATORS_H

#include "runtime/Collectives/World.h"

namespace dsc {

/// Memory that processes of one host share. Sums are made in the order of
/// ranks.
std::unique_ptr<Communicator> openSharedMemory(const World &world);
std::string surveySharedMemory();

/// Connections of ranks of any hosts, by libDscGloo.so, which is opened for it:
/// Gloo lies in LibTorch. Sums are made in the order of ranks. Throws
/// dsc::Error(Exit::artifact) when the library is missing.
std::unique_ptr<Communicator> openGloo(const World &world);
std::string surveyGloo();

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COMMUNICATORS_H
