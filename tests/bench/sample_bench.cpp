// One sample of the samplers that run each second, against reading the same files and counters: kept open,
// one pread each and one RTM_GETSTATS.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <set>
#include <string>

#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/samplers.h"

namespace collector::bench {
namespace {

constexpr int repeats = 200;
constexpr int rounds = 9;

// Paths below /proc and /sys that this process holds open.
std::set<std::string> open_kernel_files() {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    const bool kernel = target.starts_with("/proc/") || target.starts_with("/sys/");
    if (kernel && std::filesystem::is_regular_file(target, error)) files.insert(target);
  }
  return files;
}

class FloorOfFiles {
 public:
  explicit FloorOfFiles(const std::set<std::string>& files) {
    for (const std::string& file : files)
      descriptors_.push_back(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  }
  ~FloorOfFiles() {
    for (const int descriptor : descriptors_)
      ::close(descriptor);
  }
  FloorOfFiles(const FloorOfFiles&) = delete;
  FloorOfFiles& operator=(const FloorOfFiles&) = delete;

  void read() {
    for (const int descriptor : descriptors_) {
      if (::pread(descriptor, buffer_.data(), buffer_.size(), 0) < 0) continue;
      use(buffer_.data());
    }
  }

 private:
  std::vector<int> descriptors_;
  std::array<char, 65536> buffer_{};
};

class FloorOfCounters {
 public:
  FloorOfCounters() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
    request_.header.nlmsg_len = sizeof request_;
    request_.header.nlmsg_type = RTM_GETSTATS;
    request_.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request_.body.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
  }
  ~FloorOfCounters() { ::close(socket_); }
  FloorOfCounters(const FloorOfCounters&) = delete;
  FloorOfCounters& operator=(const FloorOfCounters&) = delete;

  void read() {
    if (::send(socket_, &request_, sizeof request_, 0) < 0) return;
    for (;;) {
      const ssize_t size = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (size <= 0) return;
      auto left = static_cast<unsigned>(size);
      for (auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data()); NLMSG_OK(message, left);
           message = NLMSG_NEXT(message, left))
        if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return;
    }
  }

 private:
  struct {
    nlmsghdr header{};
    if_stats_msg body{};
  } request_;
  int socket_;
  alignas(nlmsghdr) std::array<char, 65536> buffer_{};
};

}  // namespace

std::vector<Line> bench_sample() {
  const std::set<std::string> before = open_kernel_files();
  Samplers set(std::chrono::seconds(1));
  std::vector<Samplers::Running>& samplers = set.running();
  std::size_t values = 0;
  for (const Samplers::Running& running : samplers)
    values += running.values();
  std::set<std::string> kept = open_kernel_files();
  for (const std::string& file : before)
    kept.erase(file);

  FloorOfFiles floor_of_files(kept);
  FloorOfCounters floor_of_counters;
  const Pair one = interleave(
      rounds,
      [&] {
        return cpu_of([&] {
                 for (int i = 0; i < repeats; ++i) {
                   floor_of_files.read();
                   floor_of_counters.read();
                 }
               }) /
               repeats;
      },
      [&] {
        return cpu_of([&] {
                 for (int i = 0; i < repeats; ++i)
                   for (Samplers::Running& running : samplers)
                     running.take(set.clock());
               }) /
               repeats;
      });
  std::vector<Line> lines{
      {.what = fmt::format("one sample of the 1 s set: {} samplers, {} values", samplers.size(), values),
       .floor = fmt::format("{} files, RTM_GETSTATS {}", kept.size(), number(one.floor, "s")),
       .ours = number(one.ours, "s"),
       .ratio = one.ours / one.floor,
       .target = "≤ 2 × the floor",
       .met = one.ours / one.floor <= 2}};
  for (Samplers::Running& running : samplers) {
    const double cost = cpu_of([&] {
                          for (int i = 0; i < repeats; ++i)
                            running.take(set.clock());
                        }) /
                        repeats;
    lines.push_back({.what = "  of it " + running.name,
                     .floor = {},
                     .ours = number(cost, "s"),
                     .ratio = {},
                     .target = {},
                     .met = {}});
  }
  return lines;
}

}  // namespace collector::bench
