// How much of a database's size is rows, and which are to go. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/time.h"

namespace collector::postgres_store {

// A data table as the database describes it.
struct TableSpace {
  std::string name;
  bool ours = true;               // this role may VACUUM it
  std::uint64_t heap_bytes = 0;   // of its file, with what is free in it
  std::uint64_t other_bytes = 0;  // indexes, maps, long values
  double rows = -1;               // live ones, as of the last ANALYZE; negative: there was none
  double row_bytes = 0;           // of one row, measured; 0: not known
  std::optional<WallTime> oldest{};
  std::optional<WallTime> newest{};
};

// Bytes in use: without the room that deleted rows have left, which new rows take.
std::uint64_t live_bytes(const TableSpace& table);
std::uint64_t live_bytes(std::span<const TableSpace> tables);

// Deletion begins at 80 % of the limit, and ends a little below.
std::uint64_t deletion_begins_at(std::uint64_t limit);
std::uint64_t deletion_ends_at(std::uint64_t limit);

// Rows before this make up `bytes`, taking them for evenly spread over each table's time. Nothing: no rows.
std::optional<WallTime> cutoff_for(std::span<const TableSpace> tables, std::uint64_t bytes);

}  // namespace collector::postgres_store
