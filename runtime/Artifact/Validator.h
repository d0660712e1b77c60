//===- Validator.h - checks on a plan that was read -------------*- C++ -*-===//
//
// The class behind validatePlan. Validate.cpp checks memory, the model and the
// run; ValidatePrograms.cpp what the programs do with them on every rank.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_VALIDATOR_H
#define DSC_RUNTIME_ARTIFACT_VALIDATOR_H

#include "runtime/Artifact/Plan_generated.h"
#include "runtime/Base/Error.h"

#include <set>
#include <string>
#include <string_view>

namespace dsc {

/// Elements of an arena: far above any machine, far below overflow.
inline constexpr int64_t kMostElements = int64_t(1) << 44;

class Validator {
public:
  explicit Validator(const plan::Plan &plan) : plan(plan) {}
  void run();

private:
  void check(bool good, const std::string &what) {
    if (!good)
      throw Error(Exit::artifact, "the plan is damaged: " + what,
                  "compile the recipe again");
  }
  bool within(int64_t index, int64_t count) {
    return index >= 0 && index < count;
  }
  void checkName(const flatbuffers::String *name, std::set<std::string> &seen,
                 const std::string &what);
  int64_t countOf(std::string_view buffer, plan::DType type);

  void checkBuffers();
  void checkParameters();
  void checkUniforms();
  void checkKernels();
  void checkBuckets();
  void checkPrograms();
  void checkOp(const plan::PlanOp &op, const std::string &program);
  void checkLaunch(const plan::PlanOp &op, const std::string &where);
  void checkOwned(const plan::PlanOp &op, const std::string &where);
  void checkExchange(const plan::PlanOp &op, bool sums,
                     const std::string &where);
  void checkTokens();
  void checkGraph();
  void checkUnit(const plan::Unit &unit);
  void checkOperand(const plan::Operand &operand, const std::string &unit);
  void checkPhases();
  void checkTraining();
  void checkParallel();
  void checkState();

  const plan::Plan &plan;
  int64_t trained = 0; ///< elements of the trained arena
  int64_t frozen = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_VALIDATOR_H
