//===- RendezvousTest.cpp - where ranks of several hosts meet -------------===//

#include "runtime/Launch/Rendezvous/Rendezvous.h"
#include "runtime/Base/Error.h"

#include <gtest/gtest.h>

using namespace dsc;

static std::string addressAt(int rank, const std::string &address,
                             const std::string &pod) {
  Place place;
  place.rank = rank;
  place.size = 2;
  place.address = address;
  return meetingAddress(place, pod);
}

TEST(Rendezvous, IsAtTheAddressThatTheLauncherNames) {
  EXPECT_EQ(addressAt(0, "node-0.cluster", ""), "node-0.cluster");
  EXPECT_EQ(addressAt(1, "node-0.cluster", ""), "node-0.cluster");
  EXPECT_EQ(addressAt(0, "other-0.job", "job-0"), "other-0.job");
  EXPECT_EQ(addressAt(0, "job-01.job", "job-0"), "job-01.job");
}

TEST(Rendezvous, APodServesAtItsOwnName) {
  EXPECT_EQ(addressAt(0, "localhost", "job-master-0"), "job-master-0");
  EXPECT_EQ(addressAt(1, "localhost", "job-master-0"), "job-master-0");
  EXPECT_EQ(addressAt(0, "job-0.job", "job-0"), "job-0");
  EXPECT_EQ(addressAt(1, "job-0.job", "job-1"), "job-0.job");
}

TEST(Rendezvous, NeedsAnAddress) {
  try {
    addressAt(1, "", "");
    FAIL() << "there is none";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::usage);
    EXPECT_STREQ(error.what(),
                 "1 of 2 ranks are on this host, but MASTER_ADDR is not set");
  }
}
