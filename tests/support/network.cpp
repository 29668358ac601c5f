#include "tests/support/network.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/support/files.h"
#include "tests/support/process.h"

namespace collector::test {
namespace {

void map_to_root(const char* file, unsigned id) {
  const int descriptor = open(file, O_WRONLY);
  const std::string line = "0 " + std::to_string(id) + " 1";
  const bool written = descriptor >= 0 && write(descriptor, line.data(), line.size()) > 0;
  if (descriptor >= 0) close(descriptor);
  if (!written) throw std::runtime_error(std::string(file) + ": " + std::strerror(errno));
}

}  // namespace

void enter_private_network() {
  const unsigned uid = geteuid();
  const unsigned gid = getegid();
  if (uid == 0) {
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0)
      throw std::runtime_error(std::string("unshare: ") + std::strerror(errno));
  } else {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0)
      throw std::runtime_error(std::string("unshare with a user namespace: ") + std::strerror(errno));
    const int deny = open("/proc/self/setgroups", O_WRONLY);
    if (deny >= 0 && write(deny, "deny", 4) < 0) errno = 0;
    if (deny >= 0) close(deny);
    map_to_root("/proc/self/uid_map", uid);
    map_to_root("/proc/self/gid_map", gid);
  }
  // What is mounted from here on stays here.
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    throw std::runtime_error(std::string("making mounts private: ") + std::strerror(errno));
  // No neighbour discovery: the interfaces made here carry what the test sends and nothing else.
  const int ipv6 = open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY);
  if (ipv6 >= 0 && write(ipv6, "1", 1) != 1)
    throw std::runtime_error(std::string("disabling IPv6: ") + std::strerror(errno));
  if (ipv6 >= 0) close(ipv6);
  ip_link("set lo up");
}

void mount_tmpfs(const std::string& directory, std::size_t bytes) {
  std::filesystem::create_directories(directory);
  const std::string options = "size=" + std::to_string(bytes);
  if (mount("tmpfs", directory.c_str(), "tmpfs", 0, options.c_str()) != 0)
    throw std::runtime_error("tmpfs on " + directory + ": " + std::strerror(errno));
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
