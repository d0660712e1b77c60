//===- ExactDeepSpeed.h - DeepSpeed's schedules in MPFR ---------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_EXACTDEEPSPEED_H
#define DSC_TEST_UNIT_CONFORMANCE_EXACTDEEPSPEED_H

#include "dialect/Dsc/DscDialect.h"
#include "test/unit/Scalar/Reference.h"

#include <functional>

namespace dsc::test {

/// The learning rate at a step as dialect/Dsc/DeepSpeed.td describes it. Null
/// for a release whose curves are others.
std::function<Real(int64_t step)> exactDeepSpeed(ScheduleKindInterface kind);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_EXACTDEEPSPEED_H
