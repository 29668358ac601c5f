// What is left out is said: to whoever looks once, and to whoever asks the running one.
#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* meets_nothing =
    "interval: 100ms\nwindow: 1s\nflush: 1s\n"
    "samplers: {default: off, mem: on, net: {interfaces: {include: [no-such0]}}}\n";

TEST(NothingReported, OnceAndSampleSayOnStderrWhatThereIs) {
  const Installation installation(meets_nothing);
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"--once", "--wait", "10ms"}, {"sample", "net", "--wait", "10ms"}}) {
    const Finished finished = installation.run(command);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_NE(finished.err.find("nothing is reported: interfaces.include meets no interface; there are: lo"),
              std::string::npos)
        << finished.err;
  }
}

TEST(NothingReported, TheRunningOneIsDegradedUntilSomethingIs) {
  const Installation installation(meets_nothing);
  Process process(installation.command({"run"}));
  Finished status;
  EXPECT_TRUE(eventually([&] {
    status = installation.run({"status"});
    return status.out.find("sampler net: nothing is reported: interfaces.include meets no interface") !=
           std::string::npos;
  })) << status.out
      << status.err;
  EXPECT_EQ(status.exit_code, 1) << status.out;
  installation.configure("samplers: {default: off, mem: on, net: {interfaces: {include: [lo]}}}\n");
  process.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    status = installation.run({"status"});
    return status.exit_code == 0;
  })) << status.out
      << status.err;
  process.signal(SIGTERM);
  ASSERT_TRUE(process.wait(20s));
}

// A real /proc/net whose CurrEstab has gone below zero, as a sandbox shows it.
TEST(NothingReported, OneAbsurdNumberCostsNoOther) {
  const auto root = source_directory() / "tests/samplers/cases/netproto/gauge_below_zero";
  const Installation installation("root: " + root.string() + "\nsamplers: {default: off, netproto: on}\n");
  const Finished finished = installation.run({"sample", "--wait", "0s", "--format", "line"});
  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_EQ(finished.out.find("tcp_curr_estab"), std::string::npos) << finished.out;
  for (const char* neighbour : {"tcp_in_segs=21938i", "ip_in_receives=22000i", "udp_out_datagrams=62i"})
    EXPECT_NE(finished.out.find(neighbour), std::string::npos) << finished.out;
  EXPECT_NE(finished.err.find("Tcp CurrEstab can't be true: 18446744073709540830"), std::string::npos)
      << finished.err;
}

TEST(RootDirectory, OneThatIsNoneIsRefusedByEveryCommand) {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "without_proc");
  std::filesystem::create_directories(directory / "unmounted/proc");
  write_file(directory / "file", "");
  for (const auto& [name, what] : {std::pair{"missing", "there is no such directory"},
                                   {"file", "is not a directory"},
                                   {"without_proc", "its proc is not there"},
                                   {"unmounted", "its proc is empty"}}) {
    const Installation installation("root: " + (directory / name).string() +
                                    "\nsamplers: {default: off, mem: on}\n");
    for (const std::string command : {"check", "run", "--once", "sample"}) {
      const Finished finished = installation.run({command});
      EXPECT_EQ(finished.exit_code, 78) << command << " " << name;
      EXPECT_NE((finished.out + finished.err).find(what), std::string::npos) << finished.out << finished.err;
      EXPECT_NE((finished.out + finished.err).find("collector.yaml:2:7: root: "), std::string::npos)
          << finished.out << finished.err;
    }
  }
}

}  // namespace
}  // namespace collector::test
