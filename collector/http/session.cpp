#include "collector/http/session.h"

#include <fmt/format.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

namespace collector::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

// A client that is slower than this is not waited for: it could go on for ever byte by byte.
constexpr std::uint64_t slowest_bytes_per_second = 16 * 1024;

std::string text_of(beast::string_view view) {
  return {view.data(), view.size()};
}

}  // namespace

Session::Session(Socket socket, Peer peer, std::string address, const void* origin,
                 const Surroundings& surroundings)
    : surroundings_(surroundings),
      peer_(peer),
      address_(std::move(address)),
      origin_(origin),
      stream_(std::move(socket)),
      moved_(Clock::now()) {}

void Session::wait_for_client(Duration time) {
  moved_ = Clock::now();
  stream_.expires_after(time);
}

// What is waited for has the server's timeout, and the time that so many bytes may take.
void Session::wait_for_client(std::uint64_t bytes) {
  wait_for_client(surroundings_.timeout + std::chrono::seconds(bytes / slowest_bytes_per_second));
}

Duration Session::waiting() const {
  return answering_ ? Duration{} : Clock::now() - moved_;
}

void Session::close() {
  if (std::exchange(closed_, true)) return;
  stream_.close();
  make_part_ = {};
  surroundings_.ended(*this);
}

void Session::read() {
  parser_.emplace();
  request_ = {};
  parser_->header_limit(header_limit);
  parser_->body_limit(boost::none);  // until it is known what is asked for
  wait_for_client();
  beast::http::async_read_header(stream_, buffer_, *parser_, then([](Session& self, const ErrorCode& error) {
                                   if (error) return self.refuse(error);
                                   self.take_header();
                                 }));
}

// The pause between two requests has a time of its own; from its first byte on a request has the time that
// every request has.
void Session::wait_for_request() {
  if (buffer_.size() > 0) return read();  // sent with the one before
  wait_for_client(surroundings_.kept);
  stream_.async_read_some(buffer_.prepare(buffer_.capacity()),
                          [self = shared_from_this()](const ErrorCode& error, std::size_t bytes) {
                            if (self->closed_) return;
                            if (error) return self->close();
                            self->buffer_.commit(bytes);
                            self->read();
                          });
}

void Session::take_header() {
  const auto& message = parser_->get();
  is_head_ = message.method() == beast::http::verb::head;
  response_ = {};
  response_.version(message.version());
  response_.keep_alive(message.keep_alive() && parser_->is_done());
  request_ = {.method = is_head_ ? "GET" : text_of(message.method_string()),
              .version = message.version(),
              .peer = peer_,
              .address = address_};
  for (const auto& field : message)
    request_.headers.push_back({text_of(field.name_string()), text_of(field.value())});
  if (!parse_target({message.target().data(), message.target().size()}, request_)) {
    response_.keep_alive(false);
    return answer(told({.status = 400, .body = "this is not a path that can be asked for\n"}));
  }
  auto limit = surroundings_.admit(request_);
  if (!limit) return answer(std::move(limit.error()));
  const auto length = parser_->content_length();
  if (length && *length > *limit) return refuse(beast::http::error::body_limit);
  if (parser_->is_done()) return handle();
  parser_->body_limit(*limit);
  wait_for_client(length.value_or(*limit));
  if (message.version() < 11 || !beast::iequals(message[beast::http::field::expect], "100-continue"))
    return read_body();
  part_ = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(stream_, asio::buffer(part_), then([](Session& self, const ErrorCode& error) {
                      if (error) return self.close();
                      self.read_body();
                    }));
}

void Session::read_body() {
  beast::http::async_read_some(stream_, buffer_, *parser_, then([](Session& self, const ErrorCode& error) {
                                 if (error) return self.refuse(error);
                                 self.moved_ = Clock::now();
                                 if (!self.parser_->is_done()) return self.read_body();
                                 self.response_.keep_alive(self.parser_->get().keep_alive());
                                 self.handle();
                               }));
}

void Session::refuse(const ErrorCode& reason) {
  using beast::http::error;
  // Gone, or too slow: nobody is left to tell.
  if (reason == error::end_of_stream || reason == error::partial_message ||
      reason.category() != make_error_code(error::end_of_stream).category())
    return close();
  Response response{.status = 400, .body = "this is not an HTTP request: " + reason.message() + "\n"};
  if (reason == error::header_limit || reason == error::buffer_overflow)
    response = {.status = 431, .body = "a header may have at most 8 KiB\n"};
  if (reason == error::body_limit) response = {.status = 413, .body = "the body is larger than this takes\n"};
  response_ = {};
  response_.keep_alive(false);
  answer(told(std::move(response)));
}

void Session::handle() {
  request_.body = std::move(parser_->get().body());
  answering_ = true;
  surroundings_.handler(request_, [self = shared_from_this()](Response response) {
    asio::dispatch(self->stream_.get_executor(), [self, response = std::move(response)]() mutable {
      if (!self->closed_) self->answer(std::move(response));
    });
  });
}

void Session::answer(Response response) {
  answering_ = false;
  if (response.take_over && !is_head_) return hand_over(response.take_over);
  if (response.take_over)
    response = told({.status = 400, .body = "a connection is taken over by GET only\n"});
  if (response.parts && !is_head_ && !surroundings_.may_stream())
    response = told({.status = 503,
                     .body = "too many answers of this kind are being sent; ask again later\n",
                     .headers = {{"Retry-After", "5"}}});
  response_.result(response.status);
  response_.set(beast::http::field::content_type, response.type);
  response_.set(beast::http::field::cache_control, "no-store");
  for (const Header& header : response.headers)
    response_.set(header.name, header.value);
  if (!response.parts) {
    response_.content_length(response.body.size());
    if (!is_head_) response_.body() = std::move(response.body);
    return write_whole();
  }
  // A client of HTTP/1.0 knows the end by the end of the connection.
  if (response_.version() < 11) response_.keep_alive(false);
  response_.chunked(response_.version() >= 11);
  if (is_head_) return write_whole();
  make_part_ = std::move(response.parts);
  write_header();
}

void Session::write_whole() {
  wait_for_client(response_.body().size());
  header_.emplace(response_);
  const auto written = then([](Session& self, const ErrorCode& error) {
    if (error) return self.close();
    self.response_.body() = {};
    self.next();
  });
  if (is_head_)
    beast::http::async_write_header(stream_, *header_, written);
  else
    beast::http::async_write(stream_, *header_, written);
}

void Session::write_header() {
  wait_for_client();
  header_.emplace(response_);
  beast::http::async_write_header(stream_, *header_, then([](Session& self, const ErrorCode& error) {
                                    if (error) return self.close();
                                    self.ask_for_part();
                                  }));
}

void Session::ask_for_part() {
  answering_ = true;
  make_part_([self = shared_from_this()](std::optional<std::string> part) {
    asio::post(self->stream_.get_executor(), [self, part = std::move(part)]() mutable {
      if (!self->closed_) self->write_part(std::move(part));
    });
  });
}

// Framed as RFC 9112, 7.1 has it: the length in hexadecimal, a line end, the bytes, a line end.
void Session::write_part(std::optional<std::string> part) {
  answering_ = false;
  if (!part) return close();
  const bool is_last = part->empty();
  if (is_last) make_part_ = {};
  if (response_.chunked())
    part_ = fmt::format("{:x}\r\n{}\r\n", part->size(), *part);
  else
    part_ = *std::move(part);
  wait_for_client(part_.size());
  asio::async_write(stream_, asio::buffer(part_), then([is_last](Session& self, const ErrorCode& error) {
                      if (error) return self.close();
                      if (is_last) return self.next();
                      self.ask_for_part();
                    }));
}

void Session::hand_over(const TakeOver& take_over) {
  const auto rest = buffer_.data();
  std::string received(static_cast<const char*>(rest.data()), rest.size());
  Descriptor connection(stream_.release_socket().release());
  closed_ = true;
  take_over(std::move(connection), std::move(received));
  surroundings_.ended(*this);
}

void Session::next() {
  if (keeps()) return wait_for_request();
  ErrorCode ignored;
  stream_.socket().shutdown(Socket::shutdown_send, ignored);
  linger();
}

// What the client is still sending has to be taken before the end: the answer could be lost with it
// otherwise.
void Session::linger() {
  buffer_.clear();
  stream_.async_read_some(buffer_.prepare(buffer_.capacity()),
                          then([](Session& self, const ErrorCode& error) {
                            if (error) return self.close();
                            self.linger();
                          }));
}

}  // namespace collector::http
