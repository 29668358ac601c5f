// Many series: what they cost at first sight, in a tick in which some come and go, and in a window up to a
// long flush; and how that grows with their number.
#include <string>
#include <utility>

#include "collector/app/snapshot.h"
#include "collector/pipeline/pipeline.h"
#include "collector/pipeline/row_order.h"
#include "collector/samplers/sampler.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"

namespace collector::bench {
namespace {

constexpr std::size_t rows_at_most = 160'000;  // in all, whatever the number of series

const MeasurementPtr& measurement() {
  static const auto described = std::make_shared<const Measurement>(
      Measurement{"bench",
                  "Test",
                  {{"number", "Of the series"}},
                  {{"bytes", FieldKind::counter, FieldType::integer, "bytes", "Moved"},
                   {"level", FieldKind::gauge, FieldType::real, "1", "Level"}}});
  return described;
}

// CPU seconds per row: windows of one second are closed and wait, then all are put in order.
double cost_of_a_row(std::size_t count) {
  SeriesTable table;
  std::vector<SeriesPtr> series;
  for (std::size_t i = 0; i < count; ++i)
    series.push_back(table.intern(measurement(), {{"number", std::to_string(i)}}));
  Pipeline pipeline("boot", {}, 1e12, std::chrono::seconds(1), table);
  Instant now{WallTime(std::chrono::seconds(1'767'225'600)), BootTime(std::chrono::seconds(1000))};
  Batch batch;
  std::uint64_t bytes = 0;
  Sample sample;
  const auto tick = [&] {
    sample.clear();
    sample.taken = now;
    bytes += 1000;
    for (const SeriesPtr& one : series) {
      const auto values = sample.add({.series = one.get()});
      values[0] = Value::counter(bytes);
      values[1] = Value::real(static_cast<double>(bytes));
    }
    pipeline.take(sample, std::chrono::seconds(1));
    pipeline.close(now, true, batch);
    now.wall += std::chrono::seconds(1);
    now.boot += std::chrono::seconds(1);
  };
  tick();
  tick();
  batch = {};
  const double cpu = cpu_of([&] {
    while (batch.rows.size() < rows_at_most)
      tick();
    sort_rows(batch);
  });
  return cpu / static_cast<double>(batch.rows.size());
}

// Interfaces as a sampler reads them, in a tick of pipeline and snapshot.
class Street {
 public:
  explicit Street(std::size_t count) {
    pipeline_.listen(board_);
    for (std::size_t i = 0; i < count; ++i)
      come();
  }

  void come() {
    ++last_;
    living_.push_back({last_, table_.intern(measurement(), {{"number", std::to_string(last_)}})});
  }
  // The oldest one goes.
  void go() {
    gone_.push_back(living_[next_to_go_].first);
    living_[next_to_go_].second.reset();
    ++next_to_go_;
  }
  void read() {
    sample_.clear();
    sample_.taken = now_;
    bytes_ += 1000;
    for (std::size_t i = next_to_go_; i < living_.size(); ++i) {
      const auto values = sample_.add({.series = living_[i].second.get(), .object = living_[i].first});
      values[0] = Value::counter(bytes_);
      values[1] = Value::real(1);
    }
    for (const std::uint64_t object : gone_)
      sample_.add_gone({.measurement = measurement().get(), .object = object});
    gone_.clear();
    now_.wall += std::chrono::seconds(1);
    now_.boot += std::chrono::seconds(1);
  }
  // CPU seconds.
  double tick() {
    return cpu_of([&] {
      pipeline_.take(sample_, std::chrono::seconds(1));
      board_.publish(++tick_, now_);
    });
  }

 private:
  SeriesTable table_{1'000'000};
  SnapshotBoard board_;
  Pipeline pipeline_{"boot", {}, 1e12, std::chrono::hours(1), table_};
  std::vector<std::pair<std::uint64_t, SeriesPtr>> living_;
  std::vector<std::uint64_t> gone_;
  std::size_t next_to_go_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t tick_ = 0;
  Sample sample_;
  Instant now_{WallTime(std::chrono::seconds(1'767'225'600)), BootTime(std::chrono::seconds(1000))};
};

double cost_of_first_sight(std::size_t count) {
  Street street(count);
  street.read();
  return street.tick() / static_cast<double>(count);
}

// Of a series in a tick in which a hundred come and a hundred go.
double cost_of_births(std::size_t count) {
  constexpr int ticks = 10;
  Street street(count);
  street.read();
  street.tick();
  double cpu = 0;
  for (int i = 0; i < ticks; ++i) {
    for (int one = 0; one < 100; ++one) {
      street.come();
      street.go();
    }
    street.read();
    cpu += street.tick();
  }
  return cpu / static_cast<double>(ticks) / static_cast<double>(count);
}

Line growth(const std::string& what, double (*cost)(std::size_t), std::size_t count) {
  constexpr int rounds = 3;
  const Pair per_series = interleave(rounds, [&] { return cost(1000); }, [&] { return cost(count); });
  return {.what = what + ": CPU per series, " + std::to_string(count) + " of them",
          .floor = "of 1,000 " + number(per_series.floor, "s"),
          .ours = number(per_series.ours, "s"),
          .ratio = per_series.ours / per_series.floor,
          .target = "≤ 3 times",
          .met = per_series.ours <= 3 * per_series.floor};
}

}  // namespace

std::vector<Line> bench_windows() {
  constexpr int rounds = 3;
  const Pair cost =
      interleave(rounds, [] { return cost_of_a_row(1000); }, [] { return cost_of_a_row(16'000); });
  return {growth("first sight", cost_of_first_sight, 4000),
          growth("first sight", cost_of_first_sight, 16'000),
          growth("100 come and 100 go in a tick", cost_of_births, 4000),
          growth("100 come and 100 go in a tick", cost_of_births, 16'000),
          {.what = "windows of 1 s until a long flush: CPU per row, 16,000 series",
           .floor = "1,000 series " + number(cost.floor, "s"),
           .ours = number(cost.ours, "s"),
           .ratio = cost.ours / cost.floor,
           .target = "≤ 3 times",
           .met = cost.ours <= 3 * cost.floor}};
}

}  // namespace collector::bench
