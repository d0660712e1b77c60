//===- KernelAbi.h - calling convention of generated kernels ----*- C++ -*-===//
//
// What the compiler's backends emit and the runtime calls. Both halves include
// this file; a change here is a change of kPlanFormat.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_KERNELABI_H
#define DSC_RUNTIME_ARTIFACT_KERNELABI_H

#include <cstdint>

namespace dsc {

/// Version of the plan's schema and of this file together.
inline constexpr uint32_t kPlanFormat = 4;

/// Elements in a reduction block, and the f64 lanes in which a block is summed
/// (element i of a block goes to lane i mod kReductionLanes). A reduction is
/// defined by these numbers, not by the machine.
inline constexpr int64_t kBlockElements = 4096;
inline constexpr int64_t kReductionLanes = 16;

/// Parameters start at multiples of this many elements of their arena.
inline constexpr int64_t kParameterAlignment = 64;

/// Slots of the i64 buffer `counters`.
enum Counter : int64_t {
  kStep = 0, ///< applied updates; index of the step being made
  kCounterCount = 1
};

/// Every CPU kernel is `void name__isa(void *const *buffers, int64_t begin,
/// int64_t end)`. `buffers[i]` is the base address of the kernel's i-th operand
/// (plan::Kernel::operands), 64-byte aligned. The range means
///   map:    elements [begin, end) of the trained arena; begin is a multiple of
///           kBlockElements, end too or the end of the arena;
///   reduce: blocks [begin, end); partial b of reduction r is written to
///           partials[r * blocks + b], elements past the arena count as absent;
///   finish: called once with begin = 0 and end = number of blocks; combines
///           the partials in a pairwise tree by block index and fills uniforms
///           and, where the schedule reacts, the state.
/// Kernels call nothing, allocate nothing and keep no state.
using CpuKernel = void (*)(void *const *buffers, int64_t begin, int64_t end);

/// The schedule's tracks at a step, `dsc_tracks__isa`: fills one f64 for each
/// of plan::Plan::tracks from one for each of plan::Plan::state.
using TracksFunction = void (*)(int64_t step, double *out, const double *state);

/// ISA levels of CPU kernels, best last. The runtime takes the best that the
/// machine has.
inline constexpr const char *kCpuIsaLevels[] = {"x86_64_v3", "x86_64_v4"};

/// The kernel `name` of a device's image is launched over a grid of thread
/// blocks, with one 8-byte parameter for each operand of plan::Kernel, in that
/// order, and three more:
///
///   name(buffer address..., int64_t begin, int64_t end, const int64_t *stop)
///
/// Where `stop` is not null and its word is not 0, the launch does nothing: the
/// step is not made, and only the device knows.
///
/// Addresses are of the device's memory, 16-byte aligned. The range is that of
/// a CPU kernel, and the whole launch covers it, whatever the number of thread
/// blocks. images::Kernel (Images.fbs) has the threads of a block, which
/// must be kept, and the span: how much of the range a block takes at a time,
/// so that (end - begin) / span, rounded up, is the most blocks that find work.
/// A span of 0 means one block and no more. Nothing else comes from the host:
/// what is uniform over a step is computed from the buffer `counters`.
///
/// Beside the kernels of the plan an image has
///
///   dsc_tracks(double *out, const double *state, int64_t begin, int64_t end)
///
/// which fills out[(step - begin) * tracks + track] for the steps of the range.
inline constexpr const char *kTracksSymbol = "dsc_tracks";

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_KERNELABI_H
