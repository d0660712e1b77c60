//===- TensorBoard.cpp - event files that TensorBoard opens ---------------===//
//
// A file of records, each an Event message framed as TFRecord: its length in
// eight bytes, a checksum of these, the message, a checksum of it.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Files.h"
#include "runtime/Monitor/ScalarSink.h"
#include "runtime/Monitor/TensorBoard.pb.h"

#include <boost/crc.hpp>
#include <chrono>
#include <cmath>

using namespace dsc;

namespace {

class TensorBoardFile : public ScalarSink {
public:
  TensorBoardFile(const std::string &path, uint64_t length, bool &whole)
      : file(path, OutputFile::Mode::append) {
    if (file.size() < length)
      whole = false;
    else
      file.truncate(length);
    if (file.size() > 0)
      return;
    tensorboard::Event event;
    event.set_file_version("brain.Event:2");
    append(event);
  }

  void write(int64_t steps, const std::vector<TaggedValue> &values) override {
    tensorboard::Event event;
    event.set_step(steps);
    for (const TaggedValue &value : values) {
      if (!std::isfinite(value.value))
        continue;
      tensorboard::Summary::Value &entry =
          *event.mutable_summary()->add_value();
      entry.set_tag(value.tag);
      entry.set_simple_value(float(value.value));
    }
    if (event.has_summary())
      append(event);
  }

  uint64_t length() const override { return file.size(); }
  void drain() override { file.sync(); }

private:
  void append(tensorboard::Event &event);

  OutputFile file;
};

} // namespace

/// CRC-32C, rotated and shifted as TFRecord has it so that a checksum of data
/// that holds checksums still tells something.
static uint32_t maskedChecksum(const std::string &bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  uint32_t sum = crc.checksum();
  return (sum >> 15 | sum << 17) + 0xA282EAD8u;
}

static std::string littleEndian(uint64_t value, unsigned bytes) {
  std::string text;
  for (unsigned i = 0; i < bytes; ++i)
    text += char(value >> 8 * i & 0xFF);
  return text;
}

/// One write for a whole record: a kill leaves no half of one in most cases,
/// and a resume cuts off the rest.
void TensorBoardFile::append(tensorboard::Event &event) {
  event.set_wall_time(std::chrono::duration<double>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count());
  std::string message = event.SerializeAsString();
  std::string length = littleEndian(message.size(), 8);
  file.write(length + littleEndian(maskedChecksum(length), 4) + message +
             littleEndian(maskedChecksum(message), 4));
}

std::unique_ptr<ScalarSink> dsc::openTensorBoard(const std::string &directory,
                                                 uint64_t length, bool &whole) {
  return std::make_unique<TensorBoardFile>(directory + "/" + kTensorBoardFile,
                                           length, whole);
}
