//===- HostMemory.h - zeroed, aligned memory of the host --------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_HOSTMEMORY_H
#define DSC_RUNTIME_COLLECTIVES_HOSTMEMORY_H

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <stdlib.h>
#include <vector>

namespace dsc {

/// What Communicator::allocate() gives where any memory will do.
class HostMemory {
public:
  void *allocate(int64_t bytes) {
    size_t whole = (size_t(bytes) + 63) / 64 * 64;
    blocks.emplace_back(std::aligned_alloc(64, whole));
    if (whole > 0 && !blocks.back())
      throw std::bad_alloc();
    return std::memset(blocks.back().get(), 0, whole);
  }

private:
  struct Free {
    void operator()(void *memory) const { ::free(memory); }
  };

  std::vector<std::unique_ptr<void, Free>> blocks;
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_HOSTMEMORY_H
