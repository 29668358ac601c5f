// Hosts on which interfaces come and go by thousands, as on a builder of container images: hours of it
// through pipeline, spool and SQLite sink leave memory and files as they were. With a clock that the test
// moves.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>

#include "collector/core/log.h"
#include "collector/pipeline/pipeline.h"
#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"
#include "sinks/sqlite/sqlite_sink.h"
#include "tests/sinks/default_settings.h"
#include "tests/support/counted_allocations.h"
#include "tests/support/long_run.h"
#include "tests/support/manual_clock.h"
#include "tests/support/namespaces.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

constexpr Duration birth_tick = std::chrono::seconds(30);
constexpr int births_ticks_an_hour = 120;
constexpr std::size_t mebibyte = std::size_t{1} << 20;

MeasurementPtr births_measurement() {
  static const auto described = std::make_shared<const Measurement>(
      Measurement{"container",
                  "Test",
                  {{"name", "Its name"}},
                  {{"bytes", FieldKind::counter, FieldType::integer, "bytes", "Moved"}}});
  return described;
}

class Births : public testing::Test {
 protected:
  Births() : disk_(in_memory(directory_.path())) {
    log::set_level(log::Level::error);
    Spool::Options options{.directory = directory_.path(),
                           .machine_id = "machine",
                           .clock = &clock_,
                           .series = &table_,
                           .known = {births_measurement()}};
    spool_ = Spool::open(options).value();
    const std::pair<std::string, SinkLimits> name{"local", {}};
    EXPECT_TRUE(spool_->set_sinks(std::span(&name, 1)));
  }
  // A sink that keeps so many bytes.
  void open_sink(std::size_t size) {
    Settings settings = test::default_settings(sqlite_sink().component.settings);
    Settings keep;
    keep.set("size", size);
    settings.set("keep", std::make_shared<const Settings>(keep));
    sink_ = sqlite_sink().create({.name = "local",
                                  .state = directory_.path(),
                                  .settings = settings,
                                  .format = sqlite_sink().default_format,
                                  .clock = clock_,
                                  .retention = &spool_->retention()});
    EXPECT_TRUE(sink_->open({.source = spool_->source(), .epoch = spool_->epoch()}));
  }
  ~Births() override { log::set_level(log::Level::info); }

  static std::unique_ptr<test::SmallDisk> in_memory(const std::filesystem::path& directory) {
    test::enter_namespaces(CLONE_NEWNS);
    return std::make_unique<test::SmallDisk>(directory, 512 * mebibyte);
  }
  void come(std::size_t births) {
    for (std::size_t i = 0; i < births; ++i) {
      ++last_;
      living_.emplace_back(last_,
                           table_.intern(births_measurement(), {{"name", "c" + std::to_string(last_)}}));
    }
  }
  // So many come and the oldest go, all that live move bytes; then a window closes and is delivered.
  void tick(std::size_t births) {
    sample_.clear();
    sample_.taken = clock_.now();
    for (std::size_t i = 0; i < births; ++i) {
      sample_.add_gone({.measurement = births_measurement().get(), .object = living_.front().first});
      living_.pop_front();
    }
    come(births);
    bytes_ += 1000;
    for (const auto& [object, series] : living_)
      sample_.add({.series = series.get(), .object = object})[0] = Value::counter(bytes_);
    pipeline_.take(sample_, birth_tick);
    clock_.advance(birth_tick);
    Batch batch;
    if (!pipeline_.close(clock_.now(), true, batch)) return;
    ASSERT_TRUE(spool_->append(batch, pipeline_.changed_baselines()));
    const auto batches = spool_->read("local", 100'000);
    ASSERT_TRUE(batches);
    if (batches->empty()) return;
    ASSERT_TRUE(sink_->write(*batches));
    spool_->confirm("local", batches->back()->number, {});
  }
  struct Size {
    std::size_t memory = 0;  // bytes
    std::uint64_t spool = 0;
    std::uint64_t target = 0;
  };
  Size size() const {
    return {.memory = mallinfo2().uordblks,
            .spool = std::filesystem::file_size(directory_ / "spool.db"),
            .target = std::filesystem::file_size(directory_ / "collector.db")};
  }
  std::int64_t rows_kept() const {
    sqlite::Database::Options options;
    options.mode = sqlite::Database::Mode::read_only;
    const auto database = sqlite::Database::open(directory_ / "collector.db", options);
    return database->query_integer("SELECT count(*) FROM container_data").value().value();
  }
  static void expect_flat(const Size& before, const Size& now) {
    EXPECT_LE(now.memory, before.memory + before.memory / 10);
    EXPECT_LE(now.spool, before.spool + before.spool / 10);
    EXPECT_LE(now.target, before.target + before.target / 10);
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<test::SmallDisk> disk_;
  test::ManualClock clock_;
  SeriesTable table_;
  Pipeline pipeline_{"boot", {}, 1e12, birth_tick, table_};
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Sink> sink_;
  std::deque<std::pair<std::uint64_t, SeriesPtr>> living_;
  std::uint64_t last_ = 0;
  std::uint64_t bytes_ = 0;
  Sample sample_;
};

TEST_F(Births, TenThousandAnHourLeaveMemoryAndFilesFlat) {
  constexpr std::size_t births = 10'000 / births_ticks_an_hour;
  open_sink(2 * mebibyte);
  come(births);
  Size before;
  const int hours = test::usual_or_long(6, 48);
  for (int hour = 0; hour < hours; ++hour) {
    for (int i = 0; i < births_ticks_an_hour; ++i)
      ASSERT_NO_FATAL_FAILURE(tick(births));
    table_.sweep();  // as the loop does
    const Size now = size();
    std::printf("hour %d: %zu KiB of memory, spool %llu KiB, SQLite sink %llu KiB\n", hour + 1,
                now.memory / 1024, static_cast<unsigned long long>(now.spool / 1024),
                static_cast<unsigned long long>(now.target / 1024));
    // By then what lives for an hour, what is kept of series that are gone, and the sink's rows are all
    // there.
    if (hour < 4)
      before = now;
    else
      expect_flat(before, now);
  }
  // Those that are gone do not take the place of history: the last hour of it is in two mebibytes, with its
  // sums.
  EXPECT_GT(rows_kept(), births * (births_ticks_an_hour - 5));
}

// The series of 16,000 containers of which a hundred a second go, and others come.
TEST_F(Births, AHundredASecondAmongSixteenThousandLeaveMemoryFlat) {
  open_sink(4 * mebibyte);
  table_.set_capacity(24'000);  // full at every third tick
  come(16'000);
  const int ticks = test::usual_or_long(20, 240);
  std::size_t first_peak = 0;
  std::size_t second_peak = 0;
  Size before;
  for (int i = 1; i <= ticks; ++i) {
    ASSERT_NO_FATAL_FAILURE(tick(3000));
    // What has been there lately goes in turns of its own, so that the peaks are what is compared.
    // By the twelfth tick the file holds what it may: series that live, with their sums of this day.
    if (i == 12) before = size();
    if (i < 8) continue;
    std::size_t& peak = i < ticks / 2 + 4 ? first_peak : second_peak;
    peak = std::max(peak, size().memory);
  }
  const Size now = size();
  std::printf("at most %zu KiB of memory, then %zu KiB; spool %llu KiB, SQLite sink %llu KiB\n",
              first_peak / 1024, second_peak / 1024, static_cast<unsigned long long>(now.spool / 1024),
              static_cast<unsigned long long>(now.target / 1024));
  EXPECT_LE(second_peak, first_peak + first_peak / 10);
  EXPECT_LE(now.target, before.target + before.target / 10);
  // The spool knows those that are gone for some hours.
  EXPECT_LE(now.spool - before.spool, static_cast<std::uint64_t>(ticks - 12) * 3000 * 100);
}

// What a tick allocates for each series does not grow with their number.
TEST_F(Births, CostIsLinearInTheNumberOfSeries) {
  open_sink(128 * mebibyte);  // nothing is deleted
  std::array<double, 2> each{};
  for (const std::size_t series : {4'000, 16'000}) {
    come(series - living_.size());
    for (int i = 0; i < 2; ++i)  // until what lives is known everywhere
      ASSERT_NO_FATAL_FAILURE(tick(series * 3 / 16));
    const std::size_t before = test::allocations;
    for (int i = 0; i < 2; ++i)
      ASSERT_NO_FATAL_FAILURE(tick(series * 3 / 16));
    each[series > 4'000] = static_cast<double>(test::allocations - before) / static_cast<double>(series);
  }
  std::printf("allocations for each of 4,000 series %.2f, of 16,000 %.2f\n", each[0], each[1]);
  EXPECT_LE(each[1], each[0] * 1.1);
}

}  // namespace
}  // namespace collector
