//===- Json.cpp - `dsc plan` for programs ---------------------------------===//

#include "compiler/Driver/Plan/Report.h"

#include <nlohmann/json.hpp>

using namespace dsc;
using nlohmann::ordered_json;

static ordered_json groupsJson(const PlanReport &report) {
  ordered_json groups = ordered_json::array();
  for (const GroupReport &group : report.groups) {
    ordered_json parameters = ordered_json::array();
    for (const ParameterReport &parameter : group.parameters)
      parameters.push_back({{"name", parameter.name},
                            {"shape", parameter.shape},
                            {"role", parameter.role}});
    groups.push_back({{"name", group.name},
                      {"lr_scale", group.lrScale},
                      {"weight_decay", group.weightDecay},
                      {"size", group.size()},
                      {"parameters", parameters}});
  }
  return groups;
}

static ordered_json scheduleKindJson(const ScheduleKindReport &kind) {
  ordered_json quirks = ordered_json::array();
  for (const ScheduleQuirk &quirk : kind.quirks)
    quirks.push_back({{"id", quirk.id}, {"text", quirk.text}});
  return {{"type", kind.name},
          {"quirks", quirks},
          {"native", kind.native},
          {"why_no_native", kind.whyNoNative}};
}

static ordered_json ranksJson(const RanksReport &sharing) {
  ordered_json figures = ordered_json::array();
  for (const RankFigures &at : sharing.figures)
    figures.push_back({{"ranks", at.ranks},
                       {"memory_bytes", at.memory},
                       {"sent_bytes_per_step", at.sentBytes}});
  ordered_json json = {{"strategy", sharing.strategy},
                       {"buckets", sharing.buckets},
                       {"smallest_bucket", sharing.smallest},
                       {"largest_bucket", sharing.largest},
                       {"figures", figures}};
  if (sharing.virtualRanks) {
    json["virtual_ranks"] = sharing.virtualRanks;
    json["subtrees"] = sharing.subtrees;
    json["subtree_bytes"] = sharing.subtreeBytes;
  }
  return json;
}

static ordered_json phasesJson(const PlanReport &report) {
  ordered_json phases = ordered_json::array();
  for (const PhaseReport &phase : report.phases)
    phases.push_back({{"name", phase.name},
                      {"kind", phase.kind},
                      {"begin", phase.begin},
                      {"end", phase.end},
                      {"first_lr", phase.firstLr},
                      {"last_lr", phase.lastLr}});
  return phases;
}

/// What a step does, in order.
static ordered_json stagesJson(const PlanReport &report) {
  ordered_json stages = ordered_json::array();
  for (const UnitCost &unit : report.units)
    stages.push_back({{"name", unit.name},
                      {"kind", "unit"},
                      {"forward_flops", unit.flops},
                      {"saved_bytes", unit.savedBytes},
                      {"working_bytes", unit.workingBytes}});
  for (const PassReport &pass : report.passes)
    stages.push_back({{"name", pass.name},
                      {"kind", pass.kind},
                      {"parts", pass.parts},
                      {"bytes_per_element", pass.bytesPerElement},
                      {"elements", pass.elements}});
  return stages;
}

/// Bytes by what they are for.
static ordered_json memoryJson(const std::vector<MemoryReport> &entries) {
  ordered_json memory = ordered_json::object();
  for (const MemoryReport &entry : entries)
    memory[entry.name] = entry.bytes;
  return memory;
}

ordered_json dsc::toJson(const PlanReport &report) {
  ordered_json json = {{"name", report.name},
                       {"model", report.model},
                       {"precision", report.precision},
                       {"steps", report.steps},
                       {"batch", report.batch},
                       {"micro_batch", report.microBatch},
                       {"ranks", report.ranks},
                       {"sequence", report.sequence},
                       {"tokens_per_step", report.tokensPerStep()},
                       {"parameters", report.parameterCount()},
                       {"flops_per_token", report.flopsPerToken},
                       {"phases", phasesJson(report)},
                       {"groups", groupsJson(report)},
                       {"stages", stagesJson(report)},
                       {"memory_bytes", memoryJson(report.memory)},
                       {"memory_bytes_total", report.memoryTotal()},
                       {"host_memory_bytes", memoryJson(report.staging)},
                       {"sharing", ranksJson(report.sharing)}};
  if (report.batchScale)
    json["batch_scale"] = *report.batchScale;
  if (!report.reactions.empty())
    json["reactions"] = report.reactions;
  if (!report.scheduleKind.name.empty())
    json["deepspeed"] = scheduleKindJson(report.scheduleKind);
  return json;
}
