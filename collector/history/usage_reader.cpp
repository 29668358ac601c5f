#include "collector/history/usage_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "collector/history/history_question.h"

namespace collector::history {
namespace {

constexpr std::int64_t shortest_day = 22 * one_hour;

Seconds as_moment(std::int64_t second) {
  return Seconds(std::chrono::seconds(second));
}

void mark_imported(UsageBucket& bucket) {
  for (Amount& amount : bucket.fields)
    amount.imported = amount.sum;
}

// What is imported was at other times than what was measured.
void add_before(UsageBucket& into, const UsageBucket& past) {
  const std::int64_t whole = past.time.length().count() * 1000;
  const std::int64_t observed =
      std::max({into.observed, past.observed, std::min(into.observed + past.observed, whole)});
  merge(into, past);
  into.observed = observed;
}

}  // namespace

sqlite::SqliteResult<> UsageReader::read(std::span<const Seconds> edges, const Selection& selection,
                                         UsageAnswer& answer) {
  const auto closed = reader_->closed();
  if (!closed) return std::unexpected(closed.error());
  std::vector<std::int64_t> ids, wanted;
  for (const StoredSeries& one : series_)
    ids.push_back(one.id);
  for (const Seconds edge : edges)
    wanted.push_back(edge.time_since_epoch().count());
  // An edge that can't be had may move to the full hour before it.
  auto held = HeldLevels::find(*reader_, ids, *closed, wanted.front() - one_hour);
  if (!held) return std::unexpected(held.error());
  auto cut = held->cut(wanted, answer.moved);
  if (!cut) return std::unexpected(cut.error());
  edges_ = std::move(*cut);
  // Buckets that are nothing any more, because both their edges came to lie at the same place.
  if (!answer.moved.empty()) {
    edges_.erase(std::ranges::unique(edges_).begin(), edges_.end());
    if (edges_.size() == 1) edges_.push_back(edges_.front());
  }
  make_groups(selection);
  if (auto done = read_levels(*held, *closed); !done) return done;
  if (auto done = read_open_rows(*closed); !done) return done;
  if (auto done = find_ahead(); !done) return done;
  if (auto done = find_newest(); !done) return done;
  if (newest_) answer.as_of = as_moment(floor_to(*newest_, 1000) / 1000);
  if (ahead_) answer.ahead = as_moment(floor_to(*ahead_, 1000) / 1000);
  fill(answer);
  return {};
}

sqlite::SqliteResult<> UsageReader::read_levels(const HeldLevels& held, std::int64_t closed) {
  // A level whose buckets are longer than all that is asked for is of use only where it is the only one.
  std::int64_t longest = 0;
  for (std::size_t i = 1; i < edges_.size(); ++i)
    longest = std::max(longest, edges_[i] - edges_[i - 1]);
  Level first = Level::day;
  if (longest < shortest_day && held.since(Level::five_minutes) <= edges_.front()) first = Level::hour;
  if (longest < one_hour && held.since(Level::five_minutes) <= edges_.front()) first = Level::five_minutes;
  RowCut rows(*reader_, closed);
  for (const StoredSeries& one : series_) {
    std::vector<Stretch> stretches{{edges_.front(), edges_.back()}};
    for (auto level = static_cast<std::size_t>(first) + 1; level-- > 0 && !stretches.empty();) {
      std::vector<Stretch> finer;
      for (const Stretch& stretch : stretches)
        if (auto done = read_level(held, static_cast<Level>(level), one.id, stretch, finer, rows); !done)
          return done;
      stretches = joined(std::move(finer));
    }
  }
  if (rows.is_empty()) return {};
  levels_[level_count] = true;
  if (auto done = rows.read(); !done) return done;
  rows.give(folds_);
  return {};
}

sqlite::SqliteResult<> UsageReader::read_level(const HeldLevels& held, Level level, std::int64_t series,
                                               const Stretch& stretch, std::vector<Stretch>& finer,
                                               RowCut& rows) {
  UsageFold& fold = folds_.at(series);
  const auto since = level == Level::five_minutes
                         ? std::numeric_limits<std::int64_t>::min()
                         : held.since(static_cast<Level>(static_cast<std::size_t>(level) - 1));
  return reader_->buckets(level, series, stretch, [&](const StoredPiece& bucket) {
    const Stretch whole{bucket.time.start, bucket.end};
    const Stretch asked{std::max(whole.start, stretch.start), std::min(whole.end, stretch.end)};
    if (asked == whole && (level != Level::day || held.may_use_day(whole)) && fold.add_bucket(bucket))
      levels_[static_cast<std::size_t>(level)] = true;
    else if (level == Level::five_minutes)
      rows.add(series, bucket);
    else if (since <= asked.start)
      finer.push_back(asked);
    else
      fold.add_spread(bucket, asked);
  });
}

sqlite::SqliteResult<> UsageReader::read_open_rows(std::int64_t closed) {
  constexpr Stretch everywhere{std::numeric_limits<std::int32_t>::min(), end_of_time};
  return reader_->open_rows(closed, everywhere.end, [&](std::int64_t series, const StoredPiece& row) {
    const auto fold = folds_.find(series);
    if (fold == folds_.end()) return;
    take_end(row.time);
    if (row.time.start < edges_.back() && row.time.end_ms() >= edges_.front() * 1000)
      levels_[level_count] = true;
    fold->second.add_row(row, everywhere);
  });
}

void UsageReader::take_end(const RowTime& row) {
  std::optional<std::int64_t>& end = now_ && row.start > now_->time_since_epoch().count() ? ahead_ : newest_;
  end = std::max(end.value_or(row.end_ms()), row.end_ms());
}

sqlite::SqliteResult<std::optional<Stretch>> UsageReader::last_bucket(Level level, std::int64_t second) {
  std::optional<Stretch> last;
  for (const StoredSeries& one : series_) {
    const auto bucket = reader_->last_bucket(level, one.id, second);
    if (!bucket) return std::unexpected(bucket.error());
    if (*bucket && (!last || (*bucket)->start > last->start)) last = **bucket;
  }
  return last;
}

// Rows of the future are closed too where the clock that the writer goes by was the wrong one.
sqlite::SqliteResult<> UsageReader::find_ahead() {
  for (const Level level : all_levels) {
    if (!now_ || ahead_) return {};
    const auto last = last_bucket(level, end_of_time);
    if (!last) return std::unexpected(last.error());
    if (*last && (*last)->start <= now_->time_since_epoch().count()) return {};
    if (*last) ahead_ = (*last)->end * 1000;
  }
  return {};
}

// Where all rows are closed, the last bucket leads to them; where they are gone, it is all there is.
sqlite::SqliteResult<> UsageReader::find_newest() {
  const std::int64_t until = now_ ? now_->time_since_epoch().count() : end_of_time;
  for (const Level level : all_levels) {
    if (newest_) return {};
    const auto last = last_bucket(level, until);
    if (!last) return std::unexpected(last.error());
    if (!*last) continue;
    const auto take = [&](std::int64_t series, const StoredPiece& row) {
      if (folds_.contains(series)) take_end(row.time);
    };
    if (auto done = reader_->rows({(*last)->start - one_hour, until}, take); !done) return done;
    if (!newest_) newest_ = (*last)->end * 1000;
  }
  return {};
}

void UsageReader::make_groups(const Selection& selection) {
  const bool by_tags = !selection.by_tags.empty();
  const auto group = [&](bool is_import, const std::vector<std::string>& name) -> Group& {
    Groups& all = is_import ? imported_ : groups_;
    const auto found = all.find(name);
    if (found != all.end()) return found->second;
    return all.emplace(name, Group(GroupFold(edges_, reader_->field_count()))).first->second;
  };
  if (!by_tags && selection.by == GroupBy::none) group(false, {});
  for (const StoredSeries& one : series_) {
    Group& its = group(one.is_import, group_of(one, selection));
    its.about.tags = one.tags;
    if (!by_tags && selection.by != GroupBy::none) its.about.host = one.host;
    if (!by_tags && selection.by == GroupBy::interface) {
      its.about.interface = one.interface;
      its.about.kind = one.kind;  // of the newest series of that name
      its.about.parent = one.parent;
    }
    folds_.emplace(one.id, UsageFold(its.fold));
  }
}

void UsageReader::fill(UsageAnswer& answer) {
  for (const std::int64_t edge : edges_)
    answer.edges.push_back(as_moment(edge));
  for (const auto& [series, fold] : folds_)
    fold.end();
  const bool has_readings =
      std::ranges::any_of(answer.kinds, [](FieldKind kind) { return kind != FieldKind::counter; });
  std::map<std::vector<std::string>, UsageGroup> groups;
  const auto take = [&](Group& from) {
    from.fold.give(from.about.buckets, from.about.total, has_readings);
    return std::move(from.about);
  };
  for (auto& [name, group] : groups_)
    groups.emplace_hint(groups.end(), name, take(group));
  for (auto& [name, one] : imported_) {
    UsageGroup past = take(one);
    std::ranges::for_each(past.buckets, mark_imported);
    mark_imported(past.total);
    const auto [group, is_new] = groups.try_emplace(name, std::move(past));
    if (is_new) continue;
    for (std::size_t i = 0; i < past.buckets.size(); ++i)
      add_before(group->second.buckets[i], past.buckets[i]);
    add_before(group->second.total, past.total);
  }
  for (auto& [name, group] : groups)
    answer.groups.push_back(std::move(group));
  // Coarsest first, rows last.
  for (const std::size_t level : {2U, 1U, 0U})
    if (levels_[level]) answer.levels.emplace_back(name_of(static_cast<Level>(level)));
  if (levels_[level_count]) answer.levels.emplace_back("raw");
}

}  // namespace collector::history
