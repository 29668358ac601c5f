// Parsing /proc/diskstats. Pure functions of text; a line without its newline was cut off and is not looked
// at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

// One line: a whole disk or a partition. Texts point into the file's text.
struct DiskLine {
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string_view name;
  std::size_t parent = npos;  // a partition's disk, as position in the list; npos: a whole disk
  // Absent: not a number that can be true.
  using Number = std::optional<std::uint64_t>;
  Number reads;
  Number merged_reads;
  Number read_bytes;
  Number read_time;  // milliseconds, as the others; these wrap at 2^32
  Number writes;
  Number merged_writes;
  Number write_bytes;
  Number write_time;
  Number iops_in_progress;
  Number io_time;
  Number weighted_io_time;
};

// Replaces what `out` holds (its memory is kept). 14 columns are needed; later kernels have more (discards
// since 4.18, flushes since 5.5), which are not looked at. A number that can't be true is rejected and
// absent, a line that is none is rejected as a whole; an error when no line is left of a text that has some.
Result<> parse_diskstats(std::string_view text, std::vector<DiskLine>& out, Remarks& remarks);

// The kernel's rule: a partition is named as its disk, and a number; parted by "p" if the disk's name ends in
// a digit.
bool is_partition_of(std::string_view name, std::string_view disk);

}  // namespace collector
