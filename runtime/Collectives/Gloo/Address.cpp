//===- Address.cpp --------------------------------------------------------===//

#include "runtime/Collectives/Gloo/Address.h"

#include "runtime/Base/Error.h"

#include <arpa/inet.h>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace dsc;

static constexpr char kRemedy[] =
    "give rank 0's address in the network of the job, or set "
    "GLOO_SOCKET_IFNAME to this host's interface";

static bool isLoopback(const sockaddr_storage &address) {
  if (address.ss_family == AF_INET)
    return ntohl(reinterpret_cast<const sockaddr_in &>(address)
                     .sin_addr.s_addr) >>
               24 ==
           127;
  return IN6_IS_ADDR_LOOPBACK(
      &reinterpret_cast<const sockaddr_in6 &>(address).sin6_addr);
}

/// The local end of a way to `target`; nothing is sent. False where there is
/// none.
static bool findWay(const addrinfo &target, sockaddr_storage &own,
                    socklen_t &length) {
  int handle = ::socket(target.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (handle < 0)
    return false;
  length = sizeof(own);
  bool found =
      ::connect(handle, target.ai_addr, target.ai_addrlen) == 0 &&
      ::getsockname(handle, reinterpret_cast<sockaddr *>(&own), &length) == 0;
  ::close(handle);
  return found;
}

std::string gloo_ranks::ownAddressTowards(const std::string &host) {
  addrinfo wanted{}, *list = nullptr;
  wanted.ai_socktype = SOCK_DGRAM;
  // A port is part of an address; which one does not matter.
  int status = ::getaddrinfo(host.c_str(), "9", &wanted, &list);
  if (status != 0)
    throw Error(Exit::usage,
                "rank 0's address '" + host +
                    "' cannot be found: " + ::gai_strerror(status),
                kRemedy);
  std::unique_ptr<addrinfo, void (*)(addrinfo *)> owner(list, ::freeaddrinfo);
  std::string reason = "there is no way to rank 0's address '" + host + "'";
  for (const addrinfo *target = list; target; target = target->ai_next) {
    sockaddr_storage own{};
    socklen_t length = 0;
    char text[NI_MAXHOST] = "";
    if (!findWay(*target, own, length) ||
        ::getnameinfo(reinterpret_cast<sockaddr *>(&own), length, text,
                      sizeof(text), nullptr, 0, NI_NUMERICHOST) != 0)
      continue;
    if (!isLoopback(own))
      return text;
    reason = "rank 0's address '" + host + "' is " + text +
             " on this host, which other hosts cannot reach";
  }
  throw Error(Exit::usage, reason, kRemedy);
}
