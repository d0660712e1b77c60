//===- RankFaults.h - what is wrong with the ranks' plans -------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_SIMULATION_RANKFAULTS_H
#define DSC_RUNTIME_ARTIFACT_SIMULATION_RANKFAULTS_H

#include <string>
#include <string_view>
#include <vector>

namespace dsc {

/// One fault, on all ranks that have it.
struct RankFault {
  std::vector<int> ranks; ///< ascending
  bool everywhere = false;
  std::string program; ///< "" where it is of the plan as a whole
  int op = -1;         ///< index in its program, -1 for all of it
  std::string message, hint;

  /// "rank 1, last_micro, op 7: ...".
  std::string text() const;
};

/// Collects what ranks find. The same fault in a later step, or on another
/// rank, is the same fault.
class RankFaults {
public:
  void add(int rank, std::string_view program, int op, std::string message,
           std::string_view hint);

  /// In the order in which they were found first.
  std::vector<RankFault> take(int ranks);

private:
  std::vector<RankFault> all;
};

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SIMULATION_RANKFAULTS_H
