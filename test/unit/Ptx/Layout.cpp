//===- Layout.cpp ---------------------------------------------------------===//

#include "test/unit/Ptx/Layout.h"

#include <algorithm>

using namespace dsc::test::ptx;

static constexpr uint64_t kMostLocal = 512 << 10;
static constexpr uint64_t kMostConstant = 64 << 10;
static constexpr uint64_t kMostParameters = 4352;

/// Takes room for `variable` after `used` bytes.
static uint64_t append(uint64_t &used, const Variable &variable,
                       uint64_t limit) {
  uint64_t at = (used + variable.alignment - 1) & ~(variable.alignment - 1);
  used = at + variable.bytes;
  if (used > limit)
    throw Fault("variable '" + std::string(variable.name) + "' ends at byte " +
                std::to_string(used) + " of its space, expected at most " +
                std::to_string(limit));
  return at;
}

static void addPlace(Places &places, const Variable &variable,
                     uint64_t address) {
  Place place{variable.space, address, variable.bytes};
  if (!places.emplace(variable.name, place).second)
    throw Fault("two variables are named '" + std::string(variable.name) + "'");
}

Places dsc::test::ptx::placeModuleVariables(const Module &module,
                                            Program &program) {
  Places places;
  uint64_t used = 0;
  for (const Variable &variable : module.variables) {
    if (variable.space == Space::global) {
      Region region(std::string(variable.name), variable.bytes);
      std::ranges::copy(variable.initial, region.bytes.begin());
      program.globals.push_back(std::move(region));
      addPlace(places, variable, program.globals.size() << kOffsetBits);
    } else if (variable.space == Space::constant) {
      uint64_t at = append(used, variable, kMostConstant);
      program.constants.resize(used);
      std::ranges::copy(variable.initial, program.constants.begin() + at);
      addPlace(places, variable, kSpaceBase + at);
    }
  }
  return places;
}

void dsc::test::ptx::placeKernelVariables(const Module &module,
                                          const Function &function,
                                          Kernel &kernel, Places &places) {
  auto addShared = [&](const Variable &variable) {
    uint64_t at = append(kernel.sharedBytes, variable, kMostShared);
    addPlace(places, variable, kSpaceBase + at);
  };
  uint64_t used = 0;
  for (const Variable &parameter : function.parameters) {
    kernel.parameters.push_back(append(used, parameter, kMostParameters));
    kernel.parameterBytes.push_back(parameter.bytes);
    addPlace(places, parameter, kernel.parameters.back());
  }
  kernel.parameters.push_back(used);
  for (const Variable &variable : function.variables)
    if (variable.space == Space::local)
      addPlace(places, variable,
               kSpaceBase + append(kernel.localBytes, variable, kMostLocal));
    else
      addShared(variable);
  // What the launch sizes comes last.
  for (bool isDynamic : {false, true})
    for (const Variable &variable : module.variables)
      if (variable.space == Space::shared && variable.isDynamic == isDynamic)
        addShared(variable);
}
