// One sync, broken at a chosen place: at each message, at the answer to the commit, by a server that
// restarts.
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>

#include "tests/sinks/postgres/chaos_machine.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/long_run.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class BrokenSync : public testing::Test {
 protected:
  // The first connection made from now on ends after `messages` of them; those that follow live.
  void cut_next_after(std::uint64_t messages) {
    proxy_.set_fate([first = proxy_.figures().connections + 1, messages](std::uint64_t connection) {
      if (connection != first) return Fate{};
      return Fate{.lose = [messages](const Passing& passing) { return passing.number > messages; }};
    });
  }
  std::string url() const { return PostgresServer::url(proxy_.port()); }

  PostgresServer server_;
  CuttingProxy proxy_{{.target = server_.port(), .messages = true}};
  TemporaryDirectory directory_;
  ManualClock clock_;
};

TEST_F(BrokenSync, CutAtEachMessageOfASmallOne) {
  Machine machine(directory_ / "state", url(), clock_);
  Sums appended = machine.append(1, 10);
  ASSERT_TRUE(machine.deliver());
  std::uint64_t cuts = 0;
  for (std::uint64_t messages = 0; cuts == messages; ++messages) {
    ASSERT_LT(messages, 200U);
    cut_next_after(messages);
    appended = appended + machine.append(2, 50);
    ASSERT_TRUE(machine.deliver());
    ASSERT_EQ(stored_in(server_), appended) << "cut after " << messages << " messages";
    cuts = proxy_.figures().ended == cuts ? cuts : cuts + 1;
  }
  EXPECT_GE(cuts, 20U);
  std::cout << cuts << " boundaries\n";
}

// While schema, tables, views and the position are made.
TEST_F(BrokenSync, CutAtEachMessageOfTheFirst) {
  std::uint64_t cuts = 0;
  const auto step = static_cast<std::uint64_t>(usual_or_long(9, 1));
  for (std::uint64_t messages = 0, ended = 0; messages == 0 || proxy_.figures().ended > ended;
       messages += step) {
    ASSERT_LT(messages, 1000U);
    ended = proxy_.figures().ended;
    server_.query("DROP SCHEMA IF EXISTS collector CASCADE");
    cut_next_after(messages);
    Machine machine(directory_ / std::to_string(messages), url(), clock_);
    const Sums appended = machine.append(1, 50);
    ASSERT_TRUE(machine.deliver());
    ASSERT_EQ(stored_in(server_), appended) << "cut after " << messages << " messages";
    ++cuts;
  }
  EXPECT_GE(cuts, 8U);
  std::cout << cuts - 1 << " boundaries\n";
}

TEST_F(BrokenSync, CutAtEachMessageOfACopy) {
  Machine machine(directory_ / "state", url(), clock_, {.max_rows = 100'000});
  machine.append(1, 10);
  ASSERT_TRUE(machine.deliver());
  std::uint64_t cuts = 0;
  const auto step = static_cast<std::uint64_t>(usual_or_long(12, 1));
  for (std::uint64_t messages = 1, ended = 0; messages == 1 || proxy_.figures().ended > ended;
       messages += step) {
    ASSERT_LT(messages, 1000U);
    ended = proxy_.figures().ended;
    cut_next_after(messages);
    server_.query("TRUNCATE collector.net_data");
    const Sums appended = machine.append(21, 1000);
    ASSERT_TRUE(machine.deliver());
    ASSERT_EQ(stored_in(server_), appended) << "cut after " << messages << " messages";
    ++cuts;
  }
  EXPECT_GE(cuts, 3U);
  std::cout << cuts - 1 << " boundaries\n";
}

// As many round trips as a session in which one question is asked.
TEST_F(BrokenSync, AWholeOneIsConnectingAndOneRoundTrip) {
  const auto before = proxy_.figures();
  ASSERT_EQ(
      run_process({postgres_program("psql"), "-X", url() + "?sslmode=prefer", "-c", "SELECT 1"}).exit_code,
      0);
  const auto question = proxy_.figures();
  Machine machine(directory_ / "state", url() + "?sslmode=prefer", clock_, {.max_rows = 50'000});
  Sums appended = machine.append(1, 10);
  ASSERT_TRUE(machine.deliver());  // makes the tables
  for (const std::size_t batches : {1U, 100U}) {
    appended = appended + machine.append(batches, 100);
    const auto start = proxy_.figures();
    ASSERT_TRUE(machine.deliver());
    const auto end = proxy_.figures();
    EXPECT_EQ(end.connections - start.connections, 1U);
    EXPECT_EQ(end.round_trips - start.round_trips, question.round_trips - before.round_trips);
    EXPECT_LT(end.bytes_up - start.bytes_up, 1500 + batches * 100 * 120);
  }
  EXPECT_EQ(machine.tries(), 0);
  EXPECT_EQ(stored_in(server_), appended);
}

// The server has committed, and nobody learns of it.
TEST_F(BrokenSync, TheAnswerToTheCommitIsLost) {
  Machine machine(directory_ / "state", url(), clock_, {.max_rows = 100'000});
  Sums appended = machine.append(1, 10);
  ASSERT_TRUE(machine.deliver());
  for (const std::size_t rows : {100U, 21'000U}) {
    const auto before = proxy_.figures();
    // Everything after the answer that tells of stored rows: for COPY that is COMMIT's, else the statement's.
    const std::string_view answer = rows > 10'000 ? "COMMIT" : "SELECT";
    proxy_.set_fate([first = before.connections + 1, answer](std::uint64_t connection) {
      if (connection != first) return Fate{};
      return Fate{.lose = [answer, wrote = false](const Passing& passing) mutable {
        wrote = wrote || (passing.way == Way::up && passing.bytes.find("net_data") != std::string_view::npos);
        return wrote && passing.way == Way::down && passing.type == 'C' &&
               passing.bytes.substr(5).starts_with(answer);
      }};
    });
    appended = appended + machine.append(rows / 100, 100);
    const int tries = machine.tries();
    bool was_committed = false;
    machine.on_failure([&] { was_committed = stored_in(server_) == appended; });
    ASSERT_TRUE(machine.deliver());
    EXPECT_EQ(machine.tries(), tries + 1);
    EXPECT_TRUE(was_committed);
    EXPECT_EQ(stored_in(server_), appended);
    EXPECT_EQ(proxy_.figures().ended, before.ended + 1);
  }
}

TEST_F(BrokenSync, TheServerCrashesWithinACopyAndComesBack) {
  Machine machine(directory_ / "state", url(), clock_, {.max_rows = 100'000});
  std::atomic<int> pieces = 0;
  proxy_.set_fate([&](std::uint64_t) {
    return Fate{.lose = [&](const Passing& passing) {
      // Once, with some of the rows at the server.
      return passing.way == Way::up && passing.type == 'd' && ++pieces == 3;
    }};
  });
  machine.on_failure([&] {
    if (pieces < 3) return;
    server_.stop_immediately();
    server_.start();
  });
  const Sums appended = machine.append(25, 1000);
  ASSERT_TRUE(machine.deliver());
  EXPECT_GE(pieces, 3);
  EXPECT_GE(machine.tries(), 1);
  EXPECT_EQ(stored_in(server_), appended);
}

TEST_F(BrokenSync, TheServerIsGoneForADay) {
  using std::chrono::hours;
  using std::chrono::minutes;
  Machine machine(directory_ / "state", url(), clock_, {.every = minutes(15)});
  Sums appended = machine.append(2, 100);
  ASSERT_TRUE(machine.deliver());
  server_.stop();
  const auto connections = proxy_.figures().connections;
  for (int quarter = 0; quarter < 96; ++quarter) {
    appended = appended + machine.append(1, 100);
    machine.deliver_until(clock_.now().wall + minutes(15));
  }
  // At most three tries for each quarter of an hour.
  EXPECT_GE(machine.tries(), 96);
  EXPECT_LE(proxy_.figures().connections - connections, 3U * 97);
  server_.start();
  ASSERT_TRUE(machine.deliver());
  EXPECT_EQ(stored_in(server_), appended);
}

// A connection that is not closed but silent is given up in time.
TEST_F(BrokenSync, ASilentConnectionIsGivenUp) {
  proxy_.set_fate(
      [](std::uint64_t connection) { return connection == 1 ? Fate{.bytes_up = 0, .stall = true} : Fate{}; });
  Machine machine(directory_ / "state", url() + "?connect_timeout=2", clock_);
  const Sums appended = machine.append(1, 10);
  ASSERT_TRUE(machine.deliver());
  EXPECT_EQ(machine.tries(), 1);
  EXPECT_EQ(stored_in(server_), appended);
}

}  // namespace
}  // namespace collector::test
