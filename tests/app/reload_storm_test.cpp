// Hundreds of edits, half of them broken, while the collector counts: no tick is missed, no row lost or
// doubled. Time is the test's: a tick a second, edits in between; the kernel is a file whose counter the test
// moves.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <thread>

#include "collector/app/assembly.h"
#include "collector/sqlite/database.h"
#include "tests/app/configurations.h"
#include "tests/support/files.h"
#include "tests/support/json_files.h"
#include "tests/support/manual_clock.h"
#include "tests/support/random_seed.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class ReloadStorm : public ::testing::Test {
 protected:
  ReloadStorm() {
    std::filesystem::create_directories(root_ / "proc/sys/kernel/random");
    test::write_file(root_ / "proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n");
    move_counter(0);
  }

  // `always` and `archive` are never touched by an edit; `x` and `y`, `p` and `q` only swap their targets.
  std::string yaml(const std::string& edit, bool swapped = false) const {
    return "root: " + (root_ / "").string() + R"(
samplers: {default: off, kernel: {interval: 1s}, system: on)" +
           (edit == "sampler" ? ", swap: on" : "") + (edit == "replaced" ? ", disk: on" : "") + R"(}
)" + (edit == "window" ? "window: 2s\nflush: 4s\n" : "window: 1s\nflush: 1s\n") +
           (edit == "tags" ? "tags: {site: attic}\n" : "") + (edit == "limit" ? "series_limit: 500\n" : "") +
           R"(
sinks:
  always: {type: sqlite, path: always.db}
  archive: {type: json, directory: archive}
  x: {type: sqlite, path: )" +
           (swapped ? "2.db}\n  y: {type: sqlite, path: 1.db}\n"
                    : "1.db}\n  y: {type: sqlite, path: 2.db}\n") +
           (swapped ? "  p: {type: json, directory: j2}\n  q: {type: json, directory: j1}\n"
                    : "  p: {type: json, directory: j1}\n  q: {type: json, directory: j2}\n") +
           (edit == "added" ? "  extra: {type: sqlite, path: extra.db}\n" : "") +
           (edit == "broken" ? "  broken: {type: sqlite}\nnonsense: 1\n" : "");
  }
  void move_counter(std::uint64_t by) {
    counter_ += by;
    test::write_file(root_ / "proc/stat",
                     "intr " + std::to_string(counter_) + " 1 2\nctxt 5\nbtime 1\nprocesses 7\n");
  }
  void start() {
    auto made = Assembly::make(test::configured(yaml(""), state_.path()), clock_, {});
    ASSERT_TRUE(made) << made.error().error.text();
    assembly_ = *std::move(made);
    assembly_->writer().start();
    assembly_->sinks().start();
    assembly_->sinks().step();
  }
  // As the reloader and the loop do between two ticks.
  void edit(std::mt19937& random) {
    static constexpr std::array edits{"", "sampler", "replaced", "window", "tags", "limit", "added"};
    const bool broken = random() % 2 == 0;
    if (random() % 4 == 0) swapped_ = !swapped_;
    const std::string text = yaml(broken ? "broken" : edits[random() % edits.size()], swapped_);
    const Environment environment{[](const std::string&) { return std::nullopt; }, "box"};
    const auto checked = parse_configuration("state: " + state_.path().string() + "\n" + text,
                                             "collector.yaml", catalog(), environment);
    ASSERT_EQ(checked.has_value(), !broken) << (broken ? "" : checked.error().front().text());
    if (!checked) {
      ++broken_;
      assembly_->status().set_configuration_error(texts_of(checked.error()));
      return;
    }
    ASSERT_TRUE(assembly_->reload(*checked));
    settle();
  }
  // The calls of sinks that go take real time, of which the clock here tells nothing.
  void settle() {
    for (int i = 0; i < 3000 && assembly_->sinks().settling(); ++i) {
      assembly_->sinks().step();
      std::this_thread::sleep_for(1ms);
    }
    ASSERT_FALSE(assembly_->sinks().settling());
  }
  void stop() {
    ASSERT_TRUE(assembly_->writer().drain(30s));
    ASSERT_TRUE(assembly_->loop().finish(30s));
    ASSERT_TRUE(assembly_->writer().drain(30s));
    for (const auto& runner : assembly_->sinks().runners())
      runner->stop(30s);
    for (const auto& runner : assembly_->sinks().runners())
      ASSERT_TRUE(runner->wait_stopped(30s)) << runner->name();
  }
  std::int64_t ask(const std::string& file, const std::string& sql) const {
    const auto database =
        sqlite::Database::open(state_ / file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
    const auto value = database->query_integer(sql);
    EXPECT_TRUE(value) << value.error().what;
    return value ? value->value_or(-1) : -1;
  }

  struct JsonSums {
    std::int64_t rows = 0;
    std::int64_t interrupts = 0;
  };
  JsonSums interrupts_of(const std::string& sink) const {
    JsonSums sums;
    for (const char* directory : {"archive", "j1", "j2"}) {
      for (const JsonRow& row : test::read_json_rows(state_ / directory, sink + "-")) {
        if (row.measurement != "kernel") continue;
        ++sums.rows;
        if (const auto* value = std::get_if<std::int64_t>(&row.fields.at("interrupts")))
          sums.interrupts += *value;
      }
    }
    return sums;
  }

  test::TemporaryDirectory root_;
  test::TemporaryDirectory state_;
  test::ManualClock clock_;
  std::uint64_t counter_ = 1000;
  std::unique_ptr<Assembly> assembly_;
  bool swapped_ = false;
  int broken_ = 0;
};

TEST_F(ReloadStorm, NoTickIsMissedAndEachRowIsEverywhereOnce) {
  const unsigned seed = test::random_seed();
  SCOPED_TRACE("COLLECTOR_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  ASSERT_NO_FATAL_FAILURE(start());
  constexpr int seconds = 60;
  constexpr int edits = 200;
  int edited = 0;
  std::uint64_t moved = 0;
  for (int tick = 0; tick <= seconds; ++tick) {
    for (; edited < edits * tick / seconds; ++edited)
      ASSERT_NO_FATAL_FAILURE(edit(random));
    assembly_->loop().tick();
    assembly_->sinks().step();
    ASSERT_TRUE(assembly_->writer().drain(30s));
    clock_.advance(1s);
    if (tick == seconds) break;
    const std::uint64_t by = random() % 100'000;
    moved += by;
    move_counter(by);
  }
  // The last tick is over when the threads of its samplers have answered.
  for (int i = 0; i < 3000 && assembly_->loop().is_open(); ++i) {
    assembly_->loop().step();
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(edited, edits);
  EXPECT_GT(broken_, edits / 4);
  const Status status = assembly_->status().collect();
  EXPECT_EQ(status.tick->loop.ticks, static_cast<std::uint64_t>(seconds + 1));
  EXPECT_EQ(status.ticks.missed, 0U);
  EXPECT_EQ(status.tick->loop.late_ticks, 0U);
  for (const SamplerStatus& sampler : status.samplers) {
    if (sampler.name != "kernel") continue;
    EXPECT_EQ(sampler.figures.samples, static_cast<std::uint64_t>(seconds + 1));
  }
  ASSERT_NO_FATAL_FAILURE(stop());

  const auto sum = static_cast<std::int64_t>(moved);
  const std::int64_t rows = ask("always.db", "SELECT count(*) FROM kernel");
  for (const char* file : {"always.db", "1.db", "2.db"}) {
    EXPECT_EQ(ask(file, "SELECT sum(interrupts) FROM kernel"), sum) << file;
    EXPECT_EQ(ask(file, "SELECT count(*) FROM kernel"), rows) << file;
    EXPECT_EQ(ask(file, "SELECT count(DISTINCT time) FROM kernel"), rows) << file;
  }
  // Files belong to their sink, wherever it wrote them.
  for (const char* sink : {"archive", "p", "q"}) {
    const JsonSums sums = interrupts_of(sink);
    EXPECT_EQ(sums.interrupts, sum) << sink;
    EXPECT_EQ(sums.rows, rows) << sink;
  }
}

}  // namespace
}  // namespace collector
