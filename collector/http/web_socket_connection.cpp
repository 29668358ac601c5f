#include "collector/http/web_socket_connection.h"

namespace collector::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

void WebSocketConnection::start(WebSocketUpgrade request, const std::string& protocol) {
  request_ = std::move(request);
  websocket::stream_base::timeout times{};
  times.handshake_timeout = settings_.timeout;
  times.idle_timeout = settings_.quiet;
  times.keep_alive_pings = true;
  stream_.set_option(times);
  stream_.set_option(websocket::stream_base::decorator([this, protocol](websocket::response_type& response) {
    response.set(beast::http::field::sec_websocket_protocol, protocol);
    response.set(beast::http::field::server, "");  // else it names the library, and its version
    for (const Header& header : settings_.headers)
      response.set(header.name, header.value);
  }));
  stream_.read_message_max(settings_.largest);
  stream_.async_accept(request_, [self = shared_from_this()](const beast::error_code& error) {
    if (error) return self->end();
    self->is_open_ = true;
    self->handlers_.opened(self->id_);
    self->read();
    self->write();
  });
}

void WebSocketConnection::send(std::string text) {
  if (is_closing_ || is_over_) return;
  if (waiting_.size() >= settings_.waiting) return end();
  waiting_.push_back(std::move(text));
  ++given_;
  write();
}

void WebSocketConnection::close() {
  if (!is_open_) return end();
  if (std::exchange(is_closing_, true)) return;
  patience_.expires_after(settings_.timeout);
  patience_.async_wait([self = shared_from_this()](const beast::error_code& error) {
    if (!error) self->end();
  });
  write();
}

void WebSocketConnection::end() {
  if (std::exchange(is_over_, true)) return;
  patience_.cancel();
  beast::error_code ignored;
  beast::get_lowest_layer(stream_).socket().close(ignored);
  forget_(id_);
}

void WebSocketConnection::read() {
  stream_.async_read(buffer_, [self = shared_from_this()](const beast::error_code& error, std::size_t) {
    if (error) return self->end();
    if (!self->stream_.got_text()) return self->close();
    const auto bytes = self->buffer_.cdata();
    const std::string text(static_cast<const char*>(bytes.data()), bytes.size());
    self->buffer_.consume(self->buffer_.size());
    if (!self->is_closing_) self->handlers_.received(self->id_, text);
    if (!self->is_over_) self->read();
  });
}

void WebSocketConnection::write() {
  if (!is_open_ || is_writing_ || is_over_) return;
  if (waiting_.empty()) return say_end();
  is_writing_ = true;
  stream_.text(true);
  stream_.async_write(asio::buffer(waiting_.front()),
                      [self = shared_from_this()](const beast::error_code& error, std::size_t) {
                        self->is_writing_ = false;
                        if (error) return self->end();
                        self->waiting_.pop_front();
                        self->write();
                      });
}

void WebSocketConnection::say_end() {
  if (!is_closing_ || std::exchange(has_said_end_, true)) return;
  stream_.async_close(websocket::close_code::normal,
                      [self = shared_from_this()](const beast::error_code&) { self->end(); });
}

}  // namespace collector::http
