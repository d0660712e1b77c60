//===- Hash.h - SHA-256 of bytes and files ----------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_BASE_HASH_H
#define DSC_RUNTIME_BASE_HASH_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace dsc {

using Sha256 = std::array<uint8_t, 32>;

/// SHA-256 in pieces.
class Sha256Stream {
public:
  Sha256Stream();
  ~Sha256Stream();
  void update(const void *data, size_t bytes);
  Sha256 finish();

private:
  struct State;
  std::unique_ptr<State> state;
};

Sha256 sha256(std::string_view bytes);
std::string hex(const Sha256 &hash);
inline std::string sha256Hex(std::string_view bytes) {
  return hex(sha256(bytes));
}

/// Hash of a whole file. Throws dsc::Error(Exit::storage) when it cannot be
/// read.
std::string sha256HexOfFile(const std::string &path);

} // namespace dsc

#endif // DSC_RUNTIME_BASE_HASH_H
