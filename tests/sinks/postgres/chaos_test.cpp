// Connections cut at random, collectors killed at random: afterwards each row is there once.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "tests/sinks/postgres/chaos_machine.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/long_run.h"
#include "tests/support/pgbouncer.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

enum class Through : std::uint8_t { nothing, pooler };

// How a connection can end: after a byte or a message either way, or instead of the answer to what has just
// been committed.
struct Risks {
  std::uint64_t bytes_up = 40'000;
  std::uint64_t bytes_down = 2'000;
  std::uint64_t messages = 40;
  unsigned lost_answers = 25;  // in a hundred
};

// Decides it, at random, until it is told to stop.
class BadLuck {
 public:
  BadLuck(unsigned seed, Risks risks) : random_(seed), risks_(risks) {}

  ChooseFate chooser() {
    return [this](std::uint64_t) { return on_ ? choose() : Fate{}; };
  }
  void end() { on_ = false; }

 private:
  Fate choose() {
    if (random_() % 100 < risks_.lost_answers)
      return {.lose = [](const Passing& p) {
        return p.way == Way::down && p.type == 'C' && !p.bytes.substr(5).starts_with("BEGIN");
      }};
    switch (random_() % 3) {
      case 0:
        return {.bytes_up = random_() % risks_.bytes_up};
      case 1:
        return {.bytes_down = random_() % risks_.bytes_down};
      default:
        return {.lose = [most = random_() % risks_.messages](const Passing& p) { return p.number > most; }};
    }
  }

  std::mt19937_64 random_;
  Risks risks_;
  std::atomic<bool> on_ = true;
};

class Chaos : public testing::TestWithParam<Through> {
 protected:
  std::uint16_t front() const { return bouncer_ ? bouncer_->port() : server_.port(); }

  PostgresServer server_;
  std::unique_ptr<PgBouncer> bouncer_ =
      GetParam() == Through::pooler ? std::make_unique<PgBouncer>(server_) : nullptr;
  TemporaryDirectory directory_;
  std::filesystem::path state_ = directory_ / "state";
  ManualClock clock_;
};

constexpr std::size_t batch_rows = 300;

std::size_t batches() {
  return static_cast<std::size_t>(usual_or_long(40, 400));
}

TEST_P(Chaos, CutAtRandomEachRowIsThereOnce) {
  const std::uint64_t cuts = static_cast<std::uint64_t>(usual_or_long(30, 300));
  BadLuck luck(20260131, {});
  CuttingProxy proxy({.target = front(), .messages = true, .fate = luck.chooser()});
  Machine machine(state_, PostgresServer::url(proxy.port()), clock_, {.max_rows = 2 * batch_rows});
  const Sums appended = machine.append(batches(), batch_rows);
  machine.on_failure([&] {
    if (proxy.figures().ended >= cuts) luck.end();
  });
  ASSERT_TRUE(machine.deliver());
  EXPECT_EQ(stored_in(server_), appended);
  EXPECT_GE(proxy.figures().ended, cuts);
  std::cout << appended.rows << " rows, " << proxy.figures().ended << " cuts, " << machine.tries()
            << " failed tries\n";
}

// Catching up: large pieces by COPY.
TEST_P(Chaos, CutWhileCatchingUpEachRowIsThereOnce) {
  const std::uint64_t cuts = static_cast<std::uint64_t>(usual_or_long(12, 60));
  BadLuck luck(7, {.bytes_up = 600'000, .bytes_down = 2'000, .messages = 30, .lost_answers = 5});
  CuttingProxy proxy({.target = front(), .messages = true, .fate = luck.chooser()});
  Machine machine(state_, PostgresServer::url(proxy.port()), clock_, {.max_rows = 12'000});
  const Sums appended = machine.append(batches(), batch_rows);
  machine.on_failure([&] {
    if (proxy.figures().ended >= cuts) luck.end();
  });
  ASSERT_TRUE(machine.deliver());
  EXPECT_EQ(stored_in(server_), appended);
  std::cout << appended.rows << " rows, " << proxy.figures().ended << " cuts, " << machine.tries()
            << " failed tries\n";
  EXPECT_GE(proxy.figures().ended, cuts);
}

// A process that delivers until it is killed. What it inherited of the parent's connections it closes: they
// would not be cut otherwise.
pid_t start_child(const std::function<bool()>& deliver) {
  const pid_t child = fork();
  if (child != 0) return child;
  close_range(3, ~0U, 0);
  _exit(deliver() ? 0 : 1);
}

TEST_P(Chaos, KilledAndCutAtRandomEachRowIsThereOnce) {
  const int kills = usual_or_long(8, 75);
  const std::uint64_t cuts = static_cast<std::uint64_t>(usual_or_long(20, 300));
  BadLuck luck(11, {});
  CuttingProxy proxy({.target = front(), .messages = true, .fate = luck.chooser()});
  const std::string url = PostgresServer::url(proxy.port());
  const Machine::Options options{.max_rows = 2 * batch_rows};
  const Sums appended = Machine(state_, url, clock_, options).append(batches(), batch_rows);
  std::mt19937 random(5);
  int killed = 0;
  int failed = 0;
  for (bool done = false; !done;) {
    const bool kill_it = killed < kills;
    const pid_t child = start_child([&] { return Machine(state_, url, clock_, options).deliver(100); });
    ASSERT_GT(child, 0);
    if (kill_it) {
      const timespec pause{0, static_cast<long>(random() % 120'000'000)};
      nanosleep(&pause, nullptr);
      kill(child, SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    killed += WIFSIGNALED(status) ? 1 : 0;
    // Those that are let live and had bad luck too often are started again; that ends with the luck.
    failed += WIFEXITED(status) && WEXITSTATUS(status) != 0 ? 1 : 0;
    ASSERT_LT(failed, 100);
    if (proxy.figures().ended >= cuts && killed >= kills) luck.end();
    done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  EXPECT_EQ(stored_in(server_), appended);
  EXPECT_GE(killed, kills);
  std::cout << appended.rows << " rows, " << killed << " kills, " << proxy.figures().ended << " cuts\n";
}

INSTANTIATE_TEST_SUITE_P(Postgres, Chaos, testing::Values(Through::nothing, Through::pooler),
                         [](const auto& one) {
                           return one.param == Through::nothing ? "Direct" : "ThroughPgBouncer";
                         });

}  // namespace
}  // namespace collector::test
