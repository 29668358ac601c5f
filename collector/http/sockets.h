// The sockets of the service: Unix sockets, which know who asks, and a TCP port where one is asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "collector/core/error.h"
#include "collector/http/message.h"

namespace collector::http {

// A descriptor that is closed with its object.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor();

  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

// Who may open a Unix socket's file.
struct SocketAccess {
  unsigned mode = 0600;
  std::optional<std::uint32_t> group = {};  // whose it becomes
};

// Listens on `file`. What lies there is replaced: the caller holds the directory's lock, so it is
// the socket of a process that is gone. A path longer than the kernel takes (107 bytes) is reached through
// /proc/self/fd.
Result<Descriptor> listen_unix(const std::filesystem::path& file, const SocketAccess& access = {});

// Who is at the other end of a connection over a Unix socket, by what the kernel says of it at the moment of
// its connect() (SO_PEERCRED, SO_PEERGROUPS). `group`: the one that may look.
Peer peer_of(int socket, std::optional<std::uint32_t> group);

// Listens on "127.0.0.1:8125" or "[::1]:8125".
Result<Descriptor> listen_tcp(const std::string& address);

// Which file a socket is bound to, for telling whether it is still there; 0 and 0: none.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
FileIdentity identity_of(const std::filesystem::path& file);

// Becomes readable when a name in the directory is gone, for telling when that is the socket's. An empty one
// where the kernel gives none.
Descriptor watch_removals(const std::filesystem::path& directory);
void take_removals(const Descriptor& watch);  // makes it unreadable again

// Why a connection could not be made: an errno value, ENOENT or ECONNREFUSED where nobody listens.
std::expected<Descriptor, int> connect_unix(const std::filesystem::path& file);

}  // namespace collector::http
