// Parsing /proc/diskstats. Pure functions of text; a line without its newline was cut off and is not looked
// at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

namespace collector {

// One line: a whole disk or a partition. Texts point into the file's text.
struct DiskLine {
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string_view name;
  std::size_t parent = npos;  // a partition's disk, as position in the list; npos: a whole disk
  std::uint64_t reads = 0;
  std::uint64_t merged_reads = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t read_time = 0;  // milliseconds, as the others; these wrap at 2^32
  std::uint64_t writes = 0;
  std::uint64_t merged_writes = 0;
  std::uint64_t write_bytes = 0;
  std::uint64_t write_time = 0;
  std::uint64_t iops_in_progress = 0;
  std::uint64_t io_time = 0;
  std::uint64_t weighted_io_time = 0;
};

// Replaces what `out` holds (its memory is kept). 14 columns are needed; later kernels have more (discards
// since 4.18, flushes since 5.5), which are not looked at. The error names the line.
Result<> parse_diskstats(std::string_view text, std::vector<DiskLine>& out);

// The kernel's rule: a partition is named as its disk, and a number; parted by "p" if the disk's name ends in
// a digit.
bool is_partition_of(std::string_view name, std::string_view disk);

}  // namespace collector
