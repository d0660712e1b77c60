//===- PlanPlaces.cpp -----------------------------------------------------===//

#include "PlanPlaces.h"

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;
using plan::PlanT;

/// All ops of a program for which `fits` holds.
std::vector<Place>
dsc::test::placesOf(PlanT &plan, const char *program,
                    const std::function<bool(const plan::PlanOpT &)> &fits) {
  std::vector<Place> places;
  auto &ops = programOf(plan, program).ops;
  for (int i = 0; i < int(ops.size()); ++i)
    if (fits(*ops[size_t(i)]))
      places.push_back({program, i});
  return places;
}

std::vector<Place> dsc::test::placesOf(PlanT &plan, const char *program,
                                       OpCode code) {
  return placesOf(plan, program,
                  [&](const plan::PlanOpT &op) { return op.code == code; });
}

bool dsc::test::sendsGradients(const plan::PlanOpT &op) {
  return op.code == OpCode::reduce_scatter ||
         op.code == OpCode::join_subtrees ||
         (op.code == OpCode::all_reduce && op.index >= 0);
}

/// The program that sends gradients, and the ops that do.
std::vector<Place> dsc::test::exchanges(PlanT &plan) {
  const char *program = plan.training->virtual_ranks ? "update" : "last_micro";
  return placesOf(plan, program, sendsGradients);
}

bool dsc::test::isUpdate(const PlanT &plan, const plan::PlanOpT &op) {
  return op.code == OpCode::launch &&
         plan.kernels[size_t(op.index)]->kind == plan::KernelKind::map;
}

std::vector<Place> dsc::test::updates(PlanT &plan) {
  return placesOf(plan, "update",
                  [&](const plan::PlanOpT &op) { return isUpdate(plan, op); });
}

plan::PlanOpT &dsc::test::at(PlanT &plan, Place place) {
  return *programOf(plan, place.program).ops[size_t(place.position)];
}

bool dsc::test::dropOne(PlanT &plan, const std::vector<Place> &places,
                        const Choose &choose) {
  if (places.empty())
    return false;
  Place place = places[size_t(choose(int(places.size())))];
  dropOp(plan, place.program, place.position);
  return true;
}

bool dsc::test::repeatOne(PlanT &plan, const std::vector<Place> &places,
                          const Choose &choose) {
  if (places.empty())
    return false;
  Place place = places[size_t(choose(int(places.size())))];
  auto &ops = programOf(plan, place.program).ops;
  auto copy = std::make_unique<plan::PlanOpT>(at(plan, place));
  ops.insert(ops.begin() + place.position, std::move(copy));
  return true;
}

/// Units that write a bucket's gradients.
std::set<int> dsc::test::writersOf(const PlanT &plan,
                                   const plan::BucketT &bucket) {
  std::set<int> writers;
  for (int unit = 0; unit < int(plan.graph->units.size()); ++unit)
    for (int index : plan.graph->units[size_t(unit)]->parameters) {
      const auto &parameter = *plan.parameters[size_t(index)];
      if (parameter.offset < bucket.end &&
          parameter.offset + parameter.size > bucket.begin)
        writers.insert(unit);
    }
  return writers;
}
