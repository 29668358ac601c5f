// Ten minutes without a server at windows of a second, kill -9 in between, and connections that break at any
// byte: afterwards every row is there once, in InfluxDB and in VictoriaMetrics.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "collector/core/log.h"
#include "sinks/runner.h"
#include "tests/sinks/influx/influx_fixture.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/influx_server.h"
#include "tests/support/long_run.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int windows_before = 5;
constexpr int windows = 600;
constexpr int interfaces = 4;

// What the target holds: (interface, milliseconds) → bytes, once each.
using Stored = std::map<std::pair<std::string, std::int64_t>, std::int64_t>;

struct InfluxOutage {
  InfluxServer server;
  void go_down() { server.kill(); }
  Stored stored() const {
    Stored stored;
    for (int i = 0; i < interfaces; ++i) {
      const std::string name = "eth" + std::to_string(i);
      const auto answer = read(name);
      for (const auto& [time, value] : answer)
        EXPECT_TRUE(stored.try_emplace({name, time}, value).second) << name << " twice at " << time;
    }
    return stored;
  }
  std::vector<std::pair<std::int64_t, std::int64_t>> read(const std::string& interface) const;
};

struct VictoriaOutage {
  VictoriaServer server;
  // It has no log: killed, it would lose what it acknowledged in its last seconds.
  void go_down() { server.stop(); }
  Stored stored() const {
    Stored stored;
    for (int i = 0; i < interfaces; ++i) {
      const std::string name = "eth" + std::to_string(i);
      for (const auto& sample : server.samples("{__name__=\"net_bytes_recv\",interface=\"" + name + "\"}"))
        EXPECT_TRUE(
            stored.try_emplace({name, sample.milliseconds}, static_cast<std::int64_t>(sample.value)).second)
            << name << " twice at " << sample.milliseconds;
    }
    return stored;
  }
};

// "…[[1767225630000,5],…]]…": times and values of the only series.
std::vector<std::pair<std::int64_t, std::int64_t>> InfluxOutage::read(const std::string& interface) const {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  std::string text = server.query("SELECT bytes_recv FROM net WHERE interface = '" + interface + "'");
  text = text.substr(std::min(text.find("\"values\":[") + 10, text.size()));
  for (auto at = text.find('['); at != std::string::npos; at = text.find('[', at + 1)) {
    const auto comma = text.find(',', at);
    all.emplace_back(std::stoll(text.substr(at + 1)), std::stoll(text.substr(comma + 1)));
  }
  return all;
}

// A spool with the sink "grafana", and processes that deliver from it and are killed.
template <typename Target>
class OutageTest : public InfluxSinkTest {
 protected:
  OutageTest() {
    settings_.set("timeout", Duration(seconds(10)));
    use(target_.server.port());
  }

  void use(std::uint16_t port) { settings_.set("url", "http://127.0.0.1:" + std::to_string(port)); }

  std::unique_ptr<Spool> open_spool() {
    Spool::Options options;
    options.directory = state_.path();
    options.machine_id = "machine";
    options.clock = &clock_;
    options.series = &table_;
    auto spool = Spool::open(options);
    EXPECT_TRUE(spool) << spool.error().text();
    const std::vector<std::pair<std::string, SinkLimits>> sinks{{"grafana", {}}};
    EXPECT_TRUE((*spool)->set_sinks(sinks));
    return *std::move(spool);
  }

  // Windows of one second; what they hold is remembered in expected_.
  void append(Spool& spool, int count) {
    for (int i = 0; i < count; ++i, ++window_) {
      Batch batch;
      batch.labels = {{"host", "laptop"}};
      for (int k = 0; k < interfaces; ++k) {
        const std::string name = "eth" + std::to_string(k);
        Row row;
        row.series = table_.intern(net_measurement(), {{"interface", name}});
        row.start = WallTime(seconds(first_second + window_));
        row.end = row.start + seconds(1);
        const std::int64_t bytes = 1000 * window_ + k;
        batch.add(std::move(row))[0] = counter_cell(bytes, bytes, 1);
        expected_[{name, (first_second + window_ + 1) * 1000}] = bytes;
      }
      ASSERT_TRUE(spool.append(batch, {}));
    }
  }

  // A process that delivers until it is told to end by a signal, or has delivered everything.
  pid_t start_delivering() {
    const pid_t child = fork();
    if (child != 0) return child;
    log::set_level(log::Level::error);
    const SystemClock system;
    const auto spool = open_spool();
    RunnerSettings settings;
    settings.name = "grafana";
    settings.max_rows = 40;  // many small writes, so that a kill meets them
    settings.random = [] { return 0.0; };
    settings.pause = [](Duration) { std::this_thread::sleep_for(milliseconds(5)); };
    Runner runner(settings, make_sink(), *spool, system);
    for (;;) {
      const auto outcome = runner.deliver_once(true, std::chrono::hours(1));
      if (outcome == Runner::Outcome::rejected) _exit(3);
      if (outcome == Runner::Outcome::delivered) _exit(0);
    }
  }

  // Killed `kills` times after random moments, the last one may finish.
  void deliver_with_kills(int kills, int longest_milliseconds) {
    std::mt19937 random(20260131);
    for (int i = 0;; ++i) {
      const pid_t child = start_delivering();
      ASSERT_GT(child, 0);
      if (i < kills) {
        std::this_thread::sleep_for(milliseconds(random() % static_cast<unsigned>(longest_milliseconds)));
        kill(child, SIGKILL);
      }
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      if (i >= kills) {
        ASSERT_TRUE(WIFEXITED(status));
        ASSERT_EQ(WEXITSTATUS(status), 0);
        return;
      }
    }
  }

  Target target_;
  SeriesTable table_;
  Stored expected_;
  std::int64_t window_ = 0;
};

using Targets = testing::Types<InfluxOutage, VictoriaOutage>;
TYPED_TEST_SUITE(OutageTest, Targets);

TYPED_TEST(OutageTest, TenMinutesWithoutAServerAndKills) {
  {
    const auto spool = this->open_spool();
    this->append(*spool, windows_before);
  }
  this->deliver_with_kills(0, 1);
  this->target_.go_down();
  {
    const auto spool = this->open_spool();
    this->append(*spool, windows / 2);
  }
  // It tries, and is killed.
  const pid_t trying = this->start_delivering();
  std::this_thread::sleep_for(milliseconds(100));
  kill(trying, SIGKILL);
  waitpid(trying, nullptr, 0);
  {
    const auto spool = this->open_spool();
    this->append(*spool, windows / 2);
  }
  this->target_.server.start();
  this->deliver_with_kills(usual_or_long(8, 100), 120);
  EXPECT_EQ(this->target_.stored(), this->expected_);
}

TYPED_TEST(OutageTest, ConnectionsCutAtAnyByte) {
  std::mt19937 random(5);
  CuttingProxy proxy({.target = this->target_.server.port(), .fate = [&random](std::uint64_t connection) {
                        Fate fate;
                        // Every tenth one lives, so that it comes to an end.
                        if (connection % 10 == 0) return fate;
                        if (random() % 2 == 0)
                          fate.bytes_up = random() % 20'000;
                        else
                          fate.bytes_down = random() % 1'000;
                        return fate;
                      }});
  this->use(proxy.port());
  {
    const auto spool = this->open_spool();
    this->append(*spool, windows);
  }
  this->deliver_with_kills(usual_or_long(3, 50), 150);
  EXPECT_GT(proxy.figures().ended, 5U);
  EXPECT_EQ(this->target_.stored(), this->expected_);
}

}  // namespace
}  // namespace collector::test
