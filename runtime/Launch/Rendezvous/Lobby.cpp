//===- Lobby.cpp ----------------------------------------------------------===//

#include "runtime/Launch/Rendezvous/Lobby.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Collectives/Heartbeat.h"
#include "runtime/Launch/Rendezvous/Process.h"
#include "runtime/Launch/Rendezvous/Secret.h"

#include <fmt/format.h>
#include <sstream>
#include <unistd.h>
#include <vector>

using namespace dsc;

static constexpr char kAnswer[] = "answer";
static constexpr char kNobody[] = "-";
/// In a number, behind the name of its process.
static constexpr char kBehindProcess = '.';

static std::string numberKey(int rank) { return fmt::format("rank-{}", rank); }

Lobby::Lobby(const Place &place)
    : rank(place.rank), size(place.size),
      folder(fmt::format("{}/dsc-{}", temporaryFolder(), ::geteuid()),
             sha256Hex(place.job).substr(0, 16)),
      number(ownProcessName() + kBehindProcess + randomText()) {}

/// A rank that is stopped shows no beat if it is not in yet, but is to be
/// missed as soon as one that does.
void Lobby::checkGoesOn(int other, const std::string &found) {
  if (!isStoppedProcess(found.substr(0, found.find(kBehindProcess)))) {
    stopped.erase(other);
    return;
  }
  auto since = stopped.emplace(other, Clock::now()).first->second;
  if (Clock::now() - since >= Heartbeat::Pace().silence)
    throw Error(Exit::peer,
                fmt::format("rank {} was stopped before all ranks had met, and "
                            "did not go on",
                            other));
}

//===----------------------------------------------------------------------===//
// Rank 0
//===----------------------------------------------------------------------===//

std::shared_ptr<Store> Lobby::makeStore() {
  std::string name = randomText();
  store = openFileStore(path() + "/" + name);
  said = name + " " + number;
  folder.board().set(kAnswer, said);
  return store;
}

/// The store's name, rank 0's number and those of the others.
std::string Lobby::answer() const {
  std::string text = said.substr(0, said.find(' ')) + " " + number;
  for (int other = 1; other < size; ++other)
    text += " " + folder.board().get(numberKey(other)).value_or(kNobody);
  return text;
}

void Lobby::letIn() {
  std::string now = answer();
  if (now != said)
    folder.board().set(kAnswer, now);
  said = now;
  std::istringstream words(said);
  std::string word;
  words >> word >> word;
  for (int other = 1; words >> word; ++other)
    if (!hasBeaten(*store, other))
      checkGoesOn(other, word);
}

//===----------------------------------------------------------------------===//
// The others
//===----------------------------------------------------------------------===//

std::shared_ptr<Store> Lobby::enter(Patience patience) {
  folder.board().set(numberKey(rank), number);
  while (true) {
    std::istringstream words(folder.board().get(kAnswer).value_or(""));
    std::string name, word;
    words >> name >> word;
    checkGoesOn(0, word);
    for (int other = 1; other <= rank; ++other)
      words >> word;
    if (words && word == number)
      return openFileStore(path() + "/" + name);
    if (patience.isOver())
      throw Error(Exit::peer,
                  fmt::format("rank 0 has not taken this process for rank {} "
                              "in '{}'",
                              rank, path()),
                  "start every rank once, with the same TMPDIR");
    patience.pause();
  }
}
