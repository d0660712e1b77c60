//===- Module.cpp ---------------------------------------------------------===//

#include "test/FakeDriver/Module.h"

#include <cstring>
#include <set>

using namespace dsc;
using namespace dsc::cuda;
using namespace dsc::test;

Function ModuleTag::find(const std::string &name) {
  const auto &kernels = machine.getProgram().kernels;
  auto kernel = kernels.find(name);
  if (kernel == kernels.end())
    return nullptr;
  size_t parameters = kernel->second.parameterBytes.size();
  auto made = functions.try_emplace(name, FunctionTag{this, name, parameters});
  return &made.first->second;
}

void ModuleTag::run(const FunctionTag &function,
                    const test::ptx::Launch &launch,
                    const std::vector<uint64_t> &values, fake::Memory &memory) {
  std::set<fake::Allocation *> reached;
  std::vector<ptx::Argument> arguments;
  for (uint64_t value : values) {
    fake::Allocation *found = memory.find(value);
    if (!found) {
      arguments.emplace_back(value);
      continue;
    }
    auto [region, isNew] = regions.try_emplace(found->base);
    if (isNew)
      region->second = machine.allocate(found->bytes, "an allocation");
    reached.insert(found);
    arguments.emplace_back(region->second + (value - found->base));
  }
  for (fake::Allocation *allocation : reached)
    std::memcpy(machine.getBytes(regions[allocation->base]).data(),
                allocation->data, allocation->bytes);
  machine.launch(function.name, launch, arguments);
  for (fake::Allocation *allocation : reached) {
    std::memcpy(allocation->data,
                machine.getBytes(regions[allocation->base]).data(),
                allocation->bytes);
    if (!allocation->isUntouched())
      throw ptx::Fault("kernel '" + function.name +
                       "' writes where there is no memory");
  }
}
