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

constexpr std::size_t columns = 11;
constexpr std::array<std::string_view, columns> column_names = {
    "reads",           "merged reads", "sectors read",     "read time", "writes",          "merged writes",
    "sectors written", "write time",   "iops in progress", "io time",   "weighted io time"};
constexpr std::size_t sectors_read = 2, sectors_written = 6, in_progress = 8;

// The largest number that a column can have: more sectors can't be counted in bytes, and the kernel counts
// what is under way in an int that some drivers let go below zero.
std::uint64_t most_of(std::size_t column) {
  if (column == sectors_read || column == sectors_written)
    return std::numeric_limits<std::uint64_t>::max() / sector;
  if (column == in_progress) return std::numeric_limits<std::int32_t>::max();
  return std::numeric_limits<std::uint64_t>::max();
}

// What is wrong with the line; nothing when it is right.
std::optional<std::string> parse_line(std::string_view line, DiskLine& disk, Remarks& remarks) {
  const auto major = parse_number<std::uint32_t>(next_word(line).value_or(""));
  const auto minor = parse_number<std::uint32_t>(next_word(line).value_or(""));
  const auto name = next_word(line);
  if (!major || !minor) return "no device numbers";
  if (!name) return "no device name";
  std::array<std::string_view, columns> words;
  for (std::size_t i = 0; i < columns; ++i) {
    const auto word = next_word(line);
    if (!word) return fmt::format("{} has {} of {} numbers", excerpt(*name), i, columns);
    words[i] = *word;
  }
  std::array<DiskLine::Number, columns> numbers;
  for (std::size_t i = 0; i < columns; ++i) {
    numbers[i] = parse_unsigned(words[i]);
    if (numbers[i] && *numbers[i] <= most_of(i)) continue;
    numbers[i].reset();
    remarks.reject(fmt::format("{} of {} can't be true", column_names[i], excerpt(*name)), excerpt(words[i]));
  }
  const auto in_bytes = [](DiskLine::Number sectors) {
    return sectors ? DiskLine::Number(*sectors * sector) : std::nullopt;
  };
  disk = {.major = *major,
          .minor = *minor,
          .name = *name,
          .reads = numbers[0],
          .merged_reads = numbers[1],
          .read_bytes = in_bytes(numbers[sectors_read]),
          .read_time = numbers[3],
          .writes = numbers[4],
          .merged_writes = numbers[5],
          .write_bytes = in_bytes(numbers[sectors_written]),
          .write_time = numbers[7],
          .iops_in_progress = numbers[in_progress],
          .io_time = numbers[9],
          .weighted_io_time = numbers[10]};
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

Result<> parse_diskstats(std::string_view text, std::vector<DiskLine>& out, Remarks& remarks) {
  out.clear();
  text = whole_lines(text);
  const bool has_lines = !text.empty();
  std::size_t disk = DiskLine::npos;  // the last whole disk: its partitions come right behind it
  for (int number = 1; const auto line = next_line(text); ++number) {
    DiskLine& entry = out.emplace_back();
    if (const auto wrong = parse_line(*line, entry, remarks)) {
      remarks.reject(fmt::format("line {}: {}", number, *wrong));
      out.pop_back();
      continue;
    }
    if (disk != DiskLine::npos && is_partition_of(entry.name, out[disk].name))
      entry.parent = disk;
    else
      disk = out.size() - 1;
  }
  if (has_lines && out.empty()) return fail("none of its lines is a device's");
  return {};
}

}  // namespace collector
