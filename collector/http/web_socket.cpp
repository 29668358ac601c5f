#include "collector/http/web_socket.h"

#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "collector/http/web_socket_connection.h"

namespace collector::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using Upgrade = WebSocketUpgrade;

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
  Implementation(Settings settings, Handlers handlers)
      : settings_(std::move(settings)), handlers_(std::move(handlers)) {}

  void take(Id id, Descriptor descriptor, std::string received, Upgrade request, const std::string& protocol);
  // Told in its own turn: whoever sent something, and so came here, may hold what the handler wants.
  void forget(Id id) {
    if (connections_.erase(id) == 0) return;
    --count_;
    asio::post(context_, [this, id] { handlers_.closed(id); });
    if (leaves_ && connections_.empty()) context_.stop();
  }
  std::shared_ptr<WebSocketConnection> find(Id id) const {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second;
  }
  void ensure_thread() {
    const std::lock_guard lock(mutex_);
    if (thread_.joinable() || stopped_) return;
    thread_ = std::thread([this] { context_.run(); });
    pthread_setname_np(thread_.native_handle(), settings_.name.substr(0, 15).c_str());
  }
  void leave();
  void stop();

  const Settings settings_;
  const Handlers handlers_;
  asio::io_context context_{1};
  asio::executor_work_guard<WebSocketExecutor> work_{context_.get_executor()};
  std::atomic<std::size_t> count_{0};
  std::atomic<Id> last_id_{0};
  // Of the thread.
  std::map<Id, std::shared_ptr<WebSocketConnection>> connections_;
  WebSocketTimer farewell_{context_};
  bool leaves_ = false;
  std::mutex mutex_;  // of what follows
  std::thread thread_;
  bool stopped_ = false;
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
  WebSocketTransport socket(context_);
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
  const auto connection = std::make_shared<WebSocketConnection>(
      settings_, handlers_, [this](Id gone) { forget(gone); }, id, std::move(socket));
  connections_.emplace(id, connection);
  connection->start(std::move(request), protocol);
}

// On the thread, which ends when the last one is gone, or when it has been waited for long enough.
void WebSockets::Implementation::leave() {
  leaves_ = true;
  if (connections_.empty()) return context_.stop();
  farewell_.expires_after(settings_.farewell);
  farewell_.async_wait([this](const beast::error_code&) { context_.stop(); });
  for (const auto& [id, connection] : std::map(connections_))
    connection->close();
}

void WebSockets::Implementation::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  if (thread_.joinable()) {
    asio::post(context_, [this] { leave(); });
    thread_.join();
  }
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
  // On the thread at once: what is sent first arrives first.
  asio::dispatch(implementation_->context_,
                 [all = implementation_.get(), id, text = std::move(text)]() mutable {
                   if (const auto connection = all->find(id)) connection->send(std::move(text));
                 });
}

std::uint64_t WebSockets::given(Id id) const {
  const auto connection = implementation_->find(id);
  return connection ? connection->given() : 0;
}

std::uint64_t WebSockets::taken(Id id) const {
  const auto connection = implementation_->find(id);
  return connection ? connection->taken() : 0;
}

void WebSockets::close(Id id) {
  asio::dispatch(implementation_->context_, [all = implementation_.get(), id] {
    if (const auto connection = all->find(id)) connection->close();
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
