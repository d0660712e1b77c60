//===- Open.cpp - the library's door --------------------------------------===//
//
// What the runtime finds by name after it has opened this library.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/TorchEngine.h"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>

using namespace dsc;

static std::string refusal(int abi, const std::string &device) {
  if (abi != kEngineAbi)
    return "the engine library speaks version " + std::to_string(kEngineAbi) +
           " of the engine interface, this program version " +
           std::to_string(abi);
  if (!torch_engine::placeServes(device))
    return "LibTorch's " + torch_engine::placeName() +
           " engine cannot run on device '" + device + "'";
  return {};
}

/// Into the file $DSC_ENGINE_MEMORY: most bytes of tensors, most bytes held.
static void writeMemory() try {
  torch_engine::PlaceMemory memory = torch_engine::placeMemory();
  std::ofstream file(std::getenv("DSC_ENGINE_MEMORY"));
  file << memory.most << ' ' << memory.held << '\n';
} catch (const std::exception &) {
  // The device was never set up: there is nothing to tell.
}

extern "C" __attribute__((visibility("default"))) Engine *
dscEngineOpen(int abi, const char *device, std::string *message) {
  *message = refusal(abi, device);
  if (!message->empty())
    return nullptr;
  if (std::getenv("DSC_ENGINE_MEMORY"))
    std::atexit(writeMemory);
  try {
    return new torch_engine::TorchEngine();
  } catch (const std::exception &exception) {
    *message = exception.what();
    return nullptr;
  }
}
