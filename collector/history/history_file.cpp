#include "collector/history/history_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "collector/core/saturated.h"
#include "collector/history/history_question.h"
#include "collector/history/period_table.h"
#include "collector/history/plan_periods.h"
#include "collector/history/readable.h"

namespace collector::history {
namespace {

constexpr std::chrono::milliseconds writer_is_patient{250};

// Of pages, at most: a year of hours of ten interfaces is 8 MB, and a command asks several questions about
// it.
constexpr const char* remembers = "PRAGMA cache_size=-16384";

// What one question prepares the next one prepares as well: a screen's have some sixty different ones.
constexpr std::size_t statements_kept = 128;

sqlite::SqliteResult<std::string> read_day_zone(const sqlite::Database& database) {
  const auto zone = database.query_text("SELECT name FROM day_zone WHERE id > 0 ORDER BY id DESC LIMIT 1");
  if (!zone) return std::unexpected(zone.error());
  return zone->value_or("");
}

}  // namespace

std::chrono::milliseconds HistoryFile::limit() const {
  if (options_.all_together <= std::chrono::milliseconds(0)) return options_.at_most;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(opened_ + options_.all_together -
                                                                 std::chrono::steady_clock::now());
  const auto some = std::max(left, std::chrono::milliseconds(1));
  return options_.at_most > std::chrono::milliseconds(0) ? std::min(some, options_.at_most) : some;
}

sqlite::SqliteResult<Result<>> HistoryFile::check_size(const UsageQuery& query) const {
  if (options_.most_buckets == 0) return {};
  const std::size_t buckets = query.edges.size() - 1;
  // Whatever is selected: no more groups than there are series. Most questions need no further look.
  const auto all = database_.query_integer("SELECT count(*) FROM series");
  if (!all) return std::unexpected(all.error());
  if (buckets <=
      options_.most_buckets / static_cast<std::size_t>(std::max<std::int64_t>(all->value_or(0), 1)))
    return {};
  const auto selected = select_series(database_, query.selection);
  if (!selected) return std::unexpected(selected.error());
  if (!*selected || !**selected) return {};  // said by the question itself
  // What is added up to one group needs little more than how long each series was observed.
  constexpr std::size_t series_of_one_group = 20;
  const std::size_t series = (**selected)->series.size();
  const std::size_t groups = count_groups((**selected)->series, query.selection);
  const std::size_t most_series = std::max(groups, series / series_of_one_group);
  if (series == 0 || buckets <= options_.most_buckets / most_series) return {};
  failure_ = Failure::size;
  return Result<>(
      fail(fmt::format("the answer would have {} buckets of each of {} series in {} groups, which is more "
                       "than is answered here",
                       buckets, series, groups),
           "ask for a shorter time, for longer buckets or for fewer interfaces; who reads the file itself "
           "has no such limit"));
}

// Asks within a read transaction that is over afterwards, for as long as it may take.
template <typename Question>
auto HistoryFile::ask(Question question) const -> typename decltype(question())::value_type {
  failure_ = Failure::none;
  const auto failed = [&](const sqlite::SqliteError& error) {
    failure_ = error.kind == sqlite::Kind::interrupted ? Failure::time : Failure::file;
    const bool is_of_all = options_.all_together > std::chrono::milliseconds(0);
    return std::unexpected(question_failed(error, is_of_all ? options_.all_together : options_.at_most));
  };
  // A file that changes at each try, or can't be laid over, answers alone.
  constexpr int most_tries = 5;
  for (int tries = 0;; ++tries) {
    if (open_ && (tries == most_tries || !open_->lay(database_))) open_->give_up(database_);
    database_.limit_time(limit(), options_.cancelled);
    const auto transaction = sqlite::ReadTransaction::begin(database_);
    if (!transaction) return failed(transaction.error());
    const auto fits = open_ ? open_->fits(database_) : true;
    if (!fits) return failed(fits.error());
    if (!*fits) continue;
    auto answer = question();
    database_.limit_time(std::chrono::milliseconds(0));  // also for the transaction's end
    if (!answer) return failed(answer.error());
    if (!*answer && failure_ == Failure::none) failure_ = Failure::question;
    return std::move(*answer);
  }
}

Result<HistoryFile> HistoryFile::open(const std::filesystem::path& file, const Options& options) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error)
    return fail(fmt::format("{}: there is no such file", file.native()),
                "name the file that the SQLite sink writes, and let the collector run once");
  auto database = open_to_read(file, writer_is_patient);
  if (!database) return std::unexpected(not_readable(database.error()));
  if (auto readable = check_readable(*database); !readable) return std::unexpected(readable.error());
  if (const auto done = database->execute(remembers); !done)
    return std::unexpected(not_readable(done.error()));
  database->keep_statements(statements_kept);
  return HistoryFile(std::move(*database), options);
}

Result<HistoryContent> HistoryFile::content(const std::string& name) const {
  return ask([&]() -> sqlite::SqliteResult<Result<HistoryContent>> {
    HistoryContent content;
    const auto zone = read_day_zone(database_);
    if (!zone) return std::unexpected(zone.error());
    content.day_zone = *zone;
    const auto measurement = StoredMeasurement::find(database_, name);
    if (!measurement) return std::unexpected(measurement.error());
    if (!*measurement) return content;
    const auto series = find_series(database_, **measurement, name, {});
    if (!series) return std::unexpected(series.error());
    std::map<std::pair<std::string, std::string>, HistoryInterface> interfaces;
    for (const StoredSeries& one : *series)
      interfaces[{one.host, one.interface}] = {one.host, one.interface, one.kind, one.parent, one.is_uplink};
    for (auto& [of, one] : interfaces) {
      if (content.hosts.empty() || content.hosts.back() != one.host) content.hosts.push_back(one.host);
      if (!one.interface.empty()) content.interfaces.push_back(std::move(one));
    }
    content.series = series->size();
    PieceReader reader(database_, **measurement, {});
    auto time = stored_time(reader, *series);
    if (!time) return std::unexpected(time.error());
    content.time = *time;
    return content;
  });
}

Result<std::vector<HistoryMeasurement>> HistoryFile::measurements() const {
  return ask([&] { return read_measurements(database_); });
}

Result<std::optional<HistoryMeasurement>> HistoryFile::measurement(const std::string& name) const {
  auto all = ask([&] { return read_measurements(database_, name); });
  if (!all) return std::unexpected(all.error());
  if (all->empty()) return std::nullopt;
  return std::move(all->front());
}

Result<std::vector<HistorySeries>> HistoryFile::series(const SeriesQuestion& question) const {
  return ask([&] { return read_series(database_, question); });
}

Result<std::string> HistoryFile::day_zone() const {
  return ask([&]() -> sqlite::SqliteResult<Result<std::string>> {
    const auto zone = read_day_zone(database_);
    if (!zone) return std::unexpected(zone.error());
    return *zone;
  });
}

Result<StoredPosition> HistoryFile::position() const {
  return ask([&]() -> sqlite::SqliteResult<Result<StoredPosition>> {
    StoredPosition position;
    auto find = database_.prepare("SELECT source, epoch, sequence FROM position ORDER BY source, epoch");
    if (!find) return std::unexpected(find.error());
    while (true) {
      const auto row = find->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return position;
      position.all += fmt::format("{} {} {};", find->integer(0), find->text(1), find->integer(2));
      if (!position.epoch.empty() && find->integer(2) < position.sequence) continue;
      position.epoch = find->text(1).substr(0, 8);
      position.sequence = find->integer(2);
    }
  });
}

Result<UsageAnswer> HistoryFile::usage(const UsageQuery& query) const {
  if (query.edges.size() < 2 || !std::ranges::is_sorted(query.edges))
    return fail("a question needs a beginning and an end", "give at least two moments, in their order");
  if (query.limits && query.edges.size() - 1 > query.limits->columns) {
    failure_ = Failure::size;
    return fail(fmt::format("{} columns are more than the {} of one answer", query.edges.size() - 1,
                            query.limits->columns),
                "ask for longer steps, or for a shorter time");
  }
  return ask([&]() -> sqlite::SqliteResult<Result<UsageAnswer>> {
    const auto size = check_size(query);
    if (!size) return std::unexpected(size.error());
    if (!*size) return Result<UsageAnswer>(std::unexpected(size->error()));
    auto answer = read_usage(database_, query, options_.clock);
    const auto told = open_ ? open_->as_of() : std::nullopt;
    if (!told || !answer || !*answer) return answer;
    // An interface at which nothing moves has no row; that nothing has moved is known all the same.
    const auto now = std::chrono::floor<std::chrono::seconds>(*told);
    (*answer)->as_of = std::max((*answer)->as_of.value_or(now), now);
    (*answer)->is_live = true;
    return answer;
  });
}

Result<std::vector<ClosedPeriod>> HistoryFile::closed_periods() const {
  return ask([&]() -> sqlite::SqliteResult<Result<std::vector<ClosedPeriod>>> {
    return read_closed_periods(database_);
  });
}

Result<std::optional<MeasuredPeriod>> HistoryFile::period(const PeriodQuestion& question) const {
  return ask([&] { return measure_period(database_, question); });
}

Result<std::vector<Mark>> HistoryFile::marks(const Selection& selection, const Interval& range) const {
  return ask([&]() -> sqlite::SqliteResult<Result<std::vector<Mark>>> {
    return read_marks(database_, selection, range);
  });
}

Result<std::vector<TimeSlot>> HistoryFile::slots(const Selection& selection, const Interval& range,
                                                 std::chrono::seconds length) const {
  Selection all = selection;
  all.by = GroupBy::none;
  std::vector<TimeSlot> slots;
  // One answer has no more than most_buckets of them.
  for (Interval rest = range; rest.start < rest.end;) {
    const auto edges = step_edges(rest, length);
    rest.start = edges.back();
    const auto answer = usage({all, edges});
    if (!answer) return std::unexpected(answer.error());
    for (const UsageBucket& bucket : answer->groups.front().buckets) {
      if (!bucket.is_known() || bucket.time.length() != length) continue;
      const auto sum = [&](std::size_t field) {
        return field < bucket.fields.size() ? bucket.fields[field].sum : 0;
      };
      slots.push_back({bucket.time.start.time_since_epoch().count(), bucket.observed, sum(0), sum(1)});
    }
  }
  return slots;
}

Result<std::vector<HourOfWeekMean>> HistoryFile::pattern(const Selection& selection, const Interval& range,
                                                         const Zone& zone) const {
  const auto hours = slots(selection, range, std::chrono::hours(1));
  if (!hours) return std::unexpected(hours.error());
  std::vector<HourOfWeekMean> week(hours_in_week);
  for (const TimeSlot& slot : *hours) {
    HourOfWeekMean& one = week[hour_of_week(zone, Seconds(std::chrono::seconds(slot.start)))];
    one.sum = saturated_sum(one.sum, saturated_sum(slot.in, slot.out));
    ++one.hours;
  }
  return week;
}

}  // namespace collector::history
