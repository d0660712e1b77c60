//===- Terminal.cpp -------------------------------------------------------===//

#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <numeric>
#include <unistd.h>

using namespace dsc;

bool dsc::isTerminal(int descriptor) { return ::isatty(descriptor) == 1; }

bool dsc::wantsColor(int descriptor) {
  const char *refused = std::getenv("NO_COLOR");
  const char *kind = std::getenv("TERM");
  return isTerminal(descriptor) && !(refused && *refused) && kind &&
         std::string_view(kind) != "dumb";
}

/// Levenshtein distance.
static size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::string dsc::nearestName(std::string_view name,
                             const std::vector<std::string> &candidates) {
  std::string best;
  // Two letters changed places count as two; in a short name one is much.
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
