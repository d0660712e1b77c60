//===- Channels.h - bytes between processes ----------------------*- C++
//-*-===//
//
// A ring in POSIX shared memory for each pair of ranks and direction. Nothing
// waits: what does not fit, or is not there yet, is tried again.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_FAKENCCL_CHANNELS_H
#define DSC_TEST_FAKENCCL_CHANNELS_H

#include <cstddef>
#include <string>

namespace dsc::fake {

class Channels {
public:
  static constexpr int kMostRanks = 8;

  Channels(const std::string &name, int rank, int ranks);
  ~Channels();
  Channels(const Channels &) = delete;
  Channels &operator=(const Channels &) = delete;

  bool isOpen() const { return board; }

  /// Whether all ranks have come. The memory has no name from then on.
  bool isComplete();

  /// How many of the bytes were moved.
  size_t write(int to, const char *data, size_t bytes);
  size_t read(int from, char *data, size_t bytes);

private:
  struct Board;

  std::string name;
  int rank, ranks;
  Board *board = nullptr;
};

} // namespace dsc::fake

#endif // DSC_TEST_FAKENCCL_CHANNELS_H
