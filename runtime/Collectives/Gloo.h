//===- Gloo.h - the door of the library that speaks through Gloo -*- C++
//-*-===//
//
// Gloo lies in LibTorch, so what uses it is a library of its own, opened when a
// run asks for it: libDscGloo.so.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_GLOO_H
#define DSC_RUNTIME_COLLECTIVES_GLOO_H

#include "runtime/Collectives/World.h"

namespace dsc {

/// Changes with Communicator, World and Store, whose tables of functions cross
/// the border.
inline constexpr int kGlooAbi = 3;

/// The library's one function, dscGlooOpen. Null, with the reason, where it
/// speaks another version; throws as openCommunicator() does.
using GlooOpenFunction = Communicator *(*)(int abi, const World *world,
                                           std::string *message);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_GLOO_H
