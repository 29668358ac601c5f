// A socket to the kernel's rtnetlink, in the network namespace of the thread that opens it. Owned and used by
// one thread. Sockets for requests wait for the answer (bounded); those for events never wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "collector/core/time.h"
#include "collector/samplers/net/netlink_message.h"

namespace collector {

class NetlinkSocket {
 public:
  NetlinkSocket() = default;
  NetlinkSocket(NetlinkSocket&& other) noexcept;
  NetlinkSocket& operator=(NetlinkSocket&& other) noexcept;
  ~NetlinkSocket();

  // What went wrong, with the call that failed; `number` is its errno.
  struct Failure {
    int number = 0;
    std::string what;
  };
  template <typename T = void>
  using Outcome = std::expected<T, Failure>;

  // For requests; with `groups` (RTMGRP_LINK) for events.
  static Outcome<NetlinkSocket> open(std::uint32_t groups);

  // Asks for everything of a kind (NLM_F_DUMP) and hands the answer's messages to `take`, each with the two
  // moments between which the kernel wrote it: the call in which it did may have waited long for a lock.
  // `request` is what follows the message header. After a failure the socket has to be opened anew: the rest
  // of an answer may be under way.
  enum class Dump : std::uint8_t { complete, interrupted };  // interrupted: it changed meanwhile, ask again
  struct Written {
    Instant after{};
    Instant before{};
  };
  using TakeAnswer = std::function<void(const NetlinkMessage&, const Written&)>;
  Outcome<Dump> dump(std::uint16_t type, Bytes request, const Clock& clock, const TakeAnswer& take);

  // Hands all events that have come to `take`, without waiting. `lost`: the kernel had more than the socket
  // could hold, so what is known must be asked for anew.
  enum class Events : std::uint8_t { all, lost };
  Outcome<Events> drain(const std::function<void(const NetlinkMessage&)>& take);

  bool is_open() const { return descriptor_ >= 0; }
  void close();

 private:
  struct Received {
    Bytes bytes;       // none: nothing there (drain only)
    bool cut = false;  // the message was larger than the buffer
    bool from_kernel = false;
  };
  std::expected<Received, int> receive(int flags);

  int descriptor_ = -1;
  std::uint32_t sequence_ = 0;
  std::unique_ptr<std::byte[]> buffer_;  // what is never filled is never touched, and takes no memory
};

}  // namespace collector
