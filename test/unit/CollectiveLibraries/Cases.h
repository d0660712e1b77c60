//===- Cases.h - collectives against what they mean -------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_COLLECTIVELIBRARIES_CASES_H
#define DSC_TEST_UNIT_COLLECTIVELIBRARIES_CASES_H

#include "test/unit/CollectiveLibraries/Ranks.h"

namespace dsc::test {

/// All collectives with odd sizes and empty parts.
void callEverything(Communicator &communicator);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_COLLECTIVELIBRARIES_CASES_H
