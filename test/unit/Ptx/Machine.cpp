//===- Machine.cpp - memory and launches ----------------------------------===//

#include "test/unit/Ptx/Machine.h"

#include "test/unit/Ptx/BlockRun.h"

#include <algorithm>

using namespace dsc::test::ptx;

/// Of a block on every device.
static constexpr uint64_t kMostThreads = 1024;

Machine::Machine(std::string_view text)
    : program(decode(text)), regions(program.globals),
      constants("constant memory", program.constants.size(), true) {
  constants.bytes = program.constants;
}

Address Machine::allocate(size_t bytes, const std::string &name) {
  regions.emplace_back(name, bytes);
  return Address(regions.size()) << kOffsetBits;
}

std::span<char> Machine::getBytes(Address address) {
  return regions.at((address >> kOffsetBits) - 1).bytes;
}

const Kernel &Machine::findKernel(std::string_view name) const {
  auto found = program.kernels.find(name);
  if (found == program.kernels.end())
    throw Fault("no kernel '" + std::string(name) + "'");
  return found->second;
}

static std::string packArguments(const Kernel &kernel,
                                 const std::vector<Argument> &arguments) {
  std::string packed(kernel.parameters.back(), '\0');
  if (arguments.size() != kernel.parameterBytes.size())
    throw Fault("kernel '" + kernel.name + "' has " +
                std::to_string(kernel.parameterBytes.size()) +
                " parameters, is given " + std::to_string(arguments.size()));
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string &bytes = arguments[i].bytes;
    if (bytes.size() != kernel.parameterBytes[i])
      throw Fault("parameter " + std::to_string(i) + " of kernel '" +
                  kernel.name + "' has " +
                  std::to_string(kernel.parameterBytes[i]) +
                  " bytes, is given " + std::to_string(bytes.size()));
    std::ranges::copy(bytes, packed.begin() + kernel.parameters[i]);
  }
  return packed;
}

static void checkShape(const Kernel &kernel, const Launch &launch) {
  uint64_t threads = 1, most = kMostThreads;
  for (uint32_t size : launch.block)
    threads *= size;
  if (kernel.most) {
    uint64_t declared = 1;
    for (uint64_t size : *kernel.most)
      declared *= size;
    most = std::min(most, declared);
  }
  bool isRequired =
      !kernel.required || std::ranges::equal(*kernel.required, launch.block);
  if (threads == 0 || threads > most || !isRequired)
    throw Fault("kernel '" + kernel.name + "' is not made for blocks of " +
                std::to_string(threads) + " threads");
  if (std::ranges::count(launch.grid, 0u) != 0)
    throw Fault("a launch without blocks");
  if (kernel.sharedBytes + launch.sharedBytes > kMostShared)
    throw Fault("a block has at most " + std::to_string(kMostShared) +
                " bytes of shared memory");
}

void Machine::run(std::string_view name, const Launch &launch,
                  const std::vector<Argument> &arguments, Order order) {
  const Kernel &kernel = findKernel(name);
  checkShape(kernel, launch);
  std::string parameters = packArguments(kernel, arguments);
  for (Region &region : regions)
    region.beginLaunch();
  Block block{&kernel, 0, &regions, &constants, nullptr, parameters.data()};
  BlockRun blockRun(block, launch, order, limit);
  uint64_t oldest = blocks + 1;
  auto [width, height, depth] = launch.grid;
  uint64_t total = uint64_t(width) * height * depth;
  for (uint64_t i = 0; i < total; ++i) {
    uint64_t at = order == Order::forward ? i : total - 1 - i;
    blockRun.run({uint32_t(at % width), uint32_t(at / width % height),
                  uint32_t(at / width / height)},
                 ++blocks, oldest);
  }
  count += blockRun.getCount();
}

void Machine::launch(std::string_view kernel, const Launch &launch,
                     const std::vector<Argument> &arguments) {
  run(kernel, launch, arguments, Order::forward);
  std::map<size_t, std::vector<char>> results;
  for (size_t i = 0; i < regions.size(); ++i)
    if (regions[i].isChanged()) {
      results[i] = std::move(regions[i].bytes);
      regions[i].bytes = regions[i].before;
    }
  run(kernel, launch, arguments, Order::reverse);
  for (size_t i = 0; i < regions.size(); ++i) {
    if (!regions[i].isChanged() && !results.contains(i))
      continue;
    const Region &region = regions[i];
    const std::vector<char> &expected =
        results.contains(i) ? results[i] : region.before;
    auto different = std::ranges::mismatch(region.bytes, expected).in1;
    if (different != region.bytes.end())
      throw Fault("kernel '" + std::string(kernel) + "': byte " +
                  std::to_string(different - region.bytes.begin()) + " of " +
                  region.name +
                  " depends on the order of the threads, or on what nobody "
                  "wrote");
  }
}
