#include "collector/http/server.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "collector/core/log.h"
#include "collector/http/session.h"
#include "collector/http/sockets.h"

namespace collector::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

using Removals = asio::posix::basic_stream_descriptor<Executor>;

constexpr std::size_t most_sessions = 64;

}  // namespace

class Server::Implementation {
 public:
  Implementation(ServerSettings settings, Handler handler)
      : settings_(std::move(settings)), handler_(std::move(handler)) {}

  void start() {
    watch();
    open_missing();
    thread_ = std::thread([this] { context_.run(); });
    pthread_setname_np(thread_.native_handle(), "status");
  }

  void adopt(ServerAccess access) {
    asio::post(context_, [this, access = std::move(access)]() mutable {
      ServerAccess& in_force = settings_.access;
      if (access == in_force) return;
      if (access.listen != in_force.listen) tcp_.close();
      if (access.group != in_force.group || access.shared != in_force.shared) {
        close_shared();
        unix_.close();
        for (const auto& session : std::vector(sessions_))
          if (session->peer() == Peer::group) session->close();
      }
      in_force = std::move(access);
      open_missing();
    });
  }

  void stop() {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
    unix_.close();
    close_shared();
    tcp_.close();
    removals_.release();  // watch_ closes it
    for (const auto& session : std::exchange(sessions_, {}))
      session->close();
    if (bound_ != FileIdentity{} && identity_of(settings_.socket) == bound_) unlink(settings_.socket.c_str());
  }

 private:
  struct Listener {
    explicit Listener(asio::io_context& context) : acceptor(context), pause(context), trouble("status") {}
    void close() {
      pause.cancel();
      error_code ignored;
      acceptor.close(ignored);
    }
    Acceptor acceptor;
    Timer pause;  // until there is room for another connection
    log::Trouble trouble;
  };

  static BootTime now() { return SystemClock().now().boot; }

  void open(Listener& listener, Result<Descriptor> socket, int family) {
    if (!socket) return listener.trouble.report(now(), socket.error().text());
    error_code error;
    listener.acceptor.assign({family, 0}, socket->get(), error);
    if (error) return listener.trouble.report(now(), "assign: " + error.message());
    socket->release();
    listener.trouble.clear(now(), "the socket is open");
    accept(listener);
  }

  void open_unix() {
    const ServerAccess& access = settings_.access;
    const bool for_group = access.group && access.shared.empty();
    open(unix_, listen_unix(settings_.socket, for_group ? SocketAccess{0660, access.group} : SocketAccess{}),
         AF_UNIX);
    bound_ = unix_.acceptor.is_open() ? identity_of(settings_.socket) : FileIdentity{};
    // The directory may be another one than before.
    if (unix_.acceptor.is_open() && identity_of(settings_.socket.parent_path()) != watched_) {
      if (removals_.is_open()) removals_.release();
      watch();
    }
  }

  // Everybody may connect to it; who it is decides.
  void open_shared() {
    if (wants_shared()) open(shared_, listen_unix(settings_.access.shared, {0666, {}}), AF_UNIX);
  }
  void close_shared() {
    if (!shared_.acceptor.is_open()) return;
    shared_.close();
    unlink(settings_.access.shared.c_str());
  }
  bool wants_shared() const { return settings_.access.group && !settings_.access.shared.empty(); }

  void open_tcp() {
    const std::string& address = settings_.access.listen;
    if (!address.empty()) open(tcp_, listen_tcp(address), address.starts_with('[') ? AF_INET6 : AF_INET);
  }

  // Makes the sockets that should be there and are not; goes on trying while one is missing.
  void open_missing() {
    if (!unix_.acceptor.is_open()) open_unix();
    if (!shared_.acceptor.is_open()) open_shared();
    if (!tcp_.acceptor.is_open()) open_tcp();
    const bool complete = unix_.acceptor.is_open() && (shared_.acceptor.is_open() || !wants_shared()) &&
                          (tcp_.acceptor.is_open() || settings_.access.listen.empty());
    if (complete) return;
    retry_.expires_after(settings_.retry_every);
    retry_.async_wait([this](const error_code& error) {
      if (!error) open_missing();
    });
  }

  // The file is looked at only when something was removed beside it: its disk may hang at any other time.
  void watch() {
    watched_ = identity_of(settings_.socket.parent_path());
    watch_ = watch_removals(settings_.socket.parent_path());
    error_code error;
    if (watch_.get() >= 0) removals_.assign(watch_.get(), error);
    if (removals_.is_open()) wait_for_removal();
  }
  void wait_for_removal() {
    removals_.async_wait(Removals::wait_read, [this, descriptor = watch_.get()](const error_code& error) {
      if (error || descriptor != watch_.get()) return;
      take_removals(watch_);
      if (unix_.acceptor.is_open() && identity_of(settings_.socket) != bound_) {
        unix_.close();
        open_missing();
      }
      if (descriptor == watch_.get()) wait_for_removal();
    });
  }

  bool room() {
    if (sessions_.size() < most_sessions) return true;
    const auto longest = std::ranges::max_element(
        sessions_, {}, [](const std::shared_ptr<Session>& session) { return session->waiting(); });
    if ((*longest)->waiting() < settings_.unmoved) return false;
    const std::shared_ptr<Session> unmoved = *longest;
    unmoved->close();
    return true;
  }

  void accept_later(Listener& listener) {
    listener.pause.expires_after(settings_.unmoved);
    listener.pause.async_wait([this, &listener](const error_code& error) {
      if (!error && listener.acceptor.is_open()) accept(listener);
    });
  }

  void accept(Listener& listener) {
    if (!room()) return accept_later(listener);
    listener.acceptor.async_accept(context_, [this, &listener](const error_code& error, Socket socket) {
      if (error == asio::error::operation_aborted) return;
      // No descriptor is left, or the like: it passes.
      if (error) return accept_later(listener);
      const Peer peer =
          &listener == &tcp_ ? Peer::remote : peer_of(socket.native_handle(), settings_.access.group);
      auto session = std::make_shared<Session>(std::move(socket), peer, surroundings_);
      sessions_.push_back(session);
      session->start();
      accept(listener);
    });
  }

  void ended(Session& session) {
    std::erase_if(sessions_, [&](const auto& other) { return other.get() == &session; });
  }

  void answered() {
    if (!settings_.quiet) return;
    quiet_.expires_after(std::chrono::seconds(1));  // and cancels what was waited for
    quiet_.async_wait([this](const error_code& error) {
      if (!error) settings_.quiet();
    });
  }

  ServerSettings settings_;
  const Handler handler_;
  const Session::Surroundings surroundings_{handler_, [this] { answered(); },
                                            [this](Session& session) { ended(session); }, settings_.patience};
  asio::io_context context_{1};
  std::vector<std::shared_ptr<Session>> sessions_;
  Listener unix_{context_};
  Listener shared_{context_};
  Listener tcp_{context_};
  Timer retry_{context_};
  Timer quiet_{context_};
  FileIdentity bound_;
  Descriptor watch_;
  FileIdentity watched_{};  // the directory that watch_ looks at
  Removals removals_{context_};
  std::thread thread_;
};

Server::Server(ServerSettings settings, Handler handler) try
    : implementation_(std::make_unique<Implementation>(std::move(settings), std::move(handler))) {
  implementation_->start();
} catch (const boost::system::system_error& error) {
  throw std::system_error(error.code(), error.what());  // as everything else that lacks descriptors
}
Server::~Server() {
  stop();
}
void Server::adopt(ServerAccess access) {
  implementation_->adopt(std::move(access));
}
void Server::stop() {
  implementation_->stop();
}

}  // namespace collector::http
