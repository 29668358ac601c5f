#include "sinks/postgres/probe.h"

#include <fmt/format.h>

#include <vector>

#include "sinks/postgres/connection.h"
#include "sinks/postgres/failure.h"
#include "sinks/postgres/read_only.h"

namespace collector::postgres_store {
namespace {

constexpr auto question =
    "SELECT current_setting('server_version'), n.oid IS NOT NULL,"
    " has_database_privilege(current_database(), 'CREATE'),"
    " coalesce(has_schema_privilege(n.oid, 'USAGE'), false), coalesce(has_schema_privilege(n.oid, 'CREATE'), "
    "false),"
    " EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'position'"
    " AND has_table_privilege(c.oid, 'INSERT, UPDATE'))"
    " FROM (SELECT $1::text AS name) AS wanted LEFT JOIN pg_namespace AS n ON n.nspname = wanted.name";

SinkFailure no(std::string what, std::string remedy) {
  return {.what = std::move(what), .remedy = std::move(remedy), .retry_after = std::nullopt, .hold = true};
}

}  // namespace

std::expected<std::string, SinkFailure> probe(const Options& options) {
  const auto pq = Libpq::get();
  if (!pq) return std::unexpected(pq.error());
  auto connection = Connection::open(**pq, {.conninfo = options.conninfo, .patience = options.timeout});
  if (!connection) return std::unexpected(to_failure(connection.error(), "", "connect"));
  const std::vector<Parameter> schema{options.schema};
  const auto found = connection->run(question, schema);
  if (!found) return std::unexpected(to_failure(found.error(), *connection, "look at the schema in"));
  const auto is = [&](int column) { return found->text(0, column) == "t"; };
  const std::string who = fmt::format("{} (PostgreSQL {})", connection->where(), found->text(0, 0));
  const bool there = is(1), may_make_schema = is(2), may_use = is(3), may_make = is(4), has_tables = is(5);
  const auto sql = "let a role that may run what collector config --sql prints";
  if (const auto reason = read_only_reason(*connection))
    return std::unexpected(no(fmt::format("{} {}", who, reason->what), reason->remedy));
  if (has_tables && may_use) return fmt::format("{}, schema {} is there", who, options.schema);
  if (!options.create)
    return std::unexpected(
        no(fmt::format("{} has no tables in schema {} for this role", who, options.schema), sql));
  if (!there && !may_make_schema)
    return std::unexpected(
        no(fmt::format("this role may not create schema {} in {}", options.schema, who), sql));
  if (there && !(may_use && may_make))
    return std::unexpected(
        no(fmt::format("this role may not create tables in schema {} of {}", options.schema, who), sql));
  return fmt::format("{}, schema {} will be {}", who, options.schema, there ? "filled" : "made");
}

}  // namespace collector::postgres_store
