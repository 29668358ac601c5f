#include "tests/support/network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/namespaces.h"
#include "tests/support/process.h"

namespace collector::test {
void enter_private_network() {
  enter_namespaces(CLONE_NEWNET | CLONE_NEWNS);
  // No neighbour discovery: the interfaces made here carry what the test sends and nothing else.
  const int ipv6 = open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY);
  if (ipv6 >= 0 && write(ipv6, "1", 1) != 1)
    throw std::runtime_error(std::string("disabling IPv6: ") + std::strerror(errno));
  if (ipv6 >= 0) close(ipv6);
  ip_link("set lo up");
}

void ip_link(const std::string& arguments) {
  std::vector<std::string> words{"/bin/ip", "link"};
  std::istringstream in(arguments);
  for (std::string word; in >> word;)
    words.push_back(word);
  const Finished finished = run_process(words);
  if (finished.exit_code != 0) throw std::runtime_error("ip link " + arguments + ": " + finished.err);
}

KernelCounters kernel_counters(const std::string& interface) {
  std::istringstream lines(read_file("/proc/self/net/dev"));
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos ||
        line.substr(line.find_first_not_of(' '), interface.size() + 1) != interface + ":")
      continue;
    std::istringstream numbers(line.substr(colon + 1));
    KernelCounters counters;
    std::uint64_t unused = 0;
    numbers >> counters.bytes_recv >> counters.packets_recv;
    for (int i = 0; i < 6; ++i)
      numbers >> unused;
    numbers >> counters.bytes_sent >> counters.packets_sent;
    return counters;
  }
  throw std::runtime_error("no interface " + interface + " in /proc/self/net/dev");
}

FrameSender::FrameSender(const std::string& interface) : socket_(socket(AF_PACKET, SOCK_RAW, 0)) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
  if (socket_ < 0 || bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("packet socket on " + interface + ": " + std::strerror(errno));
}

FrameSender::~FrameSender() {
  if (socket_ >= 0) close(socket_);
}

void FrameSender::send(std::size_t frame_size) {
  std::vector<unsigned char> frame(frame_size);
  // Broadcast, from a locally administered address, with the type for local experiments.
  std::memset(frame.data(), 0xFF, ETH_ALEN);
  frame[ETH_ALEN] = 0x02;
  frame[12] = 0x88;
  frame[13] = 0xB5;
  if (::send(socket_, frame.data(), frame.size(), 0) != static_cast<ssize_t>(frame.size()))
    throw std::runtime_error(std::string("send: ") + std::strerror(errno));
  ++frames_;
  bytes_ += frame_size;
}

}  // namespace collector::test
