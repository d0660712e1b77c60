//===- DataFixture.h - files and plans for the data tests -------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_DATA_DATAFIXTURE_H
#define DSC_TEST_UNIT_DATA_DATAFIXTURE_H

#include "runtime/Base/Error.h"
#include "runtime/Data/Catalog.h"
#include "runtime/Data/Dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dsc {

/// A folder of its own for each test.
class DataTest : public ::testing::Test {
protected:
  DataTest();
  ~DataTest() override;

  /// Writes a file below the folder and returns its path.
  std::string write(const std::string &name, const std::string &bytes) const;
  std::string path(const std::string &name) const { return folder + name; }

private:
  std::string folder;
};

/// The part of a plan that the data needs.
struct PlanOptions {
  std::string tokenizer = "bytes";
  int64_t sequence = 4;
  int64_t batch = 2;
  uint64_t seed = 7;
  bool heldOut = true;
  int64_t evaluationSamples = -1;
};

/// What the compiler would write for `spec`: surveyed, recorded, serialised.
class RecordedPlan {
public:
  RecordedPlan(const SourceSpec &spec, const PlanOptions &options = {});
  const plan::Plan &operator*() const { return *plan::GetPlan(bytes.data()); }

  SourceFacts facts;

private:
  std::vector<uint8_t> bytes;
};

/// Calls `body`, which must throw dsc::Error(Exit::refused), and returns what
/// it says, with the remedy on a second line.
template <typename Body> std::string refusal(Body &&body) {
  try {
    body();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::refused);
    return error.what() + std::string("\n") + error.hint();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

} // namespace dsc

#endif // DSC_TEST_UNIT_DATA_DATAFIXTURE_H
