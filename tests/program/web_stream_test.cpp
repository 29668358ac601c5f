// The live stream of the running collector: exact, bounded, and gone when nobody watches.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <optional>

#include "collector/formats/json_reader.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/network.h"
#include "tests/support/web_socket_client.h"

namespace collector::test {
namespace {

constexpr std::string_view subscribe =
    R"({"type":"subscribe","id":1,"measurement":"net","fields":["bytes_recv","bytes_sent"],"by":"interface","back":120})";

class WebStream : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    enter_private_network();
    ip_link("set lo up");
    ip_link("add ws0 type veth peer name ws1");
    ip_link("set ws0 up");
    ip_link("set ws1 up");
  }
  void start() {
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return !collector_->running() || WebSocketClient(port_).is_connected(); }))
        << collector_->err();
    ASSERT_TRUE(collector_->running()) << collector_->err();
  }
  static void move(int frames) {
    FrameSender sender("ws0");
    for (int i = 0; i < frames; ++i)
      sender.send(static_cast<std::size_t>(60 + i % 1400));
  }
  // What messages told that ws0 has sent.
  void add(const std::string& text) {
    const auto message = read_json_object(text);
    ASSERT_TRUE(message) << text;
    const std::string& type = message->member("type")->text;
    if (type == "hello") {
      columns_.clear();
      for (const JsonValue& column : message->member("columns")->items)
        columns_.push_back(column.items[1].text + " " + column.items[2].text);
    }
    if (type != "tick" && type != "back") return;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] != "ws0 bytes_sent") continue;
      const JsonValue& value = message->member("v")->items[i];
      if (type == "tick") told_ += value.integer;
      for (const JsonValue& one : value.items)
        told_ += one.integer;
    }
    if (type == "tick") ++ticks_;
  }
  // It was told why, and that it is the end.
  static void expect_farewell(WebSocketClient& client, const std::string& why) {
    std::string last;
    for (std::string text = client.next(); !text.empty(); text = client.next())
      last = text;
    EXPECT_EQ(last, R"({"type":"bye","why":")" + why + "\"}");
    EXPECT_TRUE(client.has_end());
  }
  void end_collector() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  const std::uint16_t port_ = free_port();
  std::string configuration(int sockets, const std::string& interval = "100ms") const {
    return "interval: 100ms\nwindow: 1s\nflush: 1s\n"
           "samplers: {default: off, net: {interval: " +
           interval +
           ", interfaces: {include: [\"ws*\"]}}}\n"
           "sinks: {local: {type: sqlite}}\nweb: {listen: \"127.0.0.1:" +
           std::to_string(port_) + "\", limits: {sockets: " + std::to_string(sockets) + "}}\n";
  }
  Installation installation_{configuration(2)};
  std::optional<Process> collector_;
  std::vector<std::string> columns_;
  std::int64_t told_ = 0;
  int ticks_ = 0;
};

TEST_F(WebStream, TellsEveryByteAlsoOfBeforeItWasOpened) {
  start();
  // Two ticks have passed that nobody watched.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto begun = static_cast<std::int64_t>(kernel_counters("ws0").bytes_sent);
  move(200);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  WebSocketClient client(port_);
  const std::string header = client.open();
  ASSERT_TRUE(header.starts_with("HTTP/1.1 101")) << header;
  EXPECT_NE(header.find("Sec-WebSocket-Protocol: collector.v1"), std::string::npos) << header;
  EXPECT_EQ(header.find("Beast"), std::string::npos) << header;
  client.send(subscribe);
  add(client.next());
  ASSERT_EQ(columns_.size(), 4U);
  add(client.next());
  move(300);
  const auto moved = [&] { return static_cast<std::int64_t>(kernel_counters("ws0").bytes_sent) - begun; };
  for (int i = 0; i < 100 && (told_ != moved() || ticks_ < 3); ++i)
    add(client.next());
  EXPECT_EQ(told_, moved()) << "what moved before, and since";
  EXPECT_GT(moved(), 50'000);
  end_collector();
  expect_farewell(client, "the collector is ending");
}

// What comes and goes: each tick is of the columns that were named last, and tells what went to its end. The
// first subscription has ticks only where columns change; the second one tells when all has been read.
TEST_F(WebStream, EachTickIsOfTheColumnsThatWereNamedBeforeIt) {
  start();
  WebSocketClient client(port_);
  ASSERT_TRUE(client.open().starts_with("HTTP/1.1 101"));
  for (const char* which : {R"("id":1,"every":3600)", R"("id":2,"every":1)"})
    client.send(R"({"type":"subscribe","measurement":"net","fields":["bytes_sent"],)" + std::string(which) +
                "}");
  std::map<std::int64_t, std::vector<std::string>> columns;
  std::map<std::int64_t, std::int64_t> told;  // of what comes and goes
  const auto follow = [&] {
    const auto message = read_json_object(client.next());
    ASSERT_TRUE(message);
    auto& names = columns[message->member("id")->integer];
    if (message->member("type")->text == "hello") {
      names.clear();
      for (const JsonValue& column : message->member("columns")->items)
        names.push_back(column.items[1].text);
      return;
    }
    const auto& values = message->member("v")->items;
    ASSERT_EQ(values.size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == "wsb0") told[message->member("id")->integer] += values[i].integer;
  };
  const auto is_named = [&](std::int64_t id) {
    return std::ranges::find(columns[id], "wsb0") != columns[id].end();
  };
  for (int round = 0; round < 3; ++round) {
    ip_link("add wsb0 type veth peer name wsb1");
    ip_link("set wsb0 up");
    ip_link("set wsb1 up");
    while (!HasFailure() && !(is_named(1) && is_named(2)))
      follow();
    FrameSender sender("wsb0");
    for (int i = 0; i < 100; ++i)
      sender.send(1000);
    const std::int64_t before = told[2];
    while (!HasFailure() && told[2] < before + 100'000)
      follow();
    ip_link("del wsb0");
    while (!HasFailure() && (is_named(1) || is_named(2)))
      follow();
    EXPECT_GE(told[1], before + 100'000);
    EXPECT_EQ(told[1], told[2]);
  }
  end_collector();
}

// Each reading is due to all of them at once.
TEST_F(WebStream, SubscriptionsOfOneSocketHoldUpNoOther) {
  installation_.configure(configuration(2, "1s"));
  start();
  WebSocketClient client(port_);
  ASSERT_TRUE(client.open().starts_with("HTTP/1.1 101"));
  for (const char* id : {"1", "2", "3"})
    client.send(R"({"type":"subscribe","measurement":"net","fields":["bytes_sent"],"id":)" + std::string(id) +
                "}");
  std::map<std::int64_t, int> ticks{{1, 0}, {2, 0}, {3, 0}};
  for (int i = 0; i < 12;) {
    const auto message = read_json_object(client.next());
    ASSERT_TRUE(message);
    if (message->member("type")->text != "tick") continue;
    ++ticks[message->member("id")->integer];
    ++i;
  }
  EXPECT_EQ(ticks, (std::map<std::int64_t, int>{{1, 4}, {2, 4}, {3, 4}}));
  end_collector();
}

TEST_F(WebStream, SaysWhyItEndsWhenTheServerBeginsAnew) {
  start();
  WebSocketClient client(port_);
  ASSERT_TRUE(client.open().starts_with("HTTP/1.1 101"));
  client.send(subscribe);
  add(client.next());
  installation_.configure(configuration(3));
  collector_->signal(SIGHUP);
  expect_farewell(client, "the page's server begins anew: its configuration has changed");
  EXPECT_TRUE(eventually([&] { return WebSocketClient(port_).open().starts_with("HTTP/1.1 101"); }));
  end_collector();
}

TEST_F(WebStream, IsBoundedAndOnlyForItsOwnPage) {
  start();
  WebSocketClient first(port_), second(port_), third(port_), wrong(port_), other(port_);
  EXPECT_TRUE(first.open().starts_with("HTTP/1.1 101"));
  EXPECT_TRUE(second.open().starts_with("HTTP/1.1 101"));
  EXPECT_TRUE(third.open().starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(other.open("Origin: http://evil.example.com\r\n").starts_with("HTTP/1.1 403"));
  first.send("{\"type\":\"shout\"}");
  EXPECT_EQ(
      first.next(),
      R"({"type":"problem","what":"a parameter is wrong","errors":[{"parameter":"type","value":"shout",)"
      R"("what":"neither subscribe nor unsubscribe","try":"subscribe"}]})");
  first.send(std::string(10'000, 'x'));
  EXPECT_EQ(first.next(), "") << "too much at once ends it";
  EXPECT_TRUE(eventually([&] { return WebSocketClient(port_).open().starts_with("HTTP/1.1 101"); }))
      << "its place is free again";
  second.send("x", 2);
  EXPECT_EQ(second.next(), "") << "no texts";
  end_collector();
}

}  // namespace
}  // namespace collector::test
