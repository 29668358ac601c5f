// The spool's names: every (measurement name, tags) gets one number for ever, every table of fields another
// one. Used under the spool's disk lock.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/core/series.h"
#include "collector/spool/batch_codec.h"
#include "collector/sqlite/database.h"

namespace collector {

class SeriesStore {
 public:
  // `known`: the measurements that this program declares; a stored definition of equal content becomes that
  // object.
  static sqlite::SqliteResult<SeriesStore> open(const sqlite::Database& database, SeriesTable& table,
                                                std::span<const MeasurementPtr> known);

  // New series are numbered from here on. With `carry_over`, series that have a number below keep it: the
  // file was replaced while they were in use, and sinks know them by it.
  void number_from(std::int64_t next, bool carry_over);
  std::int64_t next_number() const { return next_; }
  std::int64_t highest_number() const { return highest_stored_; }

  // In a transaction: the numbers of a series, storing what is new. They are the series' own (Series::set_id)
  // once committed() says so.
  sqlite::SqliteResult<RowIds> ids_of(const SeriesPtr& series);
  void committed();
  void rolled_back();

  // The series of a pair as it was stored; null when there is none.
  sqlite::SqliteResult<SeriesPtr> find(RowIds ids);
  // The series of this number under a definition of the caller's; null when it is unknown. Without
  // `interned`, or where the table is full, an object of its own.
  sqlite::SqliteResult<SeriesPtr> find_as(std::int64_t series, const MeasurementPtr& definition,
                                          bool interned);
  std::size_t capacity() const { return table_->capacity(); }

  MeasurementPtr definition(std::int64_t id) const;        // null when unknown
  MeasurementPtr definition(std::string_view name) const;  // this program's, else the newest stored; null

 private:
  struct Hash {
    std::size_t operator()(RowIds ids) const {
      return static_cast<std::size_t>(ids.series) * 0x9E3779B97F4A7C15U +
             static_cast<std::size_t>(ids.definition);
    }
  };
  struct Equal {
    bool operator()(RowIds a, RowIds b) const { return a.series == b.series && a.definition == b.definition; }
  };
  sqlite::SqliteResult<> load_definitions();
  sqlite::SqliteResult<std::int64_t> definition_of(const MeasurementPtr& measurement);
  sqlite::SqliteResult<std::int64_t> number_of(const SeriesPtr& series);
  sqlite::SqliteResult<std::optional<std::vector<Tag>>> stored_tags(std::int64_t id, std::string_view name);
  void remember(RowIds ids, const SeriesPtr& series);

  SeriesTable* table_ = nullptr;
  std::vector<MeasurementPtr> known_;
  std::map<std::int64_t, MeasurementPtr> definitions_;
  std::unordered_map<const Measurement*, std::int64_t> definition_ids_;
  std::vector<MeasurementPtr> in_use_;  // keeps the addresses of definition_ids_ from being given to others
  std::unordered_map<RowIds, std::weak_ptr<const Series>, Hash, Equal> series_;
  std::size_t sweep_at_ = 1024;

  std::int64_t next_ = 1;
  std::int64_t highest_stored_ = 0;
  std::int64_t carry_below_ = 0;

  // Of the running transaction.
  std::unordered_map<SeriesPtr, std::int64_t> new_series_;
  std::vector<std::int64_t> new_definitions_;
  std::int64_t next_before_ = 1;

  sqlite::Statement find_series_;
  sqlite::Statement find_number_;
  sqlite::Statement add_series_;
  sqlite::Statement load_definitions_;
  sqlite::Statement add_definition_;
};

}  // namespace collector
