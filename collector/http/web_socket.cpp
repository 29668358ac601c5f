#include "collector/http/web_socket.h"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace collector::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using Protocol = asio::generic::stream_protocol;
using ContextExecutor = asio::io_context::executor_type;
using Upgrade = beast::http::request<beast::http::string_body>;
// Without compression: its memory grows with the clients, and a message is small.
using Stream = websocket::stream<beast::basic_stream<Protocol, ContextExecutor>, false>;

Upgrade upgrade_of(const Request& request) {
  Upgrade upgrade(beast::http::verb::get, request.path, 11);
  for (const Header& header : request.headers)
    upgrade.insert(header.name, header.value);
  return upgrade;
}

bool offers(const Request& request, std::string_view protocol) {
  const auto all = list_of(request.headers, "Sec-WebSocket-Protocol");
  return std::ranges::find(all, protocol) != all.end();
}

}  // namespace

class WebSockets::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  class Connection;
  Implementation(Settings settings, Handlers handlers)
      : settings_(std::move(settings)), handlers_(std::move(handlers)) {}

  void take(Id id, Descriptor descriptor, std::string received, Upgrade request, const std::string& protocol);
  void forget(Id id) {
    if (connections_.erase(id) == 0) return;
    --count_;
    handlers_.closed(id);
  }
  void ensure_thread() {
    const std::lock_guard lock(mutex_);
    if (thread_.joinable() || stopped_) return;
    thread_ = std::thread([this] { context_.run(); });
    pthread_setname_np(thread_.native_handle(), settings_.name.substr(0, 15).c_str());
  }
  void stop();

  const Settings settings_;
  const Handlers handlers_;
  asio::io_context context_{1};
  asio::executor_work_guard<ContextExecutor> work_{context_.get_executor()};
  std::atomic<std::size_t> count_{0};
  std::atomic<Id> last_id_{0};
  std::map<Id, std::shared_ptr<Connection>> connections_;  // of the thread
  std::mutex mutex_;                                       // of what follows
  std::thread thread_;
  bool stopped_ = false;
};

class WebSockets::Implementation::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Implementation& all, Id id, asio::basic_stream_socket<Protocol, ContextExecutor> socket)
      : all_(all), id_(id), stream_(std::move(socket)) {}

  void start(Upgrade request, const std::string& protocol) {
    request_ = std::move(request);
    websocket::stream_base::timeout times{};
    times.handshake_timeout = all_.settings_.timeout;
    times.idle_timeout = all_.settings_.quiet;
    times.keep_alive_pings = true;
    stream_.set_option(times);
    stream_.set_option(
        websocket::stream_base::decorator([this, protocol](websocket::response_type& response) {
          response.set(beast::http::field::sec_websocket_protocol, protocol);
          response.set(beast::http::field::server, "");  // else it names the library, and its version
          for (const Header& header : all_.settings_.headers)
            response.set(header.name, header.value);
        }));
    stream_.read_message_max(all_.settings_.largest);
    stream_.async_accept(request_, [self = shared_from_this()](const beast::error_code& error) {
      if (error) return self->end();
      self->is_open_ = true;
      self->all_.handlers_.opened(self->id_);
      self->read();
      self->write();
    });
  }

  void send(std::string text) {
    if (waiting_.size() >= all_.settings_.waiting) return end();
    waiting_.push_back(std::move(text));
    write();
  }
  bool is_idle() const { return is_open_ && waiting_.empty(); }

  void close() {
    if (!is_open_) return end();
    if (std::exchange(is_closing_, true)) return;
    stream_.async_close(websocket::close_code::normal,
                        [self = shared_from_this()](const beast::error_code&) { self->end(); });
  }
  void end() {
    if (std::exchange(is_over_, true)) return;
    beast::error_code ignored;
    beast::get_lowest_layer(stream_).socket().close(ignored);
    all_.forget(id_);
  }

 private:
  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](const beast::error_code& error, std::size_t) {
      if (error) return self->end();
      if (!self->stream_.got_text()) return self->close();
      const auto bytes = self->buffer_.cdata();
      const std::string text(static_cast<const char*>(bytes.data()), bytes.size());
      self->buffer_.consume(self->buffer_.size());
      self->all_.handlers_.received(self->id_, text);
      if (!self->is_over_) self->read();
    });
  }
  void write() {
    if (!is_open_ || is_writing_ || waiting_.empty() || is_closing_) return;
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

  Implementation& all_;
  const Id id_;
  Stream stream_;
  Upgrade request_;
  beast::flat_buffer buffer_;
  std::deque<std::string> waiting_;  // the first one is being written
  bool is_open_ = false;
  bool is_writing_ = false;
  bool is_closing_ = false;
  bool is_over_ = false;
};

// One of those that may be open. A client that is gone before it is answered leaves it unused.
class WebSockets::Place {
 public:
  Place(std::weak_ptr<Implementation> all, Id id) : all_(std::move(all)), id_(id) {}
  ~Place() {
    const auto all = all_.lock();
    if (is_used_ || !all) return;
    --all->count_;
    asio::post(all->context_, [of = all.get(), id = id_] { of->handlers_.closed(id); });
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  Id id() const { return id_; }
  void use(Descriptor connection, std::string received, const Upgrade& upgrade, const std::string& protocol) {
    const auto all = all_.lock();
    if (!all) return;
    is_used_ = true;
    const auto held = std::make_shared<Descriptor>(std::move(connection));
    asio::post(all->context_,
               [of = all.get(), id = id_, held, received = std::move(received), upgrade, protocol]() mutable {
                 of->take(id, std::move(*held), std::move(received), std::move(upgrade), protocol);
               });
  }

 private:
  const std::weak_ptr<Implementation> all_;
  const Id id_;
  bool is_used_ = false;
};

void WebSockets::Implementation::take(Id id, Descriptor descriptor, std::string received, Upgrade request,
                                      const std::string& protocol) {
  asio::basic_stream_socket<Protocol, ContextExecutor> socket(context_);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(descriptor.get(), reinterpret_cast<sockaddr*>(&address), &size);
  beast::error_code error;
  // A client has to wait for the answer before it says more.
  if (received.empty()) socket.assign({address.ss_family, 0}, descriptor.get(), error);
  if (!received.empty() || error) {
    --count_;
    return handlers_.closed(id);
  }
  descriptor.release();
  const auto connection = std::make_shared<Connection>(*this, id, std::move(socket));
  connections_.emplace(id, connection);
  connection->start(std::move(request), protocol);
}

void WebSockets::Implementation::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  context_.stop();
  if (thread_.joinable()) thread_.join();
  for (const auto& [id, connection] : std::exchange(connections_, {}))
    connection->end();
}

WebSockets::WebSockets(Settings settings, Handlers handlers)
    : implementation_(std::make_shared<Implementation>(std::move(settings), std::move(handlers))) {}

WebSockets::~WebSockets() {
  stop();
}

Response WebSockets::open(const Request& request, std::string_view protocol,
                          const std::function<void(Id)>& taken) {
  Upgrade upgrade = upgrade_of(request);
  constexpr std::size_t key_size = 24;  // 16 bytes in base64 (RFC 6455, 4.1)
  if (!websocket::is_upgrade(upgrade) || request.header("Sec-WebSocket-Version") != "13")
    return {.status = 426,
            .body = "this is talked to by WebSocket, version 13\n",
            .headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}};
  if (request.header("Sec-WebSocket-Key").size() != key_size)
    return {.status = 400, .body = "Sec-WebSocket-Key has to be 16 bytes in base64\n"};
  if (!offers(request, protocol))
    return {.status = 400, .body = "Sec-WebSocket-Protocol has to offer " + std::string(protocol) + "\n"};
  auto& all = *implementation_;
  if (++all.count_ > all.settings_.most) {
    --all.count_;
    return {.status = 503, .body = "as many streams are open as may be\n", .headers = {{"Retry-After", "5"}}};
  }
  all.ensure_thread();
  const auto place = std::make_shared<Place>(implementation_, ++all.last_id_);
  taken(place->id());
  return {.take_over = [place, upgrade = std::move(upgrade), protocol = std::string(protocol)](
                           Descriptor connection, std::string received) {
    place->use(std::move(connection), std::move(received), upgrade, protocol);
  }};
}

void WebSockets::send(Id id, std::string text) {
  asio::post(implementation_->context_, [all = implementation_.get(), id, text = std::move(text)]() mutable {
    if (const auto found = all->connections_.find(id); found != all->connections_.end())
      std::shared_ptr(found->second)->send(std::move(text));
  });
}

bool WebSockets::is_idle(Id id) const {
  const auto found = implementation_->connections_.find(id);
  return found != implementation_->connections_.end() && found->second->is_idle();
}

bool WebSockets::send_if_idle(Id id, std::string_view text) {
  if (!is_idle(id)) return false;
  std::shared_ptr(implementation_->connections_.at(id))->send(std::string(text));
  return true;
}

void WebSockets::close(Id id) {
  post([all = implementation_.get(), id] {
    if (const auto found = all->connections_.find(id); found != all->connections_.end())
      std::shared_ptr(found->second)->close();
  });
}

void WebSockets::post(std::function<void()> work) {
  asio::post(implementation_->context_, std::move(work));
}

std::size_t WebSockets::count() const {
  return implementation_->count_;
}

void WebSockets::stop() {
  implementation_->stop();
}

}  // namespace collector::http
