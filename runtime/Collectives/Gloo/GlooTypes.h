//===- GlooTypes.h - what LibTorch's header needs of Gloo -------*- C++ -*-===//
//
// LibTorch carries Gloo and exports it, and leaves its headers out. Of those,
// ProcessGroupGloo.hpp needs a few names; nothing here is made or derived from,
// so that only what is called has to be as it is there. The headers of gloo/
// stand where it looks for them.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_GLOO_GLOOTYPES_H
#define DSC_RUNTIME_COLLECTIVES_GLOO_GLOOTYPES_H

#include <chrono>
#include <string>
#include <vector>

namespace gloo {

class Context {
public:
  void setTimeout(std::chrono::milliseconds timeout);
};

namespace transport {
class Device;
class UnboundBuffer;
} // namespace transport

namespace rendezvous {

class Store {
public:
  virtual ~Store();
  virtual void set(const std::string &key, const std::vector<char> &value) = 0;
  virtual std::vector<char> get(const std::string &key) = 0;
  virtual void wait(const std::vector<std::string> &keys) = 0;
  virtual void wait(const std::vector<std::string> &keys,
                    const std::chrono::milliseconds &timeout) = 0;
};

} // namespace rendezvous
} // namespace gloo

#endif // DSC_RUNTIME_COLLECTIVES_GLOO_GLOOTYPES_H
