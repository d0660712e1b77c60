//===- Place.h - machines that carry a job out ------------------*- C++ -*-===//
//
// A level's code runs on this CPU, on this CPU with features hidden from the C
// library, on one that qemu-user plays, or on a GPU whose PTX is interpreted. A
// place that this machine lacks says what is missing, and its tests are
// skipped.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_PLACE_H
#define DSC_TEST_UNIT_CONFORMANCE_PLACE_H

#include "test/unit/Conformance/Job.h"

namespace dsc::test {

struct Place {
  std::string name, level;
  std::vector<std::string> command; ///< before the payload's path; none where
                                    ///< it is interpreted
  bool masks = false;               ///< the harness checks its mask
  std::string missing = "";         ///< "" where it can be used

  /// What the job writes; a failure of the test and "" when it did not end
  /// well.
  std::string run(const std::string &payload, const Job &job) const;
};

/// x86-64-v3, x86-64-v4, x86-64-v3 with features masked.
std::vector<Place> hostPlaces();
/// x86-64-v3 on a CPU without AVX-512, and aarch64, under qemu-user.
Place emulatedX86();
Place emulatedAarch64();
/// The GPU of the PTX that a payload holds.
Place interpretedGpu();
/// All of them.
std::vector<Place> allPlaces();

/// Runs a program to its end; what it wrote to stdout, or nothing where it
/// failed.
std::optional<std::string> capture(const std::vector<std::string> &command,
                                   const std::string &input);

/// Words before a command that hide the CPU's newer features from the C library
/// and whoever asks it.
std::vector<std::string> maskingPrefix();

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_PLACE_H
