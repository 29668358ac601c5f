// A collector that serves the page or does not, and those who watch it live.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <thread>

#include "tests/bench/process.h"
#include "tests/support/free_port.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/web_socket_client.h"

namespace collector::bench {

// What the benchmarks set so that a crowd is let in, where the defaults say 64, 16, 16, 20 and 60.
inline constexpr std::string_view crowd_limits =
    "{connections: 512, per_address: 512, sockets: 256, requests: 100000, burst: 100000}";

// The built program with its defaults and the SQLite sink.
class Collector {
 public:
  enum class Page : bool { off, on };
  // `history`: a file to begin with.
  explicit Collector(Page page, const std::filesystem::path& history = {});

  const Process& process() const { return process_; }
  std::uint16_t port() const { return port_; }
  std::filesystem::path status_socket() const { return state_ / "status.sock"; }

 private:
  std::vector<std::string> command(Page page, const std::filesystem::path& history) const;

  test::TemporaryDirectory state_;
  std::uint16_t port_ = test::free_port();
  Process process_;
};

// Browsers that have the page open: each has subscribed as it does, and takes what it is told.
class Viewers {
 public:
  Viewers(std::uint16_t port, std::size_t count);
  ~Viewers();
  Viewers(const Viewers&) = delete;
  Viewers& operator=(const Viewers&) = delete;

  std::uint64_t ticks() const;                    // taken, of all. Throws where one was closed
  std::uint64_t bytes() const { return bytes_; }  // of ticks' texts

 private:
  void take();

  std::deque<test::WebSocketClient> clients_;
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<bool> is_closed_{false};
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

// The floor of a live view: a thread that writes `size` bytes to each of `count` TCP connections, once a
// second for `seconds`; its CPU time as a share of a core.
double cpu_of_plain_writes(std::size_t count, std::size_t size, int seconds);

}  // namespace collector::bench
