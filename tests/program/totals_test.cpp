// Today's and this month's totals beside what a command is for, where there is a history, and nothing where
// there is none.

#include <gtest/gtest.h>

#include <csignal>

#include "collector/formats/json_reader.h"
#include "tests/program/program.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* with_history =
    "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n"
    "samplers: {default: off, net: {interfaces: {include: [\"*\"]}}}\n"
    "sinks: {local: {type: sqlite, path: collector.db}}\n";
constexpr const char* without_history =
    "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\nsamplers: {default: off, mem: on}\n"
    "sinks: {files: {type: json, directory: json}}\n";

struct Running {
  explicit Running(const Installation& installation) : process(installation.command({"run"})) {
    EXPECT_TRUE(eventually([&] { return installation.run({"status"}).exit_code == 0; })) << process.err();
  }
  ~Running() {
    process.signal(SIGTERM);
    EXPECT_TRUE(process.wait(20s));
  }
  Process process;
};

TEST(Totals, StatusHasThem) {
  const Installation installation(with_history);
  const Running running(installation);
  ASSERT_TRUE(
      eventually([&] { return installation.run({"status"}).out.find("moved  ") != std::string::npos; }));
  const Finished text = installation.run({"status"});
  EXPECT_NE(text.out.find(" today, "), std::string::npos) << text.out;
  EXPECT_NE(text.out.find(" this month\n"), std::string::npos) << text.out;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"status", "--json"}, {"status", "--json", "--state", installation.state().string()}}) {
    const Finished asked = installation.run(command);
    const auto json = read_json_object(asked.out);
    ASSERT_TRUE(json) << asked.out;
    const JsonValue* moved = json->member("moved");
    ASSERT_NE(moved, nullptr) << asked.out;
    for (const char* range : {"today", "month"}) {
      const JsonValue* total = moved->member(range);
      ASSERT_NE(total, nullptr) << asked.out;
      EXPECT_EQ(total->member("total")->integer,
                total->member("received")->integer + total->member("sent")->integer);
      EXPECT_NE(total->member("from")->text, "");
    }
  }
}

TEST(Totals, WhereThereIsNoHistoryNothingIsSaid) {
  const Installation installation(without_history);
  const Running running(installation);
  const Finished text = installation.run({"status"});
  EXPECT_EQ(text.out.find("moved"), std::string::npos) << text.out;
  EXPECT_EQ(text.err, "");
  const Finished json = installation.run({"status", "--json"});
  EXPECT_TRUE(read_json_object(json.out)) << json.out;
  EXPECT_EQ(json.out.find("\"moved\""), std::string::npos) << json.out;
  EXPECT_EQ(json.err, "");
}

TEST(Totals, OnceHasThem) {
  const Installation installation(with_history);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  const Finished second = installation.run({"--once"});
  EXPECT_EQ(second.exit_code, 0) << second.err;
  EXPECT_NE(second.out.find("moved: "), std::string::npos) << second.out;
  installation.configure(without_history);
  const Finished none = installation.run({"--once"});
  EXPECT_EQ(none.exit_code, 0) << none.err;
  EXPECT_EQ(none.out.find("moved"), std::string::npos) << none.out;
}

}  // namespace
}  // namespace collector::test
