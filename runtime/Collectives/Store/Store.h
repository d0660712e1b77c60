//===- Store.h - where ranks find one another -------------------*- C++ -*-===//
//
// Small values under names, seen by all ranks of a job: addresses, NCCL's id,
// hashes to compare, heartbeats, the reason of a failure. A folder on one host,
// or a server of rank 0 that wants a token.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_STORE_STORE_H
#define DSC_RUNTIME_COLLECTIVES_STORE_STORE_H

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace dsc {

/// May be used from several threads. Throws dsc::Error(Exit::peer) when it
/// cannot be reached, Exit::storage when a folder cannot be written to.
class Store {
public:
  /// A request without an answer ends then: longer than a packet that has to be
  /// sent again, and short enough that whoever asks again and again notices
  /// well before a heartbeat is given up.
  static constexpr std::chrono::milliseconds kLongestRequest{1800};

  virtual ~Store() = default;

  virtual void set(const std::string &key, const std::string &value) = 0;
  virtual std::optional<std::string> get(const std::string &key) = 0;

  /// Sets what has no value yet; returns the value that stands. At once: no end
  /// of this process leaves it half done.
  virtual std::string setOnce(const std::string &key,
                              const std::string &value) = 0;

  /// Adds to the number under `key` (0 at first) and returns it.
  virtual int64_t add(const std::string &key, int64_t amount) = 0;

  /// Waits until there is a value. Throws Exit::peer naming the key when there
  /// is none in time.
  std::string wait(const std::string &key, std::chrono::milliseconds timeout);
};

/// A folder that all ranks of one host see; made if it is missing. One that
/// other users can write to is refused.
std::unique_ptr<Store> openFileStore(const std::string &folder);

/// A server at `address`, asked with `token`; where that is a name it is looked
/// up before the first request, and never again. With `serves` this process is
/// the server, on the interface of that address alone, until the store is
/// destroyed; without, it waits as long as `patience` for the server to answer.
std::unique_ptr<Store>
openServerStore(const std::string &address, int port, const std::string &token,
                bool serves,
                std::chrono::milliseconds patience = std::chrono::minutes(10));

/// A key as a name of a file or a part of an address: what is neither letter,
/// digit nor one of `-_.` becomes %XX, and a point in front too.
std::string escapeKey(const std::string &key);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_STORE_STORE_H
