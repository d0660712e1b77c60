//===- Hash.cpp -----------------------------------------------------------===//

#include "runtime/Base/Hash.h"

#include "runtime/Base/Error.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <openssl/evp.h>
#include <vector>

using namespace dsc;

struct Sha256Stream::State {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256Stream::Sha256Stream() : state(std::make_unique<State>()) {
  if (!state->context ||
      EVP_DigestInit_ex(state->context, EVP_sha256(), nullptr) != 1)
    throw Error(Exit::internal, "SHA-256 could not be started");
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::update(const void *data, size_t bytes) {
  EVP_DigestUpdate(state->context, data, bytes);
}

Sha256 Sha256Stream::finish() {
  Sha256 result;
  unsigned length = result.size();
  EVP_DigestFinal_ex(state->context, result.data(), &length);
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
