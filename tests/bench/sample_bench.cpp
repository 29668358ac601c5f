// One sample of the samplers that run each second, against reading the same files and counters: kept open,
// one pread each and one RTM_GETSTATS.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "collector/samplers/sampler.h"
#include "config/configuration.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/require.h"

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

struct Running {
  std::string name;
  std::unique_ptr<Sampler> sampler;
  Sample sample;
};

}  // namespace

std::vector<Line> bench_sample() {
  const Files files;
  const SystemClock clock;
  SeriesTable table;
  std::vector<ComponentType> components;
  for (const SamplerType& type : sampler_types())
    components.push_back(type.component);
  const auto configuration =
      parse_configuration("{}\n", "benchmark", {.samplers = components, .sinks = {}}, process_environment());
  if (!configuration) throw std::runtime_error(configuration.error().front().text());

  const std::set<std::string> before = open_kernel_files();
  std::vector<Running> samplers;
  for (const SamplerConfiguration& chosen : configuration->samplers) {
    if (chosen.interval != std::chrono::seconds(1)) continue;
    const auto type = std::ranges::find(sampler_types(), chosen.name,
                                        [](const SamplerType& t) { return t.component.name; });
    auto sampler =
        type->create({.files = files, .series = table, .settings = chosen.settings, .clock = clock});
    samplers.push_back({chosen.name, std::move(sampler), {}});
  }
  std::size_t values = 0;
  const auto take = [&](Running& running) {
    running.sample.clear();
    running.sample.taken = clock.now();
    return running.sampler->sample(running.sample).has_value();
  };
  // Twice: what the machine does not have is left out, and percentages need a second reading.
  for (int i = 0; i < 2; ++i)
    std::erase_if(samplers, [&](Running& running) { return !take(running); });
  for (const Running& running : samplers)
    for (const Reading& reading : running.sample.readings())
      values +=
          static_cast<std::size_t>(std::ranges::count_if(running.sample.values(reading), &Value::present));
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
                   for (Running& running : samplers)
                     take(running);
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
  for (Running& running : samplers) {
    const double cost = cpu_of([&] {
                          for (int i = 0; i < repeats; ++i)
                            take(running);
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
