// A TCP proxy of the test's own: it makes the way to a local server as long and as unreliable as a test
// wants, and counts what goes through. For any protocol; PostgreSQL's messages it can tell apart.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace collector::test {

enum class Way : std::uint8_t { up, down };  // from client to server, and back

// What is about to go on: a piece of the stream as it came, or, with Options::messages, one message.
struct Passing {
  Way way;
  std::uint64_t number;    // on this connection, of both ways together, from 1
  char type;               // of a PostgreSQL message; 0 for plain bytes and for messages that have none
  std::string_view bytes;  // all of it, header and all
};

// What becomes of one connection. By default it lives.
struct Fate {
  // It ends as soon as so many bytes have gone on that way. 0: as soon as it is accepted.
  std::optional<std::uint64_t> bytes_up{};
  std::optional<std::uint64_t> bytes_down{};
  // It ends before the first passing for which this is true: that one and all that follows is lost. Called
  // in the proxy's thread.
  std::function<bool(const Passing&)> lose{};
  // How it ends: closed on both sides, or nobody is told, and nothing goes through any more.
  bool stall = false;
};
using ChooseFate = std::function<Fate(std::uint64_t connection)>;  // numbered from 1; in the proxy's thread

class CuttingProxy {
 public:
  struct Options {
    std::uint16_t target = 0;           // port on 127.0.0.1
    std::chrono::microseconds delay{};  // each way
    bool messages = false;  // goes by PostgreSQL messages, as long as the connection is not encrypted
    ChooseFate fate{};
  };
  struct Figures {
    std::uint64_t connections = 0;
    std::uint64_t ended = 0;  // by their fate
    std::uint64_t bytes_up = 0;
    std::uint64_t bytes_down = 0;
    // How often the client was answered after it had said something. The three-way handshake of TCP is one
    // more for each connection.
    std::uint64_t round_trips = 0;
  };

  explicit CuttingProxy(Options options);
  ~CuttingProxy();  // cuts what is open
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  std::uint16_t port() const { return port_; }
  Figures figures() const;              // since it was made
  void set_fate(ChooseFate fate);       // of connections from now on; empty: they live
  void set_target(std::uint16_t port);  // of connections from now on
  void cut_all();                       // what is open; it is closed soon, not yet on return

 private:
  struct Link;
  struct Stream;
  void run();
  void accept_one();
  // Nothing of them throws or blocks; false: the connection is over.
  bool receive(Link& link, Way way) const;
  void split(Link& link, Way way) const;
  void pass_due(Link& link, Way way);
  bool flush(Link& link, Way way);
  bool serve(Link& link);

  Options options_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int wake_ = -1;
  mutable std::mutex mutex_;  // of all below and of options_.fate and .target
  Figures figures_;
  bool stopping_ = false;
  bool cutting_ = false;
  std::vector<std::unique_ptr<Link>> links_;  // the thread's own
  std::thread thread_;
};

}  // namespace collector::test
