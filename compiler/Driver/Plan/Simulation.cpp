//===- Simulation.cpp - walking all ranks, and the JSON of it -------------===//

#include "compiler/Driver/Plan/Simulation.h"

#include "runtime/Artifact/Shards.h"

#include "llvm/ADT/StringSwitch.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace dsc;
using nlohmann::ordered_json;

std::string dsc::secondsText(double seconds) {
  if (seconds >= 1)
    return fmt::format("{:.3g} s", seconds);
  if (seconds >= 1e-3)
    return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} us", seconds * 1e6);
}

std::string SimulationReport::assumptions() const {
  return fmt::format(
      "on ranks of {}/s that move {}/s of memory and send {}/s {}, {} for a "
      "message{}",
      scaled(machine.flops, "FLOP"), scaled(machine.memory, "B"),
      scaled(machine.link, "B"),
      machine.links == Links::ring ? "round a ring" : "through shared memory",
      secondsText(machine.latency),
      machine.recorded ? ", steps as graphs" : "");
}

std::string SimulationReport::walkedText() const {
  if (result.walkedMicroBatches >= result.microBatches)
    return "";
  return fmt::format(", {} of its {} micro-batches", result.walkedMicroBatches,
                     result.microBatches);
}

Machine dsc::assumedMachine(const plan::Plan &plan) {
  std::string_view device = plan.training()->device()->string_view();
  if (device == "cpu" || device == "auto")
    return {};
  return {5e13, 1.5e12, 1e11, 1e-5, Links::ring, /*recorded=*/true};
}

llvm::Error dsc::assume(Machine &machine, llvm::StringRef setting) {
  auto [key, text] = setting.split('=');
  if (key == "links" && (text == "ring" || text == "direct")) {
    machine.links = text == "ring" ? Links::ring : Links::direct;
    return llvm::Error::success();
  }
  if (key == "steps" && (text == "ops" || text == "graphs")) {
    machine.recorded = text == "graphs";
    return llvm::Error::success();
  }
  double *figure = llvm::StringSwitch<double *>(key)
                       .Case("flops", &machine.flops)
                       .Case("memory", &machine.memory)
                       .Case("link", &machine.link)
                       .Case("latency", &machine.latency)
                       .Default(nullptr);
  double value = 0;
  bool good = figure && !text.getAsDouble(value) &&
              (value > 0 || (value == 0 && figure == &machine.latency)) &&
              value < 1e30;
  if (!good)
    return llvm::createStringError(
        "cannot assume '" + setting +
        "', expected flops=, memory=, link= (a second), latency= (seconds), "
        "links=ring, links=direct or steps=ops, steps=graphs");
  *figure = value;
  return llvm::Error::success();
}

SimulationReport dsc::simulateRanks(const plan::Plan &plan, int64_t ranks,
                                    const Machine &machine,
                                    const PlanReport &report) {
  SimulationOptions options;
  options.machine = machine;
  options.backwardOverForward = kBackwardOverForward;
  for (const UnitCost &unit : report.units)
    options.units.push_back({unit.flops, unit.savedBytes, unit.workingBytes});
  std::vector<const plan::Plan *> plans(size_t(ranks), &plan);
  return {report.name, report.batch, int(ranks), machine,
          simulate(plans, options)};
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static ordered_json faultsJson(const std::vector<RankFault> &faults) {
  ordered_json all = ordered_json::array();
  for (const RankFault &fault : faults)
    all.push_back({{"ranks", fault.ranks},
                   {"program", fault.program},
                   {"op", fault.op},
                   {"message", fault.message},
                   {"hint", fault.hint}});
  return all;
}

static ordered_json ranksJson(const std::vector<RankReport> &ranks) {
  ordered_json all = ordered_json::array();
  for (const RankReport &rank : ranks) {
    ordered_json buffers;
    for (const BufferMemory &buffer : rank.buffers)
      buffers[buffer.name] = buffer.bytes;
    all.push_back({{"buffer_bytes", buffers},
                   {"activation_bytes", rank.activations},
                   {"high_water_bytes", rank.highWater()},
                   {"sent_bytes", rank.sent},
                   {"waiting_seconds", rank.waiting}});
  }
  return all;
}

static ordered_json timelineJson(const std::vector<Span> &timeline) {
  ordered_json all = ordered_json::array();
  for (const Span &span : timeline)
    all.push_back({{"rank", span.rank},
                   {"lane", plan::EnumNameLane(span.lane)},
                   {"what", span.what},
                   {"begin", span.begin},
                   {"end", span.end}});
  return all;
}

ordered_json dsc::toJson(const SimulationReport &report) {
  const Machine &machine = report.machine;
  const Simulation &result = report.result;
  ordered_json links = ordered_json::array();
  for (const LinkReport &link : result.links)
    links.push_back(
        {{"from", link.from}, {"to", link.to}, {"bytes", link.bytes}});
  return {{"right", report.isRight()},
          {"faults", faultsJson(result.faults)},
          {"assumed",
           {{"flops", machine.flops},
            {"memory", machine.memory},
            {"link", machine.link},
            {"latency", machine.latency},
            {"links", machine.links == Links::ring ? "ring" : "direct"},
            {"steps", machine.recorded ? "graphs" : "ops"}}},
          {"collectives", result.collectives},
          {"micro_batches", result.microBatches},
          {"walked_micro_batches", result.walkedMicroBatches},
          {"step_seconds", result.stepSeconds},
          {"exchange_seconds", result.exchangeSeconds},
          {"hidden_share", result.hidden()},
          {"ranks", ranksJson(result.ranks)},
          {"links", links},
          {"timeline", timelineJson(result.timeline)}};
}
