// A network namespace of the test's own, with real links in it, made without the help of any program.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace collector::test {

// /proc/net/dev of this process's namespace: by interface, the columns as they are there.
std::map<std::string, std::array<std::uint64_t, 16>> read_device_counters();

class OwnNetwork {
 public:
  // Makes a pair of veth links; both are down.
  void add_veth(const std::string& name, const std::string& peer, int index = 0);
  // The same, both up, and carrying what is sent.
  void add_running_veth(const std::string& name, const std::string& peer);
  void add_bridge(const std::string& name);
  void remove(const std::string& name);
  void rename(const std::string& name, const std::string& new_name);  // the link must be down
  void set_up(const std::string& name, bool up = true);
  void set_master(const std::string& name, const std::string& master);
  void move_out(const std::string& name, int namespace_descriptor);
  // Puts Ethernet frames of `size` bytes on the link.
  void send(const std::string& name, std::size_t frames, std::size_t size);
};

// Runs `body` in a child process that has a network namespace of its own; as an ordinary user it has a user
// namespace too. The test fails when anything in it fails, and when no namespace is to be had.
void in_own_network(const std::function<void(OwnNetwork&)>& body);

}  // namespace collector::test
