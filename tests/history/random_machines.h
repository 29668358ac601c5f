// Machines that live as in the field: off and asleep for days, with clocks that are set back, ahead by a year
// or start in the past, rows that come late, counters close to what an int64 holds, batches that a file
// refuses a row of. And the test's own books: what they have moved, batch by batch.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/sinks/batches.h"

namespace collector::test {

// What rows of one series add up to.
struct Booked {
  std::int64_t recv = 0, sent = 0;
  std::int64_t observed = 0;  // milliseconds
  double busiest = 0;         // of recv, per second
  double load = 0;            // times milliseconds
  std::int64_t load_observed = 0;
  std::int64_t flags = 0;
};
using Books = std::map<std::string, Booked>;  // by "source interface"

class RandomMachines {
 public:
  struct Options {
    std::int64_t begin = first_second;  // Unix seconds
    // Rows with this many bytes are refused by the file, and not in the books; 0: none.
    std::int64_t refused_bytes = 0;
  };
  RandomMachines(std::size_t count, std::uint64_t seed, const Options& options);

  struct Machine {
    BatchMaker maker;
    std::int64_t ahead = 0;           // of its clock, seconds
    std::vector<BatchPtr> batches{};  // all that it has sent; number n is at n - 1
    std::vector<Books> books{};       // up to and with that batch
  };

  // The next batch of some machine, some time later; nothing of it is in any file yet.
  Machine& live();
  std::int64_t now() const { return now_; }  // true time, Unix seconds
  std::vector<Machine>& machines() { return machines_; }

  std::int64_t pick(std::int64_t below);
  bool one_in(std::int64_t n) { return pick(n) == 0; }

 private:
  void add_row(Machine& machine, const std::string& interface, Books& books);
  std::int64_t bytes(const std::string& interface, const Booked& booked);

  Options options_;
  std::mt19937_64 random_;
  std::int64_t now_;
  std::vector<Machine> machines_;
};

}  // namespace collector::test
