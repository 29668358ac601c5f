// What a server listens on: Unix sockets, which know who asks, and TCP ports.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include "collector/core/descriptor.h"
#include "collector/core/error.h"
#include "collector/http/message.h"

namespace collector::http {

// A Unix socket that is listened on, as a file.
struct UnixSocket {
  std::filesystem::path file;  // the caller holds a lock on its directory
  unsigned mode = 0600;        // who may open the file
  // Whose members are Peer::group; the file is theirs where its mode lets a group in.
  std::optional<std::uint32_t> group{};
  std::string remedy{};  // what to say when it can't be had
  friend bool operator==(const UnixSocket&, const UnixSocket&) = default;
};

// A TCP port that is listened on.
struct TcpPort {
  std::string address;  // "127.0.0.1:8125" or "[::1]:8125"
  std::string setting;  // that it comes from, for what is said: "status.listen"
  friend bool operator==(const TcpPort&, const TcpPort&) = default;
};

// Listens on the file. What lies there is replaced: the caller holds the directory's lock, so it is the
// socket of a process that is gone. A path longer than the kernel takes (107 bytes) is reached through
// /proc/self/fd.
Result<Descriptor> listen_unix(const UnixSocket& socket);
Result<Descriptor> listen_tcp(const TcpPort& port);

using Endpoint = std::variant<UnixSocket, TcpPort>;

// Who is at the other end of a connection over a Unix socket, by what the kernel says of it at the moment of
// its connect() (SO_PEERCRED, SO_PEERGROUPS). `group`: the one that may look.
Peer peer_of(int socket, std::optional<std::uint32_t> group);

// Of the other end of a connection over TCP, without its port: "192.0.2.7", "2001:db8::1".
std::string client_address(int socket);

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
void take_removals(int watch);  // makes it unreadable again

// Why a connection could not be made: an errno value, ENOENT or ECONNREFUSED where nobody listens.
std::expected<Descriptor, int> connect_unix(const std::filesystem::path& file);

}  // namespace collector::http
