//===- RankCheck.h - one rank's plan, op by op ------------------*- C++ -*-===//
//
// Follows what is known of gradients, partial sums and parameters through the
// steps of one rank, whatever the timing: an op on the communication lane has
// happened only when the compute lane has waited for its token, or for that of
// one behind it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_RANKCHECK_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_RANKCHECK_H

#include "runtime/Artifact/Simulation/Facts.h"
#include "runtime/Artifact/Simulation/Order.h"

#include <map>

namespace dsc {

class RankCheck {
public:
  /// `microBatches` is the number that each step of the walk has.
  RankCheck(const Facts &facts, int rank, RankFaults &faults);

  void run(const OrderedOp &place);
  void endStep();

private:
  /// An op of the communication lane: its position there; -1 for none.
  using Sent = int64_t;
  bool isUnderWay(Sent op) const { return op >= completed; }

  struct Gradients {
    bool started = false;  ///< something was written in this step
    bool done = false;     ///< gradients_done came after all backwards
    int64_t kept = 0;      ///< micro-batches that are in the tree of sums
    int64_t exchanges = 0; ///< in this step
    bool whole = false;    ///< the last one gave all of the sum, not a part
    Sent sent = -1;
  };
  struct Parameters {
    bool behind = false; ///< other ranks' parts are those before the update
    Sent sent = -1;
  };
  enum class Partials { unknown, cleared, parts, shared, whole };
  /// What is known of the step that is to be made.
  enum class Decision { open, computed, guarded };

  bool isAlone() const { return facts.ranks == 1; }
  bool hasBackwards(int bucket, int64_t times) const;
  void report(const std::string &message, std::string_view hint);
  std::string bucketText(int bucket) const;

  void takeWaits();
  void issue();
  Sent position() const;

  void readParameters(int unit);
  void writeGradients(int unit);
  void checkPassing(int bucket);
  void finishGradients();
  void keepSubtree();

  // RankCheckExchange.cpp
  void exchange();
  void exchangeGradients(int bucket, bool whole);
  void joinSubtrees();
  void checkReduced(int bucket);
  void shareBuffer();
  void gather();
  void shareLoss();
  void clear();
  void passGuard();

  // RankCheckLaunch.cpp
  void launch();
  void readGradients(int bucket, const plan::PlanOp &launch);
  void reduceToPartials();
  void readPartials();
  void writeParameters();
  void checkUpdated();
  void checkSummed();
  void checkCovered(std::vector<ElementRange> ranges, const char *what);
  void checkOverlaps(std::vector<ElementRange> &ranges);
  void needLoss(const char *what);

  const Facts &facts;
  const int rank;
  RankFaults &faults;

  const plan::PlanOp *op = nullptr; ///< the one that is run
  const OrderedOp *place = nullptr;

  Sent issued = 0;    ///< ops of the communication lane so far
  Sent completed = 0; ///< those that the compute lane knows to be done
  std::map<int, Sent> tokens;

  std::vector<int64_t> backwards; ///< by unit, in this step
  std::vector<Gradients> gradients;
  std::vector<Parameters> parameters;
  Partials partials = Partials::unknown;
  Sent partialsSent = -1;
  int lastReduced = -1;                             ///< bucket, in this step
  int64_t losses = 0;                               ///< share_loss in this step
  int64_t advances = 0;                             ///< in this step
  Decision decision = Decision::open;               ///< in this step
  std::vector<ElementRange> summed;                 ///< to partials, this step
  std::map<int, std::vector<ElementRange>> updated; ///< by kernel, this step
};

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_RANKCHECK_H
