// Schema: finds out what the database has, and makes what is missing, if this role may. What has been found
// is remembered, also in the words that the runner keeps with the cursor, so that a sync that needs nothing
// new asks nothing. Used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collector/core/uuid.h"
#include "sinks/postgres/definition.h"
#include "sinks/postgres/options.h"
#include "sinks/postgres/rows.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

class Schema {
 public:
  explicit Schema(const Options& options) : options_(options) {}

  // What is stored of this source and epoch; makes the sink's own tables when they are missing.
  std::expected<std::optional<std::uint64_t>, SinkFailure> position(Connection& connection,
                                                                    const Uuid& source, const Uuid& epoch);
  // For a sink that an earlier version has served, which kept one position for all batches: those addressed
  // to this sink count as stored up to there. Safe twice.
  std::expected<void, SinkFailure> begin_addressed(Connection& connection, std::string_view sink,
                                                   const Uuid& source, const Uuid& epoch);
  // Makes sure that tables and columns for these rows are there, and views where that can be done.
  std::expected<void, SinkFailure> prepare(Connection& connection, const RowsByTable& rows);

  // What has been found before, for a sink that begins; and to be found out again.
  void remember(std::uint64_t hash) { verified_.insert(hash); }
  const std::set<std::uint64_t>& verified() const { return verified_; }
  void forget() { verified_.clear(); }

  // Tags that a view has no column for, which this role can't give it; empty: none.
  const std::string& view_problem() const { return view_problem_; }

 private:
  // Makes the sink's own tables, or brings them to the newest version.
  std::expected<void, SinkFailure> migrate(Connection& connection);
  std::expected<void, SinkFailure> complete(Connection& connection, const std::vector<TableNeeds>& needs);
  // Where the sink may not create anything: what is missing is said.
  std::expected<void, SinkFailure> without_creating(const std::vector<TableNeeds>& needs,
                                                    ExistingTables& existing);
  // In a transaction that has begun, which this ends.
  PgResult<> create(Connection& connection, const std::vector<TableNeeds>& needs, ExistingTables& existing);
  // Each in a transaction of its own: what is in the way of one is not in the way of the others.
  PgResult<> create_one_by_one(Connection& connection, const std::vector<std::vector<std::string>>& views);
  SinkFailure lacks(const std::string& what) const;

  const Options& options_;
  std::set<std::uint64_t> verified_;
  std::string view_problem_;
};

}  // namespace collector::postgres_store
