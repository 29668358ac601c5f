#include "collector/samplers/diskio/diskstats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

constexpr std::uint64_t sector = 512;  // bytes, whatever the device's own sectors are

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// What is wrong with the line; nothing when it is right.
std::optional<std::string> parse_line(std::string_view line, DiskLine& disk) {
  const auto major = parse_number<std::uint32_t>(next_word(line).value_or(""));
  const auto minor = parse_number<std::uint32_t>(next_word(line).value_or(""));
  const auto name = next_word(line);
  if (!major || !minor) return "no device numbers";
  if (!name) return "no device name";
  std::array<std::uint64_t, 11> columns{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto word = next_word(line);
    if (!word) return fmt::format("{} has {} of {} numbers", excerpt(*name), i, columns.size());
    const auto number = parse_unsigned(*word);
    if (!number) return fmt::format("{} has no whole number but {}", excerpt(*name), excerpt(*word));
    columns[i] = *number;
  }
  constexpr std::uint64_t most_sectors = std::numeric_limits<std::uint64_t>::max() / sector;
  if (columns[2] > most_sectors || columns[6] > most_sectors)
    return fmt::format("{} has more sectors than can be counted in bytes", excerpt(*name));
  disk = {.major = *major,
          .minor = *minor,
          .name = *name,
          .reads = columns[0],
          .merged_reads = columns[1],
          .read_bytes = columns[2] * sector,
          .read_time = columns[3],
          .writes = columns[4],
          .merged_writes = columns[5],
          .write_bytes = columns[6] * sector,
          .write_time = columns[7],
          .iops_in_progress = columns[8],
          .io_time = columns[9],
          .weighted_io_time = columns[10]};
  return std::nullopt;
}

}  // namespace

bool is_partition_of(std::string_view name, std::string_view disk) {
  if (disk.empty() || !name.starts_with(disk)) return false;
  name.remove_prefix(disk.size());
  if (is_digit(disk.back())) {
    if (!name.starts_with('p')) return false;
    name.remove_prefix(1);
  }
  return !name.empty() && std::ranges::all_of(name, is_digit);
}

Result<> parse_diskstats(std::string_view text, std::vector<DiskLine>& out) {
  out.clear();
  text = whole_lines(text);
  std::size_t disk = DiskLine::npos;  // the last whole disk: its partitions come right behind it
  for (int number = 1; const auto line = next_line(text); ++number) {
    DiskLine& entry = out.emplace_back();
    if (const auto wrong = parse_line(*line, entry)) return fail(fmt::format("line {}: {}", number, *wrong));
    if (disk != DiskLine::npos && is_partition_of(entry.name, out[disk].name))
      entry.parent = disk;
    else
      disk = out.size() - 1;
  }
  return {};
}

}  // namespace collector
