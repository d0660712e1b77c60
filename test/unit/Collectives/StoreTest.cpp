//===- StoreTest.cpp - where ranks find one another -----------------------===//

#include "Ranks.h"

#include <atomic>
#include <csignal>
#include <dlfcn.h>
#include <fstream>
#include <httplib.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

/// Of the name "localhost".
static std::atomic<int> lookups = 0;

/// Stands before the C library's, which it calls.
extern "C" int getaddrinfo(const char *name, const char *service,
                           const addrinfo *wanted, addrinfo **found) {
  lookups += name && std::string_view(name) == "localhost";
  static auto real = reinterpret_cast<decltype(&getaddrinfo)>(
      ::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(name, service, wanted, found);
}

namespace {

/// What several ranks see of one store: `open(serves)`.
using Opener = std::function<std::shared_ptr<Store>(bool serves)>;

struct StoreKind {
  const char *name;
  std::function<Opener(const std::string &folder)> prepare;
};

class AnyStore : public ::testing::TestWithParam<StoreKind> {
protected:
  TemporaryFolder folder;
  Opener open = GetParam().prepare(folder.path + "/store");
};

} // namespace

INSTANTIATE_TEST_SUITE_P(
    Every, AnyStore,
    ::testing::Values(StoreKind{"File",
                                [](const std::string &folder) -> Opener {
                                  return [folder](bool) {
                                    return openFileStore(folder);
                                  };
                                }},
                      StoreKind{"Server",
                                [](const std::string &) -> Opener {
                                  int port = freePort();
                                  return [port](bool serves) {
                                    return openServerStore("127.0.0.1", port,
                                                           "secret", serves,
                                                           30s);
                                  };
                                }}),
    [](const auto &info) { return info.param.name; });

TEST_P(AnyStore, KeepsAnyValueUnderAnyKey) {
  auto first = open(true), second = open(false);
  std::string bytes("\0\xff\n%/ \r\n\r\n", 10);
  for (std::string key : {"a", "a/b", "..", ".", "%2F", "rank 0: \xc3\xa9"}) {
    EXPECT_EQ(second->get(key), std::nullopt) << key;
    first->set(key, bytes + key);
    EXPECT_EQ(second->get(key), bytes + key) << key;
    second->set(key, "");
    EXPECT_EQ(first->get(key), "") << key;
  }
}

TEST_P(AnyStore, AddsOfManyThreadsAndProcessesAllCount) {
  auto store = open(true);
  auto count = [&](Store &mine) {
    for (int i = 0; i < 50; ++i)
      mine.add("sum", 3);
  };
  EXPECT_TRUE(inRanks(2, [&](const World &) {
    auto mine = open(false);
    std::thread other([&] { count(*mine); });
    count(*mine);
    other.join();
  }));
  EXPECT_EQ(store->add("sum", -1), 2 * 2 * 50 * 3 - 1);
}

TEST_P(AnyStore, OneOfManyIsTheFirst) {
  auto store = open(true);
  EXPECT_EQ(store->setOnce("empty", ""), "");
  EXPECT_EQ(open(false)->setOnce("empty", "late"), "");
  EXPECT_EQ(store->get("empty"), "");
  EXPECT_TRUE(inRanks(4, [&](const World &world) {
    auto mine = open(false);
    std::string own = "of " + std::to_string(world.rank);
    for (int i = 0; i < 25; ++i) {
      std::string key = "first/" + std::to_string(i);
      std::string stands = mine->setOnce(key, own);
      EXPECT_EQ(mine->get(key), stands);
      if (stands == own)
        mine->add("first", 1);
    }
  }));
  EXPECT_EQ(store->add("first", 0), 25);
  store->set("empty", "anew");
  EXPECT_EQ(store->setOnce("empty", "late"), "anew");
}

TEST_P(AnyStore, WaitsForAValue) {
  auto store = open(true);
  std::thread other([&] {
    std::this_thread::sleep_for(30ms);
    open(false)->set("late", "here");
  });
  EXPECT_EQ(store->wait("late", 20s), "here");
  other.join();
  EXPECT_EQ(errorOf(Exit::peer, [&] { store->wait("address/3", 60ms); }),
            "no rank has set 'address/3' within 0.06 s");
}

TEST(FileStore, RefusesAFolderThatOthersCanWriteTo) {
  TemporaryFolder folder;
  ::chmod(folder.path.c_str(), 0777);
  EXPECT_THAT(errorOf(Exit::peer, [&] { openFileStore(folder.path); }),
              HasSubstr("with mode 777, expected a folder to which only user"));
}

/// As root, whom no mode keeps out, a file where a folder should be.
TEST(FileStore, AFolderThatCannotBeWrittenToIsAFaultOfTheStorage) {
  TemporaryFolder folder;
  std::string path = folder.path + "/file";
  std::ofstream(path) << "no folder";
  for (std::string inside : {path, path + "/store"})
    EXPECT_THAT(errorOf(Exit::storage, [&] { openFileStore(inside); }),
                HasSubstr("cannot open the store in the folder where ranks "
                          "meet: cannot make directory '"));
  auto store = openFileStore(folder.path + "/store");
  rlimit before, none{0, 0};
  ::getrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, SIG_IGN);
  none.rlim_max = before.rlim_max;
  ::setrlimit(RLIMIT_FSIZE, &none);
  EXPECT_THAT(errorOf(Exit::storage, [&] { store->set("hash/1", "x"); }),
              HasSubstr("cannot set 'hash/1' in the folder where ranks meet"));
  ::setrlimit(RLIMIT_FSIZE, &before);
}

TEST(FileStore, SaysWhatItAskedForWhenTheFolderIsGone) {
  TemporaryFolder folder;
  auto store = openFileStore(folder.path + "/store");
  ::rmdir((folder.path + "/store").c_str());
  EXPECT_THAT(errorOf(Exit::peer, [&] { store->get("hash/1"); }),
              HasSubstr("cannot get 'hash/1' in the folder where ranks meet"));
  EXPECT_THAT(errorOf(Exit::peer, [&] { store->set("hash/1", ""); }),
              HasSubstr("cannot set 'hash/1' in the folder where ranks meet"));
}

TEST(ServerStore, AnswersNobodyWithoutTheToken) {
  int port = freePort();
  auto store = openServerStore("127.0.0.1", port, "secret", true);
  store->set("key", "value");

  auto other = openServerStore("127.0.0.1", port, "secreT", false);
  EXPECT_EQ(errorOf(Exit::peer, [&] { other->get("key"); }),
            "cannot get 'key' in the store of rank 0 at 127.0.0.1:" +
                std::to_string(port) + ": it refuses this rank's token");
  EXPECT_THAT(errorOf(Exit::peer, [&] { other->set("key", "x"); }),
              HasSubstr("it refuses this rank's token"));
  EXPECT_EQ(store->get("key"), "value");

  httplib::Client stranger("127.0.0.1", port);
  for (const char *path : {"/store/key", "/store/none", "/"}) {
    EXPECT_EQ(stranger.Get(path)->status, 401) << path;
    EXPECT_EQ(stranger.Put(path, "x", "text/plain")->status, 401) << path;
    EXPECT_EQ(stranger.Post(path, "1", "text/plain")->status, 401) << path;
  }
  EXPECT_EQ(store->get("key"), "value");
}

TEST(ServerStore, WantsAToken) {
  EXPECT_EQ(
      errorOf(Exit::usage, [] { openServerStore("127.0.0.1", 1, "", true); }),
      "the token of the store is empty");
}

TEST(ServerStore, ListensOnItsAddressAlone) {
  int port = freePort();
  auto store = openServerStore("127.0.0.1", port, "secret", true);
  httplib::Client other("127.0.0.2", port);
  EXPECT_FALSE(other.Get("/"));
}

TEST(ServerStore, NeedsItsPortForItself) {
  int port = freePort();
  auto store = openServerStore("127.0.0.1", port, "secret", true);
  EXPECT_THAT(
      errorOf(Exit::peer,
              [&] { openServerStore("127.0.0.1", port, "other", true); }),
      HasSubstr("cannot serve the store at 127.0.0.1:"));
}

/// Who answers for names may be beyond the place where a network breaks.
TEST(ServerStore, LooksItsNameUpOnce) {
  int port = freePort();
  auto store = openServerStore("localhost", port, "secret", true);
  auto other = openServerStore("localhost", port, "secret", false);
  int before = lookups;
  EXPECT_GT(before, 0);
  store->set("key", "value");
  EXPECT_EQ(other->get("key"), "value");
  EXPECT_EQ(lookups, before);
}

TEST(ServerStore, SaysThatNobodyKnowsItsName) {
  EXPECT_EQ(errorOf(Exit::peer,
                    [] { openServerStore("no.invalid", 1, "secret", true); }),
            "cannot serve the store at no.invalid:1: no such address");
}

TEST(ServerStore, WaitsForItsServer) {
  int port = freePort();
  std::shared_ptr<Store> server;
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    server = openServerStore("127.0.0.1", port, "secret", true);
  });
  auto store = openServerStore("127.0.0.1", port, "secret", false, 30s);
  later.join();
  store->set("key", "value");
  EXPECT_EQ(server->get("key"), "value");
}

TEST(ServerStore, NamesAServerThatDoesNotAnswer) {
  int port = freePort();
  std::string place = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(errorOf(Exit::peer,
                    [&] {
                      openServerStore("127.0.0.1", port, "secret", false,
                                      200ms);
                    }),
            "the store of rank 0 at " + place + " has not answered for 0.2 s");

  auto server = openServerStore("127.0.0.1", port, "secret", true);
  auto store = openServerStore("127.0.0.1", port, "secret", false);
  server.reset();
  EXPECT_THAT(errorOf(Exit::peer, [&] { store->add("openings", 1); }),
              HasSubstr("cannot add to 'openings' in the store of rank 0 at " +
                        place + ": no answer"));
}
