//===- Kinds.cpp ----------------------------------------------------------===//

#include "Kinds.h"

#include "ThroughDevice.h"
#include "runtime/Base/Libraries.h"
#include "runtime/Collectives/Communicators.h"

#include <dlfcn.h>

using namespace dsc;
using namespace dsc::test;

static std::unique_ptr<Communicator> openBest(const World &world) {
  return openCommunicator("", world);
}

bool dsc::test::hasGloo() {
  static const bool found = [] {
    for (const std::string &path : libraryCandidates("libDscGloo.so"))
      if (::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL))
        return true;
    return false;
  }();
  return found;
}

static std::vector<Kind> listKinds() {
  std::vector<Kind> all = {
      {"OneRank", openBest, 1, false, false, true},
      {"SharedMemory", openSharedMemory, 5, true, true, true}};
  if (hasGloo())
    all.push_back({"Gloo", openGloo, 5, true, true, true});
  if (hasNccl())
    all.push_back({"Nccl", openNcclThroughDevice, 5, false, false, false});
  return all;
}

const std::vector<Kind> &dsc::test::kinds() {
  static const std::vector<Kind> all = listKinds();
  return all;
}

void Conformance::everyWorld(
    int least, const std::function<void(Communicator &communicator)> &body) {
  for (int ranks = least; ranks <= GetParam().mostRanks; ++ranks) {
    SCOPED_TRACE(std::to_string(ranks) + " ranks");
    EXPECT_TRUE(inRanks(
        ranks, [&](const World &world) { body(*GetParam().open(world)); }));
  }
}

std::string dsc::test::kindName(const ::testing::TestParamInfo<Kind> &info) {
  return info.param.name;
}
