//===- NoServer.cpp - a portable program serves no other hosts ------------===//
//
// The library of the store that rank 0 serves is not on every machine. Ranks of
// one host meet in a folder and need none.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Collectives/Store/Store.h"

using namespace dsc;

std::unique_ptr<Store> dsc::openServerStore(const std::string &address, int,
                                            const std::string &, bool,
                                            std::chrono::milliseconds) {
  throw Error(Exit::peer,
              "this program cannot meet ranks of other hosts at '" + address +
                  "': it was made to start anywhere, without that library",
              "use a training binary that 'dsc compile' made");
}
