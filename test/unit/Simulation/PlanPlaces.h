//===- PlanPlaces.h - ops of a plan that a test may break -------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_SIMULATION_PLANPLACES_H
#define DSC_TEST_UNIT_SIMULATION_PLANPLACES_H

#include "BreakPlans.h"

#include <set>

namespace dsc::test {

/// Where an op stands.
struct Place {
  const char *program;
  int position;
};

/// All ops of a program for which `fits` holds, or that have a code.
std::vector<Place>
placesOf(plan::PlanT &plan, const char *program,
         const std::function<bool(const plan::PlanOpT &)> &fits);
std::vector<Place> placesOf(plan::PlanT &plan, const char *program,
                            plan::OpCode code);

bool sendsGradients(const plan::PlanOpT &op);
bool isUpdate(const plan::PlanT &plan, const plan::PlanOpT &op);

/// Of the program that sends gradients the ops that do; and those that update.
std::vector<Place> exchanges(plan::PlanT &plan);
std::vector<Place> updates(plan::PlanT &plan);

plan::PlanOpT &at(plan::PlanT &plan, Place place);

/// Changes one of the ops; false where there is none.
template <typename Function>
bool changeOne(plan::PlanT &plan, const std::vector<Place> &places,
               const Choose &choose, Function change) {
  if (places.empty())
    return false;
  change(at(plan, places[size_t(choose(int(places.size())))]));
  return true;
}

/// Drops, or says twice, one of the ops; false where there is none.
bool dropOne(plan::PlanT &plan, const std::vector<Place> &places,
             const Choose &choose);
bool repeatOne(plan::PlanT &plan, const std::vector<Place> &places,
               const Choose &choose);

/// Units that write a bucket's gradients.
std::set<int> writersOf(const plan::PlanT &plan, const plan::BucketT &bucket);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_SIMULATION_PLANPLACES_H
