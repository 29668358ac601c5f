// WebSockets: connections that a server has handed over to talk in both directions (RFC 6455), on a thread of
// their own, which sleeps while nobody says anything. Bounded: so many sockets, small messages in, a few
// messages waiting to be taken by each; who takes nothing is closed. Messages are texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "collector/core/time.h"
#include "collector/http/message.h"

namespace collector::http {

class WebSockets {
 public:
  using Id = std::uint64_t;  // given once
  struct Settings {
    std::string name;            // of the thread
    std::size_t most = 16;       // sockets at once; beyond them 503
    std::size_t largest = 4096;  // bytes of a message in; a larger one ends the connection
    std::size_t waiting = 8;     // messages that one socket may be behind; beyond them it is closed
    Headers headers{};           // of the answer that opens one, beside its own
    Duration timeout = std::chrono::seconds(10);  // for the handshake, and for a message to be taken
    Duration quiet = std::chrono::seconds(40);    // without a sign of life; half of it after a ping
    // stop() waits so long for clients to take what they were sent, and to close.
    Duration farewell = std::chrono::milliseconds(250);
  };
  // All are called on the thread, which they must not hold up.
  struct Handlers {
    std::function<void(Id)> opened;
    std::function<void(Id, std::string_view message)> received;
    std::function<void(Id)> closed;  // also of one that was never opened; none after stop()
  };
  WebSockets(Settings settings, Handlers handlers);
  ~WebSockets();  // stop()
  WebSockets(const WebSockets&) = delete;
  WebSockets& operator=(const WebSockets&) = delete;

  // The answer to a request to talk like this: it takes the connection over, or says why not. `protocol`:
  // what both talk, which the client has to offer. `taken`: called with its number before it is opened, on
  // the server's thread. Any thread.
  Response open(const Request& request, std::string_view protocol, const std::function<void(Id)>& taken);

  // From any thread, and in the order of the calls of each; what is for a socket that is gone, or closing,
  // goes nowhere.
  void send(Id id, std::string text);
  // How many messages a socket was given, and how many of them have been taken. On the thread.
  std::uint64_t given(Id id) const;
  std::uint64_t taken(Id id) const;
  // After what it was given: within Settings::timeout. From any thread.
  void close(Id id);
  // Does it on the thread, in its turn.
  void post(std::function<void()> work);
  std::size_t count() const;

  // Closes all, as close() does but within Settings::farewell, and ends the thread. Not on the thread. Safe
  // twice.
  void stop();

 private:
  class Implementation;
  class Place;
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace collector::http
