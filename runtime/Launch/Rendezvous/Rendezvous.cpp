//===- Rendezvous.cpp -----------------------------------------------------===//

#include "runtime/Launch/Rendezvous/Rendezvous.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Launch/Rendezvous/Secret.h"

#include <fmt/format.h>
#include <unistd.h>

using namespace dsc;
using namespace std::chrono_literals;

/// How long rank 0 tries to serve: a name or a port may come a little later.
static constexpr auto kServing = 10s;

/// Whoever names a folder has made it for this job; one that is gone has seen
/// the job's end.
static std::shared_ptr<Store> meetInFolder(const std::string &folder) {
  if (!isDirectory(folder))
    throw Error(
        Exit::peer,
        fmt::format("the folder '{}' where ranks meet is not there", folder),
        "whoever sets DSC_STORE makes the folder, for one job");
  return openFileStore(folder);
}

//===----------------------------------------------------------------------===//
// Several hosts
//===----------------------------------------------------------------------===//

std::string dsc::tokenOf(const Place &place) {
  return place.token.empty() ? sha256Hex(userSecret() + "\n" + place.job)
                             : place.token;
}

std::string dsc::meetingAddress(const Place &place, const std::string &pod) {
  if (place.address.empty())
    throw Error(Exit::usage,
                fmt::format("{} of {} ranks are on this host, but MASTER_ADDR "
                            "is not set",
                            place.localSize, place.size),
                "set it to the address of rank 0's host on every rank (mpirun "
                "-x MASTER_ADDR=HOST)");
  bool isOwn = !pod.empty() && (place.address == "localhost" ||
                                place.address.starts_with(pod + "."));
  return isOwn ? pod : place.address;
}

/// The name of the pod that this process runs in, or "".
static std::string ownPod() {
  char name[256] = "";
  if (std::getenv("KUBERNETES_SERVICE_HOST"))
    ::gethostname(name, sizeof(name) - 1);
  return name;
}

static std::shared_ptr<Store> meetAtServer(const Place &place,
                                           const std::string &address,
                                           Patience patience) {
  std::string token = tokenOf(place);
  bool serves = place.rank == 0;
  if (serves)
    patience = Patience(kServing);
  std::shared_ptr<Store> store;
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

Rendezvous::Rendezvous(const Place &place, Patience patience) {
  if (!place.isOneHost()) {
    where = meetingAddress(place, ownPod());
    meeting = meetAtServer(place, where, patience);
    tryToken(*meeting);
  } else if (!place.folder.empty()) {
    meeting = meetInFolder(place.folder);
  } else {
    lobby.emplace(place);
    isHost = place.rank == 0;
    meeting = isHost ? lobby->makeStore() : lobby->enter(patience);
  }
}

void Rendezvous::letIn() {
  if (isHost)
    lobby->letIn();
}

std::string Rendezvous::ownFolder() const {
  return isHost ? lobby->path() : "";
}
