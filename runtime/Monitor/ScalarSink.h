//===- ScalarSink.h - curves for other tools --------------------*- C++ -*-===//
//
// Where a run's numbers go beside its own logs. A sink is append-only like
// them: a checkpoint records its length and a resume cuts it back, so that no
// step ever stands in it twice.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_MONITOR_SCALARSINK_H
#define DSC_RUNTIME_MONITOR_SCALARSINK_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace dsc {

struct TaggedValue {
  std::string tag; ///< "train/loss"
  double value = 0;
};

class ScalarSink {
public:
  virtual ~ScalarSink() = default;

  /// Appends what belongs to the state after `steps` updates. Values that are
  /// not finite are left out.
  virtual void write(int64_t steps, const std::vector<TaggedValue> &values) = 0;

  /// Bytes written so far, those of earlier processes included.
  virtual uint64_t length() const = 0;

  /// Makes all that was written durable.
  virtual void drain() = 0;
};

/// The event file in a run's directory; TensorBoard knows it by the name.
inline constexpr char kTensorBoardFile[] = "events.out.tfevents.0.dsc";

/// Opens it and cuts it to `length`, 0 for a run that starts; `whole` becomes
/// false where it is shorter than that.
std::unique_ptr<ScalarSink> openTensorBoard(const std::string &directory,
                                            uint64_t length, bool &whole);

} // namespace dsc

#endif // DSC_RUNTIME_MONITOR_SCALARSINK_H
