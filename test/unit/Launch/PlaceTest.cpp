//===- PlaceTest.cpp - what launchers tell their processes ----------------===//

#include "runtime/Launch/Rendezvous/Place.h"
#include "runtime/Base/Error.h"
#include "runtime/Launch/Rendezvous/SlurmLists.h"

#include <gmock/gmock.h>
#include <map>

using namespace dsc;
using testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

static std::optional<Place> placeIn(const Variables &variables) {
  return findPlace([&](const char *name) {
    auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

static std::string faultIn(const Variables &variables) {
  try {
    placeIn(variables);
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::usage);
    return error.what();
  }
  return "none";
}

TEST(Place, ProcessWithoutALauncherHasNone) {
  EXPECT_FALSE(placeIn({{"LOCAL_RANK", "1"}, {"MASTER_PORT", "1"}}));
}

static const Variables kTorch = {
    {"RANK", "5"},           {"WORLD_SIZE", "8"},
    {"LOCAL_RANK", "1"},     {"LOCAL_WORLD_SIZE", "4"},
    {"MASTER_ADDR", "head"}, {"MASTER_PORT", "29500"}};

TEST(Place, Torchrun) {
  std::optional<Place> place = placeIn(kTorch);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->rank, 5);
  EXPECT_EQ(place->size, 8);
  EXPECT_EQ(place->localRank, 1);
  EXPECT_EQ(place->localSize, 4);
  EXPECT_EQ(place->address, "head");
  EXPECT_EQ(place->port, 29500);
  EXPECT_FALSE(place->isOneHost());
}

TEST(Place, PortOfTorchrunsAgentIsLeftAlone) {
  Variables variables = kTorch;
  variables["TORCHELASTIC_USE_AGENT_STORE"] = "True";
  EXPECT_EQ(placeIn(variables)->port, 29501);
  variables["DSC_STORE_PORT"] = "4000";
  EXPECT_EQ(placeIn(variables)->port, 4000);
}

TEST(Place, PodOfKubernetesIsAHostOfItsOwn) {
  std::optional<Place> place = placeIn({{"RANK", "1"},
                                        {"WORLD_SIZE", "2"},
                                        {"MASTER_ADDR", "run-0.run"},
                                        {"MASTER_PORT", "23456"}});
  ASSERT_TRUE(place);
  EXPECT_EQ(place->localRank, 0);
  EXPECT_EQ(place->localSize, 1);
  EXPECT_FALSE(place->isOneHost());
}

static const Variables kSlurm = {{"SLURM_JOB_ID", "77"},
                                 {"SLURM_STEP_ID", "0"},
                                 {"SLURM_PROCID", "5"},
                                 {"SLURM_NTASKS", "16"},
                                 {"SLURM_STEP_NUM_TASKS", "7"},
                                 {"SLURM_STEP_TASKS_PER_NODE", "3(x2),1"},
                                 {"SLURM_STEP_NODELIST", "n[08-09],m1"},
                                 {"SLURM_NODEID", "1"},
                                 {"SLURM_LOCALID", "2"}};

TEST(Place, TaskOfAStepOfSlurm) {
  std::optional<Place> place = placeIn(kSlurm);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->rank, 5);
  EXPECT_EQ(place->size, 7);
  EXPECT_EQ(place->localRank, 2);
  EXPECT_EQ(place->localSize, 3);
  EXPECT_EQ(place->address, "n08");
  EXPECT_EQ(place->port, 15077);
}

TEST(Place, BatchScriptOfSlurmIsNoTask) {
  EXPECT_FALSE(placeIn(
      {{"SLURM_JOB_ID", "77"}, {"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}));
}

TEST(Place, MpirunInAJobOfSlurmIsBelieved) {
  Variables variables = kSlurm;
  variables.insert({{"OMPI_COMM_WORLD_RANK", "2"},
                    {"OMPI_COMM_WORLD_SIZE", "3"},
                    {"OMPI_COMM_WORLD_LOCAL_RANK", "2"},
                    {"OMPI_COMM_WORLD_LOCAL_SIZE", "3"}});
  std::optional<Place> place = placeIn(variables);
  EXPECT_EQ(place->rank, 2);
  EXPECT_TRUE(place->isOneHost());
}

TEST(Place, WhatIsMissingOrWrongIsNamed) {
  EXPECT_EQ(faultIn({{"RANK", "0"}}), "RANK is set, but WORLD_SIZE is not");
  EXPECT_EQ(faultIn({{"WORLD_SIZE", "2"}}),
            "WORLD_SIZE is set, but RANK is not");
  EXPECT_EQ(faultIn({{"RANK", "2"}, {"WORLD_SIZE", "2"}}),
            "RANK is '2', expected a whole number from 0 to 1");
  EXPECT_THAT(faultIn({{"RANK", "0"}, {"WORLD_SIZE", "2x"}}),
              HasSubstr("WORLD_SIZE is '2x'"));
  EXPECT_THAT(faultIn({{"RANK", "0"}, {"WORLD_SIZE", "99999999999999999999"}}),
              HasSubstr("expected a whole number from 1"));
  Variables variables = kTorch;
  variables["MASTER_PORT"] = "-1";
  EXPECT_THAT(faultIn(variables), HasSubstr("MASTER_PORT is '-1'"));
  variables.erase("LOCAL_WORLD_SIZE");
  EXPECT_EQ(faultIn(variables),
            "LOCAL_RANK is set, but LOCAL_WORLD_SIZE is not");
  EXPECT_EQ(faultIn({{"RANK", "0"},
                     {"WORLD_SIZE", "2"},
                     {"LOCAL_RANK", "0"},
                     {"LOCAL_WORLD_SIZE", "3"}}),
            "3 processes on this host, but 2 in all");
  variables = kSlurm;
  variables["SLURM_NODEID"] = "3";
  EXPECT_THAT(faultIn(variables), HasSubstr("says nothing of node 3"));
}

TEST(SlurmLists, TasksOfANode) {
  EXPECT_EQ(slurmTasksOn(0, "2"), 2);
  EXPECT_EQ(slurmTasksOn(2, "4(x2),3"), 3);
  EXPECT_EQ(slurmTasksOn(3, "4(x2),3"), 0);
  for (const char *bad : {"", "x", "(x2)", "2(x", "2(x0)", "-1", "2(x3"})
    EXPECT_EQ(slurmTasksOn(0, bad), 0) << bad;
}

TEST(SlurmLists, FirstHost) {
  EXPECT_EQ(firstSlurmHost("one"), "one");
  EXPECT_EQ(firstSlurmHost("one,two"), "one");
  EXPECT_EQ(firstSlurmHost("n[08-11,20],login"), "n08");
  EXPECT_EQ(firstSlurmHost("rack[1-4]-n[08-11]"), "rack1-n08");
  EXPECT_EQ(firstSlurmHost("n[7"), "n7");
  EXPECT_EQ(firstSlurmHost(""), "");
}
