// TlsFront: serves TLS in front of a server that knows none: each client gets a plain connection of its own
// to it, inside this process. A thread of its own; certificates are read again when their files change.
// Bounded: so many connections, and ten seconds for a handshake.
#pragma once

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
    std::size_t connections = 64;
    // Opens the socket that it listens on; what can't be had is said and tried again every ten seconds.
    std::function<Result<Descriptor>()> listen;
    // A client whose handshake is done: the plain end, and its socket, for its address. On the thread.
    std::function<void(Descriptor plain, int network)> accepted;
  };
  explicit TlsFront(Settings settings);
  ~TlsFront();  // closes all
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector::transport
