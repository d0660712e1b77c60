//===- Console.cpp --------------------------------------------------------===//

#include "runtime/Monitor/Console.h"

#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

using namespace dsc;
using namespace std::chrono_literals;

/// A closed stderr must not end a run.
static void put(const std::string &text) {
  (void)!::write(STDERR_FILENO, text.data(), text.size());
}

/// No more than so many bytes, and no part of a letter.
static std::string beginningOf(const std::string &text, size_t most) {
  size_t end = std::min(most, text.size());
  while (end > 0 && end < text.size() && (text[end] & 0xc0) == 0x80)
    --end;
  return text.substr(0, end);
}

Console::Console(bool quiet, std::string unit)
    : quiet(quiet), unit(std::move(unit)),
      terminal(canRewriteLines(STDERR_FILENO)),
      color(wantsColor(STDERR_FILENO)) {}

Console::~Console() {
  if (lineShown)
    put("\n");
}

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
  // A line that goes on below could not be cleared.
  if (size_t width = terminalWidth(STDERR_FILENO); !always && width > 1)
    text = beginningOf(text, width - 1);
  put("\r\033[K" + text + (always ? "\n" : ""));
  lineShown = !always;
}
