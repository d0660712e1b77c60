//===- Sides.h - what two ranks are timed at --------------------*- C++ -*-===//

#ifndef DSC_TOOLS_BENCH_EXCHANGE_SIDES_H
#define DSC_TOOLS_BENCH_EXCHANGE_SIDES_H

#include "runtime/Collectives/Communicator.h"

#include <memory>
#include <string>

namespace dsc::bench {

class Side {
public:
  virtual ~Side() = default;

  /// Throws when it does not compute what it should.
  virtual void check() {}

  /// What lies between two runs and is not timed: backward's writing.
  virtual void prepare() {}

  virtual void run() = 0;

  /// Bytes of gradients.
  virtual int64_t bytes() const = 0;
};

/// `subject`: bytes of gradients, or for what updates a training binary.
/// Outlived by the communicator. Throws dsc::Error(Exit::usage) when there is
/// no such side.
std::unique_ptr<Side> makeSide(const std::string &name,
                               const std::string &subject,
                               Communicator &communicator);

} // namespace dsc::bench

#endif // DSC_TOOLS_BENCH_EXCHANGE_SIDES_H
