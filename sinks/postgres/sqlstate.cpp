#include "sinks/postgres/failure.h"

#include <array>

namespace collector::postgres_store {
namespace {

struct Line {
  std::string_view prefix;  // a class of two characters, or one code
  Meaning meaning;
};

using enum Verdict;

constexpr std::string_view wait = "rows wait in the spool and are tried again";
constexpr std::string_view transaction =
    "rows wait in the spool and are tried again; a pooler must be in transaction or session mode";
constexpr std::string_view code = "look at the triggers and functions that were added to the tables";
constexpr std::string_view log_in =
    "check user and password in `url` (or PGPASSFILE, PGSERVICE), and pg_hba.conf on the server";
constexpr std::string_view no_database = "create the database, or correct its name in `url`";
constexpr std::string_view pooler =
    "a pooler in between (PgBouncer) says so too when it does not know the user, password or database in "
    "`url`; rows wait in the spool and are tried again";
constexpr std::string_view rights =
    "grant this role what it lacks (`collector config --sql` prints all of it), or use another role";
constexpr std::string_view objects =
    "set `create: true`, or have a role that may create tables run what `collector config --sql` prints";
constexpr std::string_view definition =
    "compare the tables with what `collector config --sql` prints; they were changed by hand, or `url` is of "
    "another database";
constexpr std::string_view full =
    "free space or get a larger plan, and limit what is kept with `keep: {size: …}`; rows wait in the spool "
    "and are tried again";
constexpr std::string_view connections =
    "raise max_connections, or connect through a pooler; rows wait in the spool and are tried again";
constexpr std::string_view read_only =
    "the session is read-only (a standby, in fail-over, or default_transaction_read_only of the server, the "
    "database or the role): `collector check --connect` says which; rows wait in the spool";
constexpr std::string_view cancelled =
    "if the role or server has a statement_timeout, raise it: ALTER ROLE … SET statement_timeout = '60s'";

// Codes before their classes.
constexpr std::array all{
    Line{"08P01", {retry, pooler}},
    Line{"23P01", {bad_rows}},
    Line{"25006", {retry, read_only}},
    Line{"3F000", {missing, objects}},
    Line{"42501", {hold, rights}},
    Line{"42P01", {missing, objects}},
    Line{"42703", {missing, objects}},
    Line{"53100", {retry, full}},
    Line{"53300", {retry, connections}},
    Line{"54011", {hold, definition}},
    Line{"57014", {too_long, cancelled}},
    Line{"57P04", {hold, no_database}},

    Line{"00", {unknown}},             // successful completion: never an error
    Line{"01", {unknown}},             // warning
    Line{"02", {unknown}},             // no data
    Line{"03", {retry, wait}},         // SQL statement not yet complete
    Line{"08", {retry, wait}},         // connection exception
    Line{"09", {bad_rows, code}},      // triggered action exception
    Line{"0A", {unable, definition}},  // feature not supported
    Line{"0B", {retry, transaction}},  // invalid transaction initiation
    Line{"0F", {bad_rows, code}},      // locator exception
    Line{"0L", {hold, rights}},        // invalid grantor
    Line{"0P", {hold, log_in}},        // invalid role specification
    Line{"0Z", {bad_rows, code}},      // diagnostics exception
    Line{"20", {bad_rows, code}},      // case not found
    Line{"21", {bad_rows, code}},      // cardinality violation
    Line{"22", {bad_rows}},            // data exception
    Line{"23", {bad_rows}},            // integrity constraint violation
    Line{"24", {retry, transaction}},  // invalid cursor state
    Line{"25", {retry, transaction}},  // invalid transaction state
    Line{"26", {retry, transaction}},  // invalid SQL statement name
    Line{"27", {bad_rows, code}},      // triggered data change violation
    Line{"28", {hold, log_in}},        // invalid authorization specification
    Line{"2B", {hold, rights}},        // dependent privilege descriptors still exist
    Line{"2D", {retry, transaction}},  // invalid transaction termination
    Line{"2F", {hold, code}},          // SQL routine exception: what a function may do, whatever the row
    Line{"34", {retry, transaction}},  // invalid cursor name
    Line{"38", {hold, code}},          // external routine exception: likewise
    Line{"39", {hold, code}},          // external routine invocation exception: likewise
    Line{"3B", {retry, transaction}},  // savepoint exception
    Line{"3D", {hold, no_database}},   // invalid catalog name
    Line{"3F", {hold, objects}},       // invalid schema name
    Line{"40", {retry, wait}},         // transaction rollback
    Line{"42", {hold, definition}},    // syntax error or access rule violation
    Line{"44", {bad_rows}},            // WITH CHECK OPTION violation
    Line{"53", {retry, wait}},         // insufficient resources
    Line{"54", {bad_rows}},            // program limit exceeded: a row too large
    Line{"55", {retry, wait}},         // object not in prerequisite state: locked, in use
    Line{"57", {retry, wait}},         // operator intervention: shutting down, starting
    Line{"58",
         {retry, "look into the server's log and at its disks; rows wait in the spool"}},  // system error
    Line{"72", {retry, wait}},                                                             // snapshot failure
    Line{"F0", {hold, "look into the server's log and configuration files"}},  // configuration file error
    Line{"HV", {retry, "look at the foreign data wrapper behind the tables"}},
    Line{"P0", {bad_rows, code}},  // PL/pgSQL error: raised by a trigger
    Line{"XX", {retry, "look into the server's log; rows wait in the spool and are tried again"}},
};

}  // namespace

Meaning meaning_of(std::string_view sqlstate) {
  for (const Line& line : all)
    if (sqlstate.starts_with(line.prefix)) return line.meaning;
  return {unknown, "this error is unknown: please report it; rows wait in the spool and are tried again"};
}

}  // namespace collector::postgres_store
