// What a sink holds of `net`, read back: its rows, and what they add up to by family of interfaces together
// with what was set aside (`quarantine`) and what fell off the backlog (`dropped`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "collector/formats/row_json.h"
#include "tests/faults/sums.h"

namespace collector::test {

// Start in Unix seconds, measurement, interface.
using RowKey = std::tuple<std::int64_t, std::string, std::string>;

struct Delivered {
  // Adds to the sums of the interface's family, if the field is one of theirs.
  void add(const std::string& interface, const std::string& field, std::int64_t value);

  std::map<RowKey, Sums> rows;  // `net`; rows of one second and series together, as SQLite merges them
  std::map<std::string, Sums> by_family;  // Σ delta + Σ quarantined + Σ dropped; "": of the series `other`
  double highest_peak_of_limited = 0;     // bytes per second, of the family with a limit
  std::size_t net_rows = 0;
  std::int64_t quarantined_rows = 0;
  std::int64_t dropped_rows = 0;
  std::vector<std::string> twice;  // rows that are there more than once
  std::vector<std::pair<WallTime, WallTime>>
      lasting;  // from when to when the rows of `lasting_interface` are
};

Delivered delivered_to_sqlite(const std::filesystem::path& file);

// Reads files that are closed only once: they never change.
class JsonArchive {
 public:
  explicit JsonArchive(std::filesystem::path directory) : directory_(std::move(directory)) {}
  Delivered read();

 private:
  void add(const JsonRow& row, Delivered& to, std::set<std::tuple<std::uint64_t, RowKey>>& seen) const;

  std::filesystem::path directory_;
  Delivered closed_;
  std::set<std::tuple<std::uint64_t, RowKey>> seen_;  // with the batch's number, of closed files
  std::set<std::string> read_;
};

inline constexpr const char* limited_family = "fq";
inline constexpr const char* lasting_interface = "fp0";

}  // namespace collector::test
