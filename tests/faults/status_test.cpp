// Status answers while everything else is stuck: the disk of the state directory, so the writer and the
// spool, and every sink with it.
#include <gtest/gtest.h>

#include <csignal>

#include "collector/http/client.h"
#include "tests/faults/fault_controls.h"
#include "tests/program/program.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

TEST(StatusUnderFaults, AnswersWhileTheDiskHangs) {
  const Installation installation(
      "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n"
      "samplers: {default: off, mem: on}\n"
      "sinks: {local: {type: sqlite, path: collector.db}}\n");
  FaultControls controls({installation.state()});
  Process collector(installation.command({"run"}), controls.environment());
  Finished last;
  const auto becomes = [&](int exit_code, const std::string& text) {
    return eventually([&] {
      last = installation.run({"status"});
      return last.exit_code == exit_code && last.out.find(text) != std::string::npos;
    });
  };
  ASSERT_TRUE(becomes(0, "healthy")) << last.out << collector.err();

  controls.stall(installation.state());
  ASSERT_TRUE(becomes(1, "the open window has grown to ")) << last.out << last.err;
  EXPECT_EQ(last.out.find("the loop is stuck"), std::string::npos) << last.out;
  for (const char* target : {"/status", "/healthz", "/metrics"}) {
    const auto response = http::ask(installation.state() / "status.sock", "GET", target, 10s);
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->status, target == std::string("/healthz") ? 503U : 200U);
  }
  // A replay waits for the disk; what is asked after it does not.
  const auto replay = http::ask(installation.state() / "status.sock", "POST", "/replay", 500ms);
  ASSERT_FALSE(replay);
  EXPECT_EQ(replay.error().kind, http::ClientFailure::Kind::silent) << replay.error().what;
  EXPECT_EQ(http::ask(installation.state() / "status.sock", "POST", "/replay", 10s)->status, 409U);
  EXPECT_TRUE(becomes(1, "degraded"));

  controls.lift(installation.state());
  EXPECT_TRUE(becomes(0, "healthy")) << last.out;
  collector.signal(SIGTERM);
  const auto finished = collector.wait(20s);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

}  // namespace
}  // namespace collector::test
