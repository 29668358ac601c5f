// What happened to the numbers, when and to which.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>

#include "collector/core/batch.h"
#include "collector/core/units.h"
#include "collector/history/history_question.h"
#include "collector/history/piece_search.h"

namespace collector::history {
namespace {

constexpr std::array<std::pair<std::uint16_t, Mark::Kind>, 5> kinds_of_marks{
    {{flag::gap, Mark::Kind::gap},
     {flag::recovered, Mark::Kind::recovered},
     {flag::reset, Mark::Kind::reset},
     {flag::wrap, Mark::Kind::wrap},
     {flag::clock, Mark::Kind::clock}}};

using SeriesById = std::map<std::int64_t, StoredSeries>;
using MarksResult = sqlite::SqliteResult<Result<std::vector<Mark>>>;

Interval mark_time(const Stretch& time) {
  return {Seconds(std::chrono::seconds(time.start)), Seconds(std::chrono::seconds(time.end))};
}

sqlite::SqliteResult<std::vector<FoundPiece>> search(const sqlite::Database& database,
                                                     const SelectedSeries& selected,
                                                     std::vector<std::string> fields, const Interval& range,
                                                     PieceSearch::Matters matters) {
  std::vector<std::int64_t> ids;
  for (const StoredSeries& one : selected.series)
    ids.push_back(one.id);
  PieceReader reader(database, selected.measurement, std::move(fields));
  PieceSearch found(reader, ids, std::move(matters));
  return found.find({range.start.time_since_epoch().count(), range.end.time_since_epoch().count()});
}

SeriesById by_id(const SelectedSeries& selected) {
  SeriesById series;
  for (const StoredSeries& one : selected.series)
    series.emplace(one.id, one);
  return series;
}

// The same thing at the same time, of several interfaces of a host, is one mark.
std::vector<Mark> joined_marks(std::vector<Mark> marks) {
  std::ranges::stable_sort(marks, {},
                           [](const Mark& one) { return std::tuple(one.host, one.kind, one.time.start); });
  std::vector<Mark> joined;
  for (Mark& mark : marks) {
    if (!joined.empty() && joined.back().host == mark.host && joined.back().kind == mark.kind &&
        mark.time.start <= joined.back().time.end && !mark.loses_bytes()) {
      Mark& last = joined.back();
      last.time.end = std::max(last.time.end, mark.time.end);
      if (last.interface != mark.interface) last.interface.clear();
    } else {
      joined.push_back(std::move(mark));
    }
  }
  std::ranges::stable_sort(joined, {}, [](const Mark& one) { return one.time.start; });
  return joined;
}

// What was set aside of one field (measurement `quarantine`), or given up of it (`dropped`), of the hosts and
// interfaces that are asked about. A level that was has no amount: all that the quarantine has of it is that.
sqlite::SqliteResult<> add_left_out(const sqlite::Database& database, Mark::Kind kind, const Selection& about,
                                    const std::string& field, bool is_counter, const SeriesById& asked,
                                    const Interval& range, std::vector<Mark>& marks) {
  const Selection selection{.measurement = kind == Mark::Kind::dropped ? "dropped" : "quarantine",
                            .fields = {"delta", "overflow"},
                            .filters = {{"measurement", {about.measurement}}, {"field", {field}}}};
  auto selected = select_series(database, selection);
  if (!selected) return std::unexpected(selected.error());
  if (!*selected || !**selected) return {};  // there never was any
  std::set<std::pair<std::string, std::string>> names;
  for (const auto& [id, one] : asked)
    names.emplace(one.host, one.interface);
  std::erase_if((**selected)->series,
                [&](const StoredSeries& one) { return !names.contains({one.host, one.interface}); });
  const auto pieces = search(database, ***selected, selection.fields, range, [&](const StoredPiece& piece) {
    return !is_counter || piece.amounts[0].sum != 0 || piece.amounts[1].sum != 0;
  });
  if (!pieces) return std::unexpected(pieces.error());
  const SeriesById series = by_id(***selected);
  for (const FoundPiece& piece : *pieces) {
    const StoredSeries& one = series.at(piece.series);
    const std::int64_t amount =
        piece.amounts[1].sum != 0 ? std::numeric_limits<std::int64_t>::max() : piece.amounts[0].sum;
    marks.push_back({kind, mark_time(piece.time), one.host, one.interface, amount, field});
  }
  return {};
}

// Batches that the spool did not have any more when they were to be stored.
sqlite::SqliteResult<> add_lost(const sqlite::Database& database, const SeriesById& asked,
                                const Interval& range, std::vector<Mark>& marks) {
  auto selected = select_series(database, {.measurement = "gap", .fields = {}});
  if (!selected) return std::unexpected(selected.error());
  if (!*selected || !**selected) return {};
  std::set<std::string> hosts;
  for (const auto& [id, one] : asked)
    hosts.insert(one.host);
  std::erase_if((**selected)->series, [&](const StoredSeries& one) { return !hosts.contains(one.host); });
  const auto pieces = search(database, ***selected, {}, range, [](const StoredPiece&) { return true; });
  if (!pieces) return std::unexpected(pieces.error());
  const SeriesById series = by_id(***selected);
  for (const FoundPiece& piece : *pieces)
    marks.push_back({Mark::Kind::lost, mark_time(piece.time), series.at(piece.series).host, {}, 0, {}});
  return {};
}

}  // namespace

MarksResult read_marks(const sqlite::Database& database, const Selection& selection, const Interval& range) {
  auto selected = select_series(database, selection);
  if (!selected) return std::unexpected(selected.error());
  if (!*selected) return Result<std::vector<Mark>>(std::unexpected(selected->error()));
  std::vector<Mark> marks;
  if (!**selected) return marks;
  constexpr std::int64_t told = flag::gap | flag::recovered | flag::reset | flag::wrap | flag::clock;
  const auto pieces = search(database, ***selected, {}, range,
                             [](const StoredPiece& piece) { return (piece.flags & told) != 0; });
  if (!pieces) return std::unexpected(pieces.error());
  const SeriesById series = by_id(***selected);
  for (const FoundPiece& piece : *pieces) {
    const StoredSeries& one = series.at(piece.series);
    for (const auto& [bit, kind] : kinds_of_marks)
      if ((piece.flags & bit) != 0)
        marks.push_back({kind, mark_time(piece.time), one.host, one.interface, 0, {}});
  }
  for (const std::string& field : selection.fields) {
    const bool is_counter = (**selected)->measurement.kind_of(field) == FieldKind::counter;
    for (const auto kind : {Mark::Kind::quarantined, Mark::Kind::dropped})
      if (auto done = add_left_out(database, kind, selection, field, is_counter, series, range, marks); !done)
        return std::unexpected(done.error());
  }
  if (auto done = add_lost(database, series, range, marks); !done) return std::unexpected(done.error());
  return joined_marks(std::move(marks));
}

std::string Mark::text() const {
  const std::string length = human_duration(time.length());
  switch (kind) {
    case Kind::gap:
      return fmt::format("asleep or stalled for {}", length);
    case Kind::recovered:
      return fmt::format("the collector did not run for {}; what moved meanwhile is counted", length);
    case Kind::reset:
      return "counters started over";
    case Kind::wrap:
      return "a counter began again at zero after its highest value";
    case Kind::clock:
      return "the clock was set";
    case Kind::dropped:
      return fmt::format("{} of {} given up before they were stored: the backlog was full",
                         human_bytes(static_cast<double>(amount)), field);
    case Kind::lost:
      return "batches are gone that were not stored yet, with whatever was in them";
    case Kind::quarantined:
      if (amount == 0) return fmt::format("a level of {} set aside as impossible", field);
      return fmt::format("{} of {} set aside as impossible", human_bytes(static_cast<double>(amount)), field);
  }
  std::unreachable();
}

}  // namespace collector::history
