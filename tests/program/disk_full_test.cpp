// A full disk stops nothing: sampling goes on, it is said, and it recovers by itself when there is room.

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "collector/formats/json_reader.h"
#include "tests/program/program.h"
#include "tests/support/namespaces.h"
#include "tests/support/network.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

constexpr const char* yaml = R"(
interval: 100ms
window: 1s
flush: 1s
samplers:
  default: off
  net: {interval: 100ms, interfaces: {include: ["ct*"]}}
sinks:
  local: {type: sqlite, path: collector.db}
)";

// Takes all the room there is.
void fill(const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  const std::string block(4096, 'x');
  while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush())
    continue;
}

TEST(DiskFull, SamplingGoesOnAndNoByteIsLost) {
  enter_private_network();
  ip_link("add ct0 type veth peer name ct1");
  ip_link("set ct0 up");
  ip_link("set ct1 up");
  const Installation installation(yaml);
  const SmallDisk disk(installation.state(), std::size_t{2} << 20);
  ASSERT_EQ(installation.run({"--once"}).exit_code, 0);
  const KernelCounters base = kernel_counters("ct0");
  const Recorded before = recorded_in_sqlite(installation, "ct0");

  Process collector(installation.command({"run"}));
  FrameSender sender("ct0");
  const auto send_some = [&] {
    for (int i = 0; i < 50; ++i)
      sender.send(1000);
  };
  const auto sent_recorded = [&] {
    return recorded_in_sqlite(installation, "ct0").packets_sent - before.packets_sent;
  };
  send_some();
  ASSERT_TRUE(eventually([&] { return sent_recorded() > 0; })) << collector.err();

  fill(installation.state() / "filler");
  ASSERT_TRUE(eventually([&] {
    send_some();
    return collector.err().find("make room") != std::string::npos;
  })) << collector.err();
  ASSERT_TRUE(collector.running());
  send_some();
  std::filesystem::remove(installation.state() / "filler");
  ASSERT_TRUE(eventually([&] {
    return collector.err().find("rows are written to the spool again") != std::string::npos;
  })) << collector.err();

  collector.signal(SIGTERM);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
  const KernelCounters now = kernel_counters("ct0");
  const Recorded after = recorded_in_sqlite(installation, "ct0");
  EXPECT_EQ(after.packets_sent - before.packets_sent,
            static_cast<std::int64_t>(now.packets_sent - base.packets_sent));
  EXPECT_EQ(after.bytes_sent - before.bytes_sent,
            static_cast<std::int64_t>(now.bytes_sent - base.bytes_sent));
}

// The history lies elsewhere, or has got all that it could: what waits in memory is in every answer.
TEST(DiskFull, WhatCannotBeStoredIsInTheAnswersAndSaid) {
  enter_private_network();
  ip_link("add ct2 type veth peer name ct3");
  ip_link("set ct2 up");
  ip_link("set ct3 up");
  const TemporaryDirectory elsewhere;
  const Installation installation(
      "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n"
      "samplers: {default: off, net: {interval: 100ms, interfaces: {include: [\"ct*\"]}}}\n"
      "sinks: {local: {type: sqlite, path: " +
      (elsewhere / "collector.db").native() + "}}\n");
  const SmallDisk disk(installation.state(), std::size_t{2} << 20);
  Process collector(installation.command({"run"}));
  struct Told {
    std::int64_t sent = 0;
    bool is_live = false;
    std::string text;
  };
  const auto told = [&]() -> Told {
    const Finished asked = installation.run({"all", "--interface", "ct2", "--json"});
    const auto json = read_json_object(asked.out);
    if (!json) return {.text = asked.err};
    return {json->member("total")->member("sent")->integer, json->member("open_window")->boolean, asked.out};
  };
  Told now;
  ASSERT_TRUE(eventually([&] { return (now = told()).is_live; })) << now.text << collector.err();
  const KernelCounters base = kernel_counters("ct2");
  const Told first = told();

  FrameSender sender("ct2");
  fill(installation.state() / "filler");
  ASSERT_TRUE(eventually([&] {
    sender.send(1000);
    return collector.err().find("make room") != std::string::npos;
  })) << collector.err();
  for (int i = 0; i < 100; ++i)
    sender.send(1000);
  const auto moved = [&] {
    return static_cast<std::int64_t>(kernel_counters("ct2").bytes_sent - base.bytes_sent);
  };
  EXPECT_TRUE(eventually([&] { return (now = told()).is_live && now.sent - first.sent == moved(); }))
      << now.text << collector.err();
  EXPECT_GE(moved(), 100'000);
  const auto ask = [&](const std::string& path) {
    return run_process({"/usr/bin/curl", "-sS", "--max-time", "20", "--unix-socket",
                        (installation.state() / "status.sock").native(), "http://localhost" + path})
        .out;
  };
  const std::string overview = ask("/api/v1/overview");
  EXPECT_NE(overview.find("gets nothing new since "), std::string::npos) << overview;
  EXPECT_NE(ask("/api/v1/usage").find("\"live\":true"), std::string::npos) << ask("/api/v1/usage");
  const Finished status = installation.run({"status"});
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_NE(status.out.find("in memory, with the open window"), std::string::npos) << status.out;

  std::filesystem::remove(installation.state() / "filler");
  ASSERT_TRUE(eventually([&] {
    return collector.err().find("rows are written to the spool again") != std::string::npos;
  })) << collector.err();
  EXPECT_TRUE(eventually([&] { return (now = told()).is_live && now.sent - first.sent == moved(); }))
      << "nothing twice: " << now.text;
  EXPECT_NE(ask("/api/v1/overview").find("\"up to date\""), std::string::npos);
  collector.signal(SIGTERM);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

TEST(DiskFull, ItStartsByItselfWhenThereIsRoom) {
  enter_private_network();
  const Installation installation("window: 1s\nflush: 1s\nsamplers: {default: off, mem: on}\n");
  const SmallDisk disk(installation.state(), std::size_t{2} << 20);
  ASSERT_EQ(installation.run({"--once", "--wait", "10ms"}).exit_code, 0);
  const std::int64_t before = installation.query("collector.db", "SELECT count(*) FROM mem");
  fill(installation.state() / "filler");
  Process collector(installation.command({"run"}));
  ASSERT_TRUE(eventually([&] { return collector.err().find("waiting for room") != std::string::npos; }))
      << collector.err();
  ASSERT_TRUE(collector.running());
  std::filesystem::remove(installation.state() / "filler");
  ASSERT_TRUE(eventually([&] {
    return installation.query("collector.db", "SELECT count(*) FROM mem") > before;
  })) << collector.err();
  collector.signal(SIGTERM);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

TEST(DiskFull, AStopSignalEndsTheWaiting) {
  enter_private_network();
  const Installation installation("samplers: {default: off, mem: on}\n");
  const SmallDisk disk(installation.state(), std::size_t{2} << 20);
  ASSERT_EQ(installation.run({"--once", "--wait", "10ms"}).exit_code, 0);
  fill(installation.state() / "filler");
  Process collector(installation.command({"run"}));
  ASSERT_TRUE(eventually([&] { return collector.err().find("waiting for room") != std::string::npos; }));
  collector.signal(SIGTERM);
  const auto finished = collector.wait(std::chrono::seconds(20));
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->exit_code, 0) << finished->err;
}

TEST(DiskFull, OnceSaysSoAndChangesNothing) {
  enter_private_network();
  const Installation installation("samplers: {default: off, mem: on}\n");
  const SmallDisk disk(installation.state(), std::size_t{2} << 20);
  ASSERT_EQ(installation.run({"--once", "--wait", "10ms"}).exit_code, 0);
  fill(installation.state() / "filler");
  const Finished run = installation.run({"--once", "--wait", "10ms"});
  EXPECT_EQ(run.exit_code, 73) << run.err;
  EXPECT_NE(run.err.find("make room"), std::string::npos) << run.err;
  std::filesystem::remove(installation.state() / "filler");
  EXPECT_EQ(installation.run({"--once", "--wait", "10ms"}).exit_code, 0);
}

}  // namespace
}  // namespace collector::test
