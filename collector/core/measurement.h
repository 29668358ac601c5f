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

namespace collector {

enum class FieldKind : std::uint8_t {
  counter,    // raw value of a kernel counter (unsigned, only grows until it resets); rows carry exact deltas
  increment,  // the sampler itself delivers exact deltas (quarantine, dropped)
  gauge,      // a level: rows carry mean, min, max, last
  state,      // text; the last one counts
};

enum class FieldType : std::uint8_t { integer, real, text };  // counters and increments are integer

struct Field {
  std::string name;
  FieldKind kind = FieldKind::gauge;
  FieldType type = FieldType::integer;
  std::string unit;  // "bytes", "packets", "percent", "seconds", "milliseconds", "microseconds", "celsius",
                     // "bytes/second", … or "1" for plain counts
  std::string sentence;            // what it is, one sentence without full stop
  std::uint8_t counter_bits = 64;  // 32 where the kernel's counter wraps at 2^32
  bool hidden = false;  // baselined (so that gauges derived from it survive a restart), not put in rows

  friend bool operator==(const Field&, const Field&) = default;
};

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

  std::optional<std::size_t> field(std::string_view field_name) const {
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].name == field_name) return i;
    return std::nullopt;
  }
  friend bool operator==(const Measurement&, const Measurement&) = default;
};

// Shared and immutable; a sampler's own lives as long as the process, one read back from the spool as long as
// a series refers to it.
using MeasurementPtr = std::shared_ptr<const Measurement>;

}  // namespace collector
