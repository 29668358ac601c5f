// A long question to the running collector's history holds up nothing else; over TCP there is none.

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "collector/http/client.h"
#include "collector/sqlite/database.h"
#include "tests/program/program.h"
#include "tests/support/network.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* some =
    "interval: 100ms\nwindow: 1s\nflush: 1s\nshutdown: {deadline: 1s}\n"
    "samplers: {default: off, net: {interfaces: {include: [lo]}}}\n";
constexpr const char* today =
    R"({"words":["today","--interface","lo"],"interactive":false,"colour":false,"utf8":true,"columns":0})";

class HistorySocket : public ::testing::Test {
 protected:
  http::Response asked(const std::string& target, const std::string& method = "GET",
                       const std::string& body = {}) const {
    const auto response = http::ask(installation_.state() / "status.sock", method, target, 30s, body);
    return response ? *response : http::Response{.status = 0, .body = response.error().what};
  }
  void start() {
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return asked("/status").status == 200; })) << collector_->err();
  }
  void end() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(20s);
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }

  Installation installation_{some};
  std::optional<Process> collector_;
};

TEST_F(HistorySocket, StatusAnswersWhileALongQuestionIsUnderWay) {
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  // Its rows are a view over all numbers: a question that has no end.
  auto other = sqlite::Database::open(installation_.state() / "collector.db", {.vfs = {}});
  ASSERT_TRUE(other);
  ASSERT_TRUE(
      other->execute("ALTER TABLE net_data RENAME TO net_rows;"
                     "CREATE VIEW net_data AS SELECT r.* FROM net_rows AS r, (WITH RECURSIVE n(i) AS"
                     " (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)"));
  // The sink would read them too.
  ASSERT_TRUE(other->execute("BEGIN IMMEDIATE"));
  start();
  std::atomic<bool> is_over{false};
  http::Response answer;
  std::thread long_question([&] {
    answer = asked("/history", "POST", today);
    is_over = true;
  });
  int rounds = 0;
  while (rounds < 5 && !is_over) {
    EXPECT_EQ(asked("/status").status, 200U);
    EXPECT_NE(asked("/healthz").status, 0U);
    EXPECT_EQ(asked("/metrics").status, 200U);
    EXPECT_EQ(asked("/open-window").status, 200U);
    if (!is_over) ++rounds;
  }
  EXPECT_EQ(rounds, 5) << answer.body;
  // Nor does it hold up the end, which comes before its own.
  end();
  long_question.join();
  EXPECT_EQ(answer.status, 0U) << "nobody has answered it: " << answer.body;
}

TEST_F(HistorySocket, TheHistoryIsNotToldOverTcp) {
  enter_private_network();
  ip_link("set lo up");
  installation_.configure(std::string(some) + "status: {listen: \"127.0.0.1:8125\"}\n");
  start();
  ASSERT_TRUE(eventually([&] { return installation_.run({"today", "--interface", "lo"}).exit_code == 0; }));
  EXPECT_EQ(asked("/history", "POST", today).status, 200U);
  for (const auto& [method, target] : {std::pair{"POST", "/history"}, {"GET", "/open-window"}}) {
    const Finished curl = run_process({"/usr/bin/curl", "-s", "-w", "%{http_code}", "-X", method, "-d", "{}",
                                       std::string("http://127.0.0.1:8125") + target});
    EXPECT_TRUE(curl.out.ends_with("over the Unix socket only\n403")) << target << curl.out;
  }
  end();
}

}  // namespace
}  // namespace collector::test
