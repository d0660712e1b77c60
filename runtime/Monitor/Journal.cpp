//===- Journal.cpp --------------------------------------------------------===//

#include "runtime/Monitor/Journal.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace dsc;

static std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false,
                                   nlohmann::json::error_handler_t::replace);
}

Event::Event(std::string_view kind)
    : text(fmt::format("{{\"event\":{}", quoted(kind))) {}

Event &Event::add(std::string_view key, int64_t value) {
  text += fmt::format(",{}:{}", quoted(key), value);
  return *this;
}

static std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.17g}", value) : "null";
}

Event &Event::add(std::string_view key, double value) {
  text += fmt::format(",{}:{}", quoted(key), number(value));
  return *this;
}

Event &Event::add(std::string_view key, const NamedValues &values) {
  std::string members;
  for (const auto &[name, value] : values)
    members += fmt::format("{}{}:{}", members.empty() ? "" : ",",
                           quoted(std::string_view(name)), number(value));
  text += fmt::format(",{}:{{{}}}", quoted(key), members);
  return *this;
}

Event &Event::add(std::string_view key, std::string_view value) {
  text += fmt::format(",{}:{}", quoted(key), quoted(value));
  return *this;
}

Event &Event::addFlag(std::string_view key, bool value) {
  text += fmt::format(",{}:{}", quoted(key), value);
  return *this;
}

std::string Event::line(double elapsed) const {
  double now = std::chrono::duration<double>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count();
  return fmt::format("{},\"time\":{{\"unix\":{:.3f},\"elapsed\":{:.3f}}}}}\n",
                     text, now, elapsed);
}

static std::string fileIn(const std::string &directory, const char *name) {
  return directory.empty() ? "" : directory + "/" + name;
}

static void cut(OutputFile &file, uint64_t length, bool &whole) {
  if (file.size() < length) {
    whole = false;
    return;
  }
  file.truncate(length);
}

Journal::Journal(const std::string &directory, JournalLengths lengths,
                 bool tensorboard)
    : events(fileIn(directory, "events.jsonl"), OutputFile::Mode::append),
      metrics(fileIn(directory, "metrics.csv"), OutputFile::Mode::append),
      chartsLength(lengths.tensorboard) {
  if (directory.empty())
    return;
  if (tensorboard)
    charts = openTensorBoard(directory, lengths.tensorboard, whole);
  cut(events, lengths.events, whole);
  cut(metrics, lengths.metrics, whole);
  if (metrics.size() == 0)
    metrics.write("step,loss,val_loss,lr,grad_norm,tokens,seconds\n");
}

void Journal::write(const Event &event, double elapsed) {
  events.write(event.line(elapsed));
}

static std::string cell(std::optional<double> value) {
  return value && std::isfinite(*value) ? fmt::format("{:.17g}", *value) : "";
}

void Journal::write(const MetricsRow &row) {
  metrics.write(fmt::format("{},{},{},{},{},{},{:.3f}\n", row.step,
                            cell(row.loss), cell(row.validationLoss),
                            cell(row.learningRate), cell(row.gradientNorm),
                            row.tokens, row.seconds));
}

void Journal::startClock(int64_t tokens, double seconds) {
  clockTokens = tokens;
  clockSeconds = seconds;
}

void Journal::chart(const StepScalars &scalars) {
  if (!charts)
    return;
  std::vector<TaggedValue> values = {
      {"train/loss", scalars.loss},
      {"train/learning_rate", scalars.learningRate},
      {"train/grad_norm", scalars.gradientNorm}};
  double seconds = scalars.seconds - clockSeconds;
  if (seconds > 0)
    values.push_back({"train/tokens_per_second",
                      double(scalars.tokens - clockTokens) / seconds});
  startClock(scalars.tokens, scalars.seconds);
  charts->write(scalars.steps, values);
}

void Journal::chartEvaluation(const std::string &name, int64_t steps,
                              double loss) {
  if (charts)
    charts->write(steps, {{"eval/" + name + "/loss", loss}});
}

JournalLengths Journal::lengths() const {
  return {events.size(), metrics.size(),
          charts ? charts->length() : chartsLength};
}

void Journal::drain() {
  events.sync();
  metrics.sync();
  if (charts)
    charts->drain();
}
