//===- SlurmLists.cpp -----------------------------------------------------===//

#include "runtime/Launch/Rendezvous/SlurmLists.h"

#include <charconv>

using namespace dsc;

/// Takes a number off the front of `text`; 0 where there is none.
static int takeNumber(std::string_view &text) {
  int number = 0;
  auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(size_t(end - text.data()));
  return failure == std::errc() && number > 0 ? number : 0;
}

/// Takes `what` off the front of `text` where it stands there.
static bool take(std::string_view &text, std::string_view what) {
  if (!text.starts_with(what))
    return false;
  text.remove_prefix(what.size());
  return true;
}

int dsc::slurmTasksOn(int node, std::string_view list) {
  do {
    int tasks = takeNumber(list);
    int nodes = 1;
    if (take(list, "(x")) {
      nodes = takeNumber(list);
      if (!take(list, ")"))
        return 0;
    }
    if (tasks == 0 || nodes == 0)
      return 0;
    if (node < nodes)
      return tasks;
    node -= nodes;
  } while (take(list, ","));
  return 0;
}

std::string dsc::firstSlurmHost(std::string_view list) {
  std::string host;
  while (!list.empty() && list[0] != ',') {
    if (!take(list, "[")) {
      host += list[0];
      list.remove_prefix(1);
      continue;
    }
    // The first number of the first range, with its zeros.
    host += list.substr(0, list.find_first_of("-,]"));
    size_t close = list.find(']');
    list.remove_prefix(close == list.npos ? list.size() : close + 1);
  }
  return host;
}
