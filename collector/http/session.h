// Session: one connection, from its first request to its end or to its hand-over. Lives on the server's
// thread; kept alive by what it waits for.
//
//   read header ─► Admit ─► read body ─► Handler ─► … ─► Reply ─┬► whole body ─────────┬► wait for the
//        ▲            └► refused                                ├► part, part, … ──────┘   next, or close
//        └──────────────────────── keep-alive ─────────────┘    └► take_over: not ours any more
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "collector/core/time.h"
#include "collector/http/message.h"

namespace collector::http {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, Executor>;

class Session : public std::enable_shared_from_this<Session> {
 public:
  struct Surroundings {  // the server's
    const Handler& handler;
    const Admit& admit;
    const TellRefusal& tell_refusal;
    std::function<bool()> may_stream;
    std::function<void(Session&)> ended;
    Duration timeout;
    Duration kept;
  };
  // `origin`: what it came in on; null: it was handed over.
  Session(Socket socket, Peer peer, std::string address, const void* origin,
          const Surroundings& surroundings);

  void start() { read(); }
  void close();
  Peer peer() const { return peer_; }
  const std::string& address() const { return address_; }
  const void* origin() const { return origin_; }
  bool is_streaming() const { return static_cast<bool>(make_part_); }
  // How long it has been waiting for the client; zero while an answer is being made.
  Duration waiting() const;

 private:
  using Clock = std::chrono::steady_clock;
  using StringBody = boost::beast::http::string_body;
  using ErrorCode = boost::beast::error_code;

  void read();
  void wait_for_request();
  void take_header();
  void read_body();
  void handle();
  void refuse(const ErrorCode& reason);
  Response told(Response refusal) const { return surroundings_.tell_refusal(std::move(refusal), request_); }
  void answer(Response response);
  void write_whole();
  void write_header();
  void ask_for_part();
  void write_part(std::optional<std::string> part);
  void hand_over(const TakeOver& take_over);
  void next();
  void linger();

  void wait_for_client(Duration time);
  void wait_for_client(std::uint64_t bytes = 0);
  bool keeps() const { return response_.keep_alive(); }
  // Calls a member with what has come, unless the session is over.
  template <typename Call>
  auto then(Call call) {
    return [self = shared_from_this(), call](const ErrorCode& error, std::size_t) {
      if (!self->closed_) call(*self, error);
    };
  }

  static constexpr std::size_t header_limit = 8 * 1024;
  static constexpr std::size_t read_ahead = 1024;  // of what follows the header

  const Surroundings& surroundings_;
  const Peer peer_;
  const std::string address_;  // of the client; empty: over a Unix socket
  const void* const origin_;
  boost::beast::basic_stream<boost::asio::generic::stream_protocol, Executor> stream_;
  boost::beast::flat_static_buffer<header_limit + read_ahead> buffer_;
  std::optional<boost::beast::http::request_parser<StringBody>> parser_;
  Request request_;
  bool is_head_ = false;
  boost::beast::http::response<StringBody> response_;
  std::optional<boost::beast::http::response_serializer<StringBody>> header_;  // of an answer in parts
  MakePart make_part_;
  std::string part_;  // being written
  Clock::time_point moved_;
  bool answering_ = false;
  bool closed_ = false;
};

}  // namespace collector::http
