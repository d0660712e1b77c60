//===- Parameters.h - a run's tensors, in memory and on disk ----*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_MODEL_PARAMETERS_H
#define DSC_RUNTIME_TRAIN_MODEL_PARAMETERS_H

#include "runtime/Engine/Engine.h"
#include "runtime/Train/Checkpoint/Safetensors.h"
#include "runtime/Train/Model/PlacedMemory.h"

namespace dsc {

/// Moves a plan's tensors between the ranks' devices and everything else. The
/// masters are f32; low-precision copies are made again from them.
class Parameters {
public:
  Parameters(const plan::Plan &plan, PlacedMemory memory,
             ParallelFor parallelFor);

  /// The plan's random initial values: element e of parameter p is draw (p, e)
  /// of the stream "init".
  void initialise();

  /// Initial values from a directory of ours or of Hugging Face's: one
  /// safetensors file, or shards with an index. Throws
  /// dsc::Error(Exit::refused) listing what is missing, left over or of another
  /// shape.
  void readDirectory(const std::string &directory);

  /// A checkpoint's files. With `lenient`, slots that the file does not have
  /// keep their initial value.
  void readModel(const SafetensorsFile &file);
  void readOptimizer(const SafetensorsFile &file, bool lenient);

  /// Rank 0 writes; collective calls.
  FileRecord writeModel(const std::string &path);
  FileRecord writeOptimizer(const std::string &path);

private:
  struct Slot;
  void upload(const plan::Parameter &parameter,
              const std::vector<float> &values);
  void read(const plan::Parameter &parameter, const SafetensorsFile &file,
            const Tensor &tensor);
  void readShards(const std::vector<const SafetensorsFile *> &files,
                  const std::string &where);
  std::vector<Slot> slots() const;

  const plan::Plan &plan;
  PlacedMemory memory;
  ParallelFor parallelFor;
};

/// Whether a buffer holds parameters, or their copies: all that a model needs
/// to run forward.
bool holdsParameters(const plan::Plan &plan, int buffer);

/// What an engine computes with. `gradientOf` says where the gradient of a
/// trained parameter is made; where it is empty none is.
std::vector<ParameterBinding> bindParameters(
    const plan::Plan &plan, Device &device,
    const std::function<float *(const plan::Parameter &)> &gradientOf = {});

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_MODEL_PARAMETERS_H
