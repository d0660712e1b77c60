//===- Ranks.cpp ----------------------------------------------------------===//

#include "test/unit/CollectiveLibraries/Ranks.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;

namespace {

class FolderStore : public Store {
public:
  explicit FolderStore(std::string folder) : folder(std::move(folder)) {}
  void set(const std::string &key, const std::string &value) override {
    std::string to = place(key), from = to + "." + std::to_string(::getpid());
    std::ofstream(from, std::ios::binary) << value;
    ::rename(from.c_str(), to.c_str());
  }
  std::optional<std::string> get(const std::string &key) override {
    std::ifstream file(place(key), std::ios::binary);
    if (!file)
      return std::nullopt;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  int64_t add(const std::string &key, int64_t amount) override {
    int handle = ::open((folder + "/lock").c_str(), O_CREAT | O_RDWR, 0600);
    ::flock(handle, LOCK_EX);
    int64_t sum = std::stoll(get(key).value_or("0")) + amount;
    set(key, std::to_string(sum));
    ::close(handle);
    return sum;
  }

private:
  std::string place(const std::string &key) {
    std::string name = folder + "/k";
    for (char c : key)
      name += c == '/' ? '+' : c;
    return name;
  }
  std::string folder;
};

} // namespace

std::string Store::wait(const std::string &key,
                        std::chrono::milliseconds timeout) {
  auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    if (auto value = get(key))
      return *value;
    if (std::chrono::steady_clock::now() > end)
      throw Error(Exit::peer, "nobody wrote '" + key + "'");
    ::usleep(2000);
  }
}

void test::require(bool condition, const std::string &what) {
  if (!condition)
    throw std::runtime_error(what);
}

static std::string outcome(const std::function<void(const World &)> &body,
                           const World &world) {
  try {
    body(world);
    return "";
  } catch (const Error &error) {
    return "exit " + std::to_string(int(error.code())) + ": " + error.what();
  } catch (const std::exception &error) {
    return error.what();
  }
}

std::vector<std::string>
test::runRanks(int ranks, const std::function<void(const World &)> &body,
               std::chrono::milliseconds timeout) {
  char folder[] = "/tmp/dsc-ranks-XXXXXX";
  if (!::mkdtemp(folder))
    throw std::runtime_error("no folder");
  std::vector<pid_t> children;
  for (int rank = 0; rank < ranks; ++rank) {
    pid_t child = ::fork();
    if (child == 0) {
      World world{
          rank, ranks,  rank, ranks, std::make_shared<FolderStore>(folder),
          "",   timeout};
      std::string text = outcome(body, world);
      std::ofstream(std::string(folder) + "/outcome" + std::to_string(rank))
          << text;
      ::_exit(0);
    }
    children.push_back(child);
  }
  std::vector<std::string> outcomes;
  for (int rank = 0; rank < ranks; ++rank) {
    int status = 0;
    ::waitpid(children[rank], &status, 0);
    outcomes.push_back(WIFSIGNALED(status)
                           ? "signal " + std::to_string(WTERMSIG(status))
                           : readFile(std::string(folder) + "/outcome" +
                                      std::to_string(rank)));
  }
  removeTree(folder);
  return outcomes;
}
