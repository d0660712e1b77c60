//===- Store.cpp ----------------------------------------------------------===//

#include "runtime/Collectives/Store/Store.h"

#include "runtime/Base/Error.h"

#include <cctype>
#include <fmt/format.h>
#include <thread>

using namespace dsc;
using namespace std::chrono_literals;

std::string Store::wait(const std::string &key,
                        std::chrono::milliseconds timeout) {
  auto deadline = std::chrono::steady_clock::now() + timeout;
  auto pause = 1ms;
  while (true) {
    if (std::optional<std::string> value = get(key))
      return *value;
    if (std::chrono::steady_clock::now() >= deadline)
      throw Error(Exit::peer, fmt::format("no rank has set '{}' within {} s",
                                          key, timeout.count() / 1e3));
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, 50ms);
  }
}

std::string dsc::escapeKey(const std::string &key) {
  std::string name;
  for (char c : key) {
    bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' ||
                 c == '_' || (c == '.' && !name.empty());
    name += plain ? std::string(1, c)
                  : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return name;
}
