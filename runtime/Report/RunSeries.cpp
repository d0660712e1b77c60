//===- RunSeries.cpp ------------------------------------------------------===//

#include "runtime/Report/RunSeries.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Terminal.h"

#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

using namespace dsc;
using Json = nlohmann::json;

static double numberIn(const Json &event, const char *key) {
  auto found = event.find(key);
  if (found == event.end() || found->is_null())
    return std::numeric_limits<double>::quiet_NaN();
  return found->get<double>();
}

static std::string textIn(const Json &event, const char *key) {
  return printable(event.at(key).get<std::string>());
}

/// The phase of a step; a log that begins in the middle names it only here.
static size_t phaseIndex(RunSeries &run, const std::string &name,
                         int64_t step) {
  if (run.phases.empty() || run.phases.back().name != name)
    run.phases.push_back({name, "", step, 0});
  return run.phases.size() - 1;
}

static void readEvent(RunSeries &run, const Json &event) {
  std::string kind = event.at("event");
  if (kind == "step") {
    LoggedStep point;
    point.step = event.at("step");
    point.loss = numberIn(event, "loss");
    point.lr = numberIn(event, "lr");
    point.gradientNorm = numberIn(event, "grad_norm");
    point.tokens = event.at("tokens");
    point.seconds = numberIn(event.at("time"), "elapsed");
    point.phase = phaseIndex(run, textIn(event, "phase"), point.step);
    run.steps.push_back(point);
  } else if (kind == "eval") {
    run.evaluations[textIn(event, "name")].push_back(
        {event.at("step"), numberIn(event, "loss")});
  } else if (kind == "phase") {
    run.phases.push_back({textIn(event, "name"), textIn(event, "kind"),
                          event.at("step"), event.value("length", int64_t(0))});
  } else if (kind == "decision") {
    run.decisions.push_back({event.at("step"), textIn(event, "what")});
  } else if (kind == "skip") {
    run.skips += 1;
  } else if (kind == "start") {
    run.ending.clear();
  } else if (kind == "stop") {
    run.ending = textIn(event, "reason");
  }
}

static void readEvents(RunSeries &run, const std::string &path) {
  std::string text = readFile(path);
  size_t begin = 0;
  for (int64_t line = 1; begin < text.size(); ++line) {
    size_t end = text.find('\n', begin);
    if (end == std::string::npos)
      return;
    try {
      readEvent(run, Json::parse(text.begin() + begin, text.begin() + end));
    } catch (const Json::exception &) {
      throw Error(Exit::refused, fmt::format("'{}', line {}: expected an event "
                                             "as dsc writes it",
                                             path, line));
    }
    begin = end + 1;
  }
}

static std::string textOf(const Json &value) {
  return printable(value.is_string() ? value.get<std::string>() : value.dump());
}

static void readMachine(RunSeries &run, const std::string &path) {
  Json json = Json::parse(readFile(path), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    throw Error(Exit::refused, "'" + path + "' is damaged");
  for (const char *key : {"dsc", "engine", "device", "threads"})
    if (json.contains(key))
      run.machine[key] = textOf(json[key]);
  if (json.contains("machine") && json["machine"].is_object())
    for (const auto &[key, value] : json["machine"].items())
      run.machine[printable(key)] = textOf(value);
}

/// The resolved recipe is our own printer's, one key a line, so that the
/// runtime need not know TOML for two values.
static void readOptimizer(RunSeries &run, const std::string &path) {
  std::istringstream lines(readFile(path));
  std::string table;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() == '[')
      table = line;
    double value = 0;
    if (table.starts_with("[optimizer]") && line.starts_with("clip_norm = ") &&
        std::istringstream(line.substr(12)) >> value)
      run.clipNorm = value;
    if (table == "[optimizer]" && line.starts_with("kind = \""))
      run.optimizer = printable(line.substr(8, line.find('"', 8) - 8));
  }
}

RunSeries dsc::readRun(const std::string &directory) {
  std::string events = directory + "/events.jsonl";
  if (!pathExists(events))
    throw Error(Exit::usage, "there is no run in '" + directory + "'",
                "give a directory such as runs/last");
  RunSeries run;
  run.directory = directory;
  std::error_code failure;
  auto real = std::filesystem::canonical(directory, failure);
  run.name = printable(failure ? directory : real.filename().string());
  readEvents(run, events);
  if (std::string path = directory + "/run.json"; pathExists(path))
    readMachine(run, path);
  if (std::string path = directory + "/recipe.toml"; pathExists(path))
    readOptimizer(run, path);
  return run;
}
