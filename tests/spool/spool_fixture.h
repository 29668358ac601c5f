// A spool in a directory of its own, opened, closed and opened again as often as a test likes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collector/spool/spool.h"
#include "tests/spool/batches.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class SpoolTest : public testing::Test {
 protected:
  using Sinks = std::vector<std::pair<std::string, SinkLimits>>;

  Spool::Options options() {
    return {.directory = directory_.path(),
            .machine_id = machine_,
            .clock = &clock_,
            .series = &table_,
            .known = {traffic(), load(), oddities()}};
  }
  void open(const Sinks& sinks = {{"a", {}}}) {
    spool_.reset();
    auto opened = Spool::open(options());
    ASSERT_TRUE(opened) << opened.error().text();
    spool_ = std::move(*opened);
    ASSERT_TRUE(spool_->set_sinks(sinks));
  }
  // Appends one row of traffic; returns the batch, null when it failed.
  BatchPtr append(std::int64_t received = 1, const std::string& interface = "eth0") {
    clock_.advance(std::chrono::seconds(30));
    Batch batch = traffic_batch(table_, interface, received, clock_.now().wall);
    auto appended = spool_->append(batch, {});
    EXPECT_TRUE(appended) << appended.error().error.text();
    return appended ? *appended : nullptr;
  }
  std::vector<BatchPtr> read(const std::string& sink = "a", std::size_t max_rows = 1'000'000) {
    auto batches = spool_->read(sink, max_rows);
    EXPECT_TRUE(batches) << batches.error().error.text();
    return batches ? *batches : std::vector<BatchPtr>{};
  }
  // Reads and confirms everything there is; returns it.
  std::vector<BatchPtr> drain(const std::string& sink = "a", std::size_t max_rows = 1'000'000) {
    std::vector<BatchPtr> all;
    while (true) {
      const auto batches = read(sink, max_rows);
      if (batches.empty()) return all;
      all.insert(all.end(), batches.begin(), batches.end());
      spool_->confirm(sink, batches.back()->number, "");
    }
  }
  Baseline baseline(const std::string& interface, std::uint64_t raw, std::int64_t total) {
    Baseline b;
    b.series = table_.intern(traffic(), {{"interface", interface}});
    b.boot_id = "boot-1";
    b.taken = clock_.now();
    b.totals = {total, total - 1, {}};
    b.objects = {{7, 0xFFFFFFFFFFFFFFF0U, b.taken, {raw, raw + 1, {}}}};
    return b;
  }
  std::filesystem::path file() const { return directory_ / "spool.db"; }

  TemporaryDirectory directory_;
  ManualClock clock_;
  SeriesTable table_;
  std::string machine_ = "machine-1";
  std::unique_ptr<Spool> spool_;
};

}  // namespace collector::test
