#include "tests/samplers/net/own_network.h"

#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "tests/samplers/net/message_builder.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

[[noreturn]] void throw_errno(const std::string& what, int number) {
  throw std::system_error(number, std::generic_category(), what);
}

class Descriptor {
 public:
  Descriptor(int domain, int type, int protocol) : number_(::socket(domain, type, protocol)) {
    if (number_ < 0) throw_errno("socket", errno);
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

void ask_kernel(const std::string& what, MessageBuilder message) {
  const Descriptor socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  const auto& bytes = message.bytes();
  if (::send(socket.number(), bytes.data(), bytes.size(), 0) < 0) throw_errno(what, errno);
  std::array<std::byte, 8192> answer{};
  const ssize_t size = ::recv(socket.number(), answer.data(), answer.size(), 0);
  nlmsghdr header{};
  nlmsgerr error{};
  if (size < static_cast<ssize_t>(sizeof header + sizeof error))
    throw std::runtime_error(what + ": no answer");
  std::memcpy(&header, answer.data(), sizeof header);
  std::memcpy(&error, answer.data() + sizeof header, sizeof error);
  if (header.nlmsg_type != NLMSG_ERROR) throw std::runtime_error(what + ": not the answer expected");
  if (error.error != 0) throw_errno(what, -error.error);
}

MessageBuilder change(std::uint16_t type, const ifinfomsg& link, std::uint16_t flags = 0) {
  return {type, static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags), 1, link};
}

ifinfomsg link_named(const std::string& name) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(if_nametoindex(name.c_str()));
  if (link.ifi_index == 0) throw_errno(name, errno);
  return link;
}

constexpr std::uint16_t make = NLM_F_CREATE | NLM_F_EXCL;

void unshare_network() {
  if (::unshare(CLONE_NEWNET) == 0) return;
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
    throw_errno("no network namespace to be had (unshare, as root or with user namespaces)", errno);
}

}  // namespace

std::map<std::string, std::array<std::uint64_t, 16>> read_device_counters() {
  std::map<std::string, std::array<std::uint64_t, 16>> devices;
  std::istringstream lines(read_file("/proc/self/net/dev"));
  std::string line;
  std::getline(lines, line);  // two lines of headings
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    const auto start = line.find_first_not_of(' ');
    const auto colon = line.find(':');
    std::istringstream columns(line.substr(colon + 1));
    for (auto& number : devices[line.substr(start, colon - start)])
      columns >> number;
  }
  return devices;
}

void OwnNetwork::add_running_veth(const std::string& name, const std::string& peer) {
  constexpr std::size_t probe = 600;
  constexpr std::size_t bytes_sent = 8;
  add_veth(name, peer);
  set_up(name);
  set_up(peer);
  // The kernel drops what is sent until it has, in its own time, noticed the carrier.
  do
    send(name, 1, probe);
  while (read_device_counters().at(name)[bytes_sent] < probe);
}

void OwnNetwork::add_veth(const std::string& name, const std::string& peer, int index) {
  ifinfomsg link{};
  link.ifi_index = index;
  auto message = change(RTM_NEWLINK, link, make);
  message.attribute(IFLA_IFNAME, name);
  message.begin(IFLA_LINKINFO).attribute(IFLA_INFO_KIND, "veth").begin(IFLA_INFO_DATA).begin(VETH_INFO_PEER);
  message.nested_header(ifinfomsg{}).attribute(IFLA_IFNAME, peer).end().end().end();
  ask_kernel("add " + name, message);
}

void OwnNetwork::add_bridge(const std::string& name) {
  auto message = change(RTM_NEWLINK, ifinfomsg{}, make);
  message.attribute(IFLA_IFNAME, name).begin(IFLA_LINKINFO).attribute(IFLA_INFO_KIND, "bridge").end();
  ask_kernel("add " + name, message);
}

void OwnNetwork::remove(const std::string& name) {
  ask_kernel("remove " + name, change(RTM_DELLINK, link_named(name)));
}

void OwnNetwork::rename(const std::string& name, const std::string& new_name) {
  ask_kernel("rename " + name, change(RTM_NEWLINK, link_named(name)).attribute(IFLA_IFNAME, new_name));
}

void OwnNetwork::set_up(const std::string& name, bool up) {
  ifinfomsg link = link_named(name);
  link.ifi_change = IFF_UP;
  link.ifi_flags = up ? IFF_UP : 0;
  ask_kernel("up or down " + name, change(RTM_NEWLINK, link));
}

void OwnNetwork::set_master(const std::string& name, const std::string& master) {
  const auto index = static_cast<std::uint32_t>(link_named(master).ifi_index);
  ask_kernel("master of " + name, change(RTM_NEWLINK, link_named(name)).number(IFLA_MASTER, index));
}

void OwnNetwork::move_out(const std::string& name, int namespace_descriptor) {
  ask_kernel("move " + name,
             change(RTM_NEWLINK, link_named(name)).number(IFLA_NET_NS_FD, namespace_descriptor));
}

void OwnNetwork::send(const std::string& name, std::size_t frames, std::size_t size) {
  constexpr std::uint16_t local_experimental = 0x88b5;
  const Descriptor socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  std::vector<unsigned char> frame(size);
  for (std::size_t i = 0; i < ETH_ALEN; ++i)
    frame[i] = 0xff;
  frame[6] = 0x02;
  frame[12] = local_experimental >> 8;
  frame[13] = local_experimental & 0xff;
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = link_named(name).ifi_index;
  for (std::size_t i = 0; i < frames; ++i)
    if (::sendto(socket.number(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to) < 0)
      throw_errno("send on " + name, errno);
}

void in_own_network(const std::function<void(OwnNetwork&)>& body) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    try {
      unshare_network();
      OwnNetwork network;
      body(network);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
    std::fflush(nullptr);
    ::_exit(testing::Test::HasFailure() ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "failed in the child process, see above";
}

}  // namespace collector::test
