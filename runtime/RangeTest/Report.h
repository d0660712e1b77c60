//===- Report.h - a range test in words -------------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_RANGETEST_REPORT_H
#define DSC_RUNTIME_RANGETEST_REPORT_H

#include "runtime/RangeTest/Analysis.h"

#include <string>
#include <vector>

namespace dsc {

/// "wide enough", "too few points" ... for people and for JSON.
const char *nameOf(RangeVerdict verdict);

/// What to do about a range that was not wide enough; "" for one that was.
const char *remedyOf(RangeVerdict verdict);

/// A learning rate with three digits: 0.0123, 4.5e-06.
std::string showRate(double lr);

/// The marks, the suggestions, the rule and the verdict as lines of text. Of
/// several tests, which differ in their seeds, each value is the median, with
/// the lowest and the highest beside it.
std::vector<std::string>
describeRangeTests(const std::vector<RangeAnalysis> &tests);

/// "proposed: peak = 0.0123, with a floor of 0.0021", or that there is nothing.
std::string describeProposal(const std::optional<RangeProposal> &proposal);

} // namespace dsc

#endif // DSC_RUNTIME_RANGETEST_REPORT_H
