//===- MembershipTest.cpp - ranks meet, and lose one another --------------===//

#include "runtime/Launch/Ranks/Membership.h"

#include <csignal>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace dsc;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

/// Ranks that are processes. Each says by its exit code how it ended, and by a
/// pipe what went wrong.
class Launch : public testing::Test {
protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "dsc-launch-XXXXXX";
    folder = ::mkdtemp(name.data());
    ::setenv("TMPDIR", folder.c_str(), 1);
  }

  void TearDown() override {
    std::filesystem::remove_all(folder);
    ::unsetenv("TMPDIR");
  }

  struct Result {
    int status = -1;
    std::string error;
  };
  using Body = std::function<void(const Place &place)>;

  /// One process for each place.
  std::vector<Result> run(const std::vector<Place> &places, const Body &body) {
    std::vector<std::pair<pid_t, int>> started;
    for (const Place &place : places) {
      int ends[2];
      EXPECT_EQ(::pipe(ends), 0);
      pid_t process = ::fork();
      if (process == 0)
        ::_exit(runRank(place, body, ends[1]));
      ::close(ends[1]);
      started.push_back({process, ends[0]});
    }
    std::vector<Result> results;
    for (auto [process, output] : started)
      results.push_back(reap(process, output));
    return results;
  }

  /// Places of a whole job on this host.
  static std::vector<Place> places(int size) {
    std::vector<Place> result;
    for (int rank = 0; rank < size; ++rank) {
      Place place;
      place.rank = place.localRank = rank;
      place.size = place.localSize = size;
      place.job = "test";
      result.push_back(place);
    }
    return result;
  }

  std::string folder;

private:
  static int runRank(const Place &place, const Body &body, int output) {
    try {
      body(place);
      return 0;
    } catch (const Error &error) {
      std::string text = std::string(error.what()) + "; " + error.hint();
      (void)!::write(output, text.data(), text.size());
      return int(error.code());
    }
  }

  static Result reap(pid_t process, int output) {
    Result result;
    char bytes[4096];
    for (ssize_t count; (count = ::read(output, bytes, sizeof(bytes))) > 0;)
      result.error.append(bytes, size_t(count));
    ::close(output);
    int status = 0;
    ::waitpid(process, &status, 0);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return result;
  }
};

/// Meets, adds something up and parts.
void addUp(const Place &place, const std::vector<Common> &common) {
  Membership members(place, common, 20s);
  std::unique_ptr<Communicator> communicator = members.open("");
  double sum = place.rank + 1;
  communicator->allReduce(&sum, 1);
  if (sum != place.size * (place.size + 1) / 2)
    throw Error(Exit::internal, "the sum is wrong");
  communicator.reset();
  members.finish();
}

} // namespace

TEST_F(Launch, RanksOfOneHostMeetInAFolderAndLeaveNothing) {
  for (int size : {2, 3, 5})
    for (const Result &result :
         run(places(size), [](const Place &place) { addUp(place, {}); }))
      EXPECT_EQ(result.status, 0) << result.error;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    ADD_FAILURE() << entry.path() << " is left";
}

/// The same name again, as torchrun's jobs have.
TEST_F(Launch, WhatADeadJobHasLeftIsNotBelieved) {
  auto die = [](const Place &place) {
    Membership members(place, {}, 20s);
    ::raise(SIGKILL);
  };
  for (const Result &result : run(places(3), die))
    EXPECT_EQ(result.status, -SIGKILL);
  for (const Result &result :
       run(places(3), [](const Place &place) { addUp(place, {}); }))
    EXPECT_EQ(result.status, 0) << result.error;
}

TEST_F(Launch, RanksThatRunSomethingElseAreNamedByAll) {
  auto results = run(places(3), [](const Place &place) {
    addUp(place,
          {{"a binary", place.rank == 2 ? "new" : "old", Exit::artifact}});
  });
  for (const Result &result : results) {
    EXPECT_EQ(result.status, int(Exit::artifact));
    EXPECT_THAT(result.error,
                HasSubstr("rank 2 has a binary 'new', but rank 0 has 'old'"));
  }
}

TEST_F(Launch, RankThatDoesNotComeIsNamedByAll) {
  std::vector<Place> some = places(3);
  some.erase(some.begin() + 1);
  auto results = run(
      some, [](const Place &place) { Membership members(place, {}, 500ms); });
  EXPECT_EQ(results[0].status, int(Exit::peer));
  EXPECT_THAT(results[0].error, HasSubstr("rank 1 has not come"));
  EXPECT_EQ(results[1].status, int(Exit::peer));
}

/// In a folder that was made for the job, where nobody tells them apart.
TEST_F(Launch, RankThatIsStartedTwiceIsRefused) {
  std::vector<Place> twice = places(2);
  twice.push_back(twice[1]);
  for (Place &place : twice)
    place.folder = folder;
  auto results = run(twice, [](const Place &place) {
    Membership members(place, {}, 2s);
    members.finish();
  });
  int refused = 0;
  for (const Result &result : results)
    refused += result.error.find("two processes say that they are rank 1") !=
               std::string::npos;
  EXPECT_GE(refused, 1);
}

TEST_F(Launch, FailureOfARankEndsTheOthersWithItsReason) {
  auto results = run(places(3), [](const Place &place) {
    Membership members(place, {}, 60s);
    std::unique_ptr<Communicator> communicator = members.open("");
    if (place.rank == 1) {
      Error full(Exit::storage, "the disk is full");
      members.fail(full);
      throw full;
    }
    communicator->barrier();
  });
  EXPECT_EQ(results[1].status, int(Exit::storage));
  for (int rank : {0, 2}) {
    EXPECT_EQ(results[size_t(rank)].status, int(Exit::peer));
    EXPECT_THAT(results[size_t(rank)].error, HasSubstr("rank 1"));
  }
}

/// No retry mends it on any rank; that its process has gone is seen at once,
/// but is not the reason.
TEST_F(Launch, RefusalOfARankEndsTheOthersWithItsCode) {
  auto results = run(places(3), [](const Place &place) {
    Membership members(place, {}, 60s);
    std::unique_ptr<Communicator> communicator = members.open("");
    if (place.rank == 1) {
      Error refusal(Exit::refused, "the data is another", "--accept data");
      members.fail(refusal);
      throw refusal;
    }
    try {
      communicator->barrier();
    } catch (const Error &error) {
      members.fail(error);
      throw;
    }
  });
  EXPECT_EQ(results[1].status, int(Exit::refused));
  for (int rank : {0, 2}) {
    EXPECT_EQ(results[size_t(rank)].status, int(Exit::refused));
    EXPECT_EQ(results[size_t(rank)].error,
              "rank 1 failed: the data is another; --accept data");
  }
}

/// A rank that is busy with something else cannot throw.
TEST_F(Launch, RankThatDoesNotWaitForOthersIsEndedToo) {
  auto results = run(places(2), [](const Place &place) {
    Membership members(place, {}, 60s);
    if (place.rank == 1)
      members.fail(Error(Exit::internal, "for a test"));
    else
      ::pause();
  });
  EXPECT_EQ(results[0].status, int(Exit::peer));
}

TEST_F(Launch, SeveralHostsNeedAnAddressAndOneToken) {
  std::vector<Place> apart = places(2);
  for (Place &place : apart) {
    place.localSize = 1;
    place.localRank = 0;
  }
  auto meet = [](const Place &place) {
    Membership members(place, {}, 5s);
    members.finish();
  };
  for (const Result &result : run(apart, meet)) {
    EXPECT_EQ(result.status, int(Exit::usage));
    EXPECT_THAT(result.error, HasSubstr("MASTER_ADDR is not set"));
  }
  for (Place &place : apart) {
    place.address = "127.0.0.1";
    place.port = 20000 + int(::getpid()) % 10000;
    place.token = "same";
  }
  for (const Result &result : run(apart, meet))
    EXPECT_EQ(result.status, 0) << result.error;
  apart[1].token = "other";
  std::vector<Result> results = run(apart, meet);
  EXPECT_EQ(results[1].status, int(Exit::peer));
  EXPECT_THAT(results[1].error, HasSubstr("set DSC_TOKEN"));
}
