//===- Compatibility.h - may this plan resume that checkpoint? --*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_CHECKPOINT_COMPATIBILITY_H
#define DSC_RUNTIME_TRAIN_CHECKPOINT_COMPATIBILITY_H

#include "runtime/Train/Checkpoint/CheckpointStore.h"

#include <set>

namespace dsc {

/// What --accept may name.
inline constexpr const char *kAcceptable[] = {"schedule", "data", "batch",
                                              "optimizer"};

/// Reads "schedule,data". Throws dsc::Error(Exit::usage) on another word.
std::set<std::string> parseAccept(const std::string &text);

/// Compares what made the checkpoint with the plan. Throws
/// dsc::Error(Exit::refused) saying what differs and how, unless it is all in
/// `accept`; another model or tokenizer never is. Returns the accepted
/// differences.
std::vector<std::string> checkCompatible(const Checkpoint &checkpoint,
                                         const plan::Plan &plan,
                                         const std::string &recipe,
                                         const KernelTable &kernels,
                                         const std::set<std::string> &accept);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_CHECKPOINT_COMPATIBILITY_H
