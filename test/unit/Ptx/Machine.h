//===- Machine.h - a device that runs PTX -----------------------*- C++ -*-===//
//
// Carries kernels out as they are written, thread by thread and block by block,
// in one order and then, from the same memory, in the reverse one. What a
// device would leave to chance is a Fault: a race, a result that depends on the
// order or on memory that nobody wrote, a barrier that not every thread
// reaches.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_PTX_MACHINE_H
#define DSC_TEST_UNIT_PTX_MACHINE_H

#include "test/unit/Ptx/Code.h"

#include <span>

namespace dsc::test::ptx {

/// A kernel parameter's bytes.
class Argument {
public:
  template <class T>
  Argument(const T &value)
      : bytes(reinterpret_cast<const char *>(&value), sizeof value) {
    static_assert(std::is_trivially_copyable_v<T>);
  }
  std::string bytes;
};

struct Launch {
  std::array<uint32_t, 3> grid = {1, 1, 1}, block = {1, 1, 1};
  uint64_t sharedBytes = 0; ///< of the array that the launch sizes
};

enum class Order { forward, reverse };

class Machine {
public:
  explicit Machine(std::string_view text);

  /// Zeroed memory; `name` is how messages call it.
  Address allocate(size_t bytes, const std::string &name = "a buffer");
  std::span<char> getBytes(Address address);

  /// Runs a kernel in both orders and keeps what they agree on.
  void launch(std::string_view kernel, const Launch &launch,
              const std::vector<Argument> &arguments);
  void run(std::string_view kernel, const Launch &launch,
           const std::vector<Argument> &arguments, Order order);

  const Program &getProgram() const { return program; }
  /// Instructions that were carried out.
  uint64_t getCount() const { return count; }

  /// Instructions after which a launch counts as one without end.
  uint64_t limit = uint64_t(1) << 40;

private:
  const Kernel &findKernel(std::string_view name) const;

  Program program;
  std::vector<Region> regions;
  Region constants;
  uint64_t blocks = 0, count = 0; ///< over all launches
};

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_MACHINE_H
