//===- RightPlan.h - a right plan, and what is found in a changed one -----===//

#ifndef DSC_TEST_UNIT_ARTIFACT_RIGHTPLAN_H
#define DSC_TEST_UNIT_ARTIFACT_RIGHTPLAN_H

#include <string>

namespace dsc::test {

/// The bytes of a right plan of one rank: three blocks, units "embed" and
/// "head".
std::string rightPlan();

/// What validatePlan says of a plan; "" where nothing is wrong.
std::string refusalOf(const void *bytes);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_ARTIFACT_RIGHTPLAN_H
