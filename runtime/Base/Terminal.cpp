//===- Terminal.cpp -------------------------------------------------------===//

#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

using namespace dsc;

bool dsc::isTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

size_t dsc::terminalWidth(int descriptor) {
  winsize size = {};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

unsigned dsc::chartWidth(int descriptor) {
  size_t width = terminalWidth(descriptor);
  return width ? unsigned(width) : 80;
}

bool dsc::canRewriteLines(int descriptor) {
  const char *kind = std::getenv("TERM");
  return isTerminal(descriptor) && kind && std::string_view(kind) != "dumb";
}

bool dsc::wantsColor(int descriptor) {
  const char *refused = std::getenv("NO_COLOR");
  return canRewriteLines(descriptor) && !(refused && *refused);
}

std::string dsc::printable(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(),
      [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return result;
}

/// Edits between two names; two letters changed places are one.
static size_t editDistance(std::string_view a, std::string_view b) {
  // Row i of the table: the distances of a's first i letters.
  std::vector<std::vector<size_t>> table(a.size() + 1,
                                         std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i)
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      size_t best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      best = std::min({best, table[i - 1][j] + 1, table[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = std::min(best, table[i - 2][j - 2] + 1);
      table[i][j] = best;
    }
  return table[a.size()][b.size()];
}

std::string dsc::nearestName(std::string_view name,
                             const std::vector<std::string> &candidates) {
  std::string best;
  // In a short name one slip is much.
  size_t bestDistance =
      name.size() < 4 ? 2 : std::max<size_t>(name.size() / 3, 2) + 1;
  if (name.size() > 64)
    return best;
  for (const std::string &candidate : candidates) {
    size_t distance = editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

std::string dsc::humanCount(double value) {
  static const char *const units[] = {"", "k", "M", "B", "T"};
  int unit = 0;
  while (value >= 1000 && unit < 4) {
    value /= 1000;
    ++unit;
  }
  if (unit == 0)
    return fmt::format("{:.0f}", value);
  return fmt::format("{:.1f}{}", value, units[unit]);
}

std::string dsc::humanBytes(double bytes) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  int unit = 0;
  while (bytes >= 1024 && unit < 4) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{:.0f} B", bytes)
                   : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string dsc::humanTime(double seconds) {
  long whole = long(std::clamp(seconds, 0.0, 1e9) + 0.5);
  long hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  return hours ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
               : fmt::format("{}:{:02}", minutes, rest);
}
