//===- Gpu.cpp ------------------------------------------------------------===//

#include "cuda/Runtime/Gpu.h"

#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

using namespace dsc;
using namespace dsc::cuda;

/// Blocks that a message names; the others are a sum.
static constexpr size_t kNamedBlocks = 6;

/// Which of the driver's devices is that of a rank.
static int ordinalOf(const Driver &driver, int localRank, bool mayShare) {
  int count = 0;
  driver.check(driver.deviceCount(&count), "the devices cannot be counted");
  // Schedulers show each of their tasks its own device alone.
  if (count == 1)
    return 0;
  if (localRank < count || mayShare)
    return localRank % count;
  throw Error(Exit::device,
              fmt::format("rank {} of this host has no device: NVIDIA's driver "
                          "finds {}",
                          localRank, count),
              kOneEach);
}

static std::string textOf(const DeviceUuid &uuid) {
  std::string text = "GPU-";
  for (size_t i = 0; i < sizeof(uuid.bytes); ++i)
    text += fmt::format("{}{:02x}",
                        i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                        uuid.bytes[i]);
  return text;
}

DeviceFacts cuda::readFacts(const Driver &driver, int localRank,
                            bool mayShare) {
  DeviceFacts facts;
  driver.check(
      driver.deviceGet(&facts.id, ordinalOf(driver, localRank, mayShare)),
      "the device cannot be opened");
  DeviceUuid uuid = {};
  driver.check(driver.deviceUuid(&uuid, facts.id), "the device's number");
  facts.uuid = textOf(uuid);
  char text[256] = "";
  driver.check(driver.deviceName(text, sizeof(text), facts.id),
               "the device's name");
  facts.name = text;
  auto attribute = [&](int which) {
    int value = 0;
    driver.check(driver.deviceAttribute(&value, which, facts.id), facts.name);
    return value;
  };
  facts.level = attribute(kMajor) * 10 + attribute(kMinor);
  facts.multiprocessors = attribute(kMultiprocessors);
  return facts;
}

std::string DeviceFacts::describe() const {
  return fmt::format("{} (sm_{})", name, level);
}

Gpu::Gpu(int localRank, bool mayShare)
    : driver(openDriver()), facts(readFacts(driver, localRank, mayShare)) {
  driver.check(driver.retainContext(&context, facts.id),
               facts.name + " gives this process no context");
  enter();
}

void Gpu::enter() const {
  driver.check(driver.setContext(context), facts.name);
}

Gpu::~Gpu() {
  // After a fault the driver refuses; there is nothing left to save then.
  for (const Block &block : blocks)
    if (block.address)
      driver.release(block.address);
  for (const Mapping &mapping : mappings) {
    driver.unmap(mapping.address, mapping.bytes);
    driver.releaseHandle(mapping.handle);
  }
  for (auto [address, bytes] : reserved)
    driver.giveUp(address, bytes);
  for (void *memory : pinned)
    driver.releasePinned(memory);
  driver.releaseContext(facts.id);
}

/// "param 2.0 GiB, grad 2.0 GiB and 3 more of 1.0 MiB".
std::string Gpu::holdings() const {
  std::vector<Block> sorted = blocks;
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const Block &a, const Block &b) { return a.bytes > b.bytes; });
  std::string text;
  double rest = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i >= kNamedBlocks) {
      rest += double(sorted[i].bytes);
      continue;
    }
    text += fmt::format("{}{} {}", i ? ", " : "", sorted[i].owner,
                        humanBytes(double(sorted[i].bytes)));
  }
  if (sorted.size() > kNamedBlocks)
    text += fmt::format(" and {} more of {}", sorted.size() - kNamedBlocks,
                        humanBytes(rest));
  return text.empty() ? "nothing" : text;
}

static const char *remedyOf(Use use) {
  switch (use) {
  case Use::model:
    return "make [model] smaller, or take an [optimizer] kind with fewer "
           "slots; 'dsc plan' tells what a recipe needs";
  case Use::batch:
    return "lower train.micro_batch, or write train.precision = "
           "\"bf16-mixed\"; 'dsc plan' tells what a recipe needs";
  case Use::alone:
    return "give '--device cpu', which takes the host's memory, or make "
           "[model] smaller";
  }
  return "";
}

void Gpu::failFull(const std::string &owner, size_t bytes, Use use) const {
  size_t free = 0, total = 0, held = 0;
  driver.memoryInfo(&free, &total);
  for (const Block &block : blocks)
    held += block.bytes;
  size_t others = total > free + held ? total - free - held : 0;
  throw Error(
      Exit::device,
      fmt::format("{} is out of memory while {}: {} asked for {}, {} of {} are "
                  "free; this run holds {}, anything else {}",
                  facts.name, phase, owner, humanBytes(double(bytes)),
                  humanBytes(double(free)), humanBytes(double(total)),
                  holdings(), humanBytes(double(others))),
      remedyOf(use));
}

Address Gpu::allocate(const std::string &owner, size_t bytes, Use use) {
  Address address = 0;
  Status status = driver.allocate(&address, std::max<size_t>(bytes, 1));
  if (status == kOutOfMemory)
    failFull(owner, bytes, use);
  check(status, owner + " of " + humanBytes(double(bytes)));
  blocks.push_back({owner, address, bytes});
  if (bytes > 0)
    check(driver.fill(address, 0, bytes), owner);
  check(driver.wait(kDefaultStream), owner);
  return address;
}

/// To whole pieces of `step` bytes; those that meet become one.
static std::vector<ByteRange> roundParts(std::vector<ByteRange> parts,
                                         size_t step) {
  std::sort(parts.begin(), parts.end(),
            [](ByteRange a, ByteRange b) { return a.begin < b.begin; });
  std::vector<ByteRange> rounded;
  for (ByteRange part : parts) {
    part = {part.begin / step * step, (part.end + step - 1) / step * step};
    if (part.begin == part.end)
      continue;
    if (!rounded.empty() && part.begin <= rounded.back().end)
      rounded.back().end = std::max(rounded.back().end, part.end);
    else
      rounded.push_back(part);
  }
  return rounded;
}

void Gpu::mapPart(const std::string &owner, Address base, ByteRange part,
                  Use use) {
  MemoryProperties properties;
  properties.device = facts.id;
  size_t bytes = part.end - part.begin;
  Mapping mapping{base + part.begin, bytes, 0};
  Status status = driver.create(&mapping.handle, bytes, &properties, 0);
  if (status == kOutOfMemory)
    failFull(owner, bytes, use);
  check(status, owner + " of " + humanBytes(double(bytes)));
  check(driver.map(mapping.address, bytes, 0, mapping.handle, 0), owner);
  mappings.push_back(mapping);
  MemoryAccess access;
  access.device = facts.id;
  check(driver.setAccess(mapping.address, bytes, &access, 1), owner);
  check(driver.fill(mapping.address, 0, bytes), owner);
}

Address Gpu::allocateParts(const std::string &owner, size_t bytes,
                           std::vector<ByteRange> parts, Use use) {
  MemoryProperties properties;
  properties.device = facts.id;
  size_t step = 0;
  check(driver.granularity(&step, &properties, 0), owner);
  size_t whole = std::max<size_t>((bytes + step - 1) / step, 1) * step;
  Address base = 0;
  check(driver.reserve(&base, whole, 0, 0, 0), owner);
  reserved.push_back({base, whole});
  for (ByteRange part : roundParts(std::move(parts), step)) {
    mapPart(owner, base, part, use);
    blocks.push_back({owner, 0, part.end - part.begin});
  }
  check(driver.wait(kDefaultStream), owner);
  return base;
}

void *Gpu::allocatePinned(const std::string &owner, size_t bytes) {
  void *memory = nullptr;
  check(driver.allocatePinned(&memory, std::max<size_t>(bytes, 1), kPortable),
        fmt::format("{} of {} in the host's memory", owner,
                    humanBytes(double(bytes))));
  pinned.push_back(memory);
  std::memset(memory, 0, bytes);
  return memory;
}

void Gpu::upload(Address to, const void *from, size_t bytes,
                 const std::string &what) const {
  check(driver.upload(to, from, bytes), what);
  check(driver.wait(kDefaultStream), what);
}

void Gpu::check(Status status, const std::string &what) const {
  if (status == kSuccess)
    return;
  throw Error(Exit::device,
              fmt::format("{} failed while {}: {}: {}", facts.name, phase, what,
                          driver.describe(status)));
}
