// Line: one series of a picture as functions work on it: a value for each column, or nothing where nothing
// was measured. Plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/history/calendar.h"

namespace collector::web::graphite {

// What the values say of their columns, so that rates and amounts are never taken for each other.
enum class Measure : std::uint8_t {
  rate,    // units a second, on average over what was measured of the column
  amount,  // how many in the column
  total,   // how many since the first column
  level,   // how high it stood, or what was made of several of these
};

// Where the columns begin, and where the last one ends: at least two moments, in order.
using Edges = std::shared_ptr<const std::vector<history::Seconds>>;

struct Line {
  std::string name;  // in the answer
  std::string path;  // that it was made from: the first one, where it was made from several
  std::vector<std::pair<std::string, std::string>> tags;
  Measure measure = Measure::level;
  Edges edges;
  std::vector<std::optional<double>> values = {};  // of each column
};
using Lines = std::vector<Line>;

inline double seconds_of(const Edges& edges, std::size_t column) {
  return static_cast<double>(((*edges)[column + 1] - (*edges)[column]).count());
}

}  // namespace collector::web::graphite
