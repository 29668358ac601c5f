// Nothing phones home: a collector with its defaults, and with the page, speaks to nobody who has not asked.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/http_request.h"
#include "tests/support/long_run.h"

namespace collector::test {
namespace {

// A collector that strace watches.
class Traced {
 public:
  // `factor`: so many times as fast its time goes.
  Traced(const std::string& yaml, int factor) : installation_(yaml) {
    std::vector<std::string> command{"/usr/bin/strace",
                                     "-f",
                                     "-qq",
                                     "--seccomp-bpf",
                                     "-e",
                                     "trace=socket,connect,sendto,sendmsg,sendmmsg",
                                     "-o",
                                     trace().string()};
    if (factor > 1) {
      // LD_PRELOAD takes a space for the end of a name, and the project may lie below one.
      const auto link = installation_.config_file().parent_path() / "fast_time.so";
      std::filesystem::create_symlink(COLLECTOR_FAST_TIME, link);
      command.insert(command.end(), {"-E", "LD_PRELOAD=" COLLECTOR_PRELOADED_BEFORE + link.string(), "-E",
                                     "COLLECTOR_TIME_FACTOR=" + std::to_string(factor)});
    }
    for (const std::string& word : installation_.command({"run"}))
      command.push_back(word);
    strace_ = std::make_unique<Process>(command);
  }

  // Until it has stored what happened in so many of its seconds.
  void run_for(std::int64_t seconds) {
    while (stored() < seconds) {
      const std::int64_t before = stored();
      ASSERT_TRUE(eventually([&] { return stored() > before; })) << strace_->err();
    }
  }

  // Ends it: the calls in which something was sent to, or connected with, an address of the network.
  std::string network_calls() {
    // strace itself takes no signal while it traces.
    kill(std::stoi(read_file(installation_.state() / "lock")), SIGTERM);
    EXPECT_TRUE(strace_->wait(std::chrono::seconds(60))) << strace_->err();
    const std::string all = read_file(trace());
    EXPECT_NE(all.find("socket(AF_NETLINK"), std::string::npos) << "the trace sees what there is";
    std::string lines;
    std::istringstream stream(all);
    for (std::string line; std::getline(stream, line);)
      if (line.find("sa_family=AF_INET") != std::string::npos) lines += line + "\n";
    return lines;
  }

 private:
  std::filesystem::path trace() const { return installation_.config_file().parent_path() / "trace"; }
  std::int64_t stored() const {
    if (!std::filesystem::exists(installation_.state() / "collector.db")) return 0;
    const std::string table = "SELECT count(*) FROM sqlite_master WHERE name='mem_data'";
    if (installation_.query("collector.db", table) == 0) return 0;
    return installation_.query("collector.db", "SELECT max(time) - min(time) FROM mem_data");
  }

  Installation installation_;
  std::unique_ptr<Process> strace_;
};

// Whatever is done each hour or once a day has its turn, with `--full`; what is done each hour, always.
TEST(NoConnection, ADayOfDefaultsSpeaksToNobody) {
  constexpr int hour = 3600;
  Traced traced(
      "sinks: {local: {type: sqlite}}\nweb: {listen: \"127.0.0.1:" + std::to_string(free_port()) + "\"}\n",
      600);
  traced.run_for(usual_or_long(2, 25) * hour);
  EXPECT_EQ(traced.network_calls(), "");
}

TEST(NoConnection, ThePageAnswersAndAsksNobody) {
  const std::uint16_t port = free_port();
  Traced traced("window: 1s\nflush: 1s\nsinks: {local: {type: sqlite}}\nweb: {listen: \"127.0.0.1:" +
                    std::to_string(port) + "\"}\n",
                1);
  EXPECT_TRUE(eventually([&] { return http_request(port, "/").status == 200; }));
  EXPECT_EQ(http_request(port, "/api/v1").status, 200);
  traced.run_for(usual_or_long(3, 60));
  EXPECT_EQ(traced.network_calls(), "");
}

// What the two above look for is seen where it is: an Influx sink speaks to its server.
TEST(NoConnection, OneThatIsConfiguredIsSeen) {
  Traced traced(
      "window: 1s\nflush: 1s\nsinks: {local: {type: sqlite}, far: {type: influx, url: "
      "\"http://127.0.0.1:1\", bucket: b}}\n",
      1);
  traced.run_for(2);
  EXPECT_NE(traced.network_calls().find("connect("), std::string::npos);
}

}  // namespace
}  // namespace collector::test
