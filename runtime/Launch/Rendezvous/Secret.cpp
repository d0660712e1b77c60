//===- Secret.cpp ---------------------------------------------------------===//

#include "runtime/Launch/Rendezvous/Secret.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include <cstdlib>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace dsc;

static constexpr char kRemedy[] =
    "set DSC_TOKEN to the same secret text on every host";

std::string dsc::randomText() {
  unsigned char bytes[16];
  if (::getrandom(bytes, sizeof(bytes), 0) != ssize_t(sizeof(bytes)))
    throw Error(Exit::internal, "this system gives no random numbers");
  std::string text;
  for (unsigned char byte : bytes)
    text += fmt::format("{:02x}", byte);
  return text;
}

static std::string secretFile() {
  const char *config = std::getenv("XDG_CONFIG_HOME");
  const char *home = std::getenv("HOME");
  if (config && *config)
    return std::string(config) + "/dsc/secret";
  if (home && *home)
    return std::string(home) + "/.config/dsc/secret";
  throw Error(Exit::usage,
              "ranks on several hosts need a token, and there is no home "
              "folder to keep a secret in",
              kRemedy);
}

/// Of all that make it at once, one's appears, whole.
static void makeSecret(const std::string &path) {
  makeDirectories(parentOf(path));
  std::string draft = path + "-" + randomText();
  {
    mode_t mask = ::umask(0077);
    OutputFile file(draft, OutputFile::Mode::create);
    ::umask(mask);
    file.write(randomText());
    file.sync();
  }
  int status = ::link(draft.c_str(), path.c_str());
  int reason = errno;
  ::unlink(draft.c_str());
  errno = reason;
  if (status != 0 && reason != EEXIST)
    throwErrno("make", path);
}

std::string dsc::userSecret() {
  std::string path = secretFile();
  if (!pathExists(path))
    makeSecret(path);
  struct stat status;
  if (::stat(path.c_str(), &status) != 0)
    throwErrno("read", path);
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0)
    throw Error(Exit::usage,
                fmt::format("'{}' has mode {:o} and belongs to user {}: others "
                            "may know it",
                            path, status.st_mode & 0777, status.st_uid),
                std::string("remove it, or ") + kRemedy);
  return readFile(path);
}
