// TlsFront: serves TLS in front of a server that knows none: each client gets a plain connection of its own
// to it, inside this process. A thread of its own; certificates are read again when their files change.
// Bounded: so many connections, ten seconds for a handshake, and as many for the last of an answer to be
// taken. Where more want in, the handshake that has stalled for longest, at least a quarter of a second,
// makes room.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "collector/core/descriptor.h"
#include "collector/core/error.h"

namespace collector::transport {

class TlsFront {
 public:
  struct Settings {
    std::string name;  // in the log, and of the thread
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::size_t connections = 64;  // with those that shake hands
    std::chrono::milliseconds patience = std::chrono::seconds(10);
    // Opens the socket that it listens on; what can't be had is said and tried again every ten seconds.
    std::function<Result<Descriptor>()> listen;
    // A client whose handshake is done: the plain end, and its socket, for its address. On the thread.
    std::function<void(Descriptor plain, int network)> accepted;
  };
  explicit TlsFront(Settings settings);
  ~TlsFront();  // closes all
  // What is wrong with the certificate now: it can't be used, or ends soon; empty: nothing. From any thread.
  std::string problem() const;
  // Why it can't be listened on now; empty: it is, from the constructor on. From any thread.
  std::string listening_problem() const;
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector::transport
