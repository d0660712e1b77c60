//===- Compatibility.cpp --------------------------------------------------===//

#include "runtime/Train/Checkpoint/Compatibility.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <sstream>

using namespace dsc;

std::set<std::string> dsc::parseAccept(const std::string &text) {
  std::set<std::string> accepted;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == "model" || word == "tokenizer")
      throw Error(
          Exit::usage, "another " + word + " is never accepted",
          "start a new run; model.init takes weights from a checkpoint");
    std::vector<std::string> known(std::begin(kAcceptable),
                                   std::end(kAcceptable));
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      std::string near = nearestName(word, known);
      throw Error(Exit::usage, "--accept does not know '" + word + "'",
                  near.empty() ? "it takes schedule, data, batch, optimizer"
                               : "did you mean '" + near + "'?");
    }
    accepted.insert(word);
  }
  return accepted;
}

/// Cadences never matter to a resume.
static bool isCadence(const std::string &table) {
  return table == "[[eval]]" || table == "[checkpoint]" || table == "[log]";
}

/// Keys of a resolved recipe as lines "[table] key = value"; an item of an
/// array has its name behind the table.
static std::vector<std::string> keysOf(const std::string &recipe) {
  std::vector<std::string> keys, own;
  std::string table, name;
  auto closeTable = [&] {
    for (const std::string &key : own)
      keys.push_back(table + (name.empty() ? " " : " " + name + ": ") + key);
    own.clear();
    name.clear();
  };
  std::istringstream lines(recipe);
  for (std::string line; std::getline(lines, line);) {
    size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string::npos || line[begin] == '#')
      continue;
    line = line.substr(begin, line.find("  #", begin) - begin);
    if (line[0] == '[') {
      closeTable();
      table = line.substr(0, line.find_last_of(']') + 1);
    } else if (!isCadence(table)) {
      own.push_back(line);
      if (table.compare(0, 2, "[[") == 0 &&
          line.compare(0, 8, "name = \"") == 0)
        name = line.substr(8, line.rfind('"') - 8);
    }
  }
  closeTable();
  std::sort(keys.begin(), keys.end());
  return keys;
}

/// The lines that only one of two recipes has, a few of them.
static std::string recipeDifference(const std::string &old,
                                    const std::string &now) {
  std::vector<std::string> before = keysOf(old), after = keysOf(now), gone,
                           come;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(gone));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(come));
  std::string text;
  constexpr size_t kMost = 12;
  for (size_t i = 0; i < std::min(gone.size(), kMost); ++i)
    text += "\n  checkpoint:  " + gone[i];
  for (size_t i = 0; i < std::min(come.size(), kMost); ++i)
    text += "\n  this recipe: " + come[i];
  return text;
}

/// The parts of a recipe whose fingerprints differ.
static std::vector<std::string> changedParts(const Manifest &manifest,
                                             const plan::Plan &plan) {
  Manifest now = manifestOf(plan, "", {});
  std::vector<std::string> changed;
  for (const char *part : {"model", "schedule", "data", "batch", "optimizer"}) {
    auto old = manifest.fingerprint.find(part);
    if (old == manifest.fingerprint.end() ||
        old->second != now.fingerprint.at(part))
      changed.push_back(part);
  }
  if (manifest.tokenizer != now.tokenizer ||
      manifest.vocabulary != now.vocabulary)
    changed.insert(changed.begin(), "tokenizer");
  return changed;
}

static std::string joined(const std::vector<std::string> &words,
                          const char *separator) {
  std::string text;
  for (const std::string &word : words)
    text += (text.empty() ? "" : separator) + word;
  return text;
}

std::vector<std::string>
dsc::checkCompatible(const Checkpoint &checkpoint, const plan::Plan &plan,
                     const std::string &recipe, const KernelTable &kernels,
                     const std::set<std::string> &accept) {
  const Manifest &manifest = checkpoint.manifest;
  std::vector<std::string> changed = changedParts(manifest, plan), refused,
                           forbidden;
  for (const std::string &part : changed) {
    if (part == "model" || part == "tokenizer")
      forbidden.push_back(part);
    else if (!accept.count(part))
      refused.push_back(part);
  }
  if (forbidden.empty() && refused.empty())
    return changed;
  const std::vector<std::string> &named =
      forbidden.empty() ? refused : forbidden;
  std::string message =
      "'" + checkpoint.path + "' was made by a recipe with another " +
      joined(named, ", ") + recipeDifference(manifest.recipe, recipe);
  if (std::find(named.begin(), named.end(), "schedule") != named.end())
    message += "\n" + compareCurves(manifest.curve, plan, kernels,
                                    manifest.state.steps);
  throw Error(Exit::refused, message,
              forbidden.empty()
                  ? "go on all the same with --accept " + joined(refused, ",")
                  : "start a new run with another --run-dir; model.init takes "
                    "weights from a checkpoint");
}
