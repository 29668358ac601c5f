#include "collector/http/server.h"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "collector/http/listener.h"
#include "collector/http/session.h"

namespace collector::http {

class Server::Implementation {
 public:
  Implementation(ServerSettings settings, Handler handler)
      : settings_(std::move(settings)), handler_(std::move(handler)) {}

  void start() {
    listen_on(std::move(settings_.endpoints));
    thread_ = std::thread([this] { context_.run(); });
    // Names of threads are 15 characters at most.
    pthread_setname_np(thread_.native_handle(), settings_.name.substr(0, 15).c_str());
  }

  void adopt(std::vector<Endpoint> endpoints) {
    boost::asio::post(
        context_, [this, endpoints = std::move(endpoints)]() mutable { listen_on(std::move(endpoints)); });
  }

  void take(Descriptor connection, std::string address) {
    const auto taken = std::make_shared<Descriptor>(std::move(connection));
    boost::asio::post(context_, [this, taken, address = std::move(address)]() mutable {
      if (!room()) return;
      boost::system::error_code error;
      Socket socket(context_);
      socket.assign({AF_UNIX, 0}, taken->get(), error);
      if (error) return;
      taken->release();
      accepted(std::move(socket), Peer::remote, std::move(address), nullptr);
    });
  }

  std::string problem() const {
    const std::lock_guard lock(hindered_mutex_);
    return hindered_.empty() ? std::string() : hindered_.begin()->second;
  }

  void stop() {
    if (!thread_.joinable()) return;
    context_.stop();
    thread_.join();
    for (const auto& listener : std::exchange(listeners_, {}))
      listener->close();
    for (const auto& session : std::exchange(sessions_, {}))
      session->close();
  }

 private:
  using Sessions = std::vector<std::shared_ptr<Session>>;

  void listen_on(std::vector<Endpoint> endpoints) {
    std::erase_if(listeners_, [&](const std::shared_ptr<Listener>& listener) {
      if (std::erase(endpoints, listener->endpoint()) > 0) return false;
      listener->close();
      for (const auto& session : Sessions(sessions_))
        if (session->origin() == listener.get() && session->peer() != Peer::owner) session->close();
      return true;
    });
    for (Endpoint& endpoint : endpoints) {
      listeners_.push_back(std::make_shared<Listener>(std::move(endpoint), listening_));
      listeners_.back()->open();
    }
  }

  void set_hindered(const Listener& one, std::string why) {
    const std::lock_guard lock(hindered_mutex_);
    if (why.empty())
      hindered_.erase(&one);
    else
      hindered_.insert_or_assign(&one, std::move(why));
  }

  std::size_t streams() const {
    return static_cast<std::size_t>(std::ranges::count_if(sessions_, &Session::is_streaming));
  }

  // For one more connection, if need be in place of the one that its client has left alone for longest.
  bool room() {
    if (sessions_.size() - streams() < settings_.connections) return true;
    std::shared_ptr<Session> idlest;
    for (const auto& session : sessions_)
      if (!session->is_streaming() && (!idlest || session->waiting() > idlest->waiting())) idlest = session;
    if (!idlest || idlest->waiting() < settings_.unmoved) return false;
    idlest->close();
    return true;
  }

  void accepted(Socket socket, Peer peer, std::string address, const Listener* listener) {
    if (!address.empty() && std::cmp_greater_equal(std::ranges::count(sessions_, address, &Session::address),
                                                   settings_.per_address))
      return;
    sessions_.push_back(
        std::make_shared<Session>(std::move(socket), peer, std::move(address), listener, serving_));
    sessions_.back()->start();
  }

  ServerSettings settings_;
  const Handler handler_;
  mutable std::mutex hindered_mutex_;
  std::map<const Listener*, std::string> hindered_;  // those that can't be listened on, and why
  boost::asio::io_context context_{1};
  // It may listen nowhere, and be handed connections.
  const boost::asio::executor_work_guard<Executor> stays_{context_.get_executor()};
  const Listener::Surroundings listening_{
      .context = context_,
      .name = settings_.name,
      .retry_every = settings_.retry_every,
      .unmoved = settings_.unmoved,
      .room = [this] { return room(); },
      .accepted = [this](
                      Socket socket, Peer peer, std::string address,
                      const Listener& from) { accepted(std::move(socket), peer, std::move(address), &from); },
      .hindered = [this](const Listener& one, std::string why) { set_hindered(one, std::move(why)); }};
  const Session::Surroundings serving_{
      .handler = handler_,
      .admit = settings_.admit,
      .tell_refusal = settings_.tell_refusal,
      .may_stream = [this] { return streams() < settings_.streams; },
      .ended =
          [this](Session& ended) {
            std::erase_if(sessions_, [&](const auto& session) { return session.get() == &ended; });
          },
      .timeout = settings_.timeout,
      .kept = settings_.kept};
  std::vector<std::shared_ptr<Listener>> listeners_;
  Sessions sessions_;
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
void Server::adopt(std::vector<Endpoint> endpoints) {
  implementation_->adopt(std::move(endpoints));
}
void Server::take(Descriptor connection, std::string address) {
  implementation_->take(std::move(connection), std::move(address));
}
std::string Server::problem() const {
  return implementation_->problem();
}
void Server::stop() {
  implementation_->stop();
}

}  // namespace collector::http
