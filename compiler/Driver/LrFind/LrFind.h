//===- LrFind.h - the parts of dsc lr-find ----------------------*- C++ -*-===//
//
// Private to the command: Command.cpp orders the tests and reports, Test.cpp
// compiles and runs one, Output.cpp and Svg.cpp write what was found, Write.cpp
// puts it into the recipe.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_LRFIND_LRFIND_H
#define DSC_COMPILER_DRIVER_LRFIND_LRFIND_H

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Session.h"
#include "compiler/Recipe/Edit.h"
#include "runtime/RangeTest/Analysis.h"

namespace dsc {

/// One ramp under one seed.
struct RangeTest {
  int64_t seed = 0;
  RangeSeries series;
  RangeAnalysis analysis;
};

struct RangeFindings {
  std::string name;           ///< of the recipe
  int64_t seed = 0;           ///< of the recipe
  std::optional<double> peak; ///< of [schedule]
  bool startsAtPeak = false;  ///< its schedule has no warm-up
  std::vector<RangeTest> tests;
  std::optional<RangeProposal> proposal;
};

/// Compiles the recipe with the ramp in place of its schedule and runs it in
/// `folder`. Returns the exit code after an error was reported, else 0.
/// `before`: steps that the checkpoint has behind it.
int runRangeTest(const LrFindRequest &request, const std::string &folder,
                 int64_t before, RangeTest &test);

/// What it begins with.
inline constexpr llvm::StringLiteral kFindingsJsonBeginning = "{\n \"name\"";
std::string writeFindingsJson(const LrFindRequest &request,
                              const RangeFindings &findings);

/// The loss over the LR, raw and smoothed, with the marks.
std::string drawFindings(const LrFindRequest &request,
                         const RangeFindings &findings);

/// Puts a proposal into the recipe's own files.
class RecipeWriter {
public:
  explicit RecipeWriter(const RecipeInputs &inputs) : inputs(inputs) {}

  /// Looks for what is to be written, in a session that has checked the recipe.
  /// 0, or the exit code after an error was reported: an hour's test must not
  /// end in a refusal that could have come before it.
  int prepare(Session &session);

  /// The exit code.
  int write(const RangeProposal &proposal);

private:
  int checkFile(const KeyEdit &edit, const KeyHome &home) const;
  int checkWhole() const;

  RecipeInputs inputs;
  std::vector<KeyEdit> edits; ///< the peak, then the floor where there is one
};

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_LRFIND_LRFIND_H
