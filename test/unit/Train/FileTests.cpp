//===- FileTests.cpp - model files and training binaries ------------------===//

#include "TestPlan.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/Trailer.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Device/Device.h"
#include "runtime/Train/Model/Parameters.h"
#include "runtime/Train/Model/Sampler.h"

#include <cstring>
#include <elf.h>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

using namespace dsc;
using namespace dsc::test;

static void serial(int64_t count,
                   const std::function<void(int64_t, int64_t)> &body) {
  body(0, count);
}

static std::vector<float> paramsOf(const plan::Plan &plan, Device &device) {
  std::vector<float> values(plan.buffers()->Get(0)->count());
  device.download(0, 0, values.data(), values.size() * sizeof(float));
  return values;
}

//===----------------------------------------------------------------------===//
// safetensors
//===----------------------------------------------------------------------===//

TEST(Safetensors, RefusesDamagedHeaders) {
  Workplace place;
  auto refuses = [](const std::string &header, size_t payload) {
    uint64_t length = header.size();
    std::ofstream file("x", std::ios::binary);
    file.write(reinterpret_cast<char *>(&length), 8);
    file << header << std::string(payload, '\0');
    file.close();
    try {
      SafetensorsFile("x");
      return false;
    } catch (const Error &error) {
      return error.code() == Exit::refused;
    }
  };
  auto tensor = [](const std::string &shape, const std::string &offsets) {
    return R"({"a":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" +
           offsets + "}}";
  };
  EXPECT_FALSE(refuses(tensor("[2]", "[0,8]"), 8));
  EXPECT_TRUE(refuses(tensor("[2]", "[0,8]"), 7));
  EXPECT_TRUE(refuses(tensor("[3]", "[0,8]"), 8));
  EXPECT_TRUE(refuses(tensor("[2]", "[8,0]"), 8));
  EXPECT_TRUE(refuses(tensor("[-2]", "[0,8]"), 8));
  EXPECT_TRUE(refuses(tensor("[4611686018427387904,4]", "[0,0]"), 8));
  EXPECT_TRUE(refuses(tensor("[2]", "[0]"), 8));
  EXPECT_TRUE(refuses(tensor("2", "[0,8]"), 8));
  EXPECT_TRUE(refuses("{", 8));
  EXPECT_TRUE(refuses(std::string(100000, '['), 8));
  std::ofstream("x") << "abc";
  EXPECT_THROW(SafetensorsFile("x"), Error);
  std::ofstream("x") << std::string(64, '\xff');
  EXPECT_THROW(SafetensorsFile("x"), Error);
}

TEST(Parameters, InitialValuesAreDrawsOfTheSeed) {
  TestPlan plan;
  auto device = openCpuDevice(plan.get(), testKernels(), serial);
  auto alone = openSingleRank();
  Parameters(plan.get(), PlacedMemory(plan.get(), *device, *alone), serial)
      .initialise();
  std::vector<float> values = paramsOf(plan.get(), *device);
  double sum = 0, square = 0;
  for (int i = 0; i < 72 * 64; ++i) {
    sum += values[i];
    square += double(values[i]) * values[i];
  }
  EXPECT_NEAR(sum / (72 * 64), 0, 0.001);
  EXPECT_NEAR(std::sqrt(square / (72 * 64)), 0.02, 0.001);
  EXPECT_EQ(values[4608], 1.0f);
  EXPECT_EQ(values[4708], 0.0f); // past the parameter
  for (int i = 8192; i < 8392; ++i)
    EXPECT_LE(std::abs(values[i]), 0.1f);

  // Split otherwise, the same bits.
  auto other = openCpuDevice(plan.get(), testKernels(), serial);
  Parameters(plan.get(), PlacedMemory(plan.get(), *other, *alone),
             [](int64_t count, const auto &body) {
               for (int64_t i = count; i-- > 0;)
                 body(i, i + 1);
             })
      .initialise();
  EXPECT_EQ(values, paramsOf(plan.get(), *other));
}

TEST(Parameters, StartFromAnothersStateDict) {
  Workplace place;
  // Without the prefix, in half precision, with buffers that are no parameters.
  makeDirectories("theirs");
  writeFileDurably("theirs/config.json", "{}");
  auto tensor = [](const char *name, plan::DType type,
                   std::vector<int64_t> shape) {
    Tensor result;
    result.name = name;
    result.dtype = type;
    result.shape = std::move(shape);
    return result;
  };
  auto write = [&](std::vector<Tensor> tensors) {
    SafetensorsWriter writer("theirs/model.safetensors", tensors);
    for (const Tensor &t : tensors) {
      int64_t width = t.dtype == plan::DType::f32 ? 4 : 2;
      std::string bytes(t.elements() * width, '\0');
      if (width == 2) // 1.5 in bf16
        for (int64_t i = 0; i < t.elements(); ++i)
          bytes.replace(i * 2, 2, "\xc0\x3f", 2);
      writer.append(bytes.data(), bytes.size());
    }
    writer.finish();
  };
  std::vector<Tensor> good = {
      tensor("wte.weight", plan::DType::bf16, {72, 64}),
      tensor("ln.weight", plan::DType::f32, {100}),
      tensor("transformer.head.weight", plan::DType::f32, {10, 20}),
      tensor("h.0.attn.bias", plan::DType::f32, {1, 1, 4, 4}),
      tensor("lm_head.weight", plan::DType::f32, {72, 64})};
  PlanChoices choices;
  choices.init = "theirs";
  choices.steps = 40;
  TestPlan plan(choices);
  TrainJob job = testJob(plan, "run");
  job.steps = 0;
  write(good);
  EXPECT_EQ(trainCode(job), 0);
  SafetensorsFile saved("run/checkpoints/last/model.safetensors");
  EXPECT_EQ(*reinterpret_cast<const float *>(
                saved.data(*saved.find("transformer.wte.weight"))),
            1.5f);

  auto refusal = [&](std::vector<Tensor> tensors) {
    write(tensors);
    TrainJob other = testJob(plan, "refused");
    std::string message = trainError(other);
    EXPECT_FALSE(pathExists("refused"));
    return message;
  };
  auto missing = good;
  missing.erase(missing.begin() + 1);
  EXPECT_NE(refusal(missing).find("lacks 'transformer.ln.weight'"),
            std::string::npos);
  auto more = good;
  more.push_back(tensor("h.0.mlp.weight", plan::DType::f32, {3}));
  EXPECT_NE(refusal(more).find("holds 'h.0.mlp.weight'"), std::string::npos);
  auto shape = good;
  shape[0].shape = {64, 72};
  EXPECT_NE(refusal(shape).find("has shape [64, 72], expected [72, 64]"),
            std::string::npos);
}

//===----------------------------------------------------------------------===//
// Training binaries
//===----------------------------------------------------------------------===//

/// The least ELF file that holds the two sections.
static std::string elfWith(const std::string &plan, const std::string &recipe) {
  std::string names("\0.dsc.plan\0.dsc.recipe\0.names\0", 30);
  std::string body;
  auto place = [&](const std::string &bytes) {
    body.resize((body.size() + 63) / 64 * 64);
    size_t offset = sizeof(Elf64_Ehdr) + body.size();
    body += bytes;
    return offset;
  };
  auto section = [](uint32_t name, uint64_t offset, uint64_t size) {
    Elf64_Shdr header = {};
    header.sh_name = name;
    header.sh_type = SHT_PROGBITS;
    header.sh_offset = offset;
    header.sh_size = size;
    return header;
  };
  std::vector<Elf64_Shdr> sections(1);
  sections.push_back(section(1, place(plan), plan.size()));
  sections.push_back(section(11, place(recipe), recipe.size()));
  sections.push_back(section(23, place(names), names.size()));
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_DYN;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = Elf64_Half(sections.size());
  header.e_shstrndx = 3;
  header.e_shoff = sizeof(Elf64_Ehdr) + body.size();
  std::string file(reinterpret_cast<char *>(&header), sizeof(header));
  file += body;
  file.append(reinterpret_cast<char *>(sections.data()),
              sections.size() * sizeof(Elf64_Shdr));
  return file;
}

/// A whole training binary; `format` and the hash as given.
static std::string binaryWith(const std::string &payload,
                              uint32_t format = kPlanFormat) {
  std::string file(4096, 'L');
  Trailer trailer = {};
  std::memcpy(trailer.magic, kTrailerMagic, 8);
  trailer.payloadOffset = file.size();
  trailer.payloadSize = payload.size();
  trailer.format = format;
  file += payload;
  file.append(reinterpret_cast<char *>(&trailer), 32);
  Sha256 hash = sha256(file);
  file.append(reinterpret_cast<char *>(hash.data()), hash.size());
  return file;
}

/// What opening the bytes says: "" when it is well.
static std::string refusalOf(const std::string &bytes) {
  std::ofstream("binary", std::ios::binary) << bytes;
  try {
    Artifact artifact("binary");
    return "";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::artifact);
    return error.what();
  }
}

TEST(Artifact, OpensAndShowsPlanAndRecipe) {
  Workplace place;
  std::ofstream("binary", std::ios::binary)
      << binaryWith(elfWith(TestPlan().bytes(), "dsc = 1\n"));
  EXPECT_TRUE(isTrainingBinary("binary"));
  Artifact artifact("binary");
  EXPECT_EQ(artifact.plan().name()->str(), "tiny");
  EXPECT_EQ(artifact.recipe(), "dsc = 1\n");
  EXPECT_EQ(artifact.hash(), sha256HexOfFile("binary"));
}

TEST(Artifact, AnyFlippedBitIsRefused) {
  Workplace place;
  std::string good = binaryWith(elfWith(TestPlan().bytes(), "dsc = 1\n"));
  std::mt19937 random(3);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = good;
    size_t bit = random() % (bytes.size() * 8);
    bytes[bit / 8] ^= char(1 << bit % 8);
    EXPECT_NE(refusalOf(bytes), "") << bit;
  }
  for (size_t size : {size_t(0), size_t(10), size_t(63), size_t(64),
                      good.size() / 2, good.size() - 1})
    EXPECT_NE(refusalOf(good.substr(0, size)), "") << size;
  EXPECT_NE(refusalOf(good + "x"), "");
}

TEST(Artifact, ForeignPayloadsAreRefusedEvenWithARightHash) {
  Workplace place;
  std::string plan = TestPlan().bytes();
  EXPECT_NE(refusalOf(binaryWith("no ELF at all")).find("payload is damaged"),
            std::string::npos);
  EXPECT_NE(refusalOf(binaryWith(elfWith(plan, ""), 99)).find("format 99"),
            std::string::npos);
  EXPECT_NE(refusalOf(binaryWith(elfWith("", ""))).find("no plan"),
            std::string::npos);
  EXPECT_NE(refusalOf(binaryWith(elfWith("junk", ""))).find("structure"),
            std::string::npos);
  // Every single byte of the payload set to all ones: an answer, never a crash.
  std::string elf = elfWith(plan, "dsc = 1\n");
  for (size_t i = 0; i < elf.size(); i += i < 64 ? 1 : 7) {
    std::string bytes = elf;
    bytes[i] = '\xff';
    refusalOf(binaryWith(bytes));
  }
  for (size_t size = 0; size < elf.size(); size += 97)
    EXPECT_NE(refusalOf(binaryWith(elf.substr(0, size))), "") << size;
}

TEST(Artifact, IndicesOfThePlanAreChecked) {
  Workplace place;
  PlanChoices outside;
  outside.parameterOffset = 3 * kBlockElements;
  EXPECT_NE(refusalOf(binaryWith(elfWith(TestPlan(outside).bytes(), "")))
                .find("'transformer.wte.weight' lies outside its arena"),
            std::string::npos);
  PlanChoices overlap;
  overlap.parameterOffset = 64;
  EXPECT_NE(refusalOf(binaryWith(elfWith(TestPlan(overlap).bytes(), "")))
                .find("two parameters overlap"),
            std::string::npos);
  PlanChoices operand;
  operand.kernelOperand = 99;
  EXPECT_NE(refusalOf(binaryWith(elfWith(TestPlan(operand).bytes(), "")))
                .find("kernel 'update' names no buffer"),
            std::string::npos);
  PlanChoices batch;
  batch.microBatch = 3;
  EXPECT_NE(refusalOf(binaryWith(elfWith(TestPlan(batch).bytes(), "")))
                .find("micro-batch"),
            std::string::npos);
}

//===----------------------------------------------------------------------===//
// Sampling
//===----------------------------------------------------------------------===//

TEST(Sampler, DrawsByWeight) {
  std::vector<float> scores = {0, 1, 2};
  EXPECT_EQ(drawToken(scores, 0, 0.1), 2);
  // Weights e^-2, e^-1, 1 of a total of 1.503.
  EXPECT_EQ(drawToken(scores, 1, 0.08), 0);
  EXPECT_EQ(drawToken(scores, 1, 0.10), 1);
  EXPECT_EQ(drawToken(scores, 1, 0.32), 1);
  EXPECT_EQ(drawToken(scores, 1, 0.34), 2);
  EXPECT_EQ(drawToken(scores, 1, 0.9999999999), 2);
}

TEST(Sampler, SameSeedSameText) {
  TestPlan plan;
  auto engine = openEngine("synthetic", "cpu");
  auto device = openCpuDevice(plan.get(), testKernels(), serial);
  auto alone = openSingleRank();
  Parameters(plan.get(), PlacedMemory(plan.get(), *device, *alone), serial)
      .initialise();
  Sampler sampler(plan.get(), *device, *engine);
  auto draw = [&](uint64_t seed) {
    std::vector<int64_t> text;
    SampleRequest request;
    request.prompt = {10};
    request.tokens = 40; // longer than the context of 16
    request.seed = seed;
    sampler.sample(request, [&](int64_t token) {
      text.push_back(token);
      return true;
    });
    return text;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
  EXPECT_EQ(draw(1).size(), 40u);
}
