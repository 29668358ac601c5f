#include "collector/http/server.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
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

constexpr std::size_t most_sessions = 64;

}  // namespace

class Server::Implementation {
 public:
  Implementation(ServerSettings settings, Handler handler)
      : settings_(std::move(settings)), handler_(std::move(handler)) {}

  void start() {
    look();
    thread_ = std::thread([this] { context_.run(); });
    pthread_setname_np(thread_.native_handle(), "status");
  }

  void listen(std::string address) {
    asio::post(context_, [this, address = std::move(address)]() mutable {
      if (address == settings_.listen) return;
      settings_.listen = std::move(address);
      tcp_.close();
      open_tcp();
    });
  }

  void stop() {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
    unix_.close();
    tcp_.close();
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
    listener.trouble.clear(now(), "the socket is there");
    accept(listener);
  }

  void open_unix() {
    open(unix_, listen_unix(settings_.socket), AF_UNIX);
    bound_ = unix_.acceptor.is_open() ? identity_of(settings_.socket) : FileIdentity{};
  }

  void open_tcp() {
    if (settings_.listen.empty()) return;
    open(tcp_, listen_tcp(settings_.listen), settings_.listen.starts_with('[') ? AF_INET6 : AF_INET);
  }

  // Now and again: whether all sockets are there that should be.
  void look() {
    if (unix_.acceptor.is_open() && identity_of(settings_.socket) != bound_) unix_.close();
    if (!unix_.acceptor.is_open()) open_unix();
    if (!tcp_.acceptor.is_open()) open_tcp();
    look_.expires_after(settings_.look_every);
    look_.async_wait([this](const error_code& error) {
      if (!error) look();
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
      auto session = std::make_shared<Session>(std::move(socket), &listener == &unix_, surroundings_);
      sessions_.push_back(session);
      session->start();
      accept(listener);
    });
  }

  void ended(Session& session) {
    std::erase_if(sessions_, [&](const auto& other) { return other.get() == &session; });
  }

  ServerSettings settings_;
  const Handler handler_;
  const Session::Surroundings surroundings_{handler_, [this](Session& session) { ended(session); },
                                            settings_.patience};
  asio::io_context context_{1};
  std::vector<std::shared_ptr<Session>> sessions_;
  Listener unix_{context_};
  Listener tcp_{context_};
  Timer look_{context_};
  FileIdentity bound_;
  std::thread thread_;
};

Server::Server(ServerSettings settings, Handler handler)
    : implementation_(std::make_unique<Implementation>(std::move(settings), std::move(handler))) {
  implementation_->start();
}
Server::~Server() {
  stop();
}
void Server::listen(std::string address) {
  implementation_->listen(std::move(address));
}
void Server::stop() {
  implementation_->stop();
}

}  // namespace collector::http
