//===- DataShow.cpp - dsc data show: the batches training will see --------===//

#include "runtime/Artifact/Artifact.h"
#include "runtime/Base/Files.h"
#include "runtime/Data/Dataset.h"
#include "runtime/Launch/Commands/Commands.h"
#include "runtime/Train/Checkpoint/Safetensors.h"

#include <fmt/format.h>

using namespace dsc;

/// Bytes as text: what does not print as an escape.
static std::string readable(const std::vector<int64_t> &tokens, int64_t begin,
                            int64_t count) {
  std::string text;
  for (int64_t i = begin; i < begin + count; ++i) {
    int64_t token = tokens[i];
    if (token == '\n')
      text += "\\n";
    else if (token >= 0x20 && token < 0x7F)
      text += char(token);
    else
      text += fmt::format("\\x{:02x}", token & 0xFF);
  }
  return text;
}

static void preview(int64_t step, const Batch &batch) {
  constexpr int64_t kMost = 8;
  fmt::print("step {}: samples {} to {}\n", step, batch.firstSample,
             batch.firstSample + batch.samples - 1);
  for (int64_t i = 0; i < std::min(batch.samples, kMost); ++i) {
    if (batch.features.empty()) {
      fmt::print("  {:>4}  {}\n", i,
                 readable(batch.inputs, i * batch.length, batch.length));
      continue;
    }
    int64_t columns = int64_t(batch.features.size()) / batch.samples;
    std::string row;
    for (int64_t c = 0; c < std::min<int64_t>(columns, 12); ++c)
      row += fmt::format(" {:g}", batch.features[i * columns + c]);
    fmt::print("  {:>4} {}{} -> {}\n", i, row, columns > 12 ? " ..." : "",
               batch.targets[i]);
  }
  if (batch.samples > kMost)
    fmt::print("  ... and {} more\n", batch.samples - kMost);
}

namespace {
/// The batches of all steps, one tensor after the other.
struct Collected {
  std::vector<int64_t> inputs, targets;
  std::vector<float> features;
};
} // namespace

static void writeBatches(const std::string &path, const Collected &all,
                         const plan::Plan &plan, int64_t steps,
                         const Batch &last) {
  int64_t batch = plan.training()->batch();
  bool rows = !all.features.empty();
  Tensor inputs, targets;
  inputs.name = "inputs";
  targets.name = "targets";
  inputs.dtype = rows ? plan::DType::f32 : plan::DType::i64;
  targets.dtype = plan::DType::i64;
  int64_t width =
      rows ? int64_t(all.features.size()) / (steps * batch) : last.length;
  inputs.shape = {steps, batch, width};
  targets.shape = rows ? std::vector<int64_t>{steps, batch}
                       : std::vector<int64_t>{steps, batch, last.length};
  SafetensorsWriter writer(path, {inputs, targets});
  if (rows)
    writer.append(all.features.data(), all.features.size() * sizeof(float));
  else
    writer.append(all.inputs.data(), all.inputs.size() * sizeof(int64_t));
  writer.append(all.targets.data(), all.targets.size() * sizeof(int64_t));
  writer.finish();
}

/// A mistyped name costs nothing: only what is of the same kind is replaced.
static void checkReplaceableBatches(const std::string &path) {
  if (!pathExists(path))
    return;
  try {
    SafetensorsFile before(path);
  } catch (const Error &) {
    throw Error(Exit::usage,
                "'" + path + "' holds something else, and stays as it is",
                "give another name, or remove it");
  }
}

Exit dsc::runDataShow(const DataShowCommand &command) {
  if (!command.output.empty())
    checkReplaceableBatches(command.output);
  Artifact artifact(command.binary);
  const plan::Plan &plan = artifact.plan();
  int64_t most = plan.training()->steps();
  if (command.steps < 1 || command.steps > most)
    throw Error(Exit::usage, fmt::format("--steps is {}, expected 1 to {}",
                                         command.steps, most));
  auto stream = openTraining(plan);
  int64_t size = plan.training()->batch();
  Collected all;
  Batch batch;
  for (int64_t step = 0; step < command.steps; ++step) {
    stream->read(step * size, size, batch);
    if (command.output.empty()) {
      preview(step, batch);
      continue;
    }
    all.inputs.insert(all.inputs.end(), batch.inputs.begin(),
                      batch.inputs.end());
    all.features.insert(all.features.end(), batch.features.begin(),
                        batch.features.end());
    all.targets.insert(all.targets.end(), batch.targets.begin(),
                       batch.targets.end());
  }
  if (!command.output.empty())
    writeBatches(command.output, all, plan, command.steps, batch);
  return Exit::done;
}
