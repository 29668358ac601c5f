#include "collector/samplers/mem/meminfo.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "collector/samplers/named_numbers.h"

namespace collector {
namespace {

struct Source {
  std::string_view field;
  std::string_view name;  // in /proc/meminfo
  std::string_view unit;
  std::string_view sentence;
};

// In the file's order. Left out of what Telegraf has: high_* and low_* (32-bit kernels only), vmalloc_chunk
// and write_back_tmp (always 0 today), swap_total and swap_free (they are in measurement `swap`).
constexpr auto sources = std::to_array<Source>({
    {"total", "MemTotal", "bytes", "Main memory that the kernel manages"},
    {"free", "MemFree", "bytes", "Memory that is used for nothing at all"},
    {"available", "MemAvailable", "bytes", "The kernel's estimate of what programs can get without swapping"},
    {"buffered", "Buffers", "bytes", "Cached blocks of block devices"},
    {"cached", "Cached", "bytes", "Page cache and reclaimable slab memory"},
    {"swap_cached", "SwapCached", "bytes", "Memory that also has a valid copy in swap space"},
    {"active", "Active", "bytes", "Memory that was used recently"},
    {"inactive", "Inactive", "bytes", "Memory that was not used recently and is reclaimed first"},
    {"dirty", "Dirty", "bytes", "File data waiting to be written to disk"},
    {"write_back", "Writeback", "bytes", "File data being written to disk right now"},
    {"mapped", "Mapped", "bytes", "Files mapped into the memory of processes"},
    {"shared", "Shmem", "bytes", "Shared memory and tmpfs"},
    {"slab", "Slab", "bytes", "The kernel's own data structures"},
    {"sreclaimable", "SReclaimable", "bytes", "The part of slab that can be reclaimed, such as caches"},
    {"sunreclaim", "SUnreclaim", "bytes", "The part of slab that can't be reclaimed"},
    {"page_tables", "PageTables", "bytes", "Page tables of processes"},
    {"commit_limit", "CommitLimit", "bytes", "How much memory may be promised under strict overcommit"},
    {"committed_as", "Committed_AS", "bytes", "How much memory has been promised to processes"},
    {"vmalloc_total", "VmallocTotal", "bytes", "Size of the kernel's area for virtually contiguous memory"},
    {"vmalloc_used", "VmallocUsed", "bytes", "The part of that area that is in use"},
    {"huge_pages_total", "HugePages_Total", "1", "Huge pages in the pool"},
    {"huge_pages_free", "HugePages_Free", "1", "Huge pages in the pool that are not in use"},
    {"huge_page_size", "Hugepagesize", "bytes", "Size of one huge page"},
});

constexpr std::size_t used = sources.size();
constexpr std::size_t used_percent = used + 1;
constexpr std::size_t available_percent = used + 2;

constexpr std::size_t index_of(std::string_view field) {
  return static_cast<std::size_t>(std::ranges::find(sources, field, &Source::field) - sources.begin());
}

constexpr auto names = [] {
  std::array<std::string_view, sources.size()> out;
  std::ranges::transform(sources, out.begin(), &Source::name);
  return out;
}();

// Bytes of main memory; the others are pages, or address space and promises that may be larger.
bool is_memory(const Source& source) {
  static constexpr auto others =
      std::to_array<std::string_view>({"commit_limit", "committed_as", "vmalloc_total", "vmalloc_used"});
  return source.unit == "bytes" && std::ranges::find(others, source.field) == others.end();
}

double percent_of(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

}  // namespace

const MeasurementPtr& mem_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement out{"mem", "How main memory is used", {}, {}};
    constexpr auto constants = std::to_array<std::string_view>({"total", "vmalloc_total", "huge_page_size"});
    for (const Source& source : sources) {
      out.fields.push_back({std::string(source.field), FieldKind::gauge, FieldType::integer,
                            std::string(source.unit), std::string(source.sentence)});
      out.fields.back().constant = std::ranges::find(constants, source.field) != constants.end();
    }
    for (const std::string_view part :
         {"free", "available", "buffered", "cached", "active", "inactive", "slab"})
      out.fields[index_of(part)].bound.most_field = "total";
    out.fields.push_back({"used", FieldKind::gauge, FieldType::integer, "bytes",
                          "Memory in use by programs and the kernel: total less free, buffered and cached"});
    // What they are made of is beside them, to the byte.
    out.fields.push_back(with_decimals(
        2, {"used_percent", FieldKind::gauge, FieldType::real, "percent", "Used, in percent of total"}));
    out.fields.push_back(with_decimals(2, {"available_percent", FieldKind::gauge, FieldType::real, "percent",
                                           "Available, in percent of total"}));
    return std::make_shared<const Measurement>(about_machine(std::move(out)));
  }();
  return measurement;
}

Result<> parse_meminfo(std::string_view text, std::span<Value> values, Remarks& remarks) {
  std::array<std::optional<std::uint64_t>, sources.size()> read;
  const std::size_t rejected = remarks.rejected();
  read_named_numbers(text, names, read, remarks);
  if (remarks.rejected() == rejected && !read[index_of("total")]) return fail("no line MemTotal");

  constexpr std::int64_t limit = std::numeric_limits<std::int64_t>::max();
  std::array<std::optional<std::int64_t>, sources.size()> numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = within(read[i], is_memory(sources[i]) ? most_memory : limit, names[i], remarks);
  const auto total = numbers[index_of("total")];
  for (const std::size_t part : {index_of("free"), index_of("available")})
    if (total && numbers[part] && *numbers[part] > *total) {
      remarks.reject(std::string(names[part]) + " is more than MemTotal", std::to_string(*numbers[part]));
      numbers[part].reset();
    }
  const auto cached = numbers[index_of("cached")];
  if (cached) {
    // A cache that can be given back at any time counts as cache, not as used.
    numbers[index_of("cached")] = *cached + numbers[index_of("sreclaimable")].value_or(0);
  }
  for (std::size_t i = 0; i < numbers.size(); ++i)
    values[i] = numbers[i] ? Value::integer(*numbers[i]) : Value();
  if (!total) return {};

  const auto free = numbers[index_of("free")];
  if (free && cached) {
    // The kernel does not add these up at one moment: the sum may come out a little above the total. In a
    // container some may be the host's, and then their sum says nothing.
    const std::int64_t unused =
        *free + numbers[index_of("buffered")].value_or(0) + *numbers[index_of("cached")];
    if (unused <= *total + *total / 100) {
      const std::int64_t left = std::max<std::int64_t>(0, *total - unused);
      values[used] = Value::integer(left);
      values[used_percent] = Value::real(percent_of(left, *total));
    } else {
      remarks.reject("MemFree, Buffers, Cached and SReclaimable together are more than MemTotal",
                     std::to_string(unused));
    }
  }
  if (const auto available = numbers[index_of("available")])
    values[available_percent] = Value::real(percent_of(*available, *total));
  return {};
}

}  // namespace collector
