//===- SharedStore.cpp ----------------------------------------------------===//

#include "runtime/Collectives/Gloo/SharedStore.h"

using namespace dsc;
using namespace dsc::gloo_ranks;

c10::intrusive_ptr<c10d::Store> SharedStore::clone() {
  return c10::make_intrusive<SharedStore>(store, prefix, timeout_);
}

void SharedStore::set(const std::string &key,
                      const std::vector<uint8_t> &value) {
  store->set(prefix + key, {value.begin(), value.end()});
}

std::vector<uint8_t> SharedStore::get(const std::string &key) {
  std::string value = store->wait(prefix + key, timeout_);
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
  for (const std::string &key : keys)
    store->wait(prefix + key,
                std::chrono::duration_cast<std::chrono::milliseconds>(
                    deadline - std::chrono::steady_clock::now()));
}
