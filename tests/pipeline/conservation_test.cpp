// The conservation law over random histories: for each counter, Σ delta + Σ quarantined is what a model of
// the kernel says it advanced by, with every reset counted from zero. In half of them the table has room for
// a few of the names only, others in each life of the process: the rest is one series.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/pipeline/kernel_model.h"
#include "tests/pipeline/rig.h"
#include "tests/support/long_run.h"

namespace collector::test {
namespace {

class World {
 public:
  explicit World(unsigned seed) : random_(seed), full_table_(seed % 2 == 0) {
    for (int i = 0; i < 6; ++i)
      add_object();
    start();
  }

  void run(int ticks) {
    for (int i = 0; i < ticks; ++i) {
      happen();
      tick(true);
    }
    // Two quiet ticks: nothing is left held back.
    tick(false);
    tick(false);
    stop();
    compare();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  KernelObject& any() { return objects_[below(objects_.size())]; }

  void add_object() {
    KernelObject object;
    object.number = ++last_number_;
    object.name = "if" + std::to_string(++last_name_);
    for (Counter& counter : object.counters)
      counter.value = 1'000'000'000'000 + below(1'000'000'000'000);
    objects_.push_back(object);
  }

  // Clearly a reset: from billions to less than a million, also for a process that knows only what was
  // flushed. What has grown over the stored value since is beyond what counters can tell.
  static bool may_reset(const Counter& counter) {
    return counter.value >= 1'000'000'000 && counter.saved >= 1'000'000'000;
  }
  void reset(Counter& counter, std::uint64_t value) {
    counter.value = value;
    ++counter.life;
    counter.unsaved_reset = true;
  }

  void grow() {
    for (KernelObject& object : objects_)
      for (Counter& counter : object.counters) {
        counter.value += below(1000);
        // What is set aside can't be told apart in a table that is full.
        if (counter.unsaved_reset || full_table_) continue;
        if (chance(3)) counter.value += 3'000'000'000 + below(5'000'000'000);
        if (chance(1)) counter.value += below((~counter.value) / 2) >> below(40);  // a spike
      }
  }

  void happen() {
    KernelObject& object = any();
    switch (below(16)) {
      case 0: {
        Counter& counter = object.counters[below(directions)];
        if (may_reset(counter)) reset(counter, below(1'000'000));
        break;
      }
      case 1:
        if (std::ranges::all_of(object.counters, may_reset))
          for (Counter& counter : object.counters)
            reset(counter, chance(50) ? 0 : below(1'000'000));
        break;
      case 2:
        std::swap(object.name, any().name);
        break;
      case 3:
        object.name = "if" + std::to_string(++last_name_);
        break;
      case 4:
        replug(object);
        break;
      case 5:
        clock_.step_wall(seconds(below(7200)) - hours(1));
        break;
      case 6:
        clock_.advance(minutes(below(600)));
        break;
      case 7:
        stop();
        start();
        break;
      case 8:
        kill();
        start();
        break;
      case 9:
        reboot();
        break;
      default:
        break;
    }
  }

  // Removed and added again: a new number, counted from zero, under the old name.
  void replug(KernelObject& object) {
    object.number = ++last_number_;
    object.misread = false;
    for (Counter& counter : object.counters)
      counter = {below(1000), 0, true};
  }

  void reboot() {
    stop();
    boot_id_ = "boot-" + std::to_string(++boots_);
    clock_.advance(seconds(30) - clock_.now().boot.time_since_epoch());
    clock_.step_wall(hours(24 * boots_));
    for (const auto& [name, sums] : known_.expected)
      known_.of_other_boot.insert(name);
    known_.objects.clear();
    known_.any_sample = false;
    known_.highest = 0;
    known_.names_read.clear();
    last_number_ = 0;
    for (KernelObject& object : objects_)
      replug(object);
    saved_ = known_;
    start();
  }

  void start() {
    kept_.clear();
    pipeline_.reset();
    table_ = std::make_unique<SeriesTable>(full_table_ ? 3 : 1000);
    std::ranges::shuffle(stored_.series, random_);
    for (Baseline& baseline : stored_.series) {
      std::vector<Tag> tags(baseline.series->tags().begin(), baseline.series->tags().end());
      const SeriesPtr found = table_->intern(net_or_quarantine(*baseline.series), tags);
      // As the spool does: what finds no room is an object of its own.
      baseline.series = std::ranges::equal(found->tags(), tags)
                            ? found
                            : std::make_shared<const Series>(net_or_quarantine(*baseline.series), tags);
    }
    pipeline_ = std::make_unique<Pipeline>(boot_id_, stored_, max_rate, seconds(5), *table_);
  }
  const MeasurementPtr& net_or_quarantine(const Series& series) const {
    return series.measurement().name == "net" ? net_ : quarantine_measurement();
  }
  void stop() {
    pipeline_->finish(clock_.now(), batch_);
    flush();
  }
  void kill() {
    batch_ = {};
    known_ = saved_;
  }

  // What the spool does: rows and baselines in one go.
  void flush() {
    for (const Row& row : batch_.rows) {
      const auto cells = batch_.cells_of(row);
      const bool aside = row.series->measurement().name == "quarantine";
      const std::string name(row.series->tag("interface"));
      for (std::size_t i = 0; i < directions; ++i) {
        if (aside && row.series->tag("field") != net_->fields[i].name) continue;
        const Cell& cell = cells[aside ? std::size_t{quarantine_field::delta} : i];
        if (!cell.present) continue;
        delivered_[name][i] += static_cast<Wide>(cell.counter.delta);
        if (aside)
          delivered_[name][i] += static_cast<Wide>(cells[quarantine_field::overflow].counter.delta) << 63;
        else
          moved_total(name, i, cell.counter);
      }
    }
    batch_ = {};
    Baselines changed = pipeline_->changed_baselines();
    for (Baseline& baseline : changed.series) {
      std::erase_if(stored_.series,
                    [&](const Baseline& old) { return old.series->text() == baseline.series->text(); });
      stored_.series.push_back(std::move(baseline));
    }
    for (const HighestObject& one : changed.highest) {
      std::erase_if(stored_.highest, [&](const HighestObject& old) { return old.boot_id == one.boot_id; });
      stored_.highest.push_back(one);
    }
    stored_.clock_steps = changed.clock_steps;
    saved_ = known_;
    for (KernelObject& object : objects_)
      for (Counter& counter : object.counters) {
        if (counter.read_life != counter.life) continue;
        counter.saved = object.misread ? 0 : counter.read;
        counter.unsaved_reset = counter.unsaved_reset && object.misread;
      }
  }

  void moved_total(const std::string& name, std::size_t direction, const Cell::Counter& counter) {
    sums_[name][direction] += counter.delta;
    totals_[name][direction] = std::max(totals_[name][direction], counter.total);
  }

  void tick(bool misreads) {
    clock_.advance(milliseconds(500 + below(1000)));
    grow();
    Sample sample;
    sample.taken = clock_.now();
    std::ranges::shuffle(objects_, random_);
    kept_.clear();
    // Before a boot's first complete sample it can't be proved what is new: see objects_test for that.
    const bool must_be_complete = !misreads || !known_.any_sample;
    sample.complete = must_be_complete || chance(80);
    for (KernelObject& object : objects_) {
      if (!sample.complete && chance(40)) continue;
      kept_.push_back(table_->intern(net_, {{"interface", object.name}}));
      const auto values = sample.add({.series = kept_.back().get(),
                                      .object = object.number,
                                      .space = 1,
                                      .report = chance(20) ? Report::when_moving : Report::always});
      // A driver's slip: all zeros, or slightly less than before; never twice in a row.
      const bool first_sight = full_table_ && !known_.objects.contains(object.number);
      const std::uint64_t slip = misreads && !object.misread && !first_sight ? below(20) : 2;
      object.misread = slip < 2;
      std::array<std::uint64_t, directions> read{};
      for (std::size_t i = 0; i < directions; ++i) {
        Counter& counter = object.counters[i];
        const std::uint64_t value = counter.value;
        counter.read = value;
        counter.read_life = counter.life;
        read[i] = slip == 0 ? 0 : slip == 1 && value > 1'000'000 ? value - value / 200 : value;
        values[i] = Value::counter(read[i]);
      }
      known_.learn(object, std::string(kept_.back()->tag("interface")), read);
    }
    known_.sample_is_over(sample.complete);
    pipeline_->take(sample, seconds(1));
    const bool closed = pipeline_->close(clock_.now(), chance(90), batch_).has_value();
    if (closed && chance(50)) flush();
  }

  void compare() {
    std::size_t counted = 0;
    for (const auto& [name, expected] : known_.expected)
      for (std::size_t i = 0; i < directions; ++i) {
        EXPECT_TRUE(delivered_[name][i] == expected[i])
            << name << " direction " << i << ": delivered " << static_cast<double>(delivered_[name][i])
            << ", expected " << static_cast<double>(expected[i]);
        EXPECT_EQ(totals_[name][i], sums_[name][i]) << name << ": the running total is the sum of the rows";
        counted += expected[i] > 0;
      }
    EXPECT_GT(counted, 4);
    EXPECT_EQ(known_.expected.contains(""), full_table_) << "some were counted together";
  }

  std::mt19937_64 random_;
  bool full_table_;
  MeasurementPtr net_ = net_measurement();
  ManualClock clock_;
  std::unique_ptr<SeriesTable> table_;
  std::vector<KernelObject> objects_;
  std::vector<SeriesPtr> kept_;
  std::uint64_t last_number_ = 0;
  int last_name_ = 0;
  int boots_ = 1;
  std::string boot_id_ = "boot-1";

  Knowledge known_;
  Knowledge saved_;  // at the last flush
  Baselines stored_;
  Batch batch_;
  std::unique_ptr<Pipeline> pipeline_;
  std::map<std::string, std::array<Wide, directions>> delivered_;
  std::map<std::string, std::array<std::int64_t, directions>> sums_;
  std::map<std::string, std::array<std::int64_t, directions>> totals_;
};

TEST(Conservation, RandomHistoriesLoseAndInventNothing) {
  for (int seed = 1; seed <= test::usual_or_long(80, 1500); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    World(static_cast<unsigned>(seed)).run(200);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace collector::test
