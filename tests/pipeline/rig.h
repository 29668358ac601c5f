// What the tests of this folder share: a measurement like the kernel's interfaces, and a machine whose
// counters and clocks the test moves.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/pipeline/pipeline.h"
#include "tests/support/manual_clock.h"

namespace collector::test {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline constexpr double unlimited = 1e30;   // bytes per second
inline constexpr double max_rate = 12.5e9;  // 100 Gbit/s
inline constexpr std::uint64_t kilo = 1000;

// Fields 0 and 1 are byte counters, 2 counts packets, 3 is a level, 4 a state, 5 a hidden counter.
inline MeasurementPtr net_measurement(std::uint8_t counter_bits = 64) {
  return std::make_shared<const Measurement>(Measurement{
      "net",
      "Test interfaces",
      {{"interface", "Name"}},
      {{"bytes_recv", FieldKind::counter, FieldType::integer, "bytes", "Received", counter_bits},
       {"bytes_sent", FieldKind::counter, FieldType::integer, "bytes", "Sent", counter_bits},
       {"packets_recv", FieldKind::counter, FieldType::integer, "packets", "Received", counter_bits},
       {"speed", FieldKind::gauge, FieldType::integer, "1", "Level"},
       {"operstate", FieldKind::state, FieldType::text, "1", "State"},
       {"raw_ticks", FieldKind::counter, FieldType::integer, "1", "Hidden", 64, true}}});
}

// One interface as a sampler reads it. A counter that is not given is absent.
struct Interface {
  std::string name;
  std::uint64_t object = 0;
  std::vector<std::uint64_t> counters;  // of fields 0, 1, 2
  std::uint64_t space = 1;
  bool born = false;
  Report report = Report::always;
  double byte_limit = 0;
};

class Machine {
 public:
  explicit Machine(MeasurementPtr measurement = net_measurement()) : measurement_(std::move(measurement)) {}

  SeriesPtr series(const std::string& name) { return table.intern(measurement_, {{"interface", name}}); }

  // A sample of these interfaces, taken now. The series are kept alive as samplers do.
  const Sample& sample(const std::vector<Interface>& interfaces) {
    sample_.clear();
    sample_.taken = clock.now();
    if (gone_first) add_gone();
    for (const Interface& interface : interfaces) {
      kept_[interface.name] = series(interface.name);
      const auto values = sample_.add({kept_[interface.name].get(), interface.object, interface.space,
                                       interface.born, interface.report, interface.byte_limit});
      for (std::size_t i = 0; i < interface.counters.size(); ++i)
        values[i] = Value::counter(interface.counters[i]);
    }
    if (!gone_first) add_gone();
    sample_.complete = complete;
    return sample_;
  }
  void forget_names() { kept_.clear(); }

  ManualClock clock;
  SeriesTable table;
  std::vector<std::uint64_t> gone;  // objects in space 1 that the next samples say are gone
  bool gone_first = false;          // before its readings
  bool complete = true;             // what the next samples say of themselves

 private:
  void add_gone() {
    for (const std::uint64_t object : gone)
      sample_.add_gone({.measurement = measurement_.get(), .space = 1, .object = object});
  }

  MeasurementPtr measurement_;
  std::map<std::string, SeriesPtr> kept_;
  Sample sample_;
};

// A reading's outcome, kept beyond the next call.
struct Outcome {
  std::vector<Advance> advances;
  Instant since;
  std::uint16_t flags = 0;

  const Advance& operator[](std::size_t field) const { return advances[field]; }
};

// Rates over a machine, across boots and restarts of the process.
class RatesRig : public Machine {
 public:
  using Machine::Machine;

  // Reads these interfaces; the outcomes by name.
  std::map<std::string, Outcome> read(const std::vector<Interface>& interfaces,
                                      double byte_limit = unlimited) {
    std::map<std::string, Outcome> outcomes;
    const Sample& taken = sample(interfaces);
    rates->begin(taken);
    for (const Reading& reading : taken.readings()) {
      const ReadingAdvance& worked_out = rates->advance(reading, interval, byte_limit);
      outcomes[std::string(reading.series->tag("interface"))] = {
          {worked_out.advances.begin(), worked_out.advances.end()}, worked_out.since, worked_out.flags};
    }
    rates->end();
    return outcomes;
  }
  // The same, `by` later.
  std::map<std::string, Outcome> read_after(Duration by, const std::vector<Interface>& interfaces,
                                            double byte_limit = unlimited) {
    clock.advance(by);
    return read(interfaces, byte_limit);
  }
  // Reads them a second later; what field 0 advances by, all added up.
  std::uint64_t sum(const std::vector<Interface>& interfaces) {
    clock.advance(seconds(1));
    std::uint64_t all = 0;
    const Sample& taken = sample(interfaces);
    rates->begin(taken);
    for (const Reading& reading : taken.readings()) {
      const Advance& advance = rates->advance(reading, interval, unlimited).advances[0];
      if (advance.present) all += advance.delta;
    }
    rates->end();
    return all;
  }
  // Ends the process and starts another one with what was stored up to now (baselines replaced by series).
  void restart(const std::string& boot_id) {
    store();
    rates = std::make_unique<Rates>(boot_id, stored);
  }
  void store() {
    Baselines changed;
    rates->changed_baselines(changed);
    keep(changed);
  }
  void keep(const Baselines& changed) {
    for (const std::int64_t id : changed.forgotten)
      std::erase_if(stored.series, [&](const Baseline& old) { return old.series->id() == id; });
    for (const Baseline& baseline : changed.series) {
      std::erase_if(stored.series, [&](const Baseline& old) { return old.series == baseline.series; });
      stored.series.push_back(baseline);
      if (baseline.series->id() == 0) baseline.series->set_id(++last_id);  // as the spool does
    }
    for (const HighestObject& one : changed.highest) {
      std::erase_if(stored.highest, [&](const HighestObject& old) {
        return old.measurement == one.measurement && old.boot_id == one.boot_id && old.space == one.space;
      });
      stored.highest.push_back(one);
    }
  }

  const Baseline& baseline(const std::string& name) {
    const SeriesPtr wanted = series(name);
    for (const Baseline& one : stored.series)
      if (one.series == wanted) return one;
    throw std::runtime_error("no baseline of " + name);
  }
  // The machine starts anew, and the process with it: `later` by the wall clock, `uptime` after the boot.
  void reboot(const std::string& boot_id, Duration later, Duration uptime) {
    restart(boot_id);
    const Duration back = uptime - clock.now().boot.time_since_epoch();
    clock.advance(back);
    clock.step_wall(later - back);
  }

  Duration interval = seconds(1);
  std::int64_t last_id = 0;
  Baselines stored;
  std::unique_ptr<Rates> rates = std::make_unique<Rates>("boot-1", Baselines{});
};

// One row, with the cells that go with it.
struct FoundRow {
  Row row;
  std::vector<Cell> cells;
};

// The rows of one measurement and interface, in order.
inline std::vector<FoundRow> rows_of(const Batch& batch, const std::string& measurement,
                                     const std::string& interface) {
  std::vector<FoundRow> found;
  for (const Row& row : batch.rows) {
    if (row.series->measurement().name != measurement || row.series->tag("interface") != interface) continue;
    const auto cells = batch.cells_of(row);
    found.push_back({row, {cells.begin(), cells.end()}});
  }
  return found;
}

// The whole pipeline over a machine, ticking as the loop does.
class PipelineRig : public Machine {
 public:
  explicit PipelineRig(Duration window = seconds(10), MeasurementPtr measurement = net_measurement())
      : Machine(std::move(measurement)), pipeline("boot-1", Baselines{}, max_rate, window, table) {}

  std::optional<ClosedWindow> tick(const std::vector<Interface>& interfaces, bool may_close = true) {
    pipeline.take(sample(interfaces), seconds(1));
    return pipeline.close(clock.now(), may_close, batch);
  }
  std::optional<ClosedWindow> tick_after(Duration by, const std::vector<Interface>& interfaces,
                                         bool may_close = true) {
    clock.advance(by);
    return tick(interfaces, may_close);
  }
  void finish() { pipeline.finish(clock.now(), batch); }

  Pipeline pipeline;
  Batch batch;
};

inline WallTime wall(std::int64_t unix_seconds_) {
  return WallTime(seconds(unix_seconds_));
}

}  // namespace collector::test
