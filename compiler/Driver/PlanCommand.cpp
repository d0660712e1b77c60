//===- PlanCommand.cpp - dsc plan -----------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/PlanReport.h"
#include "compiler/Driver/Plot.h"
#include "compiler/Driver/Session.h"
#include "dialect/Plan/PlanDialect.h"
#include "runtime/Base/Error.h"

#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace dsc;
using nlohmann::ordered_json;

/// 1234567 as "1,234,567".
static std::string grouped(int64_t value) {
  std::string digits = std::to_string(value), text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0)
      text += ',';
    text += digits[i];
  }
  return text;
}

/// With a decimal prefix: 3.33 M.
static std::string scaled(double value, llvm::StringRef unit) {
  static const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
  int index = 0;
  while (value >= 1000 && index < 5) {
    value /= 1000;
    ++index;
  }
  return fmt::format("{:.3g} {}{}", value, prefixes[index], unit.str());
}

static std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  return "[" +
         llvm::join(
             llvm::map_range(shape,
                             [](int64_t size) { return std::to_string(size); }),
             ", ") +
         "]";
}

static void writePhases(const PlanReport &report, llvm::raw_ostream &out) {
  out << fmt::format("\n{:<22} {:<12} {:>21} {:>24}\n", "schedule", "kind",
                     "steps", "LR");
  for (const PhaseReport &phase : report.phases)
    out << fmt::format(
        "  {:<20} {:<12} {:>21} {:>24}\n", phase.name, phase.kind,
        fmt::format("{} .. {}", phase.begin, phase.end - 1),
        shortNumber(phase.firstLr) + " -> " + shortNumber(phase.lastLr));
}

/// What an author who knows phases would not expect, and what to write instead.
static void writeScheduleKind(const ScheduleKindReport &kind,
                              llvm::raw_ostream &out) {
  if (kind.name.empty())
    return;
  out << "\nas DeepSpeed's " << kind.name << " does it\n";
  if (kind.quirks.empty())
    out << "  nothing to note\n";
  for (const ScheduleQuirk &quirk : kind.quirks)
    out << fmt::format("  {:<4} {}\n", quirk.id, quirk.text);
  if (kind.native.empty()) {
    out << "  no phases say the same\n";
    return;
  }
  out << "  phases that say the same" << (kind.quirks.empty() ? "" : " without")
      << ":\n";
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(kind.native).rtrim().split(lines, '\n');
  for (llvm::StringRef line : lines)
    out << (line.empty() ? "" : "    ") << line << "\n";
}

static void writeGroups(const PlanReport &report, llvm::raw_ostream &out) {
  out << "\nparameters: " << grouped(report.parameterCount()) << "\n";
  for (const GroupReport &group : report.groups) {
    out << fmt::format("  group {}: {} in {} tensors", group.name,
                       grouped(group.size()), group.parameters.size());
    if (group.name != "frozen")
      out << fmt::format(", LR x {}, weight decay {}", group.lrScale,
                         group.weightDecay);
    out << "\n";
    for (const ParameterReport &parameter : group.parameters)
      out << fmt::format("    {:<44} {:<16} {}\n", parameter.name,
                         shapeText(parameter.shape), parameter.role);
  }
}

static void writeStages(const PlanReport &report, llvm::raw_ostream &out) {
  out << "\na step, in order\n";
  std::vector<std::string> units;
  for (const StageReport &stage : report.stages)
    if (stage.kind == "unit")
      units.push_back(stage.name);
  int64_t micro = report.batch / report.ranks / report.microBatch;
  out << fmt::format("  {} x forward and backward of {} units: {}\n", micro,
                     units.size(), fmt::join(units, ", "));
  double bytes = 0;
  for (const StageReport &stage : report.stages) {
    if (stage.kind == "unit")
      continue;
    out << fmt::format("  {:<24} {:<7}", stage.name, stage.kind);
    if (stage.bytesPerElement > 0)
      out << fmt::format(" {:>4.0f} B x {:<14}", stage.bytesPerElement,
                         grouped(stage.elements));
    else
      out << std::string(24, ' ');
    out << fmt::format(" {}\n", fmt::join(stage.parts, ", "));
    bytes += stage.bytesPerElement * double(stage.elements);
  }
  out << "  " << scaled(bytes, "B") << " of memory moved by the update\n";
}

void dsc::writeText(const PlanReport &report, llvm::raw_ostream &out) {
  bool rows = report.sequence == 1;
  std::string unit = rows ? "sample" : "token";
  out << fmt::format("{}: {} steps of {} samples{}, {}, {}\n", report.name,
                     grouped(report.steps), report.batch,
                     rows ? "" : fmt::format(" x {} tokens", report.sequence),
                     report.model, report.precision);
  out << fmt::format(
      "{} {}s in all, micro-batches of {} on {} rank{}\n",
      llvm::StringRef(scaled(double(report.steps) * report.tokensPerStep(), ""))
          .rtrim()
          .str(),
      unit, report.microBatch, report.ranks, report.ranks == 1 ? "" : "s");
  writePhases(report, out);
  writeScheduleKind(report.scheduleKind, out);
  writeGroups(report, out);
  writeStages(report, out);
  out << "\ncompute: " << scaled(report.flopsPerToken, "FLOP") << " per "
      << unit << ", "
      << scaled(report.flopsPerToken * report.tokensPerStep(), "FLOP")
      << " per step, "
      << scaled(report.flopsPerToken * report.tokensPerStep() * report.steps,
                "FLOP")
      << " in all\n\nmemory of a rank: " << scaled(report.memoryTotal(), "B")
      << "\n";
  for (const MemoryReport &entry : report.memory)
    out << fmt::format("  {:<32} {:>10}\n", entry.name,
                       scaled(entry.bytes, "B"));
}

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
  return {{"type", kind.name}, {"quirks", quirks}, {"native", kind.native}};
}

ordered_json dsc::toJson(const PlanReport &report) {
  ordered_json phases = ordered_json::array(), stages = phases, memory;
  for (const PhaseReport &phase : report.phases)
    phases.push_back({{"name", phase.name},
                      {"kind", phase.kind},
                      {"begin", phase.begin},
                      {"end", phase.end},
                      {"first_lr", phase.firstLr},
                      {"last_lr", phase.lastLr}});
  for (const StageReport &stage : report.stages)
    stages.push_back({{"name", stage.name},
                      {"kind", stage.kind},
                      {"parts", stage.parts},
                      {"bytes_per_element", stage.bytesPerElement},
                      {"elements", stage.elements}});
  for (const MemoryReport &entry : report.memory)
    memory[entry.name] = entry.bytes;
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
                       {"phases", phases},
                       {"groups", groupsJson(report)},
                       {"stages", stages},
                       {"memory_bytes", memory},
                       {"memory_bytes_total", report.memoryTotal()}};
  if (!report.scheduleKind.name.empty())
    json["deepspeed"] = scheduleKindJson(report.scheduleKind);
  return json;
}

int dsc::planCommand(const PlanRequest &request) {
  Session session(request.recipe);
  // The schedule is read before the plan leaves the recipe behind.
  mlir::FailureOr<SchedulePreview> preview = mlir::failure();
  ScheduleKindReport scheduleKind;
  bool success = session.lower(Level::resolved);
  if (success) {
    scheduleKind = describeScheduleKind(session.getRecipe());
    preview = SchedulePreview::create(session.getRecipe());
    success = succeeded(preview) && session.lowerOn(Level::plan);
  }
  if (int code = session.finish(success))
    return code;
  auto run = *session.getModule().getOps<plan_ir::RunOp>().begin();
  if (run.getBatch() % request.ranks) {
    llvm::errs() << "dsc: error: found batch " << run.getBatch() << " on "
                 << request.ranks << " ranks, expected a multiple\n"
                 << "hint: give -n a divisor of the batch\n";
    return int(Exit::usage);
  }
  PlanReport report =
      makePlanReport(session.getModule(), *preview, request.ranks);
  report.scheduleKind = std::move(scheduleKind);
  if (request.json)
    llvm::outs() << toJson(report).dump(2) << "\n";
  else
    writeText(report, llvm::outs());
  return int(Exit::done);
}
