// The benchmarks there are. Each returns the lines of the table that it measured.
#pragma once

#include <vector>

#include "tests/bench/report.h"

namespace collector::bench {

std::vector<Line> bench_formats();
std::vector<Line> bench_spool();
std::vector<Line> bench_sqlite_sink();
std::vector<Line> bench_postgres_sink();
std::vector<Line> bench_influx_sink();
std::vector<Line> bench_flush();
std::vector<Line> bench_windows();
std::vector<Line> bench_sample();
std::vector<Line> bench_once();
std::vector<Line> bench_first_row();
std::vector<Line> bench_idle();
std::vector<Line> bench_history();
std::vector<Line> bench_levels();
std::vector<Line> bench_install();
std::vector<Line> bench_lateness();
std::vector<Line> bench_web();
std::vector<Line> bench_viewers();
std::vector<Line> bench_crowd();

}  // namespace collector::bench
