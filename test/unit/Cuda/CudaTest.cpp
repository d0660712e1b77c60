//===- CudaTest.cpp - what no recipe reaches ------------------------------===//

#include "cuda/Codegen/CudaBackend.h"
#include "cuda/Codegen/Ptxas.h"
#include "test/unit/Kernels/KernelFixture.h"

#include <gmock/gmock.h>

using namespace dsc;
using namespace dsc::test;
using testing::HasSubstr;

namespace {

std::string emitPtx(const Recipe &recipe, const CompileOptions &options = {}) {
  Program program(recipe);
  auto text = createCudaBackend()->emit(*program.module, "sm_80",
                                        CodeForm::assembly, options);
  EXPECT_TRUE(succeeded(text));
  return *text;
}

/// The part of `ptx` that belongs to an entry.
std::string entryOf(const std::string &ptx, const std::string &name) {
  size_t begin = ptx.find(".visible .entry " + name + "(");
  EXPECT_NE(begin, std::string::npos) << name;
  return ptx.substr(begin, ptx.find("\n}", begin) - begin);
}

} // namespace

TEST(Cuda, ComputesUniformsInTheUpdateWhereThereIsNoFinish) {
  Recipe recipe = singleGroup("adamw", 5000);
  recipe.uniformsInUpdate = true;
  std::string update = entryOf(emitPtx(recipe), "update_default");
  // The schedule by one thread, its results to all by shared memory.
  EXPECT_THAT(update, HasSubstr(".shared .align 16"));
  size_t schedule = update.find("div.rn.f64"), share = update.find("st.shared"),
         barrier = update.find("bar.sync"), load = update.find("ld.shared"),
         loop = update.find("ld.global.v4");
  EXPECT_LT(schedule, share);
  EXPECT_LT(share, barrier);
  EXPECT_LT(barrier, load);
  EXPECT_LT(load, loop);
  EXPECT_NE(loop, std::string::npos);
  EXPECT_THAT(update, testing::Not(HasSubstr("call")));
}

TEST(Cuda, ExportsTracksOnlyWhenAsked) {
  Recipe recipe = singleGroup("sgd", 5000);
  EXPECT_THAT(emitPtx(recipe), testing::Not(HasSubstr("dsc_tracks")));
  CompileOptions options;
  options.exportedTracks = "tracks";
  EXPECT_THAT(entryOf(emitPtx(recipe, options), "dsc_tracks"),
              HasSubstr("st.global"));
  options.exportedTracks = "no_such_function";
  Program program(recipe);
  mlir::ScopedDiagnosticHandler quiet(
      &program.context, [](mlir::Diagnostic &) { return mlir::success(); });
  EXPECT_TRUE(failed(createCudaBackend()->emit(*program.module, "sm_80",
                                               CodeForm::assembly, options)));
}

TEST(Cuda, ReadsWhatTheAssemblerSays) {
  auto kernels = readFigures(
      "ptxas info    : 0 bytes gmem\n"
      "ptxas info    : Compiling entry function 'norm' for 'sm_90'\n"
      "ptxas info    : Function properties for norm\n"
      "    16 bytes stack frame, 8 bytes spill stores, 4 bytes spill loads\n"
      "ptxas info    : Used 32 registers, used 1 barriers, 512 bytes smem, 384 "
      "bytes cmem[0]\n"
      "ptxas info    : Compiling entry function 'update' for 'sm_90'\n"
      "ptxas info    : Used 255 registers\n");
  ASSERT_EQ(kernels.size(), 2u);
  EXPECT_EQ(kernels[0].name, "norm");
  EXPECT_EQ(kernels[0].registers, 32);
  EXPECT_EQ(kernels[0].sharedBytes, 512);
  EXPECT_EQ(kernels[0].localBytes, 16);
  EXPECT_EQ(kernels[0].spillBytes, 8);
  EXPECT_EQ(kernels[1].name, "update");
  EXPECT_EQ(kernels[1].registers, 255);
  EXPECT_EQ(kernels[1].sharedBytes, 0);
  EXPECT_EQ(kernels[1].spillBytes, -1);
  EXPECT_TRUE(readFigures("no ptxas speaks so").empty());
}
