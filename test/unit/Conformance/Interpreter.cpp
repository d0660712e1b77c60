//===- Interpreter.cpp ----------------------------------------------------===//

#include "test/unit/Conformance/Interpreter.h"

#include "runtime/Artifact/Images.h"
#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Trailer.h"
#include "test/unit/Ptx/Machine.h"

#include "llvm/Object/ObjectFile.h"

#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;

/// The code for devices in a payload; "" for none.
static std::string readImages(const std::string &payload) {
  llvm::MemoryBufferRef bytes(payload, "payload");
  auto object =
      llvm::cantFail(llvm::object::ObjectFile::createObjectFile(bytes));
  for (const llvm::object::SectionRef &section : object->sections())
    if (llvm::cantFail(section.getName()) == kImagesSection)
      return llvm::cantFail(section.getContents()).str();
  return "";
}

static const images::Image &findText(const ImageTable &table) {
  if (table.get())
    for (const images::Image *image : *table.get()->images())
      if (image->form() == images::Form::text)
        return *image;
  throw ptx::Fault("the payload has no PTX");
}

static std::string_view textOf(const images::Image &image) {
  // Without the 0 that ends it.
  return {reinterpret_cast<const char *>(image.code()->data()),
          image.code()->size() - 1};
}

namespace {

class InterpretedJob {
public:
  explicit InterpretedJob(const std::string &payload)
      : table(readImages(payload)), image(findText(table)),
        machine(textOf(image)) {}

  std::string run(const Job &job) {
    for (const Command &command : job.getCommands())
      perform(command);
    return std::move(output);
  }

private:
  struct Buffer {
    ptx::Address address;
    int64_t size; ///< of an element
  };

  void perform(const Command &command) {
    llvm::ArrayRef<int64_t> numbers = command.numbers;
    switch (command.kind) {
    case Command::buffer:
      buffers.push_back(
          {machine.allocate(numbers[0] * numbers[1], command.name),
           numbers[1]});
      break;
    case Command::fill:
      fill(buffers.at(numbers[0]), FillKind(numbers[1]), numbers[2]);
      break;
    case Command::set:
      std::memcpy(machine.getBytes(buffers.at(numbers[0]).address).data(),
                  &numbers[1], sizeof numbers[1]);
      break;
    case Command::call:
      call(command);
      break;
    case Command::write:
      write(buffers.at(numbers[0]).address);
      break;
    case Command::tracks:
      writeTracks(numbers);
      break;
    }
  }

  void fill(const Buffer &buffer, FillKind kind, uint64_t seed) {
    std::span<char> bytes = machine.getBytes(buffer.address);
    for (uint64_t i = 0; i < bytes.size() / buffer.size; ++i) {
      uint64_t bits = generateBits(kind, seed, i, buffer.size);
      std::memcpy(&bytes[i * buffer.size], &bits, buffer.size);
    }
  }

  void write(ptx::Address address) {
    std::span<char> bytes = machine.getBytes(address);
    output.append(bytes.begin(), bytes.end());
  }

  void call(const Command &command) {
    std::vector<ptx::Argument> arguments;
    for (int64_t index : llvm::ArrayRef(command.numbers).drop_front(3))
      arguments.emplace_back(buffers.at(index).address);
    launch(command.name, arguments, command.numbers[0], command.numbers[1]);
  }

  /// The number of blocks is nobody's promise: one, some, as many as find work,
  /// and one more take turns.
  uint32_t chooseBlocks(const images::Kernel &kernel, int64_t begin,
                        int64_t end) {
    if (kernel.span() == 0)
      return 1;
    int64_t most = (uint64_t(end) - uint64_t(begin) + kernel.span() - 1) /
                   uint64_t(kernel.span());
    most = std::max<int64_t>(most, 1);
    const int64_t choices[] = {most, (most + 1) / 2, most + 1, 1};
    return choices[launches++ % std::size(choices)];
  }

  void launch(const std::string &name, std::vector<ptx::Argument> &arguments,
              int64_t begin, int64_t end) {
    const images::Kernel *kernel = findKernel(image, name);
    if (!kernel)
      throw ptx::Fault("the image has no kernel '" + name + "'");
    arguments.emplace_back(begin);
    arguments.emplace_back(end);
    if (name != kTracksSymbol)
      arguments.emplace_back(int64_t(0)); // nothing stops it
    ptx::Launch shape;
    shape.grid[0] = chooseBlocks(*kernel, begin, end);
    shape.block[0] = kernel->threads();
    machine.launch(name, shape, arguments);
  }

  /// Steps far apart are ranges of their own.
  void writeTracks(llvm::ArrayRef<int64_t> numbers) {
    int64_t results = numbers[0], first = numbers[1], count = numbers[2];
    int64_t stride = numbers[3];
    int64_t together = stride == 1 ? count : 1;
    ptx::Address out =
        machine.allocate(results * together * sizeof(double), "the tracks");
    constexpr ptx::Address state = 0; // a schedule that reacts to nothing
    for (int64_t i = 0; i < count; i += together) {
      uint64_t begin = uint64_t(first) + uint64_t(i) * uint64_t(stride);
      std::vector<ptx::Argument> arguments = {out, state};
      launch(kTracksSymbol, arguments, begin, begin + together);
      write(out);
    }
  }

  ImageTable table;
  const images::Image &image;
  ptx::Machine machine;
  std::vector<Buffer> buffers;
  std::string output;
  size_t launches = 0;
};

} // namespace

std::string dsc::test::interpret(const std::string &payload, const Job &job) {
  try {
    return InterpretedJob(payload).run(job);
  } catch (const ptx::Fault &fault) {
    ADD_FAILURE() << fault.what();
    return "";
  }
}
