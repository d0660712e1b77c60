//===- Open.cpp - the library's door --------------------------------------===//
//
// What the runtime finds by name after it has opened this library.
//
//===----------------------------------------------------------------------===//

#include "runtime/Collectives/Gloo.h"
#include "runtime/Collectives/Gloo/GlooCommunicator.h"

using namespace dsc;

extern "C" __attribute__((visibility("default"))) Communicator *
dscGlooOpen(int abi, const World *world, std::string *message) {
  if (abi == kGlooAbi)
    return new gloo_ranks::GlooCommunicator(*world);
  *message = "it speaks version " + std::to_string(kGlooAbi) +
             " of the interface of communicators, this program version " +
             std::to_string(abi);
  return nullptr;
}
