// Measurement: the self-description of one kind of row. Declared once, by its sampler, as an immutable table;
// SQL columns and their comments, reference documentation and serialised names all come from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/time.h"

namespace collector {

enum class FieldKind : std::uint8_t {
  counter,    // raw value of a kernel counter (unsigned, only grows until it resets); rows carry exact deltas
  increment,  // the sampler itself delivers exact deltas (quarantine, dropped)
  gauge,      // a level: rows carry mean, min, max, last
  state,      // text; the last one counts
};

enum class FieldType : std::uint8_t { integer, real, text };  // counters and increments are integer

// What a number can't exceed, whatever the kernel says. What does is set aside (pipeline/spike_filter). Units
// bring bounds of their own: bytes and packets the reading's Reading::byte_limit, percentages 0 to 100,
// levels in bytes 0 and more.
struct Bound {
  // Of a counter or increment: the most that it advances by in a second; 0: nothing is known.
  double per_second = 0;
  bool per_processor = false;  // times Reading::processors
  // How far the source may be behind what it counts: hardware and kernel add up by themselves and publish now
  // and then, so that one reading may show the advance of this time more than has passed.
  Duration lag = std::chrono::milliseconds(1500);
  // Of a gauge.
  std::optional<double> least{};
  std::optional<double> most{};
  std::string_view most_field{};  // a field of the same reading that it can't exceed: "total"; static text
};

struct Field {
  std::string name;
  FieldKind kind = FieldKind::gauge;
  FieldType type = FieldType::integer;
  std::string unit;  // "bytes", "packets", "percent", "seconds", "milliseconds", "microseconds", "celsius",
                     // "bytes/second", … or "1" for plain counts
  std::string sentence;            // what it is, one sentence without full stop
  std::uint8_t counter_bits = 64;  // 32 where the kernel's counter wraps at 2^32
  bool hidden = false;    // baselined (so that gauges derived from it survive a restart), not put in rows
  bool constant = false;  // a gauge that stays as it is while the machine runs: rows carry its mean alone
  Bound bound{};
  // Of a real gauge: how many digits behind the point mean something; what rows and snapshots tell of it is
  // rounded to them (core/decimals.h). Nothing: all that a double holds.
  std::optional<std::uint8_t> decimals{};

  // What a row's numbers mean. `constant`, `bound` and `decimals` only say how this version reads and writes
  // them, and are not stored with a definition.
  friend bool operator==(const Field& a, const Field& b) {
    return a.name == b.name && a.kind == b.kind && a.type == b.type && a.unit == b.unit &&
           a.sentence == b.sentence && a.counter_bits == b.counter_bits && a.hidden == b.hidden;
  }
};

// For tables: the field, with its bound, as a constant, or with its decimals.
inline Field bounded(Field field, Bound bound) {
  field.bound = bound;
  return field;
}
inline Field constant(Field field) {
  field.constant = true;
  return field;
}
inline Field with_decimals(std::uint8_t decimals, Field field) {
  field.decimals = decimals;
  return field;
}

struct TagKey {
  std::string name;
  std::string sentence;

  friend bool operator==(const TagKey&, const TagKey&) = default;
};

struct Measurement {
  std::string name;
  std::string sentence;
  std::vector<TagKey> tags;  // those it always or sometimes has, beside host and the configured ones
  std::vector<Field> fields;
  // Exact increments: the sampler counts by itself, and its series may come and go by the thousands. Nothing
  // is kept of one that has ended, in memory or on disk; a running total is that of the time it was there.
  bool short_lived = false;
  // Everybody who reaches status.listen may read it there (app/machine_metrics): it tells of the machine as a
  // whole. What tells of programs, people or other machines never says so; nothing does by default.
  bool about_machine = false;

  std::optional<std::size_t> field(std::string_view field_name) const {
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == field_name) return i;
    return std::nullopt;
  }
  // `short_lived` and `about_machine` say what this version does with it; they are not stored with a
  // definition.
  friend bool operator==(const Measurement& a, const Measurement& b) {
    return a.name == b.name && a.sentence == b.sentence && a.tags == b.tags && a.fields == b.fields;
  }
};

// For tables: a measurement that everybody may read.
inline Measurement about_machine(Measurement measurement) {
  measurement.about_machine = true;
  return measurement;
}

// Shared and immutable; a sampler's own lives as long as the process, one read back from the spool as long as
// a series refers to it.
using MeasurementPtr = std::shared_ptr<const Measurement>;

}  // namespace collector
