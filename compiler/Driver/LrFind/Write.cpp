//===- Write.cpp - a proposal becomes part of the recipe ------------------===//

#include "compiler/Driver/LrFind/LrFind.h"
#include "compiler/Driver/Output.h"
#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "compiler/Transforms/Schedule/KindSchedule.h"
#include "dialect/Dsc/KeyTable.h"
#include "dialect/Dsc/Macros/Expansion.h"
#include "runtime/Base/Files.h"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <sys/stat.h>
#include <unistd.h>

using namespace dsc;

/// The phase that comes down from the peak, where it can be told how far.
static PhaseInterface findDescent(RecipeOp recipe, double peak) {
  for (PhaseInterface phase : listPhases(recipe)) {
    auto start = phase->getAttrOfType<mlir::FloatAttr>("start");
    auto finish = phase->getAttrOfType<mlir::FloatAttr>("finish");
    const TableInfo *table = findTableOfOp(phase->getName().getStringRef());
    if (start && finish && start.getValueAsDouble() == peak &&
        finish.getValueAsDouble() < peak && table && findKey(*table, "to"))
      return phase;
  }
  return {};
}

/// Where the recipe says what a phase ends at: in the phase itself, or in the
/// macro that it is a part of.
static KeyEdit findEnd(PhaseInterface phase) {
  auto macro = phase->getAttrOfType<mlir::ArrayAttr>(kMacroKeyAttribute);
  if (!macro)
    return {"schedule.phase", getName(phase).str(), "to", ""};
  auto text = [&](unsigned index) {
    return llvm::cast<mlir::StringAttr>(macro[index]).str();
  };
  return {"schedule.phase", text(0), text(1), ""};
}

int RecipeWriter::prepare(Session &session) {
  RecipeOp recipe = session.getRecipe();
  auto schedule = findTable<ScheduleOp>(recipe);
  if (findScheduleKind(recipe))
    return reportError(Exit::usage,
                       "--write has no place for the rate: the schedule is "
                       "another tool's, with its rates in [schedule.params]",
                       "change them there, or take the phases that 'dsc plan' "
                       "shows in its place");
  if (!schedule || !schedule.getPeakAttr())
    return reportError(Exit::usage,
                       "--write has no place for the rate: [schedule] has no "
                       "'peak'",
                       "write peak = 1e-3 there and let phases refer to it");
  edits.push_back({"schedule", "", "peak", ""});
  double peak = schedule.getPeakAttr().getValueAsDouble();
  if (PhaseInterface descent = findDescent(recipe, peak)) {
    KeyEdit floor = findEnd(descent);
    if (findHome(session.getContext(), inputs, floor).hasTable)
      edits.push_back(floor);
  }
  for (const KeyEdit &edit : edits)
    if (int code =
            checkFile(edit, findHome(session.getContext(), inputs, edit)))
      return code;
  return int(Exit::done);
}

/// Where a key is to be written there must be a file that may be.
int RecipeWriter::checkFile(const KeyEdit &edit, const KeyHome &home) const {
  if (home.file.empty())
    return reportError(Exit::usage,
                       "'" + pathOf(edit) +
                           "' comes from --set, which no file holds",
                       "leave that --set out: the test does not need it");
  struct stat status;
  const std::string &file = home.file;
  // The administrator may write all; a file that nobody may was meant so.
  bool open = ::stat(file.c_str(), &status) == 0 && (status.st_mode & 0222) &&
              ::access(file.c_str(), W_OK) == 0;
  if (!open)
    return reportError(Exit::storage,
                       "'" + file +
                           "' is read-only, and --write is to change "
                           "it",
                       "make it writable, or leave --write out");
  return int(Exit::done);
}

/// Three digits are more than a range test knows.
static double roundRate(double lr) {
  return std::strtod(fmt::format("{:.3g}", lr).c_str(), nullptr);
}

static std::string percentage(double share) {
  return share >= 0.1 ? fmt::format("\"{:.0f}%\"", share * 100)
                      : fmt::format("\"{:.2g}%\"", share * 100);
}

/// The recipe with the new keys must be as correct as it was.
int RecipeWriter::checkWhole() const {
  RecipeInputs changed = inputs;
  for (const KeyEdit &edit : edits)
    changed.sets.push_back(pathOf(edit) + "=" + edit.value);
  Session session(changed);
  if (session.check())
    return int(Exit::done);
  session.finish(false);
  return reportError(Exit::usage, "the recipe does not allow what is proposed, "
                                  "and stays as it is");
}

/// In place of the file itself, also where a link leads to it.
static void replaceFile(const std::string &file, const std::string &text) {
  std::error_code failure;
  std::string real = std::filesystem::canonical(file, failure).string();
  writeFileDurably(failure ? file : real, text);
}

int RecipeWriter::write(const RangeProposal &proposal) {
  double peak = roundRate(proposal.peak);
  edits.front().value = formatNumber(peak);
  if (edits.size() > 1)
    edits.back().value = percentage(proposal.floor / peak);
  if (int code = checkWhole())
    return code;
  mlir::MLIRContext context;
  std::map<std::string, std::string> texts;
  for (const KeyEdit &edit : edits) {
    std::string file = findHome(context, inputs, edit).file, reason;
    std::string &text = texts[file];
    if (text.empty())
      text = readRegularFile(file, "a recipe file", reason).value_or("");
    auto edited = editRecipeText(context, text, file, edit);
    if (!edited)
      return reportError(Exit::usage,
                         "cannot write '" + pathOf(edit) + "' into '" + file +
                             "' without changing anything else",
                         "write " + pathOf(edit) + " = " + edit.value +
                             " there yourself");
    text = std::move(*edited);
  }
  for (const auto &[file, text] : texts) {
    replaceFile(file, text);
    llvm::errs() << "wrote " << file << "\n";
  }
  for (const KeyEdit &edit : edits)
    llvm::errs() << "  " << pathOf(edit) << " = " << edit.value << "\n";
  if (edits.size() == 1)
    llvm::errs() << "  the floor, " << percentage(proposal.floor / peak)
                 << " of the peak, is yours to write: no phase of the recipe's "
                    "own comes down from its peak to a 'to'\n";
  return int(Exit::done);
}
