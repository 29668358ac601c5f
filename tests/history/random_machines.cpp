#include "tests/history/random_machines.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace collector::test {
namespace {

using std::chrono::seconds;

constexpr std::int64_t day = 86'400;

}  // namespace

RandomMachines::RandomMachines(std::size_t count, std::uint64_t seed, const Options& options)
    : options_(options), random_(seed), now_(options.begin), machines_(count) {}

std::int64_t RandomMachines::pick(std::int64_t below) {
  return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
}

RandomMachines::Machine& RandomMachines::live() {
  Machine& machine = machines_[static_cast<std::size_t>(pick(static_cast<std::int64_t>(machines_.size())))];
  now_ += 30;
  if (one_in(30)) now_ += pick(3 * day);  // off, or suspended
  if (one_in(40)) machine.ahead -= pick(4 * 3600);
  if (one_in(100)) machine.ahead = 0;
  if (one_in(400)) machine.ahead = 365 * day;        // and back at some time
  if (one_in(300)) machine.ahead = -pick(60 * day);  // without a battery, or a machine that delivers late
  if (one_in(800)) machine.ahead = options_.begin - now_;  // as if it had just been made
  Books books = machine.books.empty() ? Books{} : machine.books.back();
  machine.maker.begin();
  for (const char* interface : {"eth0", "wlan0", "ib0"})
    if (!one_in(5)) add_row(machine, interface, books);
  machine.batches.push_back(machine.maker.take());
  machine.books.push_back(std::move(books));
  return machine;
}

// ib0's counters come as near as they can to what an int64 holds, and stay below.
std::int64_t RandomMachines::bytes(const std::string& interface, const Booked& booked) {
  std::int64_t some = pick(1LL << (1 + pick(40)));
  if (interface == "ib0") some = pick(1LL << (1 + pick(62)));
  const auto most = std::numeric_limits<std::int64_t>::max() - std::max(booked.recv, booked.sent);
  some = std::min(some, most);
  return some == options_.refused_bytes ? some + 1 : some;
}

void RandomMachines::add_row(Machine& machine, const std::string& interface, Books& books) {
  std::int64_t start = now_ + machine.ahead;
  const std::int64_t end = start + 30;
  std::uint16_t flags = 0;
  if (one_in(12)) start -= pick(3600), flags = flag::gap;
  if (one_in(60)) start -= pick(9 * day), flags = flag::recovered;
  if (one_in(2500)) start -= pick(90 * day), flags = flag::recovered | flag::reset;
  Booked& booked = books[machine.maker.source().text() + " " + interface];
  const bool is_refused = options_.refused_bytes != 0 && one_in(80);
  const std::int64_t recv = is_refused ? options_.refused_bytes : bytes(interface, booked);
  const Cell sent = one_in(9) ? Cell{} : counter_cell(bytes(interface, booked), 0, 2);
  const auto peak = static_cast<double>(recv) / static_cast<double>(end - start);
  // The same for the same time: a window that comes twice keeps the newer one.
  const auto load = static_cast<double>(start % 101);
  const Cell load_cell = start % 7 == 0 ? Cell{} : real_cell(load, load - 1, load + 1, load);
  Row row = row_of(machine.maker.series(net_measurement(), {{"interface", interface}}), start - first_second,
                   flags);
  row.end = WallTime(seconds(end));
  machine.maker.row(std::move(row), {counter_cell(recv, recv, peak), sent, load_cell, text_cell("up")});
  if (is_refused) return;
  const std::int64_t observed = (end - start) * 1000;
  booked.recv += recv;
  if (sent.present) booked.sent += sent.counter.delta;
  booked.observed += observed;
  booked.busiest = std::max(booked.busiest, peak);
  if (load_cell.present) {
    booked.load += load * static_cast<double>(observed);
    booked.load_observed += observed;
  }
  booked.flags |= flags;
}

}  // namespace collector::test
