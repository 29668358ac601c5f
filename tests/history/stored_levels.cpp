#include "tests/history/stored_levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "collector/sqlite/database.h"

namespace collector::test {
namespace {

using history::Level;

template <typename Visit>
void for_each_row(const sqlite::Database& database, const std::string& sql, Visit visit) {
  auto statement = database.prepare(sql);
  if (!statement) throw std::runtime_error(statement.error().what);
  while (true) {
    const auto row = statement->step();
    if (!row) throw std::runtime_error(row.error().what);
    if (!*row) return;
    visit(*statement);
  }
}

std::string columns(const std::string& end, const std::string& busiest_at, const std::string& unobserved) {
  return "SELECT (SELECT uuid FROM source WHERE id = s.source) || ' ' || n.interface, d.time, " + end +
         ", d.span, d.flags, d.bytes_recv, d.bytes_sent, d.bytes_recv_peak, d.load, " + busiest_at + ", " +
         unobserved;
}

std::map<std::string, std::int64_t> read_positions(const sqlite::Database& database) {
  std::map<std::string, std::int64_t> positions;
  for_each_row(
      database,
      "SELECT s.uuid, max(p.sequence) FROM position AS p JOIN source AS s ON s.id = p.source GROUP BY 1",
      [&](const sqlite::Statement& row) { positions[std::string(row.text(0))] = row.integer(1); });
  return positions;
}

StoredLevels::Series read_table(const sqlite::Database& database, const std::string& select,
                                const std::string& table, const std::string& where) {
  StoredLevels::Series series;
  for_each_row(database,
               select + " FROM " + table +
                   " AS d JOIN series AS s ON s.id = d.series_id JOIN net_series AS n ON n.id = d.series_id" +
                   where + " ORDER BY d.series_id, d.time",
               [&](const sqlite::Statement& row) {
                 StoredBucket bucket{.start = row.integer(1), .end = row.integer(2), .sums = {}};
                 Booked& sums = bucket.sums;
                 sums.observed = row.integer(3);
                 sums.flags = row.integer(4);
                 sums.recv = row.integer(5);
                 sums.sent = row.integer(6);
                 sums.busiest = row.real(7);
                 if (!row.is_null(8)) {
                   sums.load_observed = sums.observed - row.integer(10);
                   sums.load = row.real(8) * static_cast<double>(sums.load_observed);
                 }
                 bucket.busiest_at = row.integer(9);
                 series[std::string(row.text(0))].push_back(bucket);
               });
  return series;
}

void add(Booked& sum, const Booked& part) {
  sum.recv += part.recv;
  sum.sent += part.sent;
  sum.observed += part.observed;
  sum.busiest = std::max(sum.busiest, part.busiest);
  sum.load += part.load;
  sum.load_observed += part.load_observed;
  sum.flags |= part.flags;
}

std::string text_of(const Booked& sums) {
  return fmt::format("recv {} sent {} observed {} busiest {} load {} in {} flags {}", sums.recv, sums.sent,
                     sums.observed, sums.busiest, sums.load, sums.load_observed, sums.flags);
}

// Means are rounded to a double's digits, often.
bool is_same(const Booked& a, const Booked& b) {
  return a.recv == b.recv && a.sent == b.sent && a.observed == b.observed && a.busiest == b.busiest &&
         a.flags == b.flags && a.load_observed == b.load_observed &&
         std::abs(a.load - b.load) <= 1e-7 * std::max(1.0, std::abs(a.load));
}

Books sums_of(const StoredLevels::Series& series, const StoredLevels::Series& beside) {
  Books sums;
  for (const auto* one : {&series, &beside})
    for (const auto& [name, buckets] : *one)
      for (const StoredBucket& bucket : buckets)
        add(sums[name], bucket.sums);
  return sums;
}

std::string difference(const Books& fed, const Books& stored, std::string_view what) {
  for (const auto& [name, sums] : fed) {
    const auto found = stored.find(name);
    const Booked there = found == stored.end() ? Booked{} : found->second;
    if (!is_same(sums, there))
      return fmt::format("{} of {}:\n  fed {}\n  has {}", what, name, text_of(sums), text_of(there));
  }
  return "";
}

// Buckets of `finer` within the coarser ones that begin when the finer level does, or later.
std::string nests(const std::string& name, const std::vector<StoredBucket>& finer,
                  const std::vector<StoredBucket>& coarser, std::int64_t finer_begins, std::int64_t unit,
                  std::string_view what) {
  std::size_t next = 0;
  for (const StoredBucket& bucket : coarser) {
    if (bucket.start < finer_begins || bucket.start % unit != 0 || bucket.end % unit != 0) continue;
    Booked sums;
    while (next < finer.size() && finer[next].start < bucket.start)
      ++next;
    for (; next < finer.size() && finer[next].start < bucket.end; ++next)
      add(sums, finer[next].sums);
    if (!is_same(sums, bucket.sums))
      return fmt::format("{} of {} at {}:\n  finer {}\n  has   {}", what, name, bucket.start, text_of(sums),
                         text_of(bucket.sums));
  }
  return "";
}

}  // namespace

StoredLevels StoredLevels::read(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  const auto transaction = sqlite::ReadTransaction::begin(*database);
  StoredLevels stored;
  stored.positions = read_positions(*database);
  const std::string of_rows = columns("d.time + d.span / 1000", "0", "0");
  stored.rows = read_table(*database, of_rows, "net_data", "");
  stored.open = read_table(*database, of_rows, "net_data",
                           " WHERE d.time >= (SELECT coalesce(closed, -1e18) FROM level_state)");
  for (const Level level : history::all_levels) {
    const std::string table = fmt::format("net_{}_data", history::name_of(level));
    const auto there =
        database->query_integer("SELECT count(*) FROM sqlite_master WHERE name='" + table + "'");
    if (there->value_or(0) == 0) continue;
    const char* end = level == Level::day    ? "d.day_ends"
                      : level == Level::hour ? "d.time + 3600"
                                             : "d.time + 300";
    stored.levels[static_cast<std::size_t>(level)] = read_table(
        *database, columns(end, "d.bytes_recv_peak_at", "coalesce(json_extract(d.unobserved, '$.load'), 0)"),
        table, "");
  }
  return stored;
}

std::map<std::string, std::int64_t> StoredLevels::positions_in(const std::filesystem::path& file) {
  auto database = sqlite::Database::open(file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  if (!database) throw std::runtime_error(database.error().what);
  return read_positions(*database);
}

std::string StoredLevels::differs(const Books& fed, bool rows_are_all, bool levels_are_all) const {
  if (rows_are_all)
    if (auto wrong = difference(fed, sums_of(rows, {}), "rows"); !wrong.empty()) return wrong;
  for (const Level level : history::all_levels) {
    if (level != Level::day && !levels_are_all) continue;
    const Books sums = sums_of(levels[static_cast<std::size_t>(level)], open);
    if (auto wrong = difference(fed, sums, history::name_of(level)); !wrong.empty()) return wrong;
  }
  return "";
}

std::string StoredLevels::does_not_nest() const {
  for (const auto& [name, days] : levels[2]) {
    for (std::size_t i = 1; i < days.size(); ++i)
      if (days[i].start < days[i - 1].end)
        return fmt::format("days of {} overlap at {}", name, days[i].start);
    const auto of = [&](std::size_t level) {
      const auto found = levels[level].find(name);
      return found == levels[level].end() ? std::vector<StoredBucket>{} : found->second;
    };
    const auto fine = of(0), hours = of(1);
    for (const auto* level : {&fine, &hours, &days})
      for (const StoredBucket& bucket : *level)
        if (bucket.busiest_at != 0 && (bucket.busiest_at < bucket.start || bucket.busiest_at >= bucket.end))
          return fmt::format("the busiest second of {} at {} was at {}", name, bucket.start,
                             bucket.busiest_at);
    if (!fine.empty()) {
      const auto since = history::floor_to(fine.front().start, history::one_hour);
      if (auto wrong = nests(name, fine, hours, since, history::one_hour, "1h"); !wrong.empty()) return wrong;
      if (auto wrong = nests(name, fine, days, since, history::five_minutes, "1d"); !wrong.empty())
        return wrong;
    }
    if (!hours.empty())
      if (auto wrong = nests(name, hours, days, hours.front().start, history::one_hour, "1d"); !wrong.empty())
        return wrong;
  }
  return "";
}

Books booked_at(const StoredLevels& stored, std::vector<RandomMachines::Machine>& machines) {
  Books all;
  for (RandomMachines::Machine& machine : machines) {
    const auto found = stored.positions.find(machine.maker.source().text());
    if (found == stored.positions.end() || found->second == 0) continue;
    const Books& books = machine.books.at(static_cast<std::size_t>(found->second) - 1);
    all.insert(books.begin(), books.end());
  }
  return all;
}

}  // namespace collector::test
