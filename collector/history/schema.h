// The file's own layout: whose it is, which version, and how an older one becomes the present one.
//
//   source(id, uuid)                              machines that have written here
//   position(source, epoch, sequence)             what of each of them is stored, moved with the rows
//   measurement(name, view, sentence)             what is measured, and the name of its view
//   series(id, source, measurement, labels, tags) who is measured; labels and tags as JSON
//   field(measurement, role, name, statistic, …)  every column in words: unit, kind, sentence
//   <view>_data(time, series_id, span, flags, …)  the rows
//   <view>_series(id, host, …)                    labels and tags of each series, as columns
//   <view>                                        the two joined: what people query
//   level(measurement, level, view)               names of the views over longer times: <view>_5m, _1h, _1d
//   level_state(closed, recut, …)                 how far rows are in them (level_writer.h, recut.h)
//   day_zone(id, name, since)                     zones that days were cut in
//   <view>_5m_data(series_id, time, span, …)      their tables
//   billing_period_data(plan, start, ends, …)     billing cycles that are over (period_schema.h)
#pragma once

#include <expected>
#include <span>

#include "collector/core/failure.h"
#include "collector/sqlite/database.h"

namespace collector::history {

inline constexpr std::int64_t application_id = 0x436F6C6C;  // "Coll", shown by file(1)

// One step from version n-1 to n, where n is its place in the list, from 1.
struct Migration {
  const char* sql;
};
std::span<const Migration> migrations();

// Fails for a file that ends in the middle of a page, as a copy that was broken off: SQLite takes what is
// missing for zeros, in numbers too.
sqlite::SqliteResult<> check_whole(const sqlite::Database& database);

// Refuses, without having changed a byte, what is not ours: no database, somebody else's, or of a newer
// version.
std::expected<void, Failure> check_ours(const sqlite::Database& database, std::size_t newest_version);

// Brings the file to the last of `steps` in one transaction: all steps or none.
sqlite::SqliteResult<> migrate(const sqlite::Database& database, std::span<const Migration> steps);

}  // namespace collector::history
