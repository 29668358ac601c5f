// What a file's rows and levels of `net` say, read as any other program would; and what has to be true of
// them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "collector/history/level.h"
#include "tests/history/random_machines.h"

namespace collector::test {

struct StoredBucket {
  std::int64_t start = 0, end = 0;  // Unix seconds; of a row: where it begins and ends
  Booked sums;
  std::int64_t busiest_at = 0;
};

struct StoredLevels {
  // By "source interface", in the order of time.
  using Series = std::map<std::string, std::vector<StoredBucket>>;
  Series rows;
  Series open;  // of those, the ones that are in no level yet
  std::array<Series, history::level_count> levels;
  // Batches of each source, by its text, up to this one.
  std::map<std::string, std::int64_t> positions;

  static StoredLevels read(const std::filesystem::path& file);
  static std::map<std::string, std::int64_t> positions_in(const std::filesystem::path& file);

  // What is wrong; empty: nothing.
  //
  // Each level, and what is open, is what was fed; rows only where they are `all`.
  std::string differs(const Books& fed, bool rows_are_all, bool levels_are_all) const;
  // Days do not overlap, and wherever a level holds something, the coarser ones have the same.
  std::string does_not_nest() const;
};

// Of all machines, as far as the file's positions are.
Books booked_at(const StoredLevels& stored, std::vector<RandomMachines::Machine>& machines);

}  // namespace collector::test
