//===- Stdout.cpp ---------------------------------------------------------===//

#include "runtime/Base/Stdout.h"

#include "runtime/Base/Error.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

using namespace dsc;

void dsc::checkStdout(int reason) {
  if (reason != 0 && reason != EPIPE)
    throw Error(Exit::storage, std::string("cannot write to stdout: ") +
                                   std::strerror(reason));
}

void dsc::printStdout(const std::string &text) {
  if (std::fputs(text.c_str(), stdout) != EOF)
    return;
  checkStdout(errno);
  std::clearerr(stdout); // or flushStdout would find it, without its reason
}

void dsc::flushStdout() {
  bool wasLost = std::ferror(stdout);
  if (std::fflush(stdout) != 0)
    checkStdout(errno);
  else if (wasLost)
    checkStdout(EIO); // nobody has kept why
}
