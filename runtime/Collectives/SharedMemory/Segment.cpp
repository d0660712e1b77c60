//===- Segment.cpp --------------------------------------------------------===//

#include "runtime/Collectives/SharedMemory/Segment.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

using namespace dsc;

[[noreturn]] static void failWith(const std::string &what) {
  std::string reason = std::strerror(errno);
  throw Error(Exit::peer, what + ": " + reason,
              "ranks of one host share memory when they are processes of one "
              "user in one container; else choose another communicator");
}

Segment::Segment(int64_t bytes) : bytes(std::max<int64_t>(bytes, 1)) {
  std::string what =
      "cannot make shared memory of " + humanBytes(double(this->bytes));
  file = ::memfd_create("dsc", MFD_CLOEXEC);
  if (file < 0)
    failWith(what);
  if (::ftruncate(file, this->bytes) != 0) {
    int reason = errno;
    closeDescriptor();
    errno = reason;
    failWith(what);
  }
  map();
}

Segment::Segment(int process, int descriptor, int64_t bytes)
    : bytes(std::max<int64_t>(bytes, 1)) {
  std::string path = fmt::format("/proc/{}/fd/{}", process, descriptor);
  file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0)
    failWith("cannot open the shared memory of process " +
             std::to_string(process));
  map();
  closeDescriptor();
}

/// Pages are put in at once: of the maker's own they are zeroed here, near its
/// processor; of a peer's only the page table is filled.
void Segment::map() {
  void *place = ::mmap(nullptr, size_t(bytes), PROT_READ | PROT_WRITE,
                       MAP_SHARED, file, 0);
  if (place == MAP_FAILED) {
    int reason = errno;
    closeDescriptor();
    errno = reason;
    failWith("cannot map shared memory of " + humanBytes(double(bytes)));
  }
  start = static_cast<char *>(place);
  ::madvise(start, size_t(bytes), MADV_HUGEPAGE);
  ::madvise(start, size_t(bytes), MADV_POPULATE_WRITE);
}

void Segment::closeDescriptor() {
  if (file >= 0)
    ::close(std::exchange(file, -1));
}

Segment::~Segment() {
  closeDescriptor();
  if (start)
    ::munmap(start, size_t(bytes));
}

Segment::Segment(Segment &&other) noexcept
    : start(std::exchange(other.start, nullptr)), bytes(other.bytes),
      file(std::exchange(other.file, -1)) {}

Segment &Segment::operator=(Segment &&other) noexcept {
  std::swap(start, other.start);
  std::swap(bytes, other.bytes);
  std::swap(file, other.file);
  return *this;
}
