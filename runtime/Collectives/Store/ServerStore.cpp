//===- ServerStore.cpp - a store that rank 0 serves -----------------------===//
//
// GET, PUT and POST (which adds) of /store/KEY by HTTP, for those who know the
// job's token. A PUT with `If-None-Match: *` leaves a value that is there. A
// request is a connection of its own: nothing is kept that could go stale.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Collectives/Store/Store.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <fmt/format.h>
#include <httplib.h>
#include <map>
#include <mutex>
#include <netdb.h>
#include <openssl/crypto.h>
#include <thread>
#include <vector>

using namespace dsc;

static constexpr size_t kLargestValue = size_t(1) << 20;
static constexpr int kWaitingConnections = 1024;
static constexpr char kAnyBytes[] = "application/octet-stream";
static constexpr char kOnlyIfNone[] = "If-None-Match";

/// The addresses that a name stands for, in numbers, in the order in which they
/// are to be tried. None where it is not known, or not yet.
static std::vector<std::string> lookUp(const std::string &name) {
  addrinfo wanted{}, *list = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  std::vector<std::string> found;
  if (::getaddrinfo(name.c_str(), nullptr, &wanted, &list) != 0)
    return found;
  for (const addrinfo *entry = list; entry; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof(text),
                      nullptr, 0, NI_NUMERICHOST) == 0)
      found.push_back(text);
  }
  ::freeaddrinfo(list);
  return found;
}

static int64_t numberOf(const std::string &text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

namespace {

/// A thread for each connection: a peer that was stopped in the middle of a
/// request keeps nobody waiting.
class ThreadEach : public httplib::TaskQueue {
public:
  void enqueue(std::function<void()> task) override {
    {
      std::lock_guard<std::mutex> lock(mutex);
      ++running;
    }
    std::thread([this, task = std::move(task)] {
      task();
      std::lock_guard<std::mutex> lock(mutex);
      --running;
      ended.notify_all();
    }).detach();
  }

  void shutdown() override {
    std::unique_lock<std::mutex> lock(mutex);
    ended.wait(lock, [&] { return running == 0; });
  }

private:
  std::mutex mutex;
  std::condition_variable ended;
  int running = 0;
};

class Server : public httplib::Server {
public:
  Server(const std::string &address, int port, const std::string &token)
      : expected("Bearer " + token) {
    new_task_queue = [] { return new ThreadEach; };
    // The library's default would let two jobs share one port.
    set_socket_options([](socket_t socket) {
      int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    });
    set_read_timeout(Store::kLongestRequest);
    set_keep_alive_max_count(1);
    set_payload_max_length(kLargestValue);
    answer();
    std::vector<std::string> found = lookUp(address);
    errno = 0;
    if (std::none_of(found.begin(), found.end(), [&](const std::string &own) {
          served = own;
          return bind_to_port(own, port);
        }))
      throw Error(Exit::peer,
                  fmt::format("cannot serve the store at {}:{}: {}", address,
                              port,
                              errno ? std::strerror(errno)
                                    : "no such "
                                      "address"),
                  "give another port, or an address of this host");
    // All ranks may come at once: more than the library lets wait.
    ::listen(svr_sock_, kWaitingConnections);
    thread = std::thread([this] { listen_after_bind(); });
    while (!is_running())
      std::this_thread::yield();
  }

  ~Server() override {
    stop();
    thread.join();
  }

  /// Where, in numbers.
  const std::string &address() const { return served; }

private:
  std::string expected, served;
  std::mutex mutex;
  std::map<std::string, std::string> values;
  std::thread thread;

  bool knows(const httplib::Request &request) const {
    std::string found = request.get_header_value("Authorization");
    return found.size() == expected.size() &&
           CRYPTO_memcmp(found.data(), expected.data(), found.size()) == 0;
  }

  void answer() {
    set_pre_routing_handler([this](const auto &request, auto &response) {
      if (knows(request))
        return HandlerResponse::Unhandled;
      response.status = 401;
      return HandlerResponse::Handled;
    });
    const char *pattern = "/store/(.+)";
    Get(pattern, [this](const auto &request, auto &response) {
      std::lock_guard<std::mutex> lock(mutex);
      auto found = values.find(request.matches[1]);
      if (found == values.end())
        response.status = 404;
      else
        response.set_content(found->second, kAnyBytes);
    });
    Put(pattern, [this](const auto &request, auto &response) {
      std::lock_guard<std::mutex> lock(mutex);
      std::string &value =
          values.try_emplace(request.matches[1], request.body).first->second;
      if (!request.has_header(kOnlyIfNone))
        value = request.body;
      response.set_content(value, kAnyBytes);
    });
    Post(pattern, [this](const auto &request, auto &response) {
      std::lock_guard<std::mutex> lock(mutex);
      std::string &value = values[request.matches[1]];
      value = std::to_string(numberOf(value) + numberOf(request.body));
      response.set_content(value, "text/plain");
    });
  }
};

class ServerStore : public Store {
public:
  ServerStore(const std::string &address, int port, const std::string &token,
              bool serves, std::chrono::milliseconds patience)
      : address(address), token(token), port(port) {
    if (token.empty())
      throw Error(Exit::usage, "the token of the store is empty",
                  "give all ranks the same secret");
    if (serves) {
      server = std::make_unique<Server>(address, port, token);
      found = server->address();
    } else {
      awaitServer(patience);
    }
  }

  void set(const std::string &key, const std::string &value) override {
    request("set", key, [&](httplib::Client &client, const std::string &path) {
      return client.Put(path, value, kAnyBytes);
    });
  }

  std::string setOnce(const std::string &key,
                      const std::string &value) override {
    return request("set", key,
                   [&](httplib::Client &client, const std::string &path) {
                     return client.Put(path, {{kOnlyIfNone, "*"}}, value,
                                       kAnyBytes);
                   })
        .body;
  }

  std::optional<std::string> get(const std::string &key) override {
    httplib::Response response = request(
        "get", key, [](httplib::Client &client, const std::string &path) {
          return client.Get(path);
        });
    if (response.status == 404)
      return std::nullopt;
    return response.body;
  }

  int64_t add(const std::string &key, int64_t amount) override {
    return numberOf(
        request("add to", key,
                [&](httplib::Client &client, const std::string &path) {
                  return client.Post(path, std::to_string(amount),
                                     "text/plain");
                })
            .body);
  }

private:
  std::string address, token;
  int port;
  /// What the address was when it was looked up: those who answer for names may
  /// be the first that a broken network takes away.
  std::string found;
  std::unique_ptr<Server> server;

  httplib::Client connect() const {
    httplib::Client client(found, port);
    client.set_bearer_token_auth(token);
    client.set_connection_timeout(kLongestRequest);
    client.set_read_timeout(kLongestRequest);
    client.set_write_timeout(kLongestRequest);
    client.set_url_encode(false);
    return client;
  }

  template <class Ask>
  httplib::Response request(const char *what, const std::string &key,
                            const Ask &ask) const {
    httplib::Client client = connect();
    httplib::Result result = ask(client, "/store/" + escapeKey(key));
    std::string asked = fmt::format("cannot {} '{}' in the store of rank 0 at "
                                    "{}:{}: ",
                                    what, key, address, port);
    if (!result)
      throw Error(Exit::peer, asked + "no answer (" +
                                  httplib::to_string(result.error()) + ")");
    if (result->status == 401)
      throw Error(Exit::peer, asked + "it refuses this rank's token",
                  "give all ranks the same secret");
    if (result->status != 200 && result->status != 404)
      throw Error(Exit::peer,
                  fmt::format("{}it answered {}", asked, result->status));
    return *result;
  }

  /// Ranks may start long before the one that serves them.
  void awaitServer(std::chrono::milliseconds patience) {
    auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
      for (const std::string &candidate : lookUp(address)) {
        found = candidate;
        if (connect().Get("/store/"))
          return;
      }
      if (std::chrono::steady_clock::now() >= deadline)
        throw Error(Exit::peer,
                    fmt::format("the store of rank 0 at {}:{} has not "
                                "answered for {} s",
                                address, port, patience.count() / 1e3),
                    "start rank 0, and see whether its port is open to this "
                    "host");
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
};

} // namespace

std::unique_ptr<Store>
dsc::openServerStore(const std::string &address, int port,
                     const std::string &token, bool serves,
                     std::chrono::milliseconds patience) {
  return std::make_unique<ServerStore>(address, port, token, serves, patience);
}
