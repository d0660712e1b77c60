//===- InspectRanks.cpp ---------------------------------------------------===//

#include "runtime/Launch/Commands/InspectRanks.h"

#include "runtime/Artifact/Shards.h"
#include "runtime/Launch/Ranks/Ranks.h"

#include <fmt/format.h>

using namespace dsc;
using Json = nlohmann::ordered_json;

/// Of a buffer by its well-known name; of one that is not there, as on one
/// rank.
static plan::Placement placementOf(const plan::Plan &plan,
                                   std::string_view name) {
  for (const plan::Buffer *buffer : *plan.buffers())
    if (buffer->name()->string_view() == name)
      return buffer->placement();
  return plan::Placement::replicate;
}

static bool hasBuffer(const plan::Plan &plan, std::string_view name) {
  for (const plan::Buffer *buffer : *plan.buffers())
    if (buffer->name()->string_view() == name)
      return true;
  return false;
}

/// That of what the update keeps: of its slots, which are saved.
static plan::Placement optimizerPlacement(const plan::Plan &plan) {
  for (const plan::Buffer *buffer : *plan.buffers())
    if (buffer->saved() && buffer->extent() == plan::Extent::element)
      return buffer->placement();
  return placementOf(plan, "param");
}

static std::string groupOf(const plan::Plan &plan, const plan::Bucket &bucket) {
  for (const plan::Group *group : *plan.groups())
    if (group->begin() <= bucket.begin() && bucket.begin() < group->end())
      return group->name()->str();
  return "";
}

static std::string unitOf(const plan::Plan &plan, int32_t unit) {
  return plan.graph()->units()->Get(unit)->name()->str();
}

static Json bucketsJson(const plan::Plan &plan, int64_t ranks, bool sharded) {
  Json buckets = Json::array();
  for (const plan::Bucket *bucket : *plan.buckets()) {
    Json row = {{"begin", bucket->begin()},
                {"end", bucket->end()},
                {"elements", bucket->end() - bucket->begin()},
                {"group", groupOf(plan, *bucket)},
                {"ready_after", unitOf(plan, bucket->ready_unit())},
                {"read_by", unitOf(plan, bucket->first_unit())}};
    for (int64_t rank = 0; rank < ranks; ++rank) {
      ElementRange part = {bucket->begin(), bucket->end()};
      if (sharded)
        part = shardOf(*bucket, rank, ranks);
      row["parts"].push_back({part.begin, part.end});
    }
    buckets.push_back(row);
  }
  return buckets;
}

Json dsc::describeRanks(const plan::Plan &plan, std::optional<int64_t> ranks) {
  const plan::Training &training = *plan.training();
  if (ranks)
    checkRanks(training, ranksToStart(ranks, std::nullopt, training.ranks()));
  auto nameOf = [](plan::Placement placement) {
    return plan::EnumNamePlacement(placement);
  };
  plan::Placement optimizer = optimizerPlacement(plan);
  const char *model = hasBuffer(plan, "compute") ? "compute" : "param";
  int64_t size = ranks.value_or(training.ranks());
  return {{"mesh", {{"data", size > 0 ? Json(size) : Json("any")}}},
          {"virtual_ranks", training.virtual_ranks()},
          {"placements",
           {{"parameters", nameOf(placementOf(plan, model))},
            {"gradients", nameOf(placementOf(plan, "grad"))},
            {"optimizer", nameOf(optimizer)}}},
          {"buckets", bucketsJson(plan, ranks.value_or(0),
                                  optimizer == plan::Placement::shard)}};
}
