// The whole program, measured from outside: `--once`, the first row, and what it costs to leave it running.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "collector/sqlite/database.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"
#include "tests/bench/process.h"
#include "tests/bench/samplers.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::bench {
namespace {

using std::chrono::seconds;

// The program lies beside this one.
std::string program() {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "collector").string();
}

std::string write_configuration(const std::filesystem::path& state, const std::string& sinks) {
  const auto file = state / "collector.yaml";
  test::write_file(file, "state: " + state.string() + "\nsinks:\n" + sinks);
  return file.string();
}

constexpr auto sqlite_sink = "  local: {type: sqlite, path: collector.db}\n";
constexpr auto json_sink = "  archive: {type: json, directory: json}\n";

double wall_of_run(const std::vector<std::string>& command) {
  return wall_of([&] {
    const int code = Process(command).wait();
    if (code != 0) throw std::runtime_error(fmt::format("{} ended with {}", command.front(), code));
  });
}

bool has_rows(const std::filesystem::path& file) {
  const auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) return false;
  const auto count = database->query_integer("SELECT count(*) FROM position");
  return count && count->value_or(0) > 0;
}

// From the second tick, which falls on a whole second, to the moment when another process sees its rows.
double first_row_latency() {
  const test::TemporaryDirectory state;
  const std::string configuration = write_configuration(state.path(), sqlite_sink);
  const Process process({program(), "run", "--config", configuration});
  const double start = wall_seconds();
  while (!has_rows(state / "collector.db")) {
    if (wall_seconds() - start > 10) throw std::runtime_error("no row within 10 s");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return to_seconds(now % seconds(1));
}

// What a program that was left running cost in a while.
struct Idle {
  double cpu = 0;       // share of one core
  double wake_ups = 0;  // per second
  double rss = 0;
  double pss = 0;
  double dirty = 0;  // private: nobody else can have it
  double clean = 0;  // private: of files that no other process maps, the page cache's
};

class Watch {
 public:
  explicit Watch(const Process& process)
      : process_(process),
        cpu_(process.cpu_seconds()),
        wake_ups_(process.wake_ups()),
        start_(wall_seconds()) {}
  Idle result() const {
    const double elapsed = wall_seconds() - start_;
    return {.cpu = (process_.cpu_seconds() - cpu_) / elapsed,
            .wake_ups = static_cast<double>(process_.wake_ups() - wake_ups_) / elapsed,
            .rss = process_.memory("Rss"),
            .pss = process_.memory("Pss"),
            .dirty = process_.memory("Private_Dirty"),
            .clean = process_.memory("Private_Clean")};
  }

 private:
  const Process& process_;
  double cpu_;
  std::uint64_t wake_ups_;
  double start_;
};

constexpr auto collectd_program = "/usr/sbin/collectd";

// The same plugins as our samplers, as often, to files.
std::string write_collectd_configuration(const std::filesystem::path& directory) {
  const auto file = directory / "collectd.conf";
  std::string text = fmt::format(
      "Hostname \"bench\"\nBaseDir \"{0}\"\nPIDFile \"{0}/collectd.pid\"\nTypesDB "
      "\"/usr/share/collectd/types.db\"\n"
      "Interval 1\nLoadPlugin csv\n<Plugin csv>\n  DataDir \"{0}/csv\"\n</Plugin>\n",
      directory.string());
  for (const char* plugin : {"interface", "cpu", "memory", "load", "uptime", "disk"})
    text += fmt::format("LoadPlugin {}\n", plugin);
  for (const char* plugin : {"swap", "contextswitch", "protocols"})
    text += fmt::format("<LoadPlugin {}>\n  Interval 10\n</LoadPlugin>\n", plugin);
  text +=
      "<LoadPlugin processes>\n  Interval 30\n</LoadPlugin>\n<LoadPlugin df>\n  Interval 60\n</LoadPlugin>\n";
  test::write_file(file, text);
  return file.string();
}

// Values in all its files: lines but the heading, times columns but the time.
double collectd_values(const std::filesystem::path& directory) {
  double values = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory / "csv")) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::string line;
    std::getline(file, line);
    const auto columns = static_cast<double>(std::ranges::count(line, ','));
    while (std::getline(file, line))
      values += columns;
  }
  return values;
}

double seconds_to_watch() {
  const char* text = std::getenv("COLLECTOR_BENCH_SECONDS");
  return text == nullptr ? 60 : std::strtod(text, nullptr);
}

std::string in_words(const Idle& idle, double values_per_second) {
  return fmt::format("{:.3f} %, {}/value", idle.cpu * 100, number(idle.cpu / values_per_second, "s"));
}

}  // namespace

std::vector<Line> bench_once() {
  // In memory: what a sync costs is the disk's affair.
  const std::filesystem::path state = fmt::format("/dev/shm/collector-bench-{}", wall_seconds());
  std::filesystem::create_directory(state);
  const std::vector<std::string> command{program(), "--once", "--config",
                                         write_configuration(state, std::string(sqlite_sink) + json_sink)};
  wall_of_run(command);
  const Pair once =
      interleave(21, [] { return wall_of_run({"/bin/true"}); }, [&] { return wall_of_run(command); });
  std::filesystem::remove_all(state);
  return {{.what = "--once, SQLite and JSON sink, state in memory",
           .floor = "/bin/true " + number(once.floor, "s"),
           .ours = number(once.ours, "s"),
           .ratio = once.ours / once.floor,
           .target = "≤ 30 ms beyond the floor",
           .met = once.ours - once.floor <= 0.030}};
}

std::vector<Line> bench_first_row() {
  std::vector<double> latencies;
  for (int i = 0; i < 5; ++i)
    latencies.push_back(first_row_latency());
  const double latency = median(latencies);
  return {{.what = "first row durable, after the second tick",
           .floor = "",
           .ours = number(latency, "s"),
           .ratio = {},
           .target = "≤ 50 ms",
           .met = latency <= 0.050}};
}

std::vector<Line> bench_idle() {
  const double values = Samplers(Duration::zero()).values_per_second();
  const double wanted = seconds_to_watch();
  const test::TemporaryDirectory state;
  const test::TemporaryDirectory other;
  const bool with_peer = std::filesystem::exists(collectd_program);
  const Process ours({program(), "run", "--config", write_configuration(state.path(), sqlite_sink)});
  const auto peer = with_peer ? std::make_unique<Process>(std::vector<std::string>{
                                    collectd_program, "-f", "-C", write_collectd_configuration(other.path())})
                              : nullptr;
  // Not the start: the first flush is over, and both are in step with their intervals.
  std::this_thread::sleep_for(seconds(35));
  if (!ours.running()) throw std::runtime_error("the collector did not stay running");
  if (peer && !peer->running()) throw std::runtime_error("collectd did not stay running");
  const Watch our_watch(ours);
  const auto peer_watch = peer ? std::make_unique<Watch>(*peer) : nullptr;
  const double peer_before = peer ? collectd_values(other.path()) : 0;
  std::this_thread::sleep_for(std::chrono::duration<double>(wanted));
  const Idle idle = our_watch.result();
  const double microseconds = idle.cpu / values * 1e6;
  std::string peer_text = "collectd is not installed";
  std::string peer_memory;
  std::optional<double> ratio;
  std::optional<double> memory_ratio;
  if (peer) {
    const Idle theirs = peer_watch->result();
    const double peer_values = (collectd_values(other.path()) - peer_before) / wanted;
    peer_text = fmt::format("collectd {}, {:.0f} val/s", in_words(theirs, peer_values), peer_values);
    peer_memory = fmt::format("collectd RSS {}, PSS {}", number(theirs.rss, "B"), number(theirs.pss, "B"));
    ratio = idle.cpu / theirs.cpu;
    memory_ratio = idle.rss / theirs.rss;
  }
  return {{.what = fmt::format("idle, defaults, SQLite sink: CPU, {:.0f} val/s", values),
           .floor = peer_text,
           .ours = in_words(idle, values),
           .ratio = ratio,
           .target = "≤ 0.1 % and ≤ 5 µs/value",
           .met = idle.cpu <= 0.001 && microseconds <= 5},
          {.what = "idle, defaults, SQLite sink: memory",
           .floor = peer_memory,
           .ours = fmt::format("RSS {}, PSS {}", number(idle.rss, "B"), number(idle.pss, "B")),
           .ratio = memory_ratio,
           .target = {},
           .met = {}},
          {.what = "  of it private",
           .floor = {},
           .ours = fmt::format("dirty {}, clean {}", number(idle.dirty, "B"), number(idle.clean, "B")),
           .ratio = {},
           .target = "both ≤ 4 MiB",
           .met = idle.dirty + idle.clean <= 4.0 * 1024 * 1024},
          {.what = "idle: wake-ups of all threads",
           .floor = {},
           .ours = fmt::format("{:.2f} a second", idle.wake_ups),
           .ratio = {},
           .target = "one per tick, and the flush",
           .met = idle.wake_ups <= 1.5}};
}

}  // namespace collector::bench
