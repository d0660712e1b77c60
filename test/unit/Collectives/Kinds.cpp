//===- Kinds.cpp ----------------------------------------------------------===//

#include "Kinds.h"

#include "runtime/Collectives/Communicators.h"

using namespace dsc;
using namespace dsc::test;

static std::unique_ptr<Communicator> openBest(const World &world) {
  return openCommunicator("", world);
}

const std::vector<Kind> &dsc::test::kinds() {
  static const std::vector<Kind> all = {
      {"OneRank", openBest, 1, false, true},
      {"SharedMemory", openSharedMemory, 5, true, true},
  };
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
