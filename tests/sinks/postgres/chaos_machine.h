// A machine with a real spool that delivers to PostgreSQL, for tests that break what is in between. Pauses
// between tries pass on its clock alone: a day of them takes no time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "collector/spool/spool.h"
#include "config/settings.h"
#include "sinks/runner_delivery.h"
#include "tests/support/manual_clock.h"
#include "tests/support/postgres_server.h"

namespace collector::test {

// Rows of `net` and what their counters add up to.
struct Sums {
  std::int64_t rows = 0;
  std::int64_t distinct = 0;  // by host, interface and time
  std::int64_t bytes_recv = 0;
  std::int64_t bytes_sent = 0;

  friend bool operator==(const Sums&, const Sums&) = default;
  friend Sums operator+(const Sums& a, const Sums& b) {
    return {a.rows + b.rows, a.distinct + b.distinct, a.bytes_recv + b.bytes_recv,
            a.bytes_sent + b.bytes_sent};
  }
  friend void PrintTo(const Sums& sums, std::ostream* out);
};
// What the view `net` of the database holds; `where`: "host = 'laptop'".
Sums stored_in(const PostgresServer& server, const std::string& where = "true");

class Machine {
 public:
  struct Options {
    std::string host = "laptop";
    std::string id = "machine";  // its machine id
    std::size_t max_rows = 10'000;
    Duration every{};
  };
  // Opens (or makes) the spool in `state`, as a process that starts does. `clock` outlives it.
  Machine(const std::filesystem::path& state, const std::string& url, ManualClock& clock, Options options);
  Machine(const std::filesystem::path& state, const std::string& url, ManualClock& clock);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // Batches of rows like no other of this host: what they add up to.
  Sums append(std::size_t batches, std::size_t rows_each);
  // Delivers until nothing is left, through whatever happens, and stores the cursor. False: it was tried
  // `most_tries` times, and all in vain.
  bool deliver(int most_tries = 10'000);
  // Delivers what it can until its clock shows this time.
  void deliver_until(WallTime end);
  // Called when a try has failed, before the pause.
  void on_failure(std::function<void()> what) { on_failure_ = std::move(what); }

  Spool& spool() { return *spool_; }
  RunnerFigures figures() const { return record_.copy(); }
  std::vector<std::string> events();    // that the spool has recorded, newest first
  int tries() const { return tries_; }  // that failed

 private:
  Delivery::Next step();

  Options options_;
  ManualClock& clock_;
  SeriesTable series_;
  std::unique_ptr<Spool> spool_;
  Settings settings_;
  std::unique_ptr<Sink> sink_;
  RunnerSettings runner_settings_;
  RunnerRecord record_;
  std::unique_ptr<Delivery> delivery_;
  std::function<void()> on_failure_;
  int tries_ = 0;
};

}  // namespace collector::test
