#include "tests/support/cutting_proxy.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/loopback.h"
#include "tests/support/postgres_messages.h"

namespace collector::test {
namespace {

using Clock = std::chrono::steady_clock;

// A sender that is faster than the receiver waits when so much is on its way.
constexpr std::size_t most_on_the_way = 4UL << 20U;

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error(std::string("proxy: ") + what + ": " + std::strerror(errno));
}

}  // namespace

// One way of a connection.
struct CuttingProxy::Stream {
  int from = -1;
  int to = -1;
  std::string read{};  // and not yet a whole message
  struct Piece {
    Clock::time_point due;
    char type;
    std::string bytes;
  };
  std::deque<Piece> travelling{};
  std::string arrived{};  // and not yet taken by the receiver
  std::size_t on_the_way = 0;
  std::uint64_t passed = 0;
  bool ended = false;  // the sender will say no more
  bool told = false;   // and the receiver knows
};

struct CuttingProxy::Link {
  std::array<Stream, 2> streams;  // by Way
  PostgresMessages messages{};
  Fate fate{};
  std::uint64_t passings = 0;
  bool asked = false;    // the client has said something and not been answered yet
  bool ending = false;   // its fate is there: what has arrived is still handed over, then it is cut
  bool stalled = false;  // likewise, but nobody is told

  Stream& stream(Way way) { return streams[static_cast<std::size_t>(way)]; }
  Link(int client, int server) : streams{{{.from = client, .to = server}, {.from = server, .to = client}}} {}
  ~Link() {
    close(streams[0].from);
    close(streams[0].to);
  }
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  bool has_met_its_fate() const {
    return (fate.bytes_up && streams[0].passed >= *fate.bytes_up) ||
           (fate.bytes_down && streams[1].passed >= *fate.bytes_down);
  }
};

CuttingProxy::CuttingProxy(Options options) : options_(std::move(options)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  wake_ = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listener_ < 0 || wake_ < 0 || bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener_, 64) != 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    fail("listening");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_, 1);
  thread_.join();
  close(listener_);
  close(wake_);
}

CuttingProxy::Figures CuttingProxy::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void CuttingProxy::set_fate(ChooseFate fate) {
  const std::lock_guard lock(mutex_);
  options_.fate = std::move(fate);
}

void CuttingProxy::set_target(std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  options_.target = port;
}

void CuttingProxy::cut_all() {
  {
    const std::lock_guard lock(mutex_);
    cutting_ = true;
  }
  eventfd_write(wake_, 1);
}

void CuttingProxy::run() {
  while (true) {
    std::vector<pollfd> waiting{{.fd = wake_, .events = POLLIN, .revents = 0},
                                {.fd = listener_, .events = POLLIN, .revents = 0}};
    std::optional<Clock::time_point> next;
    for (const auto& link : links_)
      for (const Stream& stream : link->streams) {
        const bool reads =
            !stream.ended && !link->ending && !link->stalled && stream.on_the_way < most_on_the_way;
        waiting.push_back({.fd = reads ? stream.from : -1, .events = POLLIN, .revents = 0});
        waiting.push_back({.fd = stream.arrived.empty() ? -1 : stream.to, .events = POLLOUT, .revents = 0});
        if (!stream.travelling.empty() && (!next || stream.travelling.front().due < *next))
          next = stream.travelling.front().due;
      }
    timespec timeout{};
    if (next) {
      const auto left = std::max(Clock::duration{}, *next - Clock::now());
      timeout = {left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    }
    ppoll(waiting.data(), waiting.size(), next ? &timeout : nullptr, nullptr);
    eventfd_t unused = 0;
    eventfd_read(wake_, &unused);
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || std::exchange(cutting_, false)) links_.clear();
      if (stopping_) return;
    }
    std::erase_if(links_, [this](const auto& link) { return !serve(*link); });
    if (waiting[1].revents != 0) accept_one();
  }
}

void CuttingProxy::accept_one() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (client < 0) return;
  ChooseFate choose;
  std::uint64_t number = 0;
  sockaddr_in target{};
  {
    const std::lock_guard lock(mutex_);
    number = ++figures_.connections;
    choose = options_.fate;
    target = loopback(options_.target);
  }
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto link = std::make_unique<Link>(client, server);
  if (connect(server, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) return;
  const int on = 1;
  for (const int one : {client, server})
    setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (choose) link->fate = choose(number);
  if (serve(*link)) links_.push_back(std::move(link));
}

bool CuttingProxy::serve(Link& link) {
  for (const Way way : {Way::up, Way::down}) {
    if (!receive(link, way)) return false;
    pass_due(link, way);
    if (!flush(link, way)) return false;
  }
  if (link.has_met_its_fate() && !link.ending && !link.stalled) {
    (link.fate.stall ? link.stalled : link.ending) = true;
    const std::lock_guard lock(mutex_);
    ++figures_.ended;
  }
  if (link.ending) return !link.streams[0].arrived.empty() || !link.streams[1].arrived.empty();
  return !link.streams[0].told || !link.streams[1].told;
}

bool CuttingProxy::receive(Link& link, Way way) const {
  Stream& stream = link.stream(way);
  std::array<char, 65536> buffer;
  while (!stream.ended && !link.ending && !link.stalled && stream.on_the_way < most_on_the_way) {
    const auto got = recv(stream.from, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) stream.ended = true;
    if (way == Way::up && got > 0) link.asked = true;
    stream.read.append(buffer.data(), static_cast<std::size_t>(got));
    split(link, way);
  }
  return true;
}

void CuttingProxy::split(Link& link, Way way) const {
  Stream& stream = link.stream(way);
  std::string_view rest = stream.read;
  while (!rest.empty()) {
    std::optional<std::size_t> length = rest.size();
    if (options_.messages) length = way == Way::up ? link.messages.up(rest) : link.messages.down(rest);
    // What is cut off within a message goes on as it is.
    if (!length && !stream.ended) break;
    const auto whole = rest.substr(0, length.value_or(rest.size()));
    stream.travelling.push_back({.due = Clock::now() + options_.delay,
                                 .type = options_.messages ? link.messages.type() : '\0',
                                 .bytes = std::string(whole)});
    stream.on_the_way += whole.size();
    rest.remove_prefix(whole.size());
  }
  stream.read.erase(0, stream.read.size() - rest.size());
}

void CuttingProxy::pass_due(Link& link, Way way) {
  Stream& stream = link.stream(way);
  const auto now = Clock::now();
  while (!stream.travelling.empty() && stream.travelling.front().due <= now) {
    Stream::Piece piece = std::move(stream.travelling.front());
    stream.travelling.pop_front();
    stream.on_the_way -= piece.bytes.size();
    if (link.ending || link.stalled) continue;
    const Passing passing{.way = way, .number = ++link.passings, .type = piece.type, .bytes = piece.bytes};
    const auto& limit = way == Way::up ? link.fate.bytes_up : link.fate.bytes_down;
    const bool lost = link.fate.lose && link.fate.lose(passing);
    const std::size_t most = lost    ? 0
                             : limit ? std::min<std::uint64_t>(*limit - stream.passed, piece.bytes.size())
                                     : piece.bytes.size();
    stream.arrived.append(piece.bytes, 0, most);
    stream.passed += most;
    const bool over = lost || link.has_met_its_fate();
    if (over) (link.fate.stall ? link.stalled : link.ending) = true;
    const std::lock_guard lock(mutex_);
    (way == Way::up ? figures_.bytes_up : figures_.bytes_down) += most;
    if (over) ++figures_.ended;
  }
}

bool CuttingProxy::flush(Link& link, Way way) {
  Stream& stream = link.stream(way);
  if (way == Way::down && !stream.arrived.empty() && std::exchange(link.asked, false)) {
    const std::lock_guard lock(mutex_);
    ++figures_.round_trips;
  }
  while (!stream.arrived.empty()) {
    const auto sent =
        send(stream.to, stream.arrived.data(), stream.arrived.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    stream.arrived.erase(0, static_cast<std::size_t>(sent));
  }
  if (stream.ended && stream.travelling.empty() && !link.ending && !link.stalled &&
      !std::exchange(stream.told, true))
    shutdown(stream.to, SHUT_WR);
  return true;
}

}  // namespace collector::test
