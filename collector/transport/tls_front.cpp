#include "collector/transport/tls_front.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "collector/core/log.h"
#include "collector/core/time.h"
#include "collector/transport/tls_certificate.h"
#include "collector/transport/tls_connection.h"

namespace collector::transport {
namespace {

constexpr std::chrono::milliseconds makes_room_after{250};
constexpr std::chrono::seconds tried_again{10};

}  // namespace

class TlsFront::Implementation {
 public:
  explicit Implementation(Settings settings)
      : settings_(std::move(settings)),
        certificate_(settings_.certificate, settings_.key),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        failure_log_(settings_.name) {
    open();  // before anybody is told that it is there
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), settings_.name.substr(0, 15).c_str());
  }
  ~Implementation() {
    stopped_ = true;
    eventfd_write(wake_.get(), 1);
    thread_.join();
  }

  std::string problem() const {
    const std::lock_guard lock(mutex_);
    return !problem_.empty() ? problem_ : certificate_.mistake_in_time(SystemClock().now().wall);
  }

  std::string listening_problem() const {
    const std::lock_guard lock(mutex_);
    return listening_problem_;
  }

 private:
  // What clients are served with; null: nothing is.
  SSL_CTX* certificate();
  void run();
  void open();
  void accept_all();
  std::vector<pollfd> wanted() const;
  int pause() const;
  void drop_slow();
  // The handshake that is to make room; the end: none.
  std::vector<std::unique_ptr<TlsConnection>>::const_iterator stalled() const;
  bool has_room() const {
    return connections_.size() < settings_.connections || stalled() != connections_.end();
  }
  void say(const std::string& problem) { failure_log_.report(SystemClock().now().boot, problem); }

  const Settings settings_;
  mutable std::mutex mutex_;  // of these three
  TlsCertificate certificate_;
  std::string problem_;
  std::string listening_problem_;
  Descriptor wake_;
  Descriptor listening_;
  std::chrono::steady_clock::time_point next_try_{};
  std::vector<std::unique_ptr<TlsConnection>> connections_;
  log::RateLimitedWarning failure_log_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

SSL_CTX* TlsFront::Implementation::certificate() {
  const auto now = SystemClock().now();
  const std::lock_guard lock(mutex_);
  problem_.clear();
  SSL_CTX* const context = certificate_.current(problem_);
  const std::string told = !problem_.empty() ? problem_ : certificate_.mistake_in_time(now.wall);
  if (told.empty())
    failure_log_.clear(now.boot, "TLS is served");
  else
    failure_log_.report(now.boot, told);
  return context;
}

void TlsFront::Implementation::open() {
  const auto now = std::chrono::steady_clock::now();
  if (listening_.get() >= 0 || now < next_try_) return;
  next_try_ = now + tried_again;
  auto socket = settings_.listen();
  {
    const std::lock_guard lock(mutex_);
    listening_problem_ = socket ? std::string() : socket.error().text();
  }
  if (!socket) return say(socket.error().text());
  listening_ = std::move(*socket);
  certificate();
}

std::vector<pollfd> TlsFront::Implementation::wanted() const {
  std::vector<pollfd> all{{wake_.get(), POLLIN, 0}};
  all.push_back({has_room() ? listening_.get() : -1, POLLIN, 0});
  for (const auto& one : connections_) {
    all.push_back({one->network(), one->network_events(), 0});
    all.push_back({one->plain(), one->plain_events(), 0});
  }
  return all;
}

int TlsFront::Implementation::pause() const {
  if (!has_room()) return static_cast<int>(makes_room_after.count());
  const bool waits =
      listening_.get() < 0 ||
      std::ranges::any_of(connections_, [](const auto& one) { return one->waits_since().has_value(); });
  return waits ? 1000 : -1;
}

// The oldest are in front.
std::vector<std::unique_ptr<TlsConnection>>::const_iterator TlsFront::Implementation::stalled() const {
  const auto oldest =
      std::ranges::find_if(connections_, [](const auto& one) { return one->is_shaking_hands(); });
  const bool has_stalled = oldest != connections_.end() &&
                           std::chrono::steady_clock::now() - *(*oldest)->waits_since() >= makes_room_after;
  return has_stalled ? oldest : connections_.end();
}

void TlsFront::Implementation::accept_all() {
  while (has_room()) {
    Descriptor client(accept4(listening_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client.get() < 0) return;
    if (connections_.size() >= settings_.connections) connections_.erase(stalled());
    SSL_CTX* const context = certificate();
    const auto library = TlsLibrary::load();
    if (context == nullptr || !library) continue;  // and the client is gone with its descriptor
    connections_.push_back(
        std::make_unique<TlsConnection>(**library, context, std::move(client), settings_.accepted));
  }
}

void TlsFront::Implementation::drop_slow() {
  const auto now = std::chrono::steady_clock::now();
  std::erase_if(connections_, [&](const auto& one) {
    const auto since = one->waits_since();
    return since && now - *since > settings_.patience;
  });
}

void TlsFront::Implementation::run() {
  while (!stopped_) {
    open();
    std::vector<pollfd> events = wanted();
    if (poll(events.data(), events.size(), pause()) < 0 && errno != EINTR) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    std::vector<bool> over(connections_.size());
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      const short network = events[2 + 2 * i].revents;
      const short plain = events[3 + 2 * i].revents;
      if (network != 0 || plain != 0) over[i] = !connections_[i]->work(network, plain);
    }
    std::size_t place = 0;
    std::erase_if(connections_, [&](const auto&) { return over[place++]; });
    drop_slow();
    if ((events[1].revents & POLLIN) != 0) accept_all();
  }
}

TlsFront::TlsFront(Settings settings)
    : implementation_(std::make_unique<Implementation>(std::move(settings))) {}
TlsFront::~TlsFront() = default;
std::string TlsFront::problem() const {
  return implementation_->problem();
}
std::string TlsFront::listening_problem() const {
  return implementation_->listening_problem();
}

}  // namespace collector::transport
