// WebSocketConnection: one of WebSockets' connections. Owned by them; all on their thread. Messages are
// written one after the other, and the end after them.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "collector/http/web_socket.h"

namespace collector::http {

using WebSocketProtocol = boost::asio::generic::stream_protocol;
using WebSocketExecutor = boost::asio::io_context::executor_type;
using WebSocketTransport = boost::asio::basic_stream_socket<WebSocketProtocol, WebSocketExecutor>;
using WebSocketUpgrade = boost::beast::http::request<boost::beast::http::string_body>;
using WebSocketTimer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, WebSocketExecutor>;

class WebSocketConnection : public std::enable_shared_from_this<WebSocketConnection> {
 public:
  using Id = WebSockets::Id;
  // `settings` and `handlers` outlive it; `forget` is called once, when it is over.
  WebSocketConnection(const WebSockets::Settings& settings, const WebSockets::Handlers& handlers,
                      std::function<void(Id)> forget, Id id, WebSocketTransport socket)
      : settings_(settings),
        handlers_(handlers),
        forget_(std::move(forget)),
        id_(id),
        stream_(std::move(socket)),
        patience_(stream_.get_executor()) {}

  void start(WebSocketUpgrade request, const std::string& protocol);  // once, before all else
  void send(std::string text);
  std::uint64_t given() const { return given_; }
  std::uint64_t taken() const { return given_ - waiting_.size(); }
  void close();  // after what it was given
  void end();    // at once

 private:
  void read();
  void write();
  void say_end();

  const WebSockets::Settings& settings_;
  const WebSockets::Handlers& handlers_;
  const std::function<void(Id)> forget_;
  const Id id_;
  // Without compression: its memory grows with the clients, and a message is small.
  boost::beast::websocket::stream<boost::beast::basic_stream<WebSocketProtocol, WebSocketExecutor>, false>
      stream_;
  WebSocketUpgrade request_;
  boost::beast::flat_buffer buffer_;
  std::deque<std::string> waiting_;  // the first one is being written
  std::uint64_t given_ = 0;          // messages so far
  WebSocketTimer patience_;          // for the end to be taken
  bool is_open_ = false;
  bool is_writing_ = false;
  bool is_closing_ = false;
  bool has_said_end_ = false;
  bool is_over_ = false;
};

}  // namespace collector::http
