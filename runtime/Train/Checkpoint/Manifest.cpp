//===- Manifest.cpp -------------------------------------------------------===//

#include "runtime/Train/Checkpoint/Manifest.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Hash.h"
#include "runtime/Base/Version.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

using namespace dsc;
using Json = nlohmann::ordered_json;

static constexpr int kManifestFormat = 1;
static constexpr char kSelf[] = "manifest_sha256";

Manifest dsc::manifestOf(const plan::Plan &plan, const std::string &recipe,
                         const Curve &curve) {
  const plan::Fingerprint &print = *plan.fingerprint();
  Manifest manifest;
  manifest.name = plan.name()->str();
  manifest.fingerprint = {{"recipe", print.recipe()->str()},
                          {"model", print.model()->str()},
                          {"data", print.data()->str()},
                          {"schedule", print.schedule()->str()},
                          {"optimizer", print.optimizer()->str()},
                          {"batch", print.batch()->str()}};
  manifest.tokenizer = plan.data()->tokenizer()->str();
  manifest.vocabulary = plan.data()->vocabulary();
  manifest.batch = plan.training()->batch();
  manifest.recipe = recipe;
  manifest.model = plan.model()->config()->str();
  manifest.curve = curve;
  return manifest;
}

/// JSON knows no NaN.
static Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

static double numberFrom(const Json &value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                         : value.get<double>();
}

/// A value that must come back with the same meaning, whatever it is.
static Json exact(double value) {
  if (std::isfinite(value))
    return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

static double exactFrom(const Json &value) {
  if (!value.is_string())
    return value.get<double>();
  if (value == "nan")
    return std::numeric_limits<double>::quiet_NaN();
  double infinity = std::numeric_limits<double>::infinity();
  return value == "inf" ? infinity : -infinity;
}

static Json stateJson(const RunState &state) {
  Json evaluations = Json::array();
  for (const EvaluationState &evaluation : state.evaluations)
    evaluations.push_back({{"name", evaluation.name},
                           {"seen", evaluation.seen},
                           {"best", number(evaluation.best)},
                           {"since_best", evaluation.sinceBest},
                           {"last", exact(evaluation.last)},
                           {"count", evaluation.count}});
  return {{"steps", state.steps},
          {"batches", state.batches},
          {"samples", state.samples},
          {"tokens", state.tokens},
          {"skipped_in_a_row", state.skippedInARow},
          {"evaluated", state.evaluated},
          {"finished", state.finished},
          {"seconds", state.seconds},
          {"last",
           {{"loss", number(state.last.loss)},
            {"lr", number(state.last.learningRate)},
            {"grad_norm", number(state.last.gradientNorm)}}},
          {"evaluations", evaluations}};
}

static RunState stateFrom(const Json &json) {
  RunState state;
  state.steps = json.at("steps").get<int64_t>();
  state.batches = json.at("batches").get<int64_t>();
  state.samples = json.at("samples").get<int64_t>();
  state.tokens = json.at("tokens").get<int64_t>();
  state.skippedInARow = json.at("skipped_in_a_row").get<int64_t>();
  state.evaluated = json.at("evaluated").get<bool>();
  state.finished = json.at("finished").get<bool>();
  state.seconds = json.at("seconds").get<double>();
  const Json &last = json.at("last");
  state.last = {numberFrom(last.at("loss")), numberFrom(last.at("lr")),
                numberFrom(last.at("grad_norm"))};
  for (const Json &entry : json.at("evaluations"))
    state.evaluations.push_back(
        {entry.at("name").get<std::string>(), entry.at("seen").get<bool>(),
         numberFrom(entry.at("best")), entry.at("since_best").get<int64_t>(),
         exactFrom(entry.value("last", Json(0.0))),
         entry.value("count", int64_t(0))});
  return state;
}

std::string dsc::writeManifest(const Manifest &manifest) {
  Json files = Json::object();
  for (const auto &[name, file] : manifest.files)
    files[name] = {{"bytes", file.bytes}, {"sha256", file.sha256}};
  Json scheduleState = Json::object();
  for (const auto &[name, value] : manifest.scheduleState)
    scheduleState[name] = exact(value);
  Json json = {
      {"format", kManifestFormat},
      {"dsc", kVersion},
      {"name", manifest.name},
      {"state", stateJson(manifest.state)},
      {"scheduled", manifest.scheduled},
      {"schedule_state", scheduleState},
      {"loss_scale", 1.0},
      {"recipe_hash", manifest.fingerprint.at("recipe")},
      {"fingerprint", manifest.fingerprint},
      {"tokenizer", manifest.tokenizer},
      {"vocabulary", manifest.vocabulary},
      {"batch", manifest.batch},
      {"files", files},
      {"logs",
       {{"events.jsonl", manifest.journal.events},
        {"metrics.csv", manifest.journal.metrics},
        {kTensorBoardFile, manifest.journal.tensorboard}}},
      {"schedule",
       {{"steps", manifest.curve.steps}, {"lr", manifest.curve.points}}},
      {"recipe", manifest.recipe},
      {"model", manifest.model}};
  json[kSelf] = sha256Hex(json.dump());
  return json.dump(1) + "\n";
}

static Manifest manifestFrom(const Json &json) {
  Manifest manifest;
  manifest.name = json.at("name").get<std::string>();
  manifest.state = stateFrom(json.at("state"));
  manifest.scheduled = json.at("scheduled").get<bool>();
  for (const auto &[name, value] : json.at("schedule_state").items())
    manifest.scheduleState.emplace_back(name, exactFrom(value));
  json.at("fingerprint").get_to(manifest.fingerprint);
  manifest.tokenizer = json.at("tokenizer").get<std::string>();
  manifest.vocabulary = json.at("vocabulary").get<int64_t>();
  manifest.batch = json.at("batch").get<int64_t>();
  manifest.recipe = json.at("recipe").get<std::string>();
  manifest.model = json.at("model").get<std::string>();
  for (const auto &[name, file] : json.at("files").items())
    manifest.files[name] = {file.at("bytes").get<uint64_t>(),
                            file.at("sha256").get<std::string>()};
  manifest.journal.events = json.at("logs").at("events.jsonl").get<uint64_t>();
  manifest.journal.metrics = json.at("logs").at("metrics.csv").get<uint64_t>();
  // Checkpoints of older versions have no such file beside them.
  manifest.journal.tensorboard =
      json.at("logs").value(kTensorBoardFile, uint64_t(0));
  manifest.curve.steps = json.at("schedule").at("steps").get<int64_t>();
  json.at("schedule").at("lr").get_to(manifest.curve.points);
  return manifest;
}

Manifest dsc::parseManifest(const std::string &text, const std::string &path) {
  try {
    Json json = Json::parse(text);
    std::string recorded = json.at(kSelf).get<std::string>();
    json.erase(kSelf);
    if (sha256Hex(json.dump()) != recorded)
      throw Error(Exit::refused,
                  "'" + path + "' is damaged: it does not match its own hash");
    if (json.at("format").get<int>() != kManifestFormat)
      throw Error(Exit::refused, "'" + path + "' has another format");
    return manifestFrom(json);
  } catch (const nlohmann::json::exception &) {
    throw Error(Exit::refused, "'" + path + "' is damaged or was cut short");
  }
}
