// All sinks down for a week, and then back: memory stays as it is, the backlog within its limits, and every
// byte that fell off is counted and named. In one process, with a clock that the test moves.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sched.h>

#include <optional>
#include <random>

#include "sinks/runner_delivery.h"
#include "tests/app/loop_rig.h"
#include "tests/support/namespaces.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

// A target that can't be reached until it is back; keeps what the rows add up to.
class LostTarget final : public Sink {
 public:
  std::expected<OpenedSink, SinkFailure> open(const OpenRequest&) override {
    ++tries;
    if (down)
      return std::unexpected(SinkFailure{.what = "no route to host", .remedy = "wait", .retry_after = {}});
    return OpenedSink{};
  }
  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override {
    for (const BatchPtr& batch : batches)
      for (const Row& row : batch->rows)
        add(*batch, row);
    return Written{};
  }
  void close() override {}

  bool down = true;
  int tries = 0;
  std::int64_t delivered = 0;
  std::int64_t rows = 0;
  std::int64_t dropped = 0;  // of the counter `bytes` of `fake`, by name
  std::int64_t dropped_rows = 0;

 private:
  void add(const Batch& batch, const Row& row) {
    const auto cells = batch.cells_of(row);
    const std::string& measurement = row.series->measurement().name;
    if (measurement == "fake") {
      delivered += cells[0].counter.delta;
      ++rows;
    }
    if (measurement != "dropped" || row.series->tag("measurement") != "fake") return;
    if (row.series->tag("field") == "bytes") dropped += cells[0].counter.delta;
    if (row.series->tag("field").empty()) dropped_rows += cells[2].counter.delta;
  }
};

// A sink with the delivery that drives it, stepped when its pause is over.
struct DrivenSink {
  DrivenSink(const std::string& sink_name, Spool& spool, const Clock& clock)
      : name(sink_name),
        delivery({.name = sink_name, .random = [] { return 0.5; }}, target, spool, clock, record,
                 {.entering = [] {}, .leaving = [] { return true; }}) {}

  void step(BootTime now) {
    if (now < due) return;
    auto next = delivery.step(Delivery::Mode::normal);
    while (next.kind == Delivery::Next::Kind::step)
      next = delivery.step(Delivery::Mode::normal);
    due = next.kind == Delivery::Next::Kind::pause ? now + next.pause : now;
  }

  std::string name;
  LostTarget target;
  RunnerRecord record;
  Delivery delivery;
  BootTime due{};
};

class LostWeek : public ::testing::Test {
 protected:
  static constexpr std::uint64_t size_limit = 200'000;
  static constexpr Duration age_limit = std::chrono::hours(24);
  static constexpr Duration interval = 1min;
  static constexpr std::uint64_t ticks_of_a_day = 24 * 60;

  LostWeek() : disk_(in_memory(directory_.path())) {
    log::set_level(log::Level::error);
    rig_.emplace(
        directory_.path(), LoopSettings{interval, interval, interval, {{"host", "test"}}},
        test::FakeSinks{{"sized", {.age = {}, .size = size_limit}}, {"aged", {.age = age_limit, .size = 0}}});
    for (const char* name : {"sized", "aged"})
      sinks_.push_back(std::make_unique<DrivenSink>(name, *rig_->spool, rig_->clock));
    rig_->writer.start();
  }
  ~LostWeek() override { log::set_level(log::Level::info); }

  // Ten thousand flushes: not onto a real disk.
  static std::unique_ptr<test::SmallDisk> in_memory(const std::filesystem::path& directory) {
    test::enter_namespaces(CLONE_NEWNS);
    return std::make_unique<test::SmallDisk>(directory, std::size_t{64} << 20);
  }
  void tick() {
    rig_->loop.tick();
    ASSERT_TRUE(rig_->writer.drain(30s));
    for (const auto& sink : sinks_)
      sink->step(rig_->clock.now().boot);
    rig_->clock.advance(interval);
    const std::uint64_t by = random_() % 1'000'000;
    test::fake_kernel()->bytes += by;
  }
  void day() {
    for (std::uint64_t i = 0; i < ticks_of_a_day; ++i)
      ASSERT_NO_FATAL_FAILURE(tick());
  }
  static std::size_t allocated() { return mallinfo2().uordblks; }

  test::TemporaryDirectory directory_;
  std::unique_ptr<test::SmallDisk> disk_;
  std::mt19937 random_{7};
  std::optional<test::LoopRig> rig_;
  std::vector<std::unique_ptr<DrivenSink>> sinks_;
};

TEST_F(LostWeek, MemoryIsFlatTheBacklogBoundedAndWhatWasDroppedIsNamed) {
  for (int days = 0; days < 3; ++days)  // by then both limits have been met
    ASSERT_NO_FATAL_FAILURE(day());
  const std::size_t memory = allocated();
  const std::uint64_t file = rig_->spool->file_size();
  for (int days = 3; days < 7; ++days) {
    ASSERT_NO_FATAL_FAILURE(day());
    EXPECT_LE(rig_->spool->backlog("sized").bytes, size_limit);
    EXPECT_LE(rig_->spool->backlog("aged").batches, ticks_of_a_day + 10);
    EXPECT_LE(allocated(), memory + 16'000) << "on day " << days;
    EXPECT_LE(rig_->spool->file_size(), file + file / 4) << "on day " << days;
  }

  std::vector<std::uint64_t> dropped_rows;
  for (const auto& sink : sinks_) {
    EXPECT_GT(sink->target.tries, 7 * 24 * 6) << "it was tried all the time";
    EXPECT_EQ(sink->target.rows, 0);
    dropped_rows.push_back(rig_->spool->backlog(sink->name).dropped_rows);
    EXPECT_GT(dropped_rows.back(), 0U);
    sink->target.down = false;
  }
  for (int i = 0; i < 10; ++i)
    ASSERT_NO_FATAL_FAILURE(tick());
  rig_->loop.tick();
  ASSERT_TRUE(rig_->loop.finish(30s));
  ASSERT_TRUE(rig_->writer.drain(30s));
  for (const auto& sink : sinks_) {
    sink->due = {};
    sink->step(rig_->clock.now().boot);
    SCOPED_TRACE(sink->name);
    EXPECT_EQ(rig_->spool->backlog(sink->name).batches, 0U);
    EXPECT_EQ(sink->target.delivered + sink->target.dropped,
              static_cast<std::int64_t>(test::fake_kernel()->bytes));
    EXPECT_EQ(static_cast<std::uint64_t>(sink->target.dropped_rows),
              dropped_rows[static_cast<std::size_t>(&sink - sinks_.data())]);
    EXPECT_GT(sink->target.dropped, 0);
    EXPECT_GT(sink->target.rows, 100);
  }
}

}  // namespace
}  // namespace collector
