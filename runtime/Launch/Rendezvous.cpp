//===- Rendezvous.cpp -----------------------------------------------------===//

#include "runtime/Launch/Rendezvous.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Launch/Secret.h"

#include <arpa/inet.h>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>
#include <unistd.h>
#include <vector>

using namespace dsc;
using namespace std::chrono_literals;

/// How long rank 0 tries to serve: a name or a port may come a little later.
static constexpr auto kServing = 10s;

//===----------------------------------------------------------------------===//
// One host
//===----------------------------------------------------------------------===//

// A folder may hold what a dead job of the same name has left. So every rank
// brings a number that nobody has seen before, and rank 0 answers with the
// folder of this job and the numbers that it took for those of its ranks. Who
// finds his own there has met the right rank 0.

static constexpr char kAnswer[] = "answer";
static constexpr char kNobody[] = "-";

static std::string nonceKey(int rank) { return fmt::format("rank-{}", rank); }
static std::string hereKey(int rank) { return fmt::format("here-{}", rank); }

/// A folder below the temporary one, by the job's name.
static std::string folderOf(const Place &place) {
  std::string temporary = std::filesystem::temp_directory_path().string();
  std::string own = fmt::format("{}/dsc-{}", temporary, ::geteuid());
  openFileStore(own); // refuses one that others made
  return own + "/" + sha256Hex(place.job).substr(0, 16);
}

static std::vector<int> listMissing(Store &store, int size) {
  std::vector<int> missing;
  for (int rank = 1; rank < size; ++rank)
    if (!store.get(hereKey(rank)))
      missing.push_back(rank);
  return missing;
}

static std::unique_ptr<Store> gather(const Place &place, Patience patience,
                                     const std::string &folder, Store &lobby) {
  std::string name = randomText();
  std::unique_ptr<Store> store = openFileStore(folder + "/" + name);
  std::string said;
  while (true) {
    std::string answer = name;
    for (int rank = 1; rank < place.size; ++rank)
      answer += " " + lobby.get(nonceKey(rank)).value_or(kNobody);
    if (answer != said)
      lobby.set(kAnswer, answer);
    said = answer;
    std::vector<int> missing = listMissing(*store, place.size);
    if (missing.empty())
      return store;
    if (patience.isOver())
      throw Error(Exit::peer,
                  fmt::format("rank {} has not come to '{}'",
                              fmt::join(missing, ", "), folder),
                  "start all ranks, with the same TMPDIR");
    patience.pause();
  }
}

/// The name of the store in an answer that has `nonce` for this rank, or "".
static std::string storeNamed(const std::string &answer, int rank,
                              const std::string &nonce) {
  std::istringstream words(answer);
  std::string name, word;
  words >> name;
  for (int i = 0; i < rank; ++i)
    words >> word;
  return words && word == nonce ? name : "";
}

static std::unique_ptr<Store> comeTo(const Place &place, Patience patience,
                                     const std::string &folder, Store &lobby) {
  std::string nonce = randomText();
  lobby.set(nonceKey(place.rank), nonce);
  while (true) {
    std::string name =
        storeNamed(lobby.get(kAnswer).value_or(""), place.rank, nonce);
    if (!name.empty()) {
      std::unique_ptr<Store> store = openFileStore(folder + "/" + name);
      store->set(hereKey(place.rank), nonce);
      return store;
    }
    if (patience.isOver())
      throw Error(Exit::peer,
                  fmt::format("rank 0 has not taken this process for rank {} "
                              "in '{}'",
                              place.rank, folder),
                  "start every rank once, with the same TMPDIR");
    patience.pause();
  }
}

static std::unique_ptr<Store> meetOnHost(const Place &place, Patience patience,
                                         std::string &mine) {
  // Whoever names a folder has made it for this job; one that is gone has seen
  // the job's end.
  if (!place.folder.empty()) {
    if (!isDirectory(place.folder))
      throw Error(Exit::peer,
                  fmt::format("the folder '{}' where ranks meet is not there",
                              place.folder),
                  "whoever sets DSC_STORE makes the folder, for one job");
    return openFileStore(place.folder);
  }
  std::string folder = folderOf(place);
  std::unique_ptr<Store> lobby = openFileStore(folder);
  if (place.rank != 0)
    return comeTo(place, patience, folder, *lobby);
  mine = folder;
  return gather(place, patience, folder, *lobby);
}

//===----------------------------------------------------------------------===//
// Several hosts
//===----------------------------------------------------------------------===//

std::string dsc::tokenOf(const Place &place) {
  return place.token.empty() ? sha256Hex(userSecret() + "\n" + place.job)
                             : place.token;
}

/// In a pod that is told to be reached at localhost, others know it by name.
static std::string addressOf(const Place &place) {
  if (place.address.empty())
    throw Error(Exit::usage,
                fmt::format("{} of {} ranks are on this host, but MASTER_ADDR "
                            "is not set",
                            place.localSize, place.size),
                "set it to the address of rank 0's host on every rank (mpirun "
                "-x MASTER_ADDR=HOST)");
  if (place.rank != 0 || place.address != "localhost" ||
      !std::getenv("KUBERNETES_SERVICE_HOST"))
    return place.address;
  char name[256] = "";
  ::gethostname(name, sizeof(name) - 1);
  return name;
}

static std::unique_ptr<Store> meetAtServer(const Place &place,
                                           Patience patience) {
  std::string address = addressOf(place), token = tokenOf(place);
  bool serves = place.rank == 0;
  if (serves)
    patience = Patience(kServing);
  std::unique_ptr<Store> store;
  while (!store) {
    try {
      store = openServerStore(address, place.port, token, serves, 500ms);
    } catch (const Error &) {
      if (patience.isOver())
        throw;
      patience.pause();
    }
  }
  return store;
}

/// Another token than rank 0's is refused at the first request.
static void tryToken(Store &store) {
  try {
    store.get("token");
  } catch (const Error &error) {
    throw Error(error.code(), error.what(),
                "set DSC_TOKEN to the same secret text on every host");
  }
}

std::unique_ptr<Store>
dsc::openRendezvous(const Place &place, Patience patience, std::string &mine) {
  if (place.isOneHost())
    return meetOnHost(place, patience, mine);
  std::unique_ptr<Store> store = meetAtServer(place, patience);
  tryToken(*store);
  return store;
}
