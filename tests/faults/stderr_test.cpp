// Nobody reads stderr: everything goes on, what is lost is counted and said, and a stop signal is obeyed.
#include <gtest/gtest.h>

#include <csignal>

#include "collector/formats/json_reader.h"
#include "collector/http/client.h"
#include "tests/faults/fault_controls.h"
#include "tests/program/program.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

class StalledStderr : public ::testing::Test {
 protected:
  static constexpr const char* configuration =
      "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n"
      "samplers: {default: off, mem: on, internal: {interval: 1s}}\n"
      "sinks: {local: {type: sqlite, path: collector.db}}\n";

  // More than is kept of what nobody reads.
  static std::string many_mistakes() {
    std::string text;
    for (int i = 0; i < 2000; ++i)
      text += "no_such_setting_" + std::to_string(i) + ": 1\n";
    return text;
  }
  // Lines, as the remarks in their places say.
  static std::int64_t told_as_lost(const std::string& err) {
    std::int64_t sum = 0;
    for (auto at = err.find(" lines of stderr were lost here: nobody read it"); at != std::string::npos;
         at = err.find(" lines of stderr were lost here", at + 1))
      sum += std::stoll(err.substr(err.rfind('"', at) + 1));
    return sum;
  }
  void start() {
    process_.emplace(installation_.command({"run"}), controls_.environment());
    ASSERT_TRUE(eventually([&] { return ticks() > 0; })) << process_->err();
  }
  JsonValue status() {
    const auto response = http::ask(installation_.state() / "status.sock", "GET", "/status", 10s);
    if (!response) return {};
    const auto json = read_json_object(response->body);
    return json ? *json : JsonValue{};
  }
  std::int64_t number(const char* part, const char* name) {
    const JsonValue now = status();
    const JsonValue* in = now.member(part);
    const JsonValue* value = in == nullptr ? nullptr : in->member(name);
    return value == nullptr ? -1 : value->integer;
  }
  std::int64_t ticks() { return number("loop", "ticks"); }
  std::int64_t lost() { return number("log", "lost"); }
  std::string reasons() {
    const auto response = http::ask(installation_.state() / "status.sock", "GET", "/healthz", 10s);
    return response ? response->body : "";
  }
  void edit_with_many_mistakes() {
    installation_.configure(many_mistakes());
    process_->signal(SIGHUP);
  }

  Installation installation_{configuration};
  FaultControls controls_{{installation_.state()}};
  std::optional<Process> process_;
};

TEST_F(StalledStderr, TicksGoOnAndWhatIsLostIsCountedAndSaid) {
  ASSERT_NO_FATAL_FAILURE(start());
  controls_.stall_stderr(true);
  edit_with_many_mistakes();
  ASSERT_TRUE(eventually([&] { return lost() > 0; })) << "the ring is full";
  const std::int64_t before = ticks();
  EXPECT_TRUE(eventually([&] { return ticks() > before + 10; })) << "the loop goes on";
  EXPECT_TRUE(eventually([&] { return reasons().contains("stderr has not been read for "); })) << reasons();

  const std::int64_t all_lost = lost();
  controls_.stall_stderr(false);
  EXPECT_TRUE(eventually([&] { return told_as_lost(process_->err()) == all_lost; }))
      << all_lost << " lost, told are " << told_as_lost(process_->err());
  EXPECT_NE(process_->err().find("not reloaded ("), std::string::npos) << "the latest lines are there";
  EXPECT_TRUE(eventually([&] { return !reasons().contains("stderr has not been read"); })) << reasons();
  EXPECT_EQ(lost(), all_lost);
  EXPECT_TRUE(eventually([&] {
    return installation_.query("collector.db", "SELECT sum(log_lines_lost) FROM internal") == all_lost;
  })) << "a measurement too";
  process_->signal(SIGTERM);
  const auto finished = process_->wait(20s);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0);
  EXPECT_NE(finished->err.find("message=\"stopped\""), std::string::npos)
      << "and its last words: " << finished->err.substr(finished->err.size() - 300);
}

TEST_F(StalledStderr, AStopSignalIsObeyed) {
  ASSERT_NO_FATAL_FAILURE(start());
  controls_.stall_stderr(true);
  edit_with_many_mistakes();
  ASSERT_TRUE(eventually([&] { return lost() > 0; }));
  process_->signal(SIGTERM);
  const auto finished = process_->wait(20s);
  ASSERT_TRUE(finished) << "stderr must not hold the end";
  EXPECT_EQ(finished->exit_code, 0);
  EXPECT_GT(installation_.query("collector.db", "SELECT count(*) FROM mem"), 0);
}

TEST_F(StalledStderr, OneRunForCronEndsToo) {
  installation_.configure(
      "samplers: {default: off, mem: on}\n"
      "sinks:\n"
      "  local: {type: sqlite, path: collector.db}\n"
      "  nowhere: {type: influx, url: \"http://127.0.0.1:1\", version: 1, database: d}\n");
  controls_.stall_stderr(true);
  Process once(installation_.command({"--once", "--wait", "10ms"}), controls_.environment());
  const auto finished = once.wait(60s);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 75);
  EXPECT_GT(controls_.stderr_writes_met(), 0) << "there was something to say";
  EXPECT_GT(installation_.query("collector.db", "SELECT count(*) FROM mem"), 0);
}

TEST_F(StalledStderr, ARefusedStartEndsToo) {
  controls_.stall_stderr(true);
  installation_.configure(many_mistakes());
  Process process(installation_.command({"run"}), controls_.environment());
  const auto finished = process.wait(60s);
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 78);
}

}  // namespace
}  // namespace collector::test
