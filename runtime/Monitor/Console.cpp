//===- Console.cpp --------------------------------------------------------===//

#include "runtime/Monitor/Console.h"

#include "runtime/Base/Terminal.h"

#include <fmt/format.h>
#include <unistd.h>

using namespace dsc;
using namespace std::chrono_literals;

/// A closed stderr must not end a run.
static void put(const std::string &text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

Console::Console(bool quiet, std::string unit)
    : quiet(quiet), unit(std::move(unit)), terminal(isTerminal(STDERR_FILENO)),
      color(wantsColor(STDERR_FILENO)) {}

void Console::clearLine() {
  if (lineShown)
    put("\r\033[K");
  lineShown = false;
}

void Console::note(const std::string &text) {
  if (quiet)
    return;
  clearLine();
  put(text + "\n");
}

void Console::warn(const std::string &text) {
  if (silent)
    return;
  clearLine();
  put((color ? "dsc: \033[33mwarning\033[0m: " : "dsc: warning: ") + text +
      "\n");
}

std::string Console::format(const Progress &progress) {
  Clock::time_point now = Clock::now();
  double seconds = std::chrono::duration<double>(now - markTime).count();
  if (!marked) {
    marked = true;
    mark = progress;
    markTime = now;
  } else if (seconds > 0 && progress.step > mark.step) {
    tokenRate = double(progress.tokens - mark.tokens) / seconds;
    stepRate = double(progress.step - mark.step) / seconds;
    if (seconds > 10) {
      mark = progress;
      markTime = now;
    }
  }
  std::string text = fmt::format("step {}/{}  loss {:.4f}  lr {:.3e}  {}",
                                 progress.step, progress.steps, progress.loss,
                                 progress.learningRate, progress.phase);
  if (stepRate > 0)
    text += fmt::format(
        "  {} {}/s  eta {}", humanCount(tokenRate), unit,
        humanTime(double(progress.steps - progress.step) / stepRate));
  return text;
}

void Console::progress(const Progress &progress, bool always) {
  if (quiet)
    return;
  Clock::time_point now = Clock::now();
  auto interval = terminal ? 100ms : 2000ms;
  if (anyShown && !always && now - lastShown < interval)
    return;
  anyShown = true;
  lastShown = now;
  std::string text = format(progress);
  if (!terminal) {
    put(text + "\n");
    return;
  }
  put("\r\033[K" + text + (always ? "\n" : ""));
  lineShown = !always;
}
