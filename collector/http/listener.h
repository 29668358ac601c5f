// Listener: one endpoint of a server, from its opening to its end: tried again while it can't be had, made
// anew when its file was removed. Lives on the server's thread; kept alive by what it waits for.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "collector/core/log.h"
#include "collector/http/session.h"
#include "collector/http/sockets.h"

namespace collector::http {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  struct Surroundings {  // the server's
    boost::asio::io_context& context;
    std::string name;
    Duration retry_every;
    Duration unmoved;
    std::function<bool()> room;  // makes some, where it can
    std::function<void(Socket, Peer, std::string address, const Listener&)> accepted;
    // Why it can't be listened on now; empty: it is, or is wanted no more.
    std::function<void(const Listener&, std::string why)> hindered;
  };
  Listener(Endpoint endpoint, const Surroundings& surroundings);

  void open();
  void close();  // and removes the socket's file
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol, Executor>;
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  using Removals = boost::asio::posix::basic_stream_descriptor<Executor>;
  void accept();
  void accept_later();
  void fail(const std::string& why);
  void watch();
  void wait_for_removal();

  const Endpoint endpoint_;
  const UnixSocket* const unix_;  // in it; null: TCP
  const Surroundings& surroundings_;
  Acceptor acceptor_;
  Timer pause_;  // until there is room for another connection, or until the next try
  log::RateLimitedWarning failure_log_;
  FileIdentity bound_{};
  FileIdentity watched_{};  // the directory that removals_ looks at
  Removals removals_;
  bool closed_ = false;
};

}  // namespace collector::http
