#include "collector/http/session.h"

#include <boost/asio/dispatch.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace collector::http {

namespace beast = boost::beast;
using beast::error_code;

Session::Session(Socket socket, Peer peer, const Surroundings& surroundings)
    : surroundings_(surroundings), peer_(peer), stream_(std::move(socket)), moved_(Clock::now()) {}

void Session::move_on() {
  moved_ = Clock::now();
  stream_.expires_after(surroundings_.patience);
}

Duration Session::waiting() const {
  return answering_ ? Duration{} : Clock::now() - moved_;
}

void Session::close() {
  if (std::exchange(closed_, true)) return;
  stream_.close();
  surroundings_.ended(*this);
}

void Session::read() {
  parser_.emplace();
  parser_->header_limit(header_limit);
  parser_->body_limit(body_limit);
  move_on();
  beast::http::async_read(stream_, buffer_, *parser_,
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (self->closed_) return;
                            if (error) return self->refuse(error);
                            self->handle();
                          });
}

void Session::refuse(const error_code& reason) {
  using beast::http::error;
  // Gone, or too slow: nobody is left to tell.
  if (reason == error::end_of_stream || reason == error::partial_message ||
      reason.category() != make_error_code(error::end_of_stream).category())
    return close();
  Response response{.status = 400, .body = "this is not an HTTP request: " + reason.message() + "\n"};
  if (reason == error::header_limit || reason == error::buffer_overflow)
    response = {.status = 431, .body = "a header may have at most 8 KiB\n"};
  if (reason == error::body_limit) response = {.status = 413, .body = "a body may have at most 1 KiB\n"};
  response_ = {};
  response_.keep_alive(false);
  answer(response);
}

void Session::handle() {
  const auto& message = parser_->get();
  const bool head = message.method() == beast::http::verb::head;
  response_ = {};
  response_.version(message.version());
  response_.keep_alive(message.keep_alive());
  Request request;
  request.method = head ? "GET" : std::string(message.method_string());
  request.peer = peer_;
  const auto host = message[beast::http::field::host];
  request.host.assign(host.data(), host.size());
  if (!parse_target({message.target().data(), message.target().size()}, request)) {
    response_.keep_alive(false);
    return answer({.status = 400, .body = "this is not a path that can be asked for\n"});
  }
  answering_ = true;
  surroundings_.handler(request, [self = shared_from_this()](Response response) {
    boost::asio::dispatch(self->stream_.get_executor(), [self, response = std::move(response)] {
      if (self->closed_) return;
      self->answering_ = false;
      self->answer(response);
    });
  });
}

void Session::answer(const Response& response) {
  response_.result(response.status);
  response_.set(beast::http::field::content_type, response.type);
  response_.set(beast::http::field::cache_control, "no-store");
  if (!response.allow.empty()) response_.set(beast::http::field::allow, response.allow);
  response_.content_length(response.body.size());
  const bool head = parser_->is_header_done() && parser_->get().method() == beast::http::verb::head;
  if (!head) response_.body() = response.body;
  write();
}

void Session::write() {
  move_on();
  beast::http::async_write(stream_, response_,
                           [self = shared_from_this()](const error_code& error, std::size_t) {
                             if (self->closed_) return;
                             if (error) return self->close();
                             self->response_.body() = {};
                             self->surroundings_.answered();
                             if (self->response_.keep_alive()) return self->read();
                             self->linger();
                           });
}

// What the client is still sending has to be taken before the end: the answer could be lost with it
// otherwise.
void Session::linger() {
  error_code ignored;
  stream_.socket().shutdown(Socket::shutdown_send, ignored);
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(buffer_.capacity()),
                          [self = shared_from_this()](const error_code& error, std::size_t) {
                            if (self->closed_) return;
                            if (error) return self->close();
                            self->linger();
                          });
}

}  // namespace collector::http
