// A network namespace of the test's own with a veth pair in it, and traffic of known size over the pair.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace collector::test {

// Moves the whole test process (and what it starts from now on) into a fresh network namespace and a mount
// namespace of its own: as root directly, else through a user namespace. Call before any thread is started.
// Throws when the kernel allows neither.
void enter_private_network();

// `ip link …` with these arguments; throws with what it said when it fails.
void ip_link(const std::string& arguments);

// The kernel's own counters of an interface, read from /proc/net/dev: independent of what the collector
// reads.
struct KernelCounters {
  std::uint64_t bytes_recv = 0;
  std::uint64_t packets_recv = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t packets_sent = 0;

  friend bool operator==(const KernelCounters&, const KernelCounters&) = default;
};
KernelCounters kernel_counters(const std::string& interface);

// Sends raw Ethernet frames out of an interface.
class FrameSender {
 public:
  explicit FrameSender(const std::string& interface);
  ~FrameSender();
  FrameSender(const FrameSender&) = delete;
  FrameSender& operator=(const FrameSender&) = delete;

  void send(std::size_t frame_size);  // 60 to 1,514 bytes
  std::uint64_t frames() const { return frames_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  int socket_ = -1;
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace collector::test
