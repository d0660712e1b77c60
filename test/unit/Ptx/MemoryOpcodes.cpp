//===- MemoryOpcodes.cpp - ld and st --------------------------------------===//
//
// Where a value is cached changes nothing here, so its modifiers are known and
// dropped; `.nc` promises that nobody writes what it loads, and is held to it.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Ptx/Opcodes.h"

#include <cstring>

using namespace dsc::test::ptx;

namespace {

uint64_t offsetIn(uint64_t address) {
  if (address < kSpaceBase)
    throw Fault("an access near address 0");
  return address - kSpaceBase;
}

char *resolveGlobal(Thread &thread, uint64_t address, unsigned size,
                    Access access) {
  std::vector<Region> &regions = *thread.block->global;
  uint64_t number = address >> kOffsetBits;
  if (number == 0 || number > regions.size())
    throw Fault("address " + std::to_string(address) +
                " is in no buffer of the global space");
  return regions[number - 1].resolve(address & kOffsetMask, size, access,
                                     thread.accessor);
}

char *resolveGeneric(Thread &thread, uint64_t address, unsigned size,
                     Access access);

template <Space S>
char *resolve(Thread &thread, uint64_t address, unsigned size, Access access) {
  if constexpr (S == Space::global)
    return resolveGlobal(thread, address, size, access);
  if constexpr (S == Space::generic)
    return resolveGeneric(thread, address, size, access);
  Accessor accessor = thread.accessor;
  accessor.oldest = accessor.block; // memory that no other block sees
  Region *region = S == Space::shared  ? thread.block->shared
                   : S == Space::local ? thread.local
                                       : thread.block->constant;
  return region->resolve(offsetIn(address), size, access, accessor);
}

char *resolveGeneric(Thread &thread, uint64_t address, unsigned size,
                     Access access) {
  uint64_t offset = address & kOffsetMask;
  switch (address >> kOffsetBits) {
  case kConstantWindow:
    return resolve<Space::constant>(thread, offset, size, access);
  case kSharedWindow:
    return resolve<Space::shared>(thread, offset, size, access);
  case kLocalWindow:
    return resolve<Space::local>(thread, offset, size, access);
  default:
    return resolveGlobal(thread, address, size, access);
  }
}

template <Type T, unsigned N>
void setValues(Thread &thread, const Instruction &instruction,
               const char *bytes) {
  Cpp<T> values[N];
  std::memcpy(values, bytes, sizeof values);
  for (unsigned i = 0; i < N; ++i)
    thread.set<T>(instruction.slots[i], values[i]);
}

template <Space S, Access A, Type T, unsigned N>
void load(Thread &thread, const Instruction &instruction) {
  uint64_t address = thread.slots[instruction.slots[N]] + instruction.immediate;
  setValues<T, N>(thread, instruction,
                  resolve<S>(thread, address, N * bytesOf(T), A));
}

template <Type T, unsigned N>
void loadParameter(Thread &thread, const Instruction &instruction) {
  setValues<T, N>(thread, instruction,
                  thread.block->parameters + instruction.immediate);
}

template <Space S, Type T, unsigned N>
void store(Thread &thread, const Instruction &instruction) {
  Cpp<T> values[N];
  for (unsigned i = 0; i < N; ++i)
    values[i] = thread.get<T>(instruction.slots[i + 1]);
  uint64_t address = thread.slots[instruction.slots[0]] + instruction.immediate;
  std::memcpy(resolve<S>(thread, address, sizeof values, Access::store), values,
              sizeof values);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

template <Type T, unsigned N> std::string suffix() {
  std::string vector = N == 1 ? "" : ".v" + std::to_string(N);
  return vector + "." + nameOf(T);
}

template <Type T, unsigned N> Formal value(Formal::Role role) {
  return {.role = role, .type = T, .count = N, .mayBeWider = !isFloat(T)};
}

template <Space S, Type T, unsigned N>
void addAccess(OpcodeTable &table, const std::string &space) {
  Formal address{.role = Formal::address, .space = S};
  Formal result = value<T, N>(Formal::result);
  for (const char *cached : {"", ".ca", ".cg", ".cs", ".lu", ".cv"})
    table.add("ld" + space + cached + suffix<T, N>(),
              load<S, Access::load, T, N>, {result, address});
  table.add("ld.volatile" + space + suffix<T, N>(), load<S, Access::load, T, N>,
            {result, address});
  if (S == Space::global)
    table.add("ld.global.nc" + suffix<T, N>(),
              load<S, Access::loadConstant, T, N>, {result, address});
  if (S == Space::constant)
    return;
  Formal source = value<T, N>(Formal::source);
  for (const char *cached : {"", ".wb", ".cg", ".cs", ".wt"})
    table.add("st" + space + cached + suffix<T, N>(), store<S, T, N>,
              {address, source});
  table.add("st.volatile" + space + suffix<T, N>(), store<S, T, N>,
            {address, source});
}

template <Type T, unsigned N> void addAccesses(OpcodeTable &table) {
  addAccess<Space::generic, T, N>(table, "");
  addAccess<Space::global, T, N>(table, ".global");
  addAccess<Space::constant, T, N>(table, ".const");
  addAccess<Space::shared, T, N>(table, ".shared");
  addAccess<Space::local, T, N>(table, ".local");
  table.add("ld.param" + suffix<T, N>(), loadParameter<T, N>,
            {value<T, N>(Formal::result), {.role = Formal::parameter}});
}

} // namespace

void dsc::test::ptx::addMemoryOpcodes(OpcodeTable &table) {
  auto addType = [&]<Type T>() {
    addAccesses<T, 1>(table);
    addAccesses<T, 2>(table);
    if constexpr (bytesOf(T) <= 4)
      addAccesses<T, 4>(table);
  };
  forTypes<Type::b8, Type::u8, Type::s8, Type::b16, Type::b32, Type::f32,
           Type::b64, Type::f64>(addType);
  forIntegers(addType);
}
