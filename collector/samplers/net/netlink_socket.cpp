#include "collector/samplers/net/netlink_socket.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace collector {
namespace {

// The most the kernel puts into one piece of a dump; an event is smaller.
constexpr std::size_t buffer_size = 32 * 1024;

std::unexpected<NetlinkSocket::Failure> failure(std::string_view what, int number) {
  return std::unexpected(NetlinkSocket::Failure{number, fmt::format("{}: {}", what, std::strerror(number))});
}

}  // namespace

NetlinkSocket::NetlinkSocket(NetlinkSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      sequence_(other.sequence_),
      buffer_(std::move(other.buffer_)) {}

NetlinkSocket& NetlinkSocket::operator=(NetlinkSocket&& other) noexcept {
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  sequence_ = other.sequence_;
  buffer_ = std::move(other.buffer_);
  return *this;
}

NetlinkSocket::~NetlinkSocket() {
  close();
}

void NetlinkSocket::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

NetlinkSocket::Outcome<NetlinkSocket> NetlinkSocket::open(std::uint32_t groups) {
  NetlinkSocket socket;
  const int type = SOCK_RAW | SOCK_CLOEXEC | (groups != 0 ? SOCK_NONBLOCK : 0);
  socket.descriptor_ = ::socket(AF_NETLINK, type, NETLINK_ROUTE);
  if (socket.descriptor_ < 0) return failure("socket(AF_NETLINK)", errno);
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  if (::bind(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failure("bind(AF_NETLINK)", errno);
  if (groups == 0) {
    // The kernel answers at once or not at all; a sampler must not wait for ever on one that never does.
    const timeval limit{.tv_sec = 2, .tv_usec = 0};
    if (::setsockopt(socket.descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0)
      return failure("setsockopt(SO_RCVTIMEO)", errno);
  } else {
    // Room for the events between two ticks, or as much as this user may have; taken only while they wait.
    const int room = 4 * 1024 * 1024;
    if (::setsockopt(socket.descriptor_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
      ::setsockopt(socket.descriptor_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  }
  socket.buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_size);
  return socket;
}

std::expected<NetlinkSocket::Received, int> NetlinkSocket::receive(int flags) {
  sockaddr_nl sender{};
  iovec piece{buffer_.get(), buffer_size};
  msghdr header{};
  header.msg_name = &sender;
  header.msg_namelen = sizeof sender;
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  for (;;) {
    const ssize_t size = ::recvmsg(descriptor_, &header, flags);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(errno);
    return Received{Bytes(buffer_.get(), static_cast<std::size_t>(size)), (header.msg_flags & MSG_TRUNC) != 0,
                    sender.nl_pid == 0};
  }
}

// The kernel writes the first piece of an answer within send(), and each further one at the end of the
// recvmsg() that fetches the piece before: a piece was written during the call before the one that brought
// it.
NetlinkSocket::Outcome<NetlinkSocket::Dump> NetlinkSocket::dump(std::uint16_t type, Bytes request,
                                                                const Clock& clock, const TakeAnswer& take) {
  std::array<std::byte, 128> bytes{};
  nlmsghdr header{};
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + request.size());
  header.nlmsg_type = type;
  header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header.nlmsg_seq = ++sequence_;
  if (header.nlmsg_len > bytes.size()) return failure("netlink request", EMSGSIZE);
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, request.data(), request.size());
  Written written;
  written.after = clock.now();
  if (::send(descriptor_, bytes.data(), header.nlmsg_len, 0) < 0) return failure("send(AF_NETLINK)", errno);
  written.before = clock.now();

  Dump outcome = Dump::complete;
  for (;;) {
    auto received = receive(0);
    const Written next{written.before, clock.now()};
    if (!received) return failure("recvmsg(AF_NETLINK)", received.error());
    if (!received->from_kernel) continue;
    if (received->cut) return failure("recvmsg(AF_NETLINK)", EMSGSIZE);
    while (const auto message = next_message(received->bytes)) {
      if (message->sequence != sequence_) continue;
      if ((message->flags & NLM_F_DUMP_INTR) != 0) outcome = Dump::interrupted;
      if (message->type == NLMSG_DONE || message->type == NLMSG_ERROR) {
        // Both carry an error number; the end of a dump has one when the dump broke off.
        const auto number = read_value<std::int32_t>(message->payload).value_or(0);
        if (number < 0) return failure(fmt::format("netlink request {}", type), -number);
        return outcome;
      }
      take(*message, written);
    }
    written = next;
  }
}

NetlinkSocket::Outcome<NetlinkSocket::Events> NetlinkSocket::drain(
    const std::function<void(const NetlinkMessage&)>& take) {
  // Bounded: whoever makes links faster than they are read here must not hold the tick up.
  constexpr int most_at_once = 10'000;
  Events outcome = Events::all;
  for (int i = 0; i < most_at_once; ++i) {
    auto received = receive(MSG_DONTWAIT);
    if (!received) {
      if (received.error() == EAGAIN) return outcome;
      if (received.error() != ENOBUFS) return failure("recvmsg(AF_NETLINK)", received.error());
      outcome = Events::lost;
      continue;
    }
    if (!received->from_kernel) continue;
    if (received->cut) outcome = Events::lost;
    while (const auto message = next_message(received->bytes))
      take(*message);
  }
  return outcome;
}

}  // namespace collector
