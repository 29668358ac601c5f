// What the service manager hears from a running collector, and the collector as process 1 of a container.

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/notify_socket.h"

namespace collector::test {
namespace {

const std::string fast = R"(
interval: 100ms
window: 1s
flush: 1s
samplers: {default: off, mem: on}
sinks: {a: {type: sqlite, path: a.db}}
)";

class Service : public ::testing::Test {
 protected:
  // Messages up to the first that begins so; whether it came.
  bool hears(const std::string& begin) {
    return eventually([&] {
      while (const auto message = socket_.next()) {
        heard_.push_back(*message);
        if (message->starts_with(begin)) return true;
      }
      return false;
    });
  }

  Installation installation_{fast};
  TemporaryDirectory directory_;
  NotifySocket socket_{(directory_ / "notify").string()};
  std::vector<std::string> heard_;
};

TEST_F(Service, IsReadyAfterTheFirstTickAndSaysWhenItReloadsAndStops) {
  Process collector(installation_.command({"run"}), {{"NOTIFY_SOCKET", socket_.name()}});
  ASSERT_TRUE(hears("READY=1\nSTATUS=a tick every 100ms; 1 sampler, 1 sink")) << collector.err();
  collector.signal(SIGHUP);
  ASSERT_TRUE(hears("RELOADING=1\nMONOTONIC_USEC="));
  ASSERT_TRUE(hears("READY=1"));
  write_file(installation_.config_file(), "junk: 1\n");
  collector.signal(SIGHUP);
  ASSERT_TRUE(hears("RELOADING=1"));
  ASSERT_TRUE(hears("READY=1\nSTATUS=the configuration has errors: "))
      << "the old one stays in force, which is ready";
  EXPECT_NE(heard_.back().find("junk"), std::string::npos);
  collector.signal(SIGTERM);
  ASSERT_TRUE(hears("STOPPING=1"));
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

TEST_F(Service, GivesSignsOfLifeAsOftenAsAsked) {
  const Process collector(installation_.command({"run"}),
                          {{"NOTIFY_SOCKET", socket_.name()}, {"WATCHDOG_USEC", "500000"}});
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(hears("WATCHDOG=1")) << collector.err();
}

// A stopped process gives none, and goes on afterwards.
TEST_F(Service, StoppedProcessGivesNoSignOfLife) {
  const Process collector(installation_.command({"run"}),
                          {{"NOTIFY_SOCKET", socket_.name()}, {"WATCHDOG_USEC", "500000"}});
  ASSERT_TRUE(hears("WATCHDOG=1"));
  collector.signal(SIGSTOP);
  while (socket_.next())
    continue;
  std::this_thread::sleep_for(std::chrono::seconds(1));
  EXPECT_FALSE(socket_.next());
  collector.signal(SIGCONT);
  EXPECT_TRUE(hears("WATCHDOG=1"));
}

TEST_F(Service, AsProcessOneItReapsWhatOthersLeaveAndObeysSignals) {
  // sh, in a process namespace of its own, leaves a child behind and becomes the collector.
  std::string shell = "(sleep 0.2; (sleep 0.1 &) ) & exec";
  for (const std::string& word : installation_.command({"run"}))
    shell += " '" + word + "'";
  std::vector<std::string> command{"/usr/bin/unshare", "--pid", "--fork", "--kill-child",
                                   "/bin/sh",          "-c",    shell};
  // Root needs no user namespace, and has none in a chroot.
  if (geteuid() != 0) command.insert(command.begin() + 1, {"--user", "--map-root-user"});
  Process collector(command);
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(installation_.state() / "a.db"); }))
      << collector.err();
  // The collector's number outside: the child of unshare.
  const std::string children =
      "/proc/" + std::to_string(collector.pid()) + "/task/" + std::to_string(collector.pid()) + "/children";
  const pid_t one = std::stoi(read_file(children));
  const std::string of_one = "/proc/" + std::to_string(one) + "/task/" + std::to_string(one) + "/children";
  EXPECT_TRUE(eventually([&] { return read_file(of_one).empty(); }))
      << "no zombie is left: " << read_file(of_one);
  ASSERT_EQ(kill(one, SIGTERM), 0);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
  EXPECT_NE(finished->err.find("stopping: SIGTERM"), std::string::npos) << finished->err;
}

}  // namespace
}  // namespace collector::test
