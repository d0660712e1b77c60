//===- HostCalls.cpp ------------------------------------------------------===//

#include "cuda/Runtime/HostCalls.h"

using namespace dsc;
using namespace dsc::cuda;

void HostCalls::Call::make() {
  if (calls.failed)
    return;
  try {
    body();
  } catch (...) {
    calls.failure = std::current_exception();
    calls.failed = true;
  }
}

Status HostCalls::enqueue(Stream stream, std::function<void()> body,
                          bool isRecorded) {
  Call &call =
      (isRecorded ? recorded : passing).emplace_back(*this, std::move(body));
  HostFunction trampoline = [](void *data) {
    static_cast<Call *>(data)->make();
  };
  return driver.launchHost(stream, trampoline, &call);
}

void HostCalls::check() const {
  if (failed)
    std::rethrow_exception(failure);
}
