#include "sinks/postgres/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "collector/core/log.h"
#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/addressed.h"
#include "sinks/postgres/failure.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr std::string_view schema_is_gone = "3F000";
constexpr std::string_view no_such_character = "22P05";  // in the database's encoding

// Collectors that find the same thing missing make it one after the other.
std::string lock(const std::string& schema) {
  return fmt::format("SELECT pg_advisory_xact_lock(hashtext({}))", literal("collector " + schema));
}

// Waits for other sessions only a little: who waits for a table's lock holds up everybody behind it.
std::string begin(const std::string& schema) {
  return "BEGIN;\nSET LOCAL lock_timeout = '10s';\n" + lock(schema);
}

// The rest of a transaction that has begun: all of it or nothing.
PgResult<> change(Connection& connection, const std::vector<std::string>& statements) {
  std::string sql;
  for (const std::string& statement : statements)
    // A hook may end in a comment.
    sql += statement + "\n;\n";
  const auto done = connection.run(sql + "COMMIT");
  if (done) return {};
  (void)connection.run("ROLLBACK");
  return std::unexpected(done.error());
}

SinkFailure held_up(std::string what, std::string remedy) {
  return {.what = std::move(what), .remedy = std::move(remedy), .retry_after = std::nullopt, .hold = true};
}

// What a series' tags need, and what any row of the table needs.
std::uint64_t hash_of_needs(const TableLayout& layout, const SeriesEntry* series) {
  return series == nullptr ? layout.hash : layout.hash ^ (series->keys_hash * 31);
}

void add_needs(std::vector<TableNeeds>& all, const TableLayout& layout, const std::vector<Tag>& tags) {
  auto needs = std::ranges::find(all, &layout, &TableNeeds::layout);
  if (needs == all.end()) needs = all.insert(all.end(), TableNeeds{&layout, {}});
  for (const Tag& tag : tags) {
    if (std::ranges::find(needs->tags, tag.key, &TagKey::name) != needs->tags.end()) continue;
    const auto& declared = layout.measurement->tags;
    const auto known = std::ranges::find(declared, tag.key, &TagKey::name);
    needs->tags.push_back({tag.key, known == declared.end() ? "" : known->sentence});
  }
}

}  // namespace

SinkFailure Schema::lacks(const std::string& what) const {
  return held_up(
      fmt::format("{} is missing, and `create: false` keeps this sink from creating it", what),
      "have a role that may create tables run what `collector config --sql` prints, or set `create: true`");
}

std::expected<void, SinkFailure> Schema::migrate(Connection& connection) {
  const auto schema = sql_identifier(options_.schema);
  const auto failed = [&](const PgError& error) {
    (void)connection.run("ROLLBACK");
    return std::unexpected(to_failure(
        error, connection, fmt::format("make schema {} (and run `after_migrate`) in", options_.schema)));
  };
  if (const auto begun = connection.run(begin(options_.schema)); !begun) return failed(begun.error());
  const auto there = connection.run(fmt::format(
      "SELECT count(*), to_regclass({}) IS NOT NULL FROM pg_catalog.pg_namespace WHERE nspname = {}",
      literal(schema + ".schema_version"), literal(options_.schema)));
  if (!there) return failed(there.error());
  std::int64_t version = 0;
  if (there->text(0, 1) == "t") {
    const auto found = connection.run(fmt::format("SELECT max(version) FROM {}.schema_version", schema));
    if (!found) return failed(found.error());
    version = found->integer(0, 0);
  }
  std::vector<std::string> statements;
  // Asking for it needs the right to create schemas, even if it is there.
  if (there->integer(0, 0) == 0) statements.push_back("CREATE SCHEMA IF NOT EXISTS " + schema);
  // Steps that have been made make what has gone since.
  for (int step = 1; step <= newest_version; ++step)
    std::ranges::move(migration(step, schema), std::back_inserter(statements));
  if (version < newest_version && !options_.hooks.after_migrate.empty())
    statements.push_back(filled_in(options_.hooks.after_migrate, options_.schema, ""));
  if (const auto made = change(connection, statements); !made) return failed(made.error());
  return {};
}

std::expected<std::optional<std::uint64_t>, SinkFailure> Schema::position(Connection& connection,
                                                                          const Uuid& source,
                                                                          const Uuid& epoch) {
  const auto schema = sql_identifier(options_.schema);
  const std::string query = fmt::format(
      "SELECT (SELECT max(version) FROM {0}.schema_version),"
      " (SELECT sequence FROM {0}.position WHERE source = $1::uuid AND epoch = $2::uuid)",
      schema);
  const std::vector<Parameter> parameters{source.text(), epoch.text()};
  auto result = connection.run(query, parameters);
  if (!result && meaning_of(result.error().sqlstate).verdict == Verdict::missing) {
    forget();
    if (!options_.create)
      return std::unexpected(lacks(fmt::format("schema {} with its tables", options_.schema)));
    if (auto made = migrate(connection); !made) return std::unexpected(made.error());
    result = connection.run(query, parameters);
  } else if (result && result->integer(0, 0) < newest_version) {
    if (!options_.create)
      return std::unexpected(lacks(fmt::format("version {} of schema {}", newest_version, options_.schema)));
    if (auto made = migrate(connection); !made) return std::unexpected(made.error());
  }
  if (!result) return std::unexpected(to_failure(result.error(), connection, "read the position in"));
  if (const auto version = result->integer(0, 0); version > newest_version)
    return std::unexpected(held_up(
        fmt::format("schema {} in {} was made by a newer collector (version {}, this one knows up to {})",
                    options_.schema, connection.where(), version, newest_version),
        "run that newer collector, or set `schema` to another one; it was not touched"));
  if (result->null(0, 1)) return std::nullopt;
  return static_cast<std::uint64_t>(result->integer(0, 1));
}

std::expected<void, SinkFailure> Schema::begin_addressed(Connection& connection, std::string_view sink,
                                                         const Uuid& source, const Uuid& epoch) {
  const std::vector<Parameter> parameters{source.text(), epoch.text(), addressed_epoch(epoch, sink).text()};
  const auto begun =
      connection.run(fmt::format("INSERT INTO {0}.position(source, epoch, sequence)"
                                 " SELECT source, $3::uuid, sequence FROM {0}.position"
                                 " WHERE source = $1::uuid AND epoch = $2::uuid ON CONFLICT DO NOTHING",
                                 sql_identifier(options_.schema)),
                     parameters);
  // Without tables nothing was stored.
  if (begun || meaning_of(begun.error().sqlstate).verdict == Verdict::missing) return {};
  return std::unexpected(to_failure(begun.error(), connection, "keep a position of the sink's own in"));
}

std::expected<void, SinkFailure> Schema::prepare(Connection& connection, const RowsByTable& rows) {
  std::vector<TableNeeds> needs;
  std::vector<std::uint64_t> hashes;
  const auto look = [&](const TableLayout& layout, const SeriesEntry* series) {
    const auto hash = hash_of_needs(layout, series);
    if (verified_.contains(hash)) return;
    add_needs(needs, layout, series == nullptr ? std::vector<Tag>() : series->tags);
    hashes.push_back(hash);
  };
  for (const TableRows& table : rows.tables)
    look(*table.layout, nullptr);
  for (const SeriesEntry* series : rows.new_series)
    look(*series->layout, series);
  if (needs.empty()) return {};
  if (auto done = complete(connection, needs); !done) return done;
  verified_.insert(hashes.begin(), hashes.end());
  return {};
}

std::expected<void, SinkFailure> Schema::complete(Connection& connection,
                                                  const std::vector<TableNeeds>& needs) {
  std::vector<const TableLayout*> layouts;
  for (const TableNeeds& one : needs)
    layouts.push_back(one.layout);
  const auto failed = [&](const PgError& error, std::string_view doing) {
    (void)connection.run("ROLLBACK");
    auto failure = to_failure(error, connection, std::string(doing));
    if (error.sqlstate == schema_is_gone) {
      // The next open() makes it again.
      failure.hold = false;
      failure.retry_after = Duration{};
    }
    return std::unexpected(std::move(failure));
  };
  auto existing = find_tables(connection, options_.schema, layouts);
  if (!existing) return failed(existing.error(), "look at the tables in");
  const bool incomplete = std::ranges::any_of(needs, [&](const TableNeeds& one) {
    const ExistingTable& table = (*existing)[one.layout->table];
    return !missing(one, table, options_.schema).empty() || view_lacks(one, table);
  });
  if (incomplete && options_.create) {
    // Once more, while nobody else changes them.
    if (const auto begun = connection.run(begin(options_.schema)); !begun)
      return failed(begun.error(), "begin to create tables in");
    existing = find_tables(connection, options_.schema, layouts);
    if (!existing) return failed(existing.error(), "look at the tables in");
  }
  for (const TableNeeds& one : needs)
    if (auto why = conflict(one, (*existing)[one.layout->table], options_.schema); !why.empty()) {
      if (incomplete && options_.create) (void)connection.run("ROLLBACK");
      return std::unexpected(held_up(std::move(why),
                                     "rename that column (ALTER TABLE … RENAME COLUMN), and a "
                                     "fresh one is added; or set `schema` to another one"));
    }
  if (!incomplete) return {};
  view_problem_.clear();
  if (!options_.create) return without_creating(needs, *existing);
  if (const auto done = create(connection, needs, *existing); !done)
    return failed(done.error(), "create tables (and run `after_create`) in");
  return {};
}

std::expected<void, SinkFailure> Schema::without_creating(const std::vector<TableNeeds>& needs,
                                                          ExistingTables& existing) {
  for (const TableNeeds& one : needs) {
    const ExistingTable& table = existing[one.layout->table];
    if (const auto names = missing(one, table, options_.schema); !names.empty())
      return std::unexpected(lacks(names.front()));
    if (view_lacks(one, table))
      view_problem_ = fmt::format("view {}.{} lacks columns", options_.schema, one.layout->view);
  }
  return {};
}

PgResult<> Schema::create(Connection& connection, const std::vector<TableNeeds>& needs,
                          ExistingTables& existing) {
  std::vector<std::string> tables;
  std::vector<std::vector<std::string>> views;
  for (const TableNeeds& one : needs) {
    ExistingTable& table = existing[one.layout->table];
    std::ranges::move(define_table(one, table, options_), std::back_inserter(tables));
    views.push_back(define_view(one, table, options_));
  }
  std::vector<std::string> all = tables;
  for (const auto& view : views)
    std::ranges::copy(view, std::back_inserter(all));
  if (change(connection, all)) return {};
  // Rows can be stored without views: what is in their way is said, and no more.
  tables.insert(tables.begin(), begin(options_.schema));
  if (auto done = change(connection, tables); !done) return done;
  return create_one_by_one(connection, views);
}

PgResult<> Schema::create_one_by_one(Connection& connection,
                                     const std::vector<std::vector<std::string>>& views) {
  for (const auto& view : views) {
    if (view.empty()) continue;
    std::vector<std::string> statements{begin(options_.schema)};
    std::ranges::copy(view, std::back_inserter(statements));
    const auto done = change(connection, statements);
    if (done) continue;
    if (done.error().sqlstate.empty()) return done;
    const bool unfit = done.error().sqlstate == no_such_character;
    view_problem_ = fmt::format(
        "a view could not be brought up to date: {}; {}", done.error().text(),
        unfit ? "a database with ENCODING 'UTF8' takes all names" : "DROP VIEW makes room for a new one");
    log::warning(options_.component, "{}", view_problem_);
  }
  return {};
}

}  // namespace collector::postgres_store
