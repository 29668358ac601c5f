// The spool's names: every (measurement name, tags) gets a number that no other ever has, every table of
// fields another one. Used under the spool's disk lock.
//
// A series goes when nothing refers to it: no batch, no baseline, no dead letter. For batches, `used` of its
// row is that of one that it was in, and is written again before it falls `used_lag` behind: so none that is
// more than that above it has the series.
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

  // New series are numbered from here on. Those that have a number below keep it (the file was replaced while
  // they were in use, or they had gone from it): sinks know them by it.
  void number_from(std::int64_t next);
  std::int64_t next_number() const { return next_; }
  std::int64_t highest_number() const { return highest_stored_; }

  // In a transaction: the numbers of a series, storing what is new. They are the series' own (Series::set_id)
  // once committed() says so. `batch`: number of the one that it is for; 0: for none.
  sqlite::SqliteResult<RowIds> ids_of(const SeriesPtr& series, std::uint64_t batch = 0);
  // How many were added in this transaction.
  std::size_t added() const { return added_; }
  // At the end of a transaction that added some: looks at four rows for each, one after the other from one
  // transaction to the next, and removes those that nothing refers to. `oldest`: number of the first batch
  // in the file.
  sqlite::SqliteResult<> prune(std::uint64_t oldest);
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
  struct Stored {
    std::int64_t id = 0;
    std::uint64_t used = 0;
  };
  struct Known {
    std::weak_ptr<const Series> series;
    std::uint64_t used = 0;
  };
  sqlite::SqliteResult<Stored> number_of(const SeriesPtr& series, std::uint64_t batch);
  sqlite::SqliteResult<std::int64_t> number_for(const Series& series);
  sqlite::SqliteResult<std::uint64_t> note_use(std::int64_t id, std::uint64_t used, std::uint64_t batch);
  sqlite::SqliteResult<std::optional<std::vector<Tag>>> stored_tags(std::int64_t id, std::string_view name);
  void remember(RowIds ids, const SeriesPtr& series, std::uint64_t used);

  SeriesTable* table_ = nullptr;
  std::vector<MeasurementPtr> known_;
  std::map<std::int64_t, MeasurementPtr> definitions_;
  std::unordered_map<const Measurement*, std::int64_t> definition_ids_;
  std::vector<MeasurementPtr> in_use_;  // keeps the addresses of definition_ids_ from being given to others
  std::unordered_map<RowIds, Known, Hash, Equal> series_;
  std::size_t sweep_at_ = 1024;

  std::int64_t next_ = 1;
  std::int64_t highest_stored_ = 0;
  std::int64_t looked_at_ = 0;  // by prune()

  // Of the running transaction.
  std::unordered_map<SeriesPtr, Stored> new_series_;
  std::vector<RowIds> used_again_;
  std::size_t added_ = 0;
  std::vector<std::int64_t> new_definitions_;
  std::int64_t next_before_ = 1;

  sqlite::Statement find_series_;
  sqlite::Statement find_number_;
  sqlite::Statement add_series_;
  sqlite::Statement note_use_;
  sqlite::Statement look_at_;
  sqlite::Statement remove_;
  sqlite::Statement load_definitions_;
  sqlite::Statement add_definition_;
};

}  // namespace collector
