// made_up_year FILE HOST DAYS [plain]: writes a history of so many days (365; 0.04 is an hour) up to now, as
// one laptop could have it: work, evenings, nights asleep, a few interfaces, one of which, but for `plain`,
// has a name that is markup. For the tests of the page; the same each time but for where the hours of the day
// fall.
//
// Its links are the ends of pairs, as the one is that moves while the page is looked at: a machine with a
// card of its own would not add them up.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <random>

#include "collector/app/assembly.h"
#include "collector/core/decimals.h"
#include "collector/history/store.h"
#include "tests/sinks/batches.h"

namespace collector::test {
namespace {

constexpr std::int64_t day = 86'400;
// Windows of five minutes; before that of an hour; before that of three, and of interfaces alone.
constexpr std::int64_t fine = 8 * day;
constexpr std::int64_t whole_machine = 60 * day;
constexpr std::int64_t step = 300;
constexpr std::int64_t machine_window = 1800;
constexpr std::int64_t zone_offset = 3600;

class Year {
 public:
  Year(const std::string& file, std::string host, std::int64_t length, bool is_plain)
      : host_(std::move(host)), now_(seconds_now()), length_(length), is_plain_(is_plain) {
    history::StoreOptions options;
    options.name = "local";
    options.zone = history::Zone::load("Europe/Berlin").value_or(history::Zone::utc());
    auto store = history::Store::open(file, options);
    if (!store) throw std::runtime_error(store.error().error.text());
    store_ = std::move(*store);
    for (const MeasurementPtr& measurement : known_measurements())
      measurements_.emplace(measurement->name, measurement);
  }

  void write() {
    const std::int64_t first = now_ - length_;
    for (std::int64_t start = first - first % (length_ > fine ? 3 * 3600 : step); start < now_;) {
      // The last one reaches up to now: the collector that starts then has missed nothing.
      const std::int64_t window = std::min(now_ - start, start < now_ - whole_machine ? 3 * 3600
                                                         : start < now_ - fine        ? 3600
                                                                                      : step);
      one(start, window);
      start += window;
      if (batches_.size() >= 1500) flush();
    }
    flush();
    // And what has passed meanwhile: on a machine that is busy that is more than a moment.
    const std::int64_t until = now_;
    now_ = seconds_now();
    if (now_ > until) one(until, now_ - until);
    flush();
  }

  static std::int64_t seconds_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())
        .time_since_epoch()
        .count();
  }

 private:
  double chance() { return std::uniform_real_distribution<>(0, 1)(random_); }

  // Rates in bytes a second, and what they peaked at.
  struct Traffic {
    double down, up, down_peak, up_peak;
  };
  // Of a window: what its parts of five minutes moved, on average, and their highest peak.
  Traffic traffic(double hour, bool weekend, std::int64_t window) {
    const auto parts = static_cast<int>(std::max<std::int64_t>(1, window / step));
    Traffic sum{};
    for (int part = 0; part < parts; ++part) {
      const Traffic one = part_of_traffic(hour + part / 12.0, weekend);
      sum = {sum.down + one.down / parts, sum.up + one.up / parts, std::max(sum.down_peak, one.down_peak),
             std::max(sum.up_peak, one.up_peak)};
    }
    return sum;
  }

  Traffic part_of_traffic(double hour, bool weekend) {
    const double evening = std::exp(-std::pow((hour - 20.7) / 2.1, 2));
    const double noon = std::exp(-std::pow((hour - 13) / 3, 2));
    const double work = !weekend && hour > 8.7 && hour < 17.6 ? 1 : 0;
    const double browse = (0.8 * work + noon * (weekend ? 0.9 : 0.4) + 0.9 * evening) * chance();
    Traffic moved{12e3 + browse * 3e5, 7e3 + browse * 4e4, 4e5 + browse * 6e6, 9e4 + browse * 5e5};
    if (chance() < 0.35 * evening + (weekend ? 0.12 * noon : 0)) {
      moved.down += 6e5 + 1.2e6 * chance();
      moved.down_peak = std::max(moved.down_peak, moved.down * 9);
    }
    if (chance() < 0.012 + 0.02 * evening) {
      moved.down += 3e6 + 9e6 * chance();
      moved.down_peak = 2.6e7 * (0.8 + 0.2 * chance());
    }
    if (work > 0 && chance() < 0.1) moved.up += 2.6e5, moved.up_peak = 9e5;
    if (hour > 2 && hour < 2.6) moved.up += 1.1e6, moved.up_peak = 2.6e6;
    return moved;
  }

  void one(std::int64_t start, std::int64_t window) {
    const std::int64_t local = start + zone_offset;
    const double hour = static_cast<double>(local % day) / 3600;
    const std::int64_t number = local / day;
    const std::int64_t weekday = (number + 3) % 7;
    // Asleep at night, most nights: nothing was measured.
    const bool sleeps = hour >= 0.5 && hour < 7 && number % 7 != 2 && start < now_ - 3600;
    if (sleeps) {
      slept_ += window;
      return;
    }
    const bool weekend = weekday >= 5;
    const Traffic moved = traffic(hour, weekend, window);
    const bool docked = !weekend && hour > 9 && hour < 17;
    maker_.begin({{"host", host_}});
    place_ = {start, window, slept_, slept_ > 0 ? flag::gap : std::uint16_t{0}};
    if (number % 41 == 0 && hour >= 8 && hour < 8.08) place_.flags |= flag::reset;
    if (number % 29 == 0 && hour >= 11 && hour < 11.08) place_.flags |= flag::recovered;
    interface("wlp3s0", "veth", "", docked ? scaled(moved, 0.1) : moved);
    interface("enp0s31f6", "veth", "", docked ? moved : scaled(moved, 0.0002));
    interface("wwan0", "veth", "", scaled(moved, number % 9 == 0 ? 0.05 : 0));
    interface("wg0", "wireguard", "wlp3s0", scaled(moved, docked ? 0.4 : 0.08));
    if (!is_plain_) interface("<img src=x onerror=alert(1)>", "veth", "", scaled(moved, 0.001));
    if (number % 53 == 0 && hour >= 15 && hour < 15.08) quarantine();
    if (start >= now_ - whole_machine) machine_over(hour, docked, moved);
    batches_.push_back(maker_.take());
    slept_ = 0;
  }

  static Traffic scaled(Traffic moved, double by) {
    return {moved.down * by, moved.up * by, moved.down_peak * by, moved.up_peak * by};
  }

  // A row of a measurement with these fields; all others are absent. Counters say what moved `since` so many
  // seconds before: the first row after a sleep is that long.
  void row(const char* measurement, std::vector<Tag> tags, const std::map<std::string, Cell>& told,
           std::int64_t since = 0) {
    const MeasurementPtr& known = measurements_.at(measurement);
    Row made =
        row_of(maker_.series(known, std::move(tags)), place_.start - since - first_second, place_.flags);
    made.end = made.start + std::chrono::seconds(since + place_.window);
    made.samples = static_cast<std::uint32_t>(place_.window);
    std::vector<Cell> cells;
    for (const Field& field : known->fields) {
      const auto found = told.find(field.name);
      cells.push_back(found == told.end() ? Cell{} : found->second);
    }
    maker_.row(std::move(made), std::move(cells));
  }

  Cell counter(const std::string& key, double rate, double peak) {
    const auto delta = static_cast<std::int64_t>(rate * static_cast<double>(place_.window));
    std::int64_t& total = totals_[key];
    total += delta;
    return counter_cell(delta, total, std::max(peak, rate));
  }
  static Cell level(double mean, double most) {
    return real_cell(rounded_to(2, mean), rounded_to(2, mean * 0.6), rounded_to(2, most),
                     rounded_to(2, mean));
  }
  static Cell whole(double mean, double most) {
    const auto number = [](double value) { return static_cast<std::int64_t>(value); };
    return integer_cell(number(mean), number(mean * 0.9), number(most), number(mean));
  }

  void interface(const std::string& name, const char* kind, const std::string& parent, const Traffic& moved) {
    std::vector<Tag> tags{{"interface", name}, {"kind", kind}};
    if (!parent.empty()) tags.push_back({"parent", parent});
    const auto of = [&](const char* field, double rate, double peak) {
      return std::pair(std::string(field), counter(name + field, rate, peak));
    };
    row("net", std::move(tags),
        {of("bytes_recv", moved.down, moved.down_peak), of("bytes_sent", moved.up, moved.up_peak),
         of("packets_recv", moved.down / 1100, moved.down_peak / 1100),
         of("packets_sent", moved.up / 500, moved.up_peak / 500), of("err_in", chance() < 0.02 ? 0.02 : 0, 1),
         of("err_out", 0, 0), of("drop_in", chance() < 0.05 ? 0.05 : 0, 3), of("drop_out", 0, 0)},
        place_.asleep);
  }

  void quarantine() {
    row("quarantine", {{"interface", "wlp3s0"}, {"measurement", "net"}, {"field", "bytes_recv"}},
        {{"delta", counter_cell(4'294'967'295, 4'294'967'295, 0)}, {"overflow", counter_cell(0, 0, 0)}});
  }

  // The machine itself: every half hour, on the last day as often as the network.
  void machine_over(double hour, bool works, const Traffic& moved) {
    const Place network = place_;
    if (place_.window < machine_window && place_.start < now_ - day) {
      if (place_.start % machine_window != 0) return;
      place_.window = machine_window;
    }
    machine(hour, works, moved);
    place_ = network;
  }

  void machine(double hour, bool works, const Traffic& moved) {
    const double busy = 3 + (works ? 14 : 4) * chance() + moved.down / 9e5;
    const double peak = std::min(100.0, busy * 2 + 30 * chance());
    row("cpu", {{"cpu", "cpu-total"}},
        {{"usage_active", level(busy, peak)},
         {"usage_user", level(busy * 0.7, peak * 0.7)},
         {"usage_system", level(busy * 0.25, peak * 0.25)},
         {"usage_iowait", level(busy * 0.05, 4)}});
    const double memory = 16.6e9;
    const double used = memory * (0.38 + (works ? 0.22 : 0.05) + 0.06 * chance());
    row("mem", {},
        {{"used", whole(used, used * 1.1)},
         {"used_percent", level(100 * used / memory, 110 * used / memory)},
         {"available_percent", level(100 - 100 * used / memory, 100)},
         {"total", whole(memory, memory)}});
    const double full = 300e9 + static_cast<double>(place_.start - (now_ - 365 * day)) / 86'400 * 2e8;
    row("disk", {{"path", "/"}, {"device", "nvme0n1p2"}, {"fstype", "ext4"}, {"mode", "rw"}},
        {{"used", whole(full, full)},
         {"total", whole(512e9, 512e9)},
         {"used_percent", level(full / 5.12e9, full / 5.12e9)}});
    row("diskio", {{"name", "nvme0n1"}, {"kind", "disk"}},
        {{"read_bytes", counter("reads", 2e5 * chance() + 5e4, 4e8 * chance())},
         {"write_bytes", counter("writes", 4e5 * chance() + moved.down / 3, 2e8 * chance())},
         {"io_time", counter("io", 12 * chance(), 400)}});
    for (const char* resource : {"cpu", "memory", "io"}) {
      const double waits = resource[0] == 'm' ? 0.05 * chance() : busy * 0.04 * chance();
      row("pressure", {{"resource", resource}, {"type", "some"}},
          {{"avg60", level(waits, waits * 4)}, {"avg10", level(waits, waits * 6)}});
    }
    const double heat = 41 + busy * 0.9 + (hour > 12 && hour < 18 ? 4 : 0);
    row("temp", {{"sensor", "coretemp_package_id_0_input"}}, {{"temp", level(heat, heat + 15)}});
    row("temp", {{"sensor", "nvme_composite_input"}, {"device", "nvme0"}}, {{"temp", level(heat - 8, heat)}});
    row("system", {}, {{"load1", level(busy / 12, peak / 12)}, {"load5", level(busy / 13, peak / 14)}});
    row("swap", {}, {{"used_percent", level(3, 4)}, {"used", whole(2.5e8, 3e8)}});
  }

  void flush() {
    if (batches_.empty()) return;
    const auto done = store_->write(batches_, WallTime(std::chrono::seconds(now_)), {});
    if (!done) throw std::runtime_error(done.error().error.text());
    batches_.clear();
  }

  struct Place {
    std::int64_t start, window, asleep;
    std::uint16_t flags;
  };
  std::string host_;
  std::int64_t now_, length_;
  bool is_plain_;
  std::unique_ptr<history::Store> store_;
  std::map<std::string, MeasurementPtr> measurements_;
  std::map<std::string, std::int64_t> totals_;
  std::mt19937_64 random_{20261129};
  BatchMaker maker_;
  std::vector<BatchPtr> batches_;
  Place place_{};
  std::int64_t slept_ = 0;
};

}  // namespace
}  // namespace collector::test

int main(int count, char** words) try {
  if (count != 4 && count != 5) throw std::runtime_error("usage: made_up_year FILE HOST DAYS [plain]");
  const double days = std::stod(words[3]);
  collector::test::Year(words[1], words[2], static_cast<std::int64_t>(days * collector::test::day),
                        count == 5)
      .write();
  return 0;
} catch (const std::exception& failure) {
  fmt::print(stderr, "made_up_year: {}\n", failure.what());
  return 1;
}
