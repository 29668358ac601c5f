// PeriodCloser: keeps what is to be kept of billing cycles that are over, for every plan that is configured,
// as soon as all rows that began before their end are in the levels; also those that were over before there
// was the plan, as far as the levels hold them. A period is stored once, by what was agreed then; what comes
// late is added to it by the same terms, as long as its 5-minute buckets are kept. A few each time, in
// transactions of its own: it can stop anywhere. Used by the store's thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/history/closed_period.h"
#include "collector/history/level_writer.h"
#include "collector/history/measured_period.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Whose cycles a store keeps.
struct KeptPlans {
  std::vector<BillingPlan> plans;
  std::string this_host;  // that plans without hosts are about
};

class PeriodCloser {
 public:
  // The database and the levels outlive it. `zone`: of plans that name none.
  PeriodCloser(const sqlite::Database& database, LevelWriter& levels, KeptPlans kept, Zone zone)
      : database_(&database), levels_(&levels), kept_(std::move(kept)), zone_(std::move(zone)) {}

  // From here on plans without a zone are cut in this one.
  void use(const Zone& zone);

  // Within the transaction that stores them: what came late, since the last call. Also without plans: the
  // file may have periods of some that are gone.
  sqlite::SqliteResult<> note_late();

  // Closes the next periods, if some are over. Does nothing but for once an hour, when it has caught up.
  sqlite::SqliteResult<> step(WallTime now);

 private:
  struct OfPlan {
    std::optional<std::int64_t> at;  // closed up to here; nothing: not looked up yet
    std::int64_t first = 0;          // what begins and ends before this has nothing
  };
  sqlite::SqliteResult<> amend(WallTime now);
  // The end of the period that was closed now; nothing: none is over.
  sqlite::SqliteResult<std::optional<std::int64_t>> close_next(const BillingPlan& plan, std::int64_t closed,
                                                               WallTime now);
  // Where the first period begins that has anything; nothing: there is nothing.
  sqlite::SqliteResult<std::optional<std::int64_t>> first_moment(const BillingPlan& plan) const;

  const sqlite::Database* database_;
  LevelWriter* levels_;
  KeptPlans kept_;
  Zone zone_;
  std::map<std::string, OfPlan> of_plans_;
  std::optional<std::int64_t> looked_;  // LevelWriter::closed() when all was done
};

}  // namespace collector::history
