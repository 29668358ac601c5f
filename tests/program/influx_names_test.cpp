// Dashboards made for Telegraf work unchanged: its fields on Linux, with their types, against what the Influx
// sink writes. What is missing is listed with the reason, here and in the sink's guide.
//
// Telegraf's fields: https://github.com/influxdata/telegraf/tree/master/plugins/inputs, README.md of cpu,
// mem, swap, system, kernel, net, disk, diskio, processes. Its InfluxDB outputs write unsigned numbers as
// integers (influx_uint_support is off).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include "collector/formats/row_format.h"
#include "collector/samplers/sampler.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

struct TelegrafInput {
  const char* measurement;
  const char* tags;
  const char* integers;
  const char* floats;
};

constexpr TelegrafInput inputs[] = {
    {"cpu", "cpu", "",
     "time_user time_system time_idle time_active time_nice time_iowait time_irq time_softirq time_steal "
     "time_guest "
     "time_guest_nice usage_user usage_system usage_idle usage_active usage_nice usage_iowait usage_irq "
     "usage_softirq "
     "usage_steal usage_guest usage_guest_nice"},
    {"mem", "",
     "active available buffered cached commit_limit committed_as dirty free high_free high_total "
     "huge_pages_free "
     "huge_page_size huge_pages_total inactive low_free low_total mapped page_tables shared slab "
     "sreclaimable sunreclaim "
     "swap_cached swap_free swap_total total used vmalloc_chunk vmalloc_total vmalloc_used write_back "
     "write_back_tmp",
     "available_percent used_percent"},
    {"swap", "", "free total used in out", "used_percent"},
    {"system", "", "n_users n_unique_users n_cpus n_physical_cpus n_virtual_cpus uptime",
     "load1 load5 load15"},
    {"kernel", "",
     "boot_time context_switches disk_pages_in disk_pages_out interrupts processes_forked entropy_avail "
     "ksm_full_scans "
     "ksm_pages_shared ksm_pages_sharing",
     ""},
    {"net", "interface",
     "bytes_sent bytes_recv packets_sent packets_recv err_in err_out drop_in drop_out speed tcp_currestab "
     "udp_noports",
     ""},
    {"disk", "path device fstype mode", "free total used inodes_free inodes_total inodes_used",
     "used_percent inodes_used_percent"},
    {"diskio", "name serial",
     "reads writes read_bytes write_bytes read_time write_time io_time weighted_io_time iops_in_progress "
     "merged_reads "
     "merged_writes",
     "io_await io_svctm io_util"},
    {"processes", "",
     "blocked running sleeping stopped total zombies dead idle paging parked total_threads unknown", ""},
    {"pressure", "resource type", "total", "avg10 avg60 avg300"},
};

struct Missing {
  const char* names;  // of the same input
  const char* why;
};

const std::map<std::string, std::vector<Missing>> missing{
    {"cpu", {{"time_*", "off in Telegraf too unless asked for (collect_cpu_time); the usage_* are there"}}},
    {"mem",
     {{"high_free high_total low_free low_total", "of 32-bit kernels only"},
      {"swap_free swap_total", "`swap` has them as free and total"},
      {"vmalloc_chunk", "the kernel has said 0 since version 4.4"},
      {"write_back_tmp", "temporary buffers of FUSE only"}}},
    {"system",
     {{"n_users n_unique_users", "who is logged in is not measured"},
      {"n_physical_cpus n_virtual_cpus", "n_cpus is there, and the same as n_virtual_cpus"}}},
    {"kernel",
     {{"disk_pages_in disk_pages_out", "of kernels before 2.6 only"},
      {"ksm_*", "off in Telegraf too unless asked for"}}},
    {"net",
     {{"tcp_* udp_*", "the series interface=all; `netproto` has these counters, with readable names"}}},
    {"disk", {{"inodes_used_percent", "inodes_used / inodes_total in the query"}}},
    {"diskio",
     {{"serial", "the serial number is not read; `kind` and `parent` tell devices apart"},
      {"io_await io_svctm io_util", "derivatives of the counters in the query"}}},
};

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

bool is_missing_on_purpose(const std::string& measurement, const std::string& name) {
  const auto found = missing.find(measurement);
  if (found == missing.end()) return false;
  return std::ranges::any_of(found->second, [&](const Missing& group) {
    return std::ranges::any_of(words(group.names), [&](const std::string& pattern) {
      return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1))
                                    : name == pattern;
    });
  });
}

const Measurement* measurement_named(const std::string& name) {
  for (const SamplerType& type : sampler_types())
    for (const MeasurementPtr& measurement : type.measurements())
      if (measurement->name == name) return measurement.get();
  return nullptr;
}

// As written by default: "integer", "float", "string".
std::map<std::string, std::string> written_fields(const Measurement& measurement) {
  std::map<std::string, std::string> fields;
  for (const Column& column : columns_of(measurement, {.counters = Counters::total}))
    fields[column.name] = column.what == Column::What::text ? "string" : column.real ? "float" : "integer";
  return fields;
}

std::string differences() {
  std::string text;
  for (const TelegrafInput& input : inputs) {
    const Measurement* measurement = measurement_named(input.measurement);
    if (measurement == nullptr) {
      text += fmt::format("{}: not measured\n", input.measurement);
      continue;
    }
    const auto written = written_fields(*measurement);
    const auto compare = [&](const char* names, const std::string& type) {
      for (const std::string& name : words(names)) {
        const auto found = written.find(name);
        const bool on_purpose = is_missing_on_purpose(input.measurement, name);
        if (found == written.end() && !on_purpose)
          text += fmt::format("{}.{}: missing\n", input.measurement, name);
        if (found != written.end() && on_purpose)
          text += fmt::format("{}.{}: is there\n", input.measurement, name);
        if (found != written.end() && found->second != type)
          text += fmt::format("{}.{}: {}, Telegraf has {}\n", input.measurement, name, found->second, type);
      }
    };
    compare(input.integers, "integer");
    compare(input.floats, "float");
    for (const std::string& tag : words(input.tags))
      if (std::ranges::find(measurement->tags, tag, &TagKey::name) == measurement->tags.end() &&
          !is_missing_on_purpose(input.measurement, tag))
        text += fmt::format("{}: tag {} is missing\n", input.measurement, tag);
  }
  return text;
}

// The table of the guide.
std::string missing_as_markdown() {
  std::string text = "| measurement | Telegraf has, this sink has not | why |\n|---|---|---|\n";
  for (const auto& [measurement, groups] : missing)
    for (const Missing& group : groups) {
      std::string names;
      for (const std::string& name : words(group.names))
        names += fmt::format("{}`{}`", names.empty() ? "" : ", ", name);
      text += fmt::format("| `{}` | {} | {} |\n", measurement, names, group.why);
    }
  return text;
}

TEST(InfluxNames, AreTelegrafsWithItsTypes) {
  EXPECT_EQ(differences(), "");
}

TEST(InfluxNames, WhatIsMissingIsInTheGuide) {
  const std::string guide = read_file(source_directory() / "sinks/influx/USING.md");
  EXPECT_NE(guide.find(missing_as_markdown()), std::string::npos) << "it should hold:\n"
                                                                  << missing_as_markdown();
}

}  // namespace
}  // namespace collector::test
