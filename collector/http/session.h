// Session: one connection, from its first request to its end. Lives on the server's thread; kept alive by
// what it waits for.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "collector/core/time.h"
#include "collector/http/message.h"

namespace collector::http {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Surroundings {  // the server's
    const Handler& handler;
    std::function<void()> answered;
    std::function<void(Session&)> ended;
    Duration patience;
  };
  Session(Socket socket, Peer peer, const Surroundings& surroundings);

  void start() { read(); }
  void close();
  Peer peer() const { return peer_; }
  // How long it has been waiting for the client; zero while an answer is being made.
  Duration waiting() const;

 private:
  using Clock = std::chrono::steady_clock;
  void read();
  void handle();
  void answer(const Response& response);
  void refuse(const boost::beast::error_code& reason);
  void write();
  void linger();
  void move_on();

  static constexpr std::size_t header_limit = 8 * 1024;
  static constexpr std::uint64_t body_limit = 1024;

  const Surroundings& surroundings_;
  const Peer peer_;
  boost::beast::basic_stream<boost::asio::generic::stream_protocol, Executor> stream_;
  boost::beast::flat_static_buffer<header_limit + body_limit> buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  boost::beast::http::response<boost::beast::http::string_body> response_;
  Clock::time_point moved_;
  bool answering_ = false;
  bool closed_ = false;
};

}  // namespace collector::http
