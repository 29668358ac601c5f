// What Rates knows of each series and of each kernel object. Raw values belong to the kernel's object and
// move with it when it is renamed; totals belong to the series they were given to and stay. Internal to this
// folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

// Where the counters of one kernel object stood.
struct RawCounters {
  struct Field {
    bool present = false;
    std::uint64_t raw = 0;
    Instant taken{};   // of its own: a field may be absent from a reading
    double ahead = 0;  // SpikeFilter's: by how much its advances are ahead of its bound
  };
  bool valid = false;
  bool other_boot = false;  // left by a kernel that runs no more
  bool from_store = false;  // left by an earlier process
  bool held = false;        // the last reading was all zeros: it waits for the next one's verdict
  std::uint64_t space = 0;
  std::uint64_t object = 0;
  Instant taken{};            // the last reading that counted
  Duration tolerance{};       // see Reading
  std::vector<Field> fields;  // one per field of the measurement
};

struct Scope;

struct SeriesState {
  MeasurementPtr measurement;
  SeriesPtr series;  // null when it was let go
  RawCounters raw;
  std::vector<std::int64_t> totals;  // one per field
  std::vector<bool> total_known;     // the field was seen at least once
  bool read = false;                 // in this process
  Instant last_read{};               // of any reading, counted or not
  bool changed = false;              // since the spool was told
  bool stored = false;               // the spool knows it
  bool counted = false;              // something was counted that the spool may not know of
  Scope* scope = nullptr;            // of the last reading
};

// One measurement in one space (network namespace) of the running kernel.
struct Scope {
  std::uint64_t space = 0;
  std::uint64_t sample = 0;          // number of the sample that is being read; 0: none yet
  bool known = false;                // an earlier sample has seen it: a higher object number is a new object
  bool from_store = false;           // that sample was an earlier process's
  std::uint64_t highest = 0;         // object number
  std::uint64_t highest_before = 0;  // the same, before this sample
  bool changed = false;              // sampled since the spool was told of `highest`
  std::optional<Instant> taken;      // of the sample that is being read
  std::optional<Instant> before;     // of the one before
  Duration tolerance{};              // of `taken`
  Duration tolerance_before{};       // of `before`
  std::unordered_map<std::uint64_t, SeriesState*> owners;  // object → the series that shows it
  std::unordered_map<std::uint64_t, RawCounters> parked;   // object → counters whose name went to another one
};

// Where a reading's counters come from, seen from the baseline at hand.
enum class Descent : std::uint8_t {
  continued,    // the same kernel object
  fresh,        // a new kernel object: it began at zero
  other_boot,   // the baseline is of another boot
  other_space,  // the baseline is of another network namespace: its object's successor began at zero
  replaced,     // another object of unknown age under this name
  unknown,      // no baseline to count from
};

// Reorders what is kept per field, from one version of a measurement's table to another.
template <typename T>
std::vector<T> remap(const std::vector<T>& from, const Measurement& old, const Measurement& now) {
  std::vector<T> to(now.fields.size());
  for (std::size_t i = 0; i < from.size() && i < old.fields.size(); ++i)
    if (const auto field = now.field(old.fields[i].name)) to[*field] = from[i];
  return to;
}

class CounterStates {
 public:
  CounterStates(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity);

  // Finds or makes the state of a series.
  SeriesState& state(const Series& series);
  // Notes that sample number `number` reads this state's series; sets state.scope.
  void enter(SeriesState& state, const Reading& reading, std::uint64_t number);
  // Puts the baseline that a reading counts from into state.raw, says what it is worth, and gives it the
  // reading's identity. Call enter() before.
  Descent resolve(SeriesState& state, const Reading& reading, const Sample& sample);

  // What the spool is to know; see Rates.
  void collect(bool new_only, std::vector<Baseline>& out, std::vector<HighestObject>& highest);
  std::size_t forget_idle(BootTime before);
  std::size_t parked() const;  // objects whose counters wait for another name to claim them

 private:
  void load(const Baseline& baseline);
  Scope& scope(const std::string& measurement, std::uint64_t space);
  Descent descend(SeriesState& state, const Reading& reading, const Sample& sample);
  bool claim(SeriesState& state, const Reading& reading, const Sample& sample);
  void bury(SeriesState& state, const Reading& reading, const Sample& sample);
  void park(SeriesState& state);
  Baseline baseline_of(const SeriesState& state) const;
  void limit_dormant();

  std::string boot_id_;
  std::size_t dormant_capacity_;
  std::unordered_map<std::string, std::unique_ptr<SeriesState>> states_;  // by name and tags, as one text
  std::unordered_map<const Series*, SeriesState*> by_series_;
  std::map<std::pair<std::string, std::uint64_t>, Scope> scopes_;  // nodes stay where they are
};

}  // namespace collector
