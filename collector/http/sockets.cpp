#include "collector/http/sockets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace collector::http {
namespace {

// sockaddr_un for a path of any length. `directory` has to stay open while the address is used.
struct UnixAddress {
  sockaddr_un address{};
  Descriptor directory;
};

std::expected<UnixAddress, int> address_of(const std::filesystem::path& file) {
  UnixAddress out;
  std::string path = file.native();
  if (path.size() >= sizeof out.address.sun_path) {
    out.directory = Descriptor(open(file.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (out.directory.get() < 0) return std::unexpected(errno);
    path = fmt::format("/proc/self/fd/{}/{}", out.directory.get(), file.filename().native());
    if (path.size() >= sizeof out.address.sun_path) return std::unexpected(ENAMETOOLONG);
  }
  out.address.sun_family = AF_UNIX;
  path.copy(out.address.sun_path, sizeof out.address.sun_path - 1);
  return out;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

constexpr int backlog = 128;

// Of a TCP address. It is tried again.
std::string remedy_of_bind(int error, const std::string& setting) {
  switch (error) {
    case EADDRINUSE:
      return "another program listens there: end it, or choose another port, or remove " + setting;
    case EADDRNOTAVAIL:
      return "this machine has no such address now: choose one that it has, or remove " + setting;
    case EACCES:
      return "only root may use ports below 1024: choose a higher one, or remove " + setting;
    default:
      return "the collector tries again; or choose another address and port, or remove " + setting;
  }
}

}  // namespace

Result<Descriptor> listen_unix(const UnixSocket& at) {
  const auto failed = [&](const char* doing, int error) {
    return fail(fmt::format("socket {}: {}: {}", at.file.native(), doing, std::strerror(error)), at.remedy);
  };
  Descriptor socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket_.get() < 0) return failed("socket", errno);
  const auto address = address_of(at.file);
  if (!address)
    return failed(
        address.error() == ENAMETOOLONG ? "its path is too long for a socket" : "open its directory",
        address.error());
  // Before bind(), which takes the file's mode from the socket's: at no moment can others open it.
  if (fchmod(socket_.get(), 0600) != 0) return failed("chmod 0600", errno);
  // What the umask takes away is given back once the group is the right one.
  if (unlink(at.file.c_str()) != 0 && errno != ENOENT) return failed("unlink", errno);
  if (bind(socket_.get(), generic(address->address), sizeof address->address) != 0)
    return failed(
        errno == EOPNOTSUPP || errno == EPERM ? "bind (that file system may have no sockets)" : "bind",
        errno);
  const bool for_group = (at.mode & 0060) != 0 && (at.mode & 0006) == 0;
  if (for_group && at.group && lchown(at.file.c_str(), static_cast<uid_t>(-1), *at.group) != 0)
    return failed("give it to the group", errno);
  if (at.mode != 0600 && chmod(at.file.c_str(), at.mode) != 0) return failed("chmod", errno);
  if (listen(socket_.get(), backlog) != 0) return failed("listen", errno);
  return socket_;
}

Peer peer_of(int socket, std::optional<std::uint32_t> group) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return Peer::stranger;
  if (peer.uid == 0 || peer.uid == geteuid()) return Peer::owner;
  if (!group) return Peer::stranger;
  if (peer.gid == *group) return Peer::group;
  std::vector<gid_t> groups(64);
  size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) {
    if (errno != ERANGE) return Peer::stranger;
    groups.resize(size / sizeof(gid_t));  // the kernel has said how many there are
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return Peer::stranger;
  }
  groups.resize(size / sizeof(gid_t));
  return std::ranges::find(groups, *group) != groups.end() ? Peer::group : Peer::stranger;
}

std::string client_address(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  std::array<char, NI_MAXHOST> text{};
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      getnameinfo(reinterpret_cast<const sockaddr*>(&address), size, text.data(), text.size(), nullptr, 0,
                  NI_NUMERICHOST) != 0)
    return "unknown";
  return text.data();
}

Result<Descriptor> listen_tcp(const TcpPort& port) {
  const auto failed = [&](const char* doing, const char* why, std::string remedy = {}) {
    if (remedy.empty()) remedy = "choose another address and port, or remove " + port.setting;
    return fail(fmt::format("{}: {}: {}: {}", port.setting, port.address, doing, why), std::move(remedy));
  };
  const auto colon = port.address.rfind(':');
  if (colon == std::string::npos) return failed("read", "there is no port");
  std::string host = port.address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), port.address.c_str() + colon + 1, &hints, &found);
      error != 0)
    return failed("read", gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, freeaddrinfo);
  Descriptor socket_(socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket_.get() < 0) return failed("socket", std::strerror(errno));
  const int on = 1;
  if (setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
    return failed("SO_REUSEADDR", std::strerror(errno));
  if (bind(socket_.get(), address->ai_addr, address->ai_addrlen) != 0)
    return failed("bind", std::strerror(errno), remedy_of_bind(errno, port.setting));
  if (listen(socket_.get(), backlog) != 0) return failed("listen", std::strerror(errno));
  return socket_;
}

FileIdentity identity_of(const std::filesystem::path& file) {
  struct stat status{};
  if (lstat(file.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

Descriptor watch_removals(const std::filesystem::path& directory) {
  Descriptor watch(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const auto events = IN_DELETE | IN_MOVED_FROM | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR;
  if (watch.get() >= 0 && inotify_add_watch(watch.get(), directory.c_str(), events) < 0) return Descriptor();
  return watch;
}

void take_removals(int watch) {
  std::array<char, 4096> events{};
  while (read(watch, events.data(), events.size()) > 0)
    continue;
}

std::expected<Descriptor, int> connect_unix(const std::filesystem::path& file) {
  // Without the socket's own wait: where nobody accepts and the backlog is full, the answer is EAGAIN.
  Descriptor socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket_.get() < 0) return std::unexpected(errno);
  const auto address = address_of(file);
  if (!address) return std::unexpected(address.error());
  if (connect(socket_.get(), generic(address->address), sizeof address->address) != 0)
    return std::unexpected(errno);
  return socket_;
}

}  // namespace collector::http
