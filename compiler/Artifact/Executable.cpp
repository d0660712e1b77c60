//===- Executable.cpp - the launcher with its payload ---------------------===//

#include "compiler/Artifact/Payload.h"

#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Trailer.h"
#include "runtime/Base/Hash.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace dsc;

static llvm::Error describe(llvm::StringRef what, llvm::StringRef path,
                            std::error_code error) {
  return llvm::createStringError("cannot " + what + " '" + path +
                                 "': " + error.message());
}

/// Launcher, padding, payload and trailer.
static std::string compose(llvm::StringRef launcher, llvm::StringRef payload) {
  using llvm::support::endian::write32le;
  using llvm::support::endian::write64le;
  std::string bytes = launcher.str();
  bytes.resize(llvm::alignTo(bytes.size(), kPayloadAlignment));
  Trailer trailer = {};
  std::memcpy(trailer.magic, kTrailerMagic, sizeof kTrailerMagic);
  write64le(&trailer.payloadOffset, bytes.size());
  write64le(&trailer.payloadSize, payload.size());
  write32le(&trailer.format, kPlanFormat);
  bytes += payload;
  const char *start = reinterpret_cast<const char *>(&trailer);
  bytes.append(start, offsetof(Trailer, hash));
  Sha256 hash = sha256(bytes);
  bytes.append(reinterpret_cast<const char *>(hash.data()), hash.size());
  return bytes;
}

static std::error_code writeAll(int file, llvm::StringRef bytes) {
  llvm::raw_fd_ostream stream(file, /*shouldClose=*/true);
  stream << bytes;
  stream.close();
  std::error_code error = stream.error();
  stream.clear_error();
  return error;
}

llvm::Error dsc::writeExecutable(llvm::StringRef launcher,
                                 llvm::StringRef payload,
                                 llvm::StringRef path) {
  auto program = llvm::MemoryBuffer::getFile(launcher);
  if (!program)
    return describe("read", launcher, program.getError());
  std::string bytes = compose((*program)->getBuffer(), payload);

  // Beside the target, so that the rename stays within a file system.
  int file = -1;
  llvm::SmallString<128> temporary;
  if (std::error_code error = llvm::sys::fs::createUniqueFile(
          path + ".%%%%%%%%", file, temporary, llvm::sys::fs::OF_None,
          llvm::sys::fs::all_read | llvm::sys::fs::all_write |
              llvm::sys::fs::all_exe))
    return describe("write", path, error);
  std::error_code error = writeAll(file, bytes);
  if (!error)
    error = llvm::sys::fs::rename(temporary, path);
  if (!error)
    return llvm::Error::success();
  llvm::sys::fs::remove(temporary);
  return describe("write", path, error);
}
