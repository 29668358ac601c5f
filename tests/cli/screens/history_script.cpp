#include "tests/cli/screens/history_script.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "collector/core/units.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/store.h"
#include "collector/history/time_words.h"
#include "collector/spool/spool.h"
#include "config/plan_values.h"
#include "tests/sinks/batches.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

using history::Seconds;
using std::chrono::seconds;

constexpr std::int64_t megabyte = 1'000'000;
constexpr double busiest_of_mean = 5;

Field bytes(std::string name) {
  Field field;
  field.name = std::move(name);
  field.kind = FieldKind::counter;
  field.unit = "bytes";
  field.sentence = "Bytes";
  return field;
}

const MeasurementPtr& traffic() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      "net",
      "Traffic of each network interface",
      {{"interface", "Its name"}, {"kind", "What it is"}, {"parent", "What counts the same bytes"}},
      {bytes("bytes_recv"), bytes("bytes_sent")}});
  return measurement;
}

class HistoryScript {
 public:
  explicit HistoryScript(std::filesystem::path file) : file_(std::move(file)) {}

  void run(const std::string& line) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string what;
    if (!(words >> what)) return;
    if (what == "zone")
      options_.zone = history::Zone::load(word(words)).value();
    else if (what == "host")
      host_ = word(words);
    else if (what == "plan")
      add_plan(words);
    else if (what == "forget")
      forgotten_ = time(word(words)).time_since_epoch().count();
    else if (what == "only-days")
      days_alone_ = time(word(words)).time_since_epoch().count();
    else if (what == "interface")
      add_interface(words);
    else if (what == "pattern")
      add_pattern(words);
    else if (what == "days")
      add_days(words);
    else if (what == "hours")
      add_hours(words);
    else if (what == "row")
      add_row(words);
    else if (what == "dropped")
      add_dropped(words);
    else if (what == "lost")
      add_lost(words);
    else
      throw std::runtime_error("no such line: " + line);
  }

  void store() {
    options_.name = "local";
    auto store = history::Store::open(file_, options_);
    if (!store) throw std::runtime_error(store.error().error.text());
    std::vector<BatchPtr> batches;
    for (auto& [host, rows] : rows_) {
      BatchMaker& maker = *makers_.at(host);
      maker.begin({{"host", host}});
      for (auto& [at, row] : rows)
        maker.row(row.first, row.second);
      batches.push_back(maker.take());
    }
    const auto stored = (*store)->write(batches, WallTime(newest_), {});
    if (!stored) throw std::runtime_error(stored.error().error.text());
    for (std::size_t i = 0; i < options_.plans.plans.size() * 100; ++i)
      if (const auto closed = (*store)->close_periods(WallTime(newest_)); !closed)
        throw std::runtime_error(closed.error().what);
    store->reset();
    forget();
  }

 private:
  static std::string word(std::istringstream& words) {
    std::string text;
    if (!(words >> text)) throw std::runtime_error("a word is missing");
    return text;
  }

  Seconds time(const std::string& text) const {
    return history::range_between(text, "", {.now = Seconds(seconds(4'000'000'000)), .zone = options_.zone})
        .value()
        .start;
  }

  void forget() {
    for (const char* table : {"net_data", "net_5m_data", "net_1h_data", "net_1d_data"}) {
      const bool has_days = std::string_view(table) == "net_1d_data";
      const std::int64_t before = has_days ? forgotten_ : std::max(forgotten_, days_alone_);
      if (before == 0) continue;
      const auto database = sqlite::Database::open(file_, {});
      if (!database) throw std::runtime_error(database.error().what);
      if (const auto gone = database->execute(fmt::format("DELETE FROM {} WHERE time < {}", table, before));
          !gone)
        throw std::runtime_error(gone.error().what);
    }
  }

  void add_plan(std::istringstream& words) {
    BillingPlan plan;
    plan.name = word(words);
    plan.cycle.every = MonthlyCycle{std::stoi(word(words))};
    plan.quota = parse_size(word(words)).value();
    plan.price = Price{"EUR", parse_money(word(words)).value(), 1, {PriceTier{}}};
    options_.plans.plans.push_back(std::move(plan));
    options_.plans.this_host = host_;
  }

  void add_interface(std::istringstream& words) {
    const std::string name = word(words);
    std::vector<Tag> tags{{"interface", name}, {"kind", word(words)}};
    if (std::string parent; words >> parent) tags.push_back({"parent", parent});
    auto& maker = makers_[host_];
    if (!maker) maker = std::make_unique<BatchMaker>();
    series_[{host_, name}] = maker->series(traffic(), std::move(tags));
  }

  void add_pattern(std::istringstream& words) {
    std::vector<std::int64_t>& pattern = patterns_[word(words)];
    for (std::int64_t amount = 0; words >> amount;)
      pattern.push_back(amount);
    if (pattern.size() != 24) throw std::runtime_error("a pattern has 24 hours");
  }

  void add_days(std::istringstream& words) {
    const history::Bucketing daily{.unit = history::BucketUnit::day};
    auto day = history::bucket_around(options_.zone, time(word(words)), daily);
    const Seconds last = time(word(words));
    const std::string interface = word(words);
    const auto& pattern = patterns_.at(word(words));
    const std::int64_t sent = std::stoll(word(words));
    for (; day.start <= last; day = history::bucket_around(options_.zone, day.end, daily)) {
      const std::int64_t number = day.start.time_since_epoch().count() / 86400;
      const std::int64_t percent = 70 + number * 37 % 61;
      for (Seconds hour = day.start; hour < day.end; hour += seconds(3600)) {
        const auto shown = options_.zone.local(hour).time_since_epoch().count() / 3600 % 24;
        const std::int64_t received = pattern[static_cast<std::size_t>(shown)] * megabyte / 100 * percent;
        add(interface, hour, seconds(3600), received, received * sent / 100, 0);
      }
    }
  }

  void add_hours(std::istringstream& words) {
    const Seconds day = time(word(words));
    Seconds hour = day + seconds(3600 * std::stoll(word(words)));
    const std::string interface = word(words);
    const std::int64_t sent = std::stoll(word(words));
    for (std::int64_t amount = 0; words >> amount; hour += seconds(3600))
      add(interface, hour, seconds(3600), amount * megabyte, amount * megabyte * sent / 100, 0);
  }

  void add_row(std::istringstream& words) {
    const Seconds start = time(word(words));
    const auto span = std::chrono::duration_cast<seconds>(parse_duration(word(words)).value());
    const std::string interface = word(words);
    const auto received = static_cast<std::int64_t>(parse_size(word(words)).value());
    const auto sent = static_cast<std::int64_t>(parse_size(word(words)).value());
    std::uint16_t flags = 0;
    for (std::string name; words >> name;)
      for (const auto& [known, bit] : {std::pair{"reset", flag::reset},
                                       {"gap", flag::gap},
                                       {"recovered", flag::recovered},
                                       {"implausible", flag::implausible},
                                       {"clock", flag::clock}})
        if (name == known) flags = static_cast<std::uint16_t>(flags | bit);
    add(interface, start, span, received, sent, flags);
  }

  // What fell off the backlog, as the spool has it: "dropped START LENGTH interface kind FIELD BYTES".
  void add_dropped(std::istringstream& words) {
    Row row = row_at(words);
    std::vector<Tag> tags{{"measurement", "net"}, {"interface", word(words)}, {"kind", word(words)}};
    tags.push_back({"field", word(words)});
    row.series = makers_.at(host_)->series(dropped_measurement(), std::move(tags));
    const auto bytes = static_cast<std::int64_t>(parse_size(word(words)).value());
    rows_[host_].emplace(row.start,
                         std::pair{row, std::vector<Cell>{counter_cell(bytes, bytes, 0), Cell{}, Cell{}}});
  }
  // "lost START LENGTH"
  void add_lost(std::istringstream& words) {
    Row row = row_at(words);
    row.series = makers_.at(host_)->series(gap_measurement(), {});
    rows_[host_].emplace(
        row.start, std::pair{row, std::vector<Cell>{integer_cell(7, 7, 7, 7), integer_cell(9, 9, 9, 9)}});
  }
  Row row_at(std::istringstream& words) {
    Row row;
    row.start = time(word(words));
    row.end = row.start + std::chrono::duration_cast<seconds>(parse_duration(word(words)).value());
    row.samples = 1;
    return row;
  }

  void add(const std::string& interface, Seconds start, seconds span, std::int64_t received,
           std::int64_t sent, std::uint16_t flags) {
    Row row;
    row.series = series_.at({host_, interface});
    row.start = start;
    row.end = start + span;
    row.samples = 1;
    row.flags = flags;
    newest_ = std::max(newest_, start + span);
    const auto peak = [&](std::int64_t amount) {
      return static_cast<double>(amount) / static_cast<double>(span.count()) * busiest_of_mean;
    };
    rows_[host_].emplace(start,
                         std::pair{row, std::vector<Cell>{counter_cell(received, received, peak(received)),
                                                          counter_cell(sent, sent, peak(sent))}});
  }

  std::filesystem::path file_;
  history::StoreOptions options_;
  std::string host_;
  Seconds newest_{};
  std::int64_t forgotten_ = 0;
  std::int64_t days_alone_ = 0;
  std::map<std::string, std::vector<std::int64_t>> patterns_;
  std::map<std::string, std::unique_ptr<BatchMaker>> makers_;
  std::map<std::pair<std::string, std::string>, SeriesPtr> series_;
  std::map<std::string, std::multimap<WallTime, std::pair<Row, std::vector<Cell>>>> rows_;
};

}  // namespace

void make_history(const std::filesystem::path& script, const std::filesystem::path& file) {
  HistoryScript made(file);
  std::istringstream lines(read_file(script));
  for (std::string line; std::getline(lines, line);)
    made.run(line);
  made.store();
}

}  // namespace collector::test
