//===- HostPlace.cpp - tensors in the host's memory -----------------------===//

#include "runtime/Engine/Torch/Allocator.h"
#include "runtime/Engine/Torch/Kernels.h"
#include "runtime/Engine/Torch/Place.h"

using namespace dsc;

c10::Device torch_engine::placeDevice() {
  return c10::Device(c10::DeviceType::CPU);
}

std::string torch_engine::placeName() { return "CPU"; }

bool torch_engine::placeServes(const std::string &name) {
  return name == "cpu" || name == "auto";
}

void torch_engine::preparePlace() {
  installAllocator();
  installKernels();
}

torch_engine::PlaceMemory torch_engine::placeMemory() {
  return allocatedMemory();
}

struct torch_engine::QueueScope::Held {};
torch_engine::QueueScope::QueueScope(void *) {}
torch_engine::QueueScope::~QueueScope() = default;

/// Products take all of the host's cores.
struct torch_engine::Branch::Beside {};
torch_engine::Branch::Branch() = default;
torch_engine::Branch::~Branch() = default;
void torch_engine::Branch::run(int64_t, std::vector<at::Tensor>,
                               const std::function<void()> &work) {
  work();
}
void torch_engine::Branch::join() {}
