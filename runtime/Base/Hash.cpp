//===- Hash.cpp -----------------------------------------------------------===//

// The hash alone: OpenSSL's newer interface takes all of its library with it
// into a program that is linked statically.
#define OPENSSL_API_COMPAT 10100

#include "runtime/Base/Hash.h"

#include "runtime/Base/Error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <openssl/sha.h>
#include <vector>

using namespace dsc;

struct Sha256Stream::State {
  SHA256_CTX context;
};

Sha256Stream::Sha256Stream() : state(std::make_unique<State>()) {
  SHA256_Init(&state->context);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::update(const void *data, size_t bytes) {
  SHA256_Update(&state->context, data, bytes);
}

Sha256 Sha256Stream::finish() {
  Sha256 result;
  SHA256_Final(result.data(), &state->context);
  return result;
}

Sha256 dsc::sha256(std::string_view bytes) {
  Sha256Stream stream;
  stream.update(bytes.data(), bytes.size());
  return stream.finish();
}

std::string dsc::hex(const Sha256 &hash) {
  static const char digits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : hash) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string dsc::sha256HexOfFile(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw Error(Exit::storage,
                "cannot open '" + path + "': " + std::strerror(errno));
  Sha256Stream stream;
  std::vector<char> chunk(1 << 20);
  while (file) {
    file.read(chunk.data(), chunk.size());
    stream.update(chunk.data(), file.gcount());
  }
  if (file.bad())
    throw Error(Exit::storage,
                "cannot read '" + path + "': " + std::strerror(errno));
  return hex(stream.finish());
}
