// collector_bench [--list | GROUP …]: measures all groups, or the named ones, and prints the table.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/groups.h"

namespace {

using collector::bench::Group;

const std::array groups{
    Group{"formats", "NDJSON and line protocol, serialising", collector::bench::bench_formats},
    Group{"spool", "appending and reading back", collector::bench::bench_spool},
    Group{"sqlite", "the SQLite sink, catching up", collector::bench::bench_sqlite_sink},
    Group{"postgres", "the PostgreSQL sink: catching up, and one small sync over a slow line",
          collector::bench::bench_postgres_sink},
    Group{"influx", "the Influx sink, delivering to InfluxDB and VictoriaMetrics",
          collector::bench::bench_influx_sink},
    Group{"flush", "one window of 300 rows, through spool and SQLite sink", collector::bench::bench_flush},
    Group{"windows", "many series and windows between two flushes", collector::bench::bench_windows},
    Group{"sample", "one sample of the samplers that run each second", collector::bench::bench_sample},
    Group{"once", "a run of --once", collector::bench::bench_once},
    Group{"first-row", "from the second tick to the first row on disk", collector::bench::bench_first_row},
    Group{"history", "questions to a year of ten interfaces, and to ten", collector::bench::bench_history},
    Group{"web", "answers of the API from a year of two interfaces", collector::bench::bench_web},
    Group{"viewers", "the page served, with viewers and without (COLLECTOR_BENCH_SECONDS, 60)",
          collector::bench::bench_viewers},
    Group{"crowd", "a hundred clients of the page at once, and a long export (COLLECTOR_BENCH_ROWS, 1000000)",
          collector::bench::bench_crowd},
    Group{"levels", "5 minutes, hours and days beside the rows: a flush, an hour, a month, ten years",
          collector::bench::bench_levels},
    Group{"install", "sizes, shared libraries, start-up", collector::bench::bench_install},
    Group{"lateness", "how late ticks come on a busy machine (COLLECTOR_BENCH_SECONDS, 100)",
          collector::bench::bench_lateness},
    Group{"idle", "the program left running, beside collectd (COLLECTOR_BENCH_SECONDS, 60)",
          collector::bench::bench_idle},
};

std::size_t entries(const char* directory, bool numbers_only) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const char first = entry.path().filename().native().front();
    if (!numbers_only || (first >= '0' && first <= '9')) ++count;
  }
  return count;
}

bool is_group(std::string_view name) {
  return std::ranges::any_of(groups, [&](const Group& group) { return group.name == name; });
}

int run(const std::vector<std::string_view>& names) {
  std::printf("%zu processes, %zu interfaces\n\n", entries("/proc", true), entries("/sys/class/net", false));
  collector::bench::print_heading();
  int missed = 0;
  for (const Group& group : groups) {
    if (!names.empty() && std::ranges::find(names, group.name) == names.end()) continue;
    for (const auto& line : group.run()) {
      collector::bench::print_line(line);
      if (line.met == false) ++missed;
    }
  }
  std::printf("\n%s\n", missed == 0 ? "every target measured here is met" : "some targets are missed");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string_view> names(arguments + 1, arguments + count);
  for (const std::string_view name : names) {
    if (name == "--list") {
      for (const Group& group : groups)
        std::printf("%-10s %s\n", std::string(group.name).c_str(), std::string(group.sentence).c_str());
      return 0;
    }
    if (!is_group(name)) {
      std::fprintf(stderr, "no group '%s'; see --list\n", std::string(name).c_str());
      return 64;
    }
  }
  try {
    return run(names);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "collector_bench: %s\n", error.what());
    return 70;
  }
}
