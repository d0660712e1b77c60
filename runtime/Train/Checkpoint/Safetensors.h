//===- Safetensors.h - reading and writing tensors on disk ------*- C++ -*-===//
//
// The safetensors format: eight bytes of header length, a JSON header, the
// tensors' bytes. A file from elsewhere is believed in nothing.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_CHECKPOINT_SAFETENSORS_H
#define DSC_RUNTIME_TRAIN_CHECKPOINT_SAFETENSORS_H

#include "runtime/Artifact/Plan_generated.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"

#include <string>
#include <vector>

namespace dsc {

struct Tensor {
  std::string name;
  plan::DType dtype = plan::DType::f32;
  std::vector<int64_t> shape;
  uint64_t begin = 0; ///< of its bytes, after the header; set by readers
  uint64_t end = 0;

  int64_t elements() const;
  std::string shapeText() const; ///< "[2, 3]"
};

/// A file whose header holds what the format promises.
class SafetensorsFile {
public:
  /// Throws dsc::Error(Exit::refused) naming the file and what is wrong in it.
  explicit SafetensorsFile(const std::string &path);

  const std::string &path() const { return filePath; }
  const std::vector<Tensor> &tensors() const { return list; }
  const Tensor *find(const std::string &name) const;
  const uint8_t *data(const Tensor &tensor) const {
    return file.data() + start + tensor.begin;
  }

private:
  void readHeader(std::string_view text);

  std::string filePath;
  FileView file;
  uint64_t start = 0;
  std::vector<Tensor> list;
};

struct FileRecord {
  uint64_t bytes = 0;
  std::string sha256;
};

/// Writes tensors one after another, as listed; hashes on the way.
class SafetensorsWriter {
public:
  SafetensorsWriter(const std::string &path,
                    const std::vector<Tensor> &tensors);
  void append(const void *data, uint64_t bytes);
  /// Makes the file durable.
  FileRecord finish();

private:
  OutputFile file;
  Sha256Stream hash;
  uint64_t expected = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_CHECKPOINT_SAFETENSORS_H
