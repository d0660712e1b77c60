//===- RemarkTest.cpp - what the lowering says it fused -------------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include "mlir/IR/Remarks.h"
#include <gmock/gmock.h>

using namespace mlir;
using namespace dsc;
using namespace dsc::test;

namespace {

/// Keeps each remark as "place: message".
struct Collector : remark::detail::MLIRRemarkStreamerBase {
  explicit Collector(std::vector<std::string> &lines) : lines(lines) {}
  void streamOptimizationRemark(const remark::detail::Remark &remark) final {
    std::string place;
    llvm::raw_string_ostream(place) << remark.getLocation();
    lines.push_back(place + ": " + remark.getMsg());
  }
  std::vector<std::string> &lines;
};

} // namespace

TEST(Remarks, SayWhatWasFusedWhere) {
  Recipe recipe;
  recipe.groups.resize(2);
  recipe.groups[0].end = recipe.groups[1].begin = kBlockElements;
  recipe.groups[1].name = "no-decay";
  recipe.groups[1].end = 2 * kBlockElements;
  recipe.clipNorm = 1;
  std::vector<std::string> lines;
  Program program(recipe, [&](MLIRContext &context) {
    remark::RemarkCategories categories;
    categories.passed = "optimizer";
    ASSERT_TRUE(succeeded(remark::enableOptimizationRemarks(
        context, std::make_unique<Collector>(lines),
        std::make_unique<remark::RemarkEmittingPolicyAll>(), categories)));
  });
  EXPECT_THAT(
      lines,
      testing::Contains(testing::AllOf(
          testing::HasSubstr("recipe.toml"),
          testing::HasSubstr("schedule fused into update of group no-decay"))));
  EXPECT_THAT(lines, testing::Contains(testing::HasSubstr(
                         "one pass over group no-decay: clip, adamw")));
}
