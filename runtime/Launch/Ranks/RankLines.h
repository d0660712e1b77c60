//===- RankLines.h - what a rank says, line by line -------------*- C++ -*-===//
//
// Rank 0 speaks for all and has the terminal to itself; the words of another
// come through a pipe and are shown under its name. When all ranks refuse for
// one reason, each of them says so: its error is held back until it is known
// whether rank 0 ended alike.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RANKS_RANKLINES_H
#define DSC_RUNTIME_LAUNCH_RANKS_RANKLINES_H

#include <string>

namespace dsc {

class RankLines {
public:
  /// `output` is the reading end of the pipe, which this closes.
  RankLines(int rank, int output);
  ~RankLines();
  RankLines(const RankLines &) = delete;
  RankLines &operator=(const RankLines &) = delete;

  int descriptor() const { return output; } ///< -1 at its end

  /// Shows the whole lines that are there. Does not wait.
  void read();
  /// Shows the error that was held back.
  void release();

private:
  void take(std::string line);

  std::string prefix;
  int output;
  std::string rest; ///< a line that has not ended yet
  std::string held;
};

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RANKS_RANKLINES_H
