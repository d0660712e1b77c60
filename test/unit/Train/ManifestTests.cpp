//===- ManifestTests.cpp - what comes back of a manifest ------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Train/Checkpoint/Manifest.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

using namespace dsc;

static Manifest emptyManifest() {
  Manifest manifest;
  for (const char *part :
       {"recipe", "model", "data", "schedule", "optimizer", "batch"})
    manifest.fingerprint[part] = part;
  return manifest;
}

TEST(Manifest, KeepsTheScheduleStateToTheBit) {
  double infinity = std::numeric_limits<double>::infinity();
  Manifest manifest = emptyManifest();
  manifest.scheduleState = {{"until/hold/gain", 0.1 + 0.2},
                            {"loss", infinity},
                            {"a", -infinity},
                            {"b", std::nan("")},
                            {"c", 5e-324}};
  manifest.state.evaluations = {{"points", true, 0.25, 3, -infinity, 7}};
  Manifest back = parseManifest(writeManifest(manifest), "manifest.json");
  ASSERT_EQ(back.scheduleState.size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    auto [name, value] = manifest.scheduleState[i];
    EXPECT_EQ(back.scheduleState[i].first, name);
    if (std::isnan(value))
      EXPECT_TRUE(std::isnan(back.scheduleState[i].second));
    else
      EXPECT_EQ(back.scheduleState[i].second, value) << name;
  }
  EXPECT_EQ(back.state.evaluations[0].last, -infinity);
  EXPECT_EQ(back.state.evaluations[0].count, 7);
}
