//===- SharedStore.cpp ----------------------------------------------------===//

#include "runtime/Collectives/Gloo/SharedStore.h"

#include "runtime/Base/Error.h"

#include <thread>

using namespace dsc;
using namespace dsc::gloo_ranks;

/// How long a rank sleeps before it looks again for what another will write.
static constexpr std::chrono::milliseconds kPause{2};

c10::intrusive_ptr<c10d::Store> SharedStore::clone() {
  return c10::make_intrusive<SharedStore>(store, prefix, timeout_);
}

void SharedStore::set(const std::string &key,
                      const std::vector<uint8_t> &value) {
  store->set(prefix + key, {value.begin(), value.end()});
}

std::vector<uint8_t> SharedStore::get(const std::string &key) {
  wait({key});
  std::string value = store->get(prefix + key).value_or("");
  return {value.begin(), value.end()};
}

int64_t SharedStore::add(const std::string &key, int64_t value) {
  return store->add(prefix + key, value);
}

// Ours keeps what it was given until the job ends, and does not count.
bool SharedStore::deleteKey(const std::string &) { return false; }

int64_t SharedStore::getNumKeys() { return 0; }

bool SharedStore::check(const std::vector<std::string> &keys) {
  for (const std::string &key : keys)
    if (!store->get(prefix + key))
      return false;
  return true;
}

void SharedStore::wait(const std::vector<std::string> &keys) {
  wait(keys, timeout_);
}

void SharedStore::wait(const std::vector<std::string> &keys,
                       const std::chrono::milliseconds &timeout) {
  auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!check(keys)) {
    if (std::chrono::steady_clock::now() > deadline)
      throw Error(Exit::peer, "not all ranks came within " +
                                  std::to_string(timeout.count()) +
                                  " ms: nobody wrote '" + keys.front() + "'");
    std::this_thread::sleep_for(kPause);
  }
}
