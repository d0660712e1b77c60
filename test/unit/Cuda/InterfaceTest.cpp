//===- InterfaceTest.cpp - NVIDIA's interfaces, as NVIDIA writes them -----===//
//
// The driver and NCCL are opened at run time, by declarations of our own: here
// they are held against the headers, where those are (LibTorch's wheels bring
// cuda.h). A type is compared by what a call passes: its size, and whether it
// is a pointer.
//
//===----------------------------------------------------------------------===//

#include "cuda/Runtime/Driver.h"
#include "cuda/Runtime/Nccl.h"

#include <cuda.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>
#include <type_traits>

#if __has_include(<nccl.h>)
#include <nccl.h>
#endif

using namespace dsc::cuda;

namespace {

/// Of what a pointer leads to; structures have a test of their own below, and
/// what stands behind a handle nobody knows.
template <typename Ours, typename Theirs> constexpr bool leadAlike() {
  if constexpr (std::is_arithmetic_v<Ours> && std::is_scalar_v<Theirs>)
    return sizeof(Ours) == sizeof(Theirs);
  else
    return std::is_function_v<Ours> == std::is_function_v<Theirs>;
}

template <typename Ours, typename Theirs> constexpr bool arePassedAlike() {
  if constexpr (std::is_pointer_v<Ours> && std::is_pointer_v<Theirs>)
    return leadAlike<std::remove_pointer_t<Ours>,
                     std::remove_pointer_t<Theirs>>();
  else
    return std::is_pointer_v<Ours> == std::is_pointer_v<Theirs> &&
           std::is_class_v<Ours> == std::is_class_v<Theirs> &&
           sizeof(Ours) == sizeof(Theirs);
}

template <typename Ours, typename Theirs> struct Call {
  static constexpr bool isAlike = false;
};
template <typename Ours, typename... OurTypes, typename Theirs,
          typename... TheirTypes>
  requires(sizeof...(OurTypes) == sizeof...(TheirTypes))
struct Call<Ours (*)(OurTypes...), Theirs (*)(TheirTypes...)> {
  static constexpr bool isAlike =
      (arePassedAlike<OurTypes, TheirTypes>() && ...) &&
      arePassedAlike<Ours, Theirs>();
};

} // namespace

TEST(Interface, FunctionsOfTheDriverAreThoseOfItsHeader) {
#define DSC_COMPARE(name, symbol, parameters)                                  \
  EXPECT_TRUE((Call<decltype(Driver::name), decltype(&::symbol)>::isAlike))    \
      << #symbol;
  DSC_CUDA_FUNCTIONS(DSC_COMPARE)
#undef DSC_COMPARE
  // Without its last parameter, or with another type, a function is another.
  EXPECT_FALSE((Call<Status (*)(Stream), decltype(&::cuEventRecord)>::isAlike));
  EXPECT_FALSE(
      (Call<Status (*)(int *, int), decltype(&::cuCtxSetCurrent)>::isAlike));
  EXPECT_FALSE(
      (Call<Status (*)(unsigned), decltype(&::cuMemFree_v2)>::isAlike));
}

TEST(Interface, NumbersOfTheDriverAreThoseOfItsHeader) {
  EXPECT_EQ(kSuccess, CUDA_SUCCESS);
  EXPECT_EQ(kOutOfMemory, CUDA_ERROR_OUT_OF_MEMORY);
  EXPECT_EQ(kNoDevice, CUDA_ERROR_NO_DEVICE);
  EXPECT_EQ(kNotReady, CUDA_ERROR_NOT_READY);
  EXPECT_EQ(kInvalidImage, CUDA_ERROR_INVALID_IMAGE);
  EXPECT_EQ(kNoBinary, CUDA_ERROR_NO_BINARY_FOR_GPU);
  EXPECT_EQ(kMultiprocessors, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  EXPECT_EQ(kMajor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
  EXPECT_EQ(kMinor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  EXPECT_EQ(kNonBlocking, CU_STREAM_NON_BLOCKING);
  EXPECT_EQ(kDisableTiming, CU_EVENT_DISABLE_TIMING);
  EXPECT_EQ(kPortable, CU_MEMHOSTALLOC_PORTABLE);
  EXPECT_EQ(kCaptureThreadLocal, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
  EXPECT_EQ(kErrorLog, CU_JIT_ERROR_LOG_BUFFER);
  EXPECT_EQ(kErrorLogBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);
}

TEST(Interface, StructuresOfTheDriverAreThoseOfItsHeader) {
  EXPECT_EQ(sizeof(DeviceUuid), sizeof(CUuuid));
  MemoryProperties ours;
  CUmemAllocationProp theirs = {};
  theirs.type = CU_MEM_ALLOCATION_TYPE_PINNED;
  theirs.location.type = CU_MEM_LOCATION_TYPE_DEVICE;
  theirs.location.id = ours.device = 3;
  ASSERT_EQ(sizeof(ours), sizeof(theirs));
  EXPECT_EQ(std::memcmp(&ours, &theirs, sizeof(ours)), 0);

  MemoryAccess access;
  CUmemAccessDesc desc = {};
  desc.location = theirs.location;
  desc.flags = CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
  access.device = 3;
  ASSERT_EQ(sizeof(access), sizeof(desc));
  EXPECT_EQ(std::memcmp(&access, &desc, sizeof(access)), 0);
}

#if __has_include(<nccl.h>)
TEST(Interface, NcclIsThatOfItsHeader) {
#define DSC_COMPARE(type, name, symbol, parameters)                            \
  EXPECT_TRUE(                                                                 \
      (Call<decltype(nccl::Library::name), decltype(&::symbol)>::isAlike))     \
      << #symbol;
  DSC_NCCL_FUNCTIONS(DSC_COMPARE)
#undef DSC_COMPARE
  EXPECT_EQ(nccl::kDone, ncclSuccess);
  EXPECT_EQ(nccl::kDriverError, ncclUnhandledCudaError);
  EXPECT_EQ(nccl::kInvalidArgument, ncclInvalidArgument);
  EXPECT_EQ(nccl::kInvalidUsage, ncclInvalidUsage);
  EXPECT_EQ(nccl::kInProgress, ncclInProgress);
  EXPECT_EQ(nccl::kBytes, ncclInt8);
  EXPECT_EQ(nccl::kFloat, ncclFloat32);
  EXPECT_EQ(nccl::kDouble, ncclFloat64);
  EXPECT_EQ(nccl::kSum, ncclSum);
  ncclConfig_t theirs = NCCL_CONFIG_INITIALIZER;
  nccl::Config ours;
  EXPECT_EQ(ours.magic, theirs.magic);
  EXPECT_EQ(offsetof(nccl::Config, blocking), offsetof(ncclConfig_t, blocking));
  // What came behind is not set.
  EXPECT_EQ(ours.padding, NCCL_CONFIG_UNDEF_INT);
  EXPECT_LE(sizeof(ours), sizeof(theirs));
}
#endif
