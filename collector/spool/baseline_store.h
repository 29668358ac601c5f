// Where every counter stood: one row per series. Used under the spool's disk lock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/spool/series_store.h"
#include "collector/sqlite/database.h"

namespace collector {

class BaselineStore {
 public:
  static sqlite::SqliteResult<BaselineStore> open(const sqlite::Database& database);

  // In a transaction: removes what is forgotten, replaces what is stored for these series, and leaves the
  // others.
  sqlite::SqliteResult<> save(const Baselines& baselines, std::int64_t day, SeriesStore& series);
  // Removes those that were last written more than `unseen_days` counted days before `day` and also have a
  // time that far from `now`, a confirmed time: a wall clock that was wrong for a while removes nothing.
  sqlite::SqliteResult<> remove_unseen(std::int64_t day, WallTime now);
  void rolled_back();

  // All of them, as baselines of this program's measurements: values are matched by their fields' names.
  // One that can't be read is left out and logged.
  sqlite::SqliteResult<Baselines> load(SeriesStore& series);

  static constexpr std::int64_t unseen_days = 90;

 private:
  sqlite::SqliteResult<std::int64_t> boot_number(const std::string& boot_id);
  sqlite::SqliteResult<> save_highest(const HighestObject& highest);

  const sqlite::Database* database_ = nullptr;
  sqlite::Statement save_;
  sqlite::Statement remove_;
  sqlite::Statement save_highest_;
  sqlite::Statement forget_other_boots_;
  sqlite::Statement find_boot_;
  sqlite::Statement add_boot_;
  // The last one asked for: mostly all baselines are of one boot.
  std::string boot_id_;
  std::int64_t boot_number_ = 0;
  std::string highest_boot_id_;
  std::vector<std::byte> bytes_;
};

}  // namespace collector
