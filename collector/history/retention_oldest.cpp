// Which rows are the oldest.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "collector/formats/sql_identifier.h"
#include "collector/history/retention.h"

namespace collector::history {

sqlite::SqliteResult<std::vector<std::string>> Retention::tables(std::optional<Duration> age) const {
  std::vector<std::string> found;
  auto views = database_->prepare("SELECT view, name FROM measurement");
  if (!views) return std::unexpected(views.error());
  while (true) {
    const auto row = views->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    if (age && keep_.of(views->text(1)).raw != *age) continue;
    found.push_back(sql_identifier(std::string(views->text(0)) + "_data"));
  }
}

Retention::Found Retention::oldest_in(const sqlite::Database& database, const std::string& table,
                                      std::span<const StampRange> young) {
  auto from = std::numeric_limits<std::int64_t>::min();
  auto range = young.begin();
  while (true) {
    const auto time =
        database.query_integer(fmt::format("SELECT min(time) FROM {} WHERE time >= {}", table, from));
    if (!time) return std::unexpected(time.error());
    if (!*time) return std::nullopt;
    range = std::find_if(range, young.end(), [&](const StampRange& one) { return one.last >= **time; });
    if (range == young.end()) return Place{table, **time, std::numeric_limits<std::int64_t>::max()};
    if (!range->holds(**time)) return Place{table, **time, range->first};
    from = range->last + 1;
  }
}

Retention::Found Retention::oldest_beside(std::span<const StampRange> young,
                                          std::optional<Duration> age) const {
  const auto all = tables(age);
  if (!all) return std::unexpected(all.error());
  std::optional<Place> oldest;
  for (const std::string& table : *all) {
    auto place = oldest_in(*database_, table, young);
    if (!place) return place;
    if (*place && (!oldest || (*place)->oldest < oldest->oldest)) oldest = std::move(**place);
  }
  return oldest;
}

// Those that were written before the oldest row that is as old as its stamp are older than that.
Retention::Found Retention::oldest_of_all() const {
  if (clock_ == nullptr) return oldest_beside({});
  const auto plain = oldest_beside(clock_->written_since(WallTime{}));
  if (!plain) return plain;
  if (!*plain) return oldest_beside({});
  return oldest_beside(clock_->written_since(WallTime(std::chrono::seconds((*plain)->oldest))));
}

Retention::Found Retention::next_by_size() const {
  auto place = oldest_of_all();
  if (!place || !*place) return place;
  const auto all = tables();
  if (!all) return std::unexpected(all.error());
  auto newest = (*place)->oldest;
  for (const std::string& table : *all) {
    const auto of_table = database_->query_integer("SELECT max(time) FROM " + table);
    if (!of_table) return std::unexpected(of_table.error());
    newest = std::max(newest, of_table->value_or(newest));
  }
  if (spares_last_hour_ && newest - (*place)->oldest < one_hour) return std::nullopt;
  (*place)->before = std::min((*place)->before, (*place)->oldest + one_hour);
  return place;
}

}  // namespace collector::history
