// Every parse function over a good text that was cut off at every byte, and with every byte replaced: it
// answers, or fails with a message that a terminal can show. The fuzzers go further; this always runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/samplers/cpu/times.h"
#include "collector/samplers/disk/mounts.h"
#include "collector/samplers/diskio/diskstats.h"
#include "collector/samplers/kernel/kernel_files.h"
#include "collector/samplers/mem/meminfo.h"
#include "collector/samplers/netproto/protocol_text.h"
#include "collector/samplers/pressure/pressure_file.h"
#include "collector/samplers/processes/process_stat.h"
#include "collector/samplers/swap/swap_files.h"
#include "collector/samplers/system/system_files.h"
#include "collector/samplers/temp/sensors.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

struct Parser {
  std::string name;
  std::string file;                                      // a good text, below cases/
  std::function<std::string(std::string_view)> message;  // empty when it was understood
};

template <typename T>
std::string message_of(const Result<T>& result) {
  if (result) return "";
  return result.error().text().empty() ? "\n" : result.error().text();
}

// What was rejected counts as a message, as does a failure.
template <typename T>
std::string message_of(const Result<T>& result, const Remarks& remarks) {
  return remarks.rejected() > 0 ? remarks.rejected_text() : message_of(result);
}

constexpr ProtocolNumber protocol_numbers[] = {{"Tcp", "InSegs"}, {"TCP", "inuse"}};

std::vector<Parser> parsers() {
  return {
      {"cpu_times", "cpu/per_core/proc/stat",
       [](std::string_view text) {
         std::vector<CpuTimes> times;
         Remarks remarks;
         return message_of(parse_cpu_times(text, true, times, remarks), remarks);
       }},
      {"kernel_counters", "kernel/usual/proc/stat",
       [](std::string_view text) {
         Remarks remarks;
         return message_of(parse_kernel_counters(text, remarks), remarks);
       }},
      {"diskstats", "diskio/columns_20/proc/diskstats",
       [](std::string_view text) {
         std::vector<DiskLine> lines;
         Remarks remarks;
         return message_of(parse_diskstats(text, lines, remarks), remarks);
       }},
      {"mountinfo", "disk/only_pseudo/proc/1/mountinfo",
       [](std::string_view text) {
         Remarks remarks;
         return message_of(parse_mountinfo(text, remarks), remarks);
       }},
      {"protocol_line_pairs", "netproto/older_kernel/proc/net/snmp",
       [](std::string_view text) {
         std::vector<std::optional<std::uint64_t>> numbers(2);
         Remarks remarks;
         parse_line_pairs(text, protocol_numbers, numbers, remarks);
         return remarks.rejected_text();
       }},
      {"protocol_name_number_lines", "netproto/normal/proc/net/sockstat",
       [](std::string_view text) {
         std::vector<std::optional<std::uint64_t>> numbers(2);
         Remarks remarks;
         parse_name_number_lines(text, protocol_numbers, numbers, remarks);
         return remarks.rejected_text();
       }},
      {"entropy", "kernel/usual/proc/sys/kernel/random/entropy_avail",
       [](std::string_view text) { return message_of(parse_entropy(text)); }},
      {"meminfo", "mem/usual/proc/meminfo",
       [](std::string_view text) {
         std::vector<Value> values(mem_measurement()->fields.size());
         Remarks remarks;
         return message_of(parse_meminfo(text, values, remarks), remarks);
       }},
      {"pressure", "pressure/usual/proc/pressure/io",
       [](std::string_view text) {
         Remarks remarks;
         return message_of(parse_pressure(text, remarks), remarks);
       }},
      {"process_stat", "processes/odd_names/proc/103/stat",
       [](std::string_view text) { return std::string(parse_process_stat(text) ? "" : "not a process"); }},
      {"swap_space", "swap/usual/proc/meminfo",
       [](std::string_view text) {
         Remarks remarks;
         return message_of(parse_swap_space(text, remarks), remarks);
       }},
      {"swap_traffic", "swap/usual/proc/vmstat",
       [](std::string_view text) {
         Remarks remarks;
         parse_swap_traffic(text, remarks);
         return remarks.rejected_text();
       }},
      {"load", "system/usual/proc/loadavg",
       [](std::string_view text) {
         Remarks remarks;
         return message_of(parse_load(text, remarks), remarks);
       }},
      {"uptime", "system/usual/proc/uptime",
       [](std::string_view text) { return message_of(parse_uptime(text)); }},
      {"cpu_count", "system/ranges_of_cores/sys/devices/system/cpu/online",
       [](std::string_view text) { return message_of(parse_cpu_count(text)); }},
      {"temperature", "temp/usual/sys/class/hwmon/hwmon1/temp1_input",
       [](std::string_view text) { return message_of(parse_temperature(text)); }},
  };
}

bool is_printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

class DamagedText : public testing::TestWithParam<Parser> {
 protected:
  std::string good_ = read_file(source_directory() / "tests/samplers/cases" / GetParam().file);
};

TEST_P(DamagedText, IsUnderstoodWhenWhole) {
  EXPECT_EQ(GetParam().message(good_), "");
}

TEST_P(DamagedText, CutOffAnywhere) {
  for (std::size_t size = 0; size < good_.size(); ++size) {
    const std::string cut = good_.substr(0, size);  // a copy, so that a sanitizer sees reads beyond the end
    EXPECT_TRUE(is_printable(GetParam().message(cut))) << size;
  }
}

TEST_P(DamagedText, AnyByteReplaced) {
  using namespace std::string_view_literals;
  for (const char replacement : "\0\n 9-x)\xff"sv)
    for (std::size_t at = 0; at < good_.size(); ++at) {
      std::string damaged = good_;
      damaged[at] = replacement;
      EXPECT_TRUE(is_printable(GetParam().message(damaged))) << at << ": " << GetParam().message(damaged);
    }
}

INSTANTIATE_TEST_SUITE_P(Parsers, DamagedText, testing::ValuesIn(parsers()),
                         [](const auto& parser) { return parser.param.name; });

}  // namespace
}  // namespace collector::test
