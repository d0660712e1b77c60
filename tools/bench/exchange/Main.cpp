//===- Main.cpp - the exchange of gradients, timed ------------------------===//
//
//   bench-exchange SIDE SUBJECT [COMMUNICATOR]
//
// One rank, which finds its place in RANK, WORLD_SIZE, LOCAL_RANK,
// LOCAL_WORLD_SIZE and DSC_STORE. For every line of the input all ranks do what
// the side says, and each prints how many seconds it took.
// tools/bench/rank_contests.py gives the sides their turns.
//
//===----------------------------------------------------------------------===//

#include "tools/bench/exchange/Sides.h"

#include "runtime/Base/Error.h"
#include "runtime/Collectives/World.h"
#include "runtime/Launch/Rendezvous/Place.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

using namespace dsc;
using namespace dsc::bench;

static World openWorld() {
  std::optional<Place> place = findPlace(::getenv);
  if (!place || place->folder.empty())
    throw Error(Exit::usage, "expected RANK, WORLD_SIZE, LOCAL_RANK, "
                             "LOCAL_WORLD_SIZE and DSC_STORE");
  World world;
  world.rank = place->rank;
  world.size = place->size;
  world.localRank = place->localRank;
  world.localSize = place->localSize;
  world.store = openFileStore(place->folder);
  return world;
}

/// Small exchanges are over before a clock has said much, and before processors
/// and caches are as they are in a training.
static int64_t repeatsFor(int64_t bytes) {
  return std::clamp<int64_t>((int64_t(256) << 20) / bytes, 3, 64);
}

/// The median of the second half: the first times find the other rank asleep.
static double takeTurn(Side &side, Communicator &communicator) {
  std::vector<double> times;
  for (int64_t left = repeatsFor(side.bytes()); left > 0; --left) {
    side.prepare();
    communicator.barrier();
    auto start = std::chrono::steady_clock::now();
    side.run();
    std::chrono::duration<double> time =
        std::chrono::steady_clock::now() - start;
    times.push_back(time.count());
  }
  times.erase(times.begin(), times.begin() + int64_t(times.size() / 2));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

static void run(const std::vector<std::string> &words) {
  std::unique_ptr<Communicator> communicator =
      openCommunicator(words.size() > 3 ? words[3] : "", openWorld());
  std::unique_ptr<Side> side = makeSide(words[1], words[2], *communicator);
  side->check();
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << takeTurn(*side, *communicator) << std::endl;
}

int main(int count, char **arguments) {
  std::vector<std::string> words(arguments, arguments + count);
  if (count < 3 || count > 4) {
    std::cerr << "usage: bench-exchange SIDE SUBJECT [COMMUNICATOR]\n";
    return int(Exit::usage);
  }
  try {
    run(words);
    return 0;
  } catch (const Error &error) {
    std::cerr << "bench-exchange: error: " << error.what() << "\n";
    return int(error.code());
  } catch (const std::exception &error) {
    std::cerr << "bench-exchange: error: " << error.what() << "\n";
    return int(Exit::internal);
  }
}
