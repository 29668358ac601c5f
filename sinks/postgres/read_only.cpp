#include "sinks/postgres/read_only.h"

#include <fmt/format.h>

#include <string_view>

namespace collector::postgres_store {
namespace {

constexpr auto session_question =
    "SELECT current_setting('transaction_read_only'), pg_is_in_recovery(), s.source, "
    "quote_ident(session_user),"
    " quote_ident(current_database()), coalesce(s.sourcefile, '')"
    " FROM pg_settings AS s WHERE s.name = 'default_transaction_read_only'";

// `source` as pg_settings has it (PostgreSQL's guc.c, GucSource_Names).
ReadOnly reason_of(std::string_view source, std::string_view role, std::string_view database,
                   std::string_view file) {
  const auto set_for = [](const std::string& whom, const std::string& statement) {
    return ReadOnly{
        fmt::format("takes no rows: default_transaction_read_only is on for {}", whom),
        fmt::format("have its owner run {} RESET default_transaction_read_only, or use another role",
                    statement)};
  };
  if (source == "user") return set_for(fmt::format("role {}", role), fmt::format("ALTER ROLE {}", role));
  if (source == "database")
    return set_for(fmt::format("database {}", database), fmt::format("ALTER DATABASE {}", database));
  if (source == "database user")
    return set_for(fmt::format("role {} in database {}", role, database),
                   fmt::format("ALTER ROLE {} IN DATABASE {}", role, database));
  if (source == "global") return set_for("all roles", "ALTER ROLE ALL");
  if (source == "client")
    return {"takes no rows: options in `url`, or PGOPTIONS, make the session read-only",
            "take that out there"};
  if (source == "configuration file" || source == "command line")
    return {
        "takes no rows: default_transaction_read_only is on for the whole server",
        fmt::format("set it off in {} (services do this to a server whose disk is full: free space first)",
                    file.empty() ? std::string_view("the server's configuration") : file)};
  return {"takes no rows: the session is read-only", "look for what sets transaction_read_only there"};
}

}  // namespace

std::optional<ReadOnly> read_only_reason(Connection& connection) {
  const auto found = connection.run(session_question, {});
  if (!found || found->rows() != 1) return std::nullopt;
  if (found->text(0, 1) == "t")
    return ReadOnly{
        "is a standby, which accepts no rows",
        "name the primary in `url`, or list all hosts there and add target_session_attrs=read-write"};
  if (found->text(0, 0) != "on") return std::nullopt;
  return reason_of(found->text(0, 2), found->text(0, 3), found->text(0, 4), found->text(0, 5));
}

}  // namespace collector::postgres_store
