//===- Main.cpp - gpu-compare ---------------------------------------------===//
//
//   gpu-compare BINARY schedule [STEPS]    the learning rate of every step
//   gpu-compare BINARY update [ROUNDS]     what updates make of equal gradients
//
// Prints one JSON object: how many values were compared and how many of them
// differ. Exits 0 where none does, 1 where one does, else as dsc.
//
//===----------------------------------------------------------------------===//

#include "tools/gpu/compare/Compare.h"

#include <charconv>
#include <cstdio>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::gpu;

static constexpr char kUsage[] =
    "usage: gpu-compare BINARY schedule [STEPS of each phase]\n"
    "       gpu-compare BINARY update [ROUNDS]\n";

static int run(const std::string &binary, bool schedule, int64_t limit) {
  Artifact artifact(binary);
  GpuUpdate update(artifact);
  ThreadPool pool;
  nlohmann::json result = schedule
                              ? compareSchedule(update, pool, limit)
                              : compareUpdate(update, pool, limit ? limit : -1);
  result["device"] = update.describe();
  fmt::print("{}\n", result.dump());
  return result["differing"] == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
  std::string_view what = count >= 3 ? arguments[2] : "";
  int64_t limit = 0;
  bool isKnown = count <= 4 && (what == "schedule" || what == "update");
  if (isKnown && count == 4) {
    std::string_view text = arguments[3];
    auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), limit);
    isKnown =
        error == std::errc() && end == text.data() + text.size() && limit > 0;
  }
  if (!isKnown) {
    fmt::print(stderr, "{}", kUsage);
    return int(Exit::usage);
  }
  try {
    return run(arguments[1], what == "schedule", limit);
  } catch (const Error &error) {
    fmt::print(stderr, "gpu-compare: error: {}\n", error.what());
    return int(error.code());
  } catch (const std::exception &error) {
    fmt::print(stderr, "gpu-compare: error: {}\n", error.what());
    return int(Exit::internal);
  }
}
