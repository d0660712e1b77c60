//===- Kinds.h - the communicators that the suite is run over ---*- C++ -*-===//

#ifndef DSC_TEST_UNIT_COLLECTIVES_KINDS_H
#define DSC_TEST_UNIT_COLLECTIVES_KINDS_H

#include "Ranks.h"

namespace dsc::test {

/// A communicator under test.
struct Kind {
  const char *name;
  std::unique_ptr<Communicator> (*open)(const World &world);
  int mostRanks = 5;

  /// A rank that calls something else than its peers is told so; otherwise they
  /// wait for one another.
  bool comparesCalls = false;
  /// Ranks that are late or gone are named.
  bool namesRanks = false;
  /// Sums are made in the order of ranks.
  bool addsInOrder = false;
};

const std::vector<Kind> &kinds();

/// Whether libDscGloo.so is there. Processes that are forked after this have
/// loaded it.
bool hasGloo();

/// Tests that are run for every kind, each for all numbers of ranks that it
/// allows.
class Conformance : public ::testing::TestWithParam<Kind> {
protected:
  /// `body` in worlds of `least` and more ranks.
  void everyWorld(int least,
                  const std::function<void(Communicator &communicator)> &body);
};

std::string kindName(const ::testing::TestParamInfo<Kind> &info);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_COLLECTIVES_KINDS_H
