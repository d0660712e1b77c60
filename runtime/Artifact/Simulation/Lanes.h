//===- Lanes.h - all ranks at once, in time ---------------------*- C++ -*-===//
//
// Runs the walks of all ranks against one another. A rank computes until it has
// to wait for its communication lane; the op at the head of those lanes runs
// once every rank has come to it. What does not meet there, and ranks that wait
// for others that never come, are found here, and so is how long all of it
// takes.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_LANES_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_LANES_H

#include "runtime/Artifact/Simulation/Costs.h"

#include <deque>
#include <map>

namespace dsc {

class Lanes {
public:
  /// One of `facts` for each rank. All arguments outlive this.
  Lanes(const std::vector<const Facts *> &facts,
        const SimulationOptions &options, RankFaults &faults);

  /// False when ranks do not come through.
  bool run();

  std::vector<Span> spans;
  std::vector<double> stepEnds;    ///< of the first step, by rank
  std::vector<double> computeEnds; ///< of the second
  std::vector<double> waiting;     ///< seconds of the second, by rank
  std::vector<double> activations; ///< bytes at their most, by rank
  std::vector<double> traffic;     ///< of the second, ranks x ranks
  int64_t collectives = 0;         ///< of the second

private:
  /// An op of a communication lane.
  struct Sent {
    OrderedOp place;
    double issued = 0;
  };

  struct Rank {
    const Facts *facts = nullptr;
    const std::vector<OrderedOp> *walk = nullptr;
    size_t next = 0; ///< into the walk
    double now = 0;  ///< of the compute lane
    double free = 0; ///< when the communication lane is
    std::deque<Sent> queue;
    int64_t issued = 0;
    bool standsStill = false;      ///< the compute lane, in its collective
    std::vector<double> done;      ///< by position on the communication lane
    std::map<int, int64_t> tokens; ///< position of the last op that began it
    double held = 0;               ///< bytes of activations
  };

  bool advance(int rank);
  bool finish(int rank, const OrderedOp &place);
  bool waitsFor(Rank &rank, int64_t position);
  bool mayStart(Rank &rank, const OrderedOp &place);
  void send(Rank &rank, const OrderedOp &place);
  void compute(int index, const OrderedOp &place);
  void holdActivations(int index, const OrderedOp &place);
  void record(int rank, const OrderedOp &place, double begin, double end);

  // LanesExchange.cpp
  bool exchange();
  bool runOwn(int rank);
  bool agree();
  void complete();
  void reportDeadlock();
  std::string describeWait(int rank) const;

  const SimulationOptions &options;
  RankFaults &faults;
  std::map<const Facts *, std::vector<OrderedOp>> walks;
  std::vector<Rank> ranks;
};

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_LANES_H
