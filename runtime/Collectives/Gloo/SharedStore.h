//===- SharedStore.h - our store, as LibTorch wants one ---------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_GLOO_SHAREDSTORE_H
#define DSC_RUNTIME_COLLECTIVES_GLOO_SHAREDSTORE_H

#include "runtime/Collectives/Store/Store.h"

#include <torch/csrc/distributed/c10d/Store.hpp>

namespace dsc::gloo_ranks {

/// Keys get `prefix`. What cannot be had in time is dsc::Error(Exit::peer).
class SharedStore final : public c10d::Store {
public:
  SharedStore(std::shared_ptr<dsc::Store> store, std::string prefix,
              std::chrono::milliseconds timeout)
      : c10d::Store(timeout), store(std::move(store)),
        prefix(std::move(prefix)) {}

  c10::intrusive_ptr<c10d::Store> clone() override;
  void set(const std::string &key, const std::vector<uint8_t> &value) override;
  std::vector<uint8_t> get(const std::string &key) override;
  int64_t add(const std::string &key, int64_t value) override;
  bool deleteKey(const std::string &key) override;
  bool check(const std::vector<std::string> &keys) override;
  int64_t getNumKeys() override;
  void wait(const std::vector<std::string> &keys) override;
  void wait(const std::vector<std::string> &keys,
            const std::chrono::milliseconds &timeout) override;

private:
  std::shared_ptr<dsc::Store> store;
  std::string prefix;
};

} // namespace dsc::gloo_ranks

#endif // DSC_RUNTIME_COLLECTIVES_GLOO_SHAREDSTORE_H
