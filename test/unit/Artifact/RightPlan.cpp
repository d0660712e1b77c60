//===- RightPlan.cpp ------------------------------------------------------===//

#include "RightPlan.h"

#include "../Train/TestPlan.h"
#include "runtime/Artifact/Artifact.h"
#include "runtime/Base/Error.h"

std::string dsc::test::rightPlan() { return TestPlan().bytes(); }

std::string dsc::test::refusalOf(const void *bytes) {
  try {
    validatePlan(*plan::GetPlan(bytes));
    return "";
  } catch (const Error &error) {
    return error.what();
  }
}
