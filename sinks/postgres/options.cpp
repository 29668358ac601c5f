#include "sinks/postgres/options.h"

#include <array>
#include <string_view>

#include "sinks/postgres/check.h"

namespace collector::postgres_store {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::array<Setting, 2> keep_settings{{
    {.name = "age",
     .type = SettingType::duration,
     .default_text = "",
     .sentence = "Rows of every machine in the schema that are older than this are deleted. Default: rows "
                 "are kept for ever.",
     .minimum = nanoseconds(hours(1)).count()},
    {.name = "size",
     .type = SettingType::size,
     .default_text = "",
     .sentence = "How much space the schema may take, such as a plan's limit (512MB on Neon's free plan). At "
                 "80 % of it the oldest rows of every machine in the schema are deleted. Default: no limit.",
     .minimum = 1024 * 1024},
}};

constexpr std::array<std::string_view, 3> suspends_choices{"auto", "on", "off"};

constexpr std::array<Setting, 11> sink_settings{{
    {.name = "url",
     .type = SettingType::secret,
     .default_text = "\"\"",
     .sentence = "The connection string, as libpq reads it: "
                 "postgresql://user:password@host/database?sslmode=verify-full or host=… dbname=…. Empty: it "
                 "is taken from the environment (PGHOST, PGSERVICE, PGPASSFILE …)."},
    {.name = "schema",
     .type = SettingType::text,
     .default_text = "collector",
     .sentence = "The schema that holds everything. It is created if it is missing."},
    {.name = "create",
     .type = SettingType::boolean,
     .default_text = "true",
     .sentence = "Whether the sink creates its schema, tables, columns and views. Set it to false for a role "
                 "that may not; `collector config --sql` prints the statements for a role that may."},
    {.name = "every",
     .type = SettingType::duration,
     .default_text = "15m",
     .sentence = "How often the sink delivers, aligned to the clock. The connection is closed in between. "
                 "Below 10m a database that suspends after 5 idle minutes is hardly ever suspended. 0: the "
                 "sink stays connected and delivers every batch at once.",
     .minimum = 0,
     .maximum = nanoseconds(hours(30 * 24)).count()},
    {.name = "suspends",
     .type = SettingType::choice,
     .default_text = "auto",
     .sentence = "Whether the database suspends after 5 idle minutes. on: `check`, the start and `status` "
                 "say what `every` costs, and warn if the database hardly ever suspends. off: they do not. "
                 "auto: on for hosts of Neon (*.neon.tech).",
     .choices = suspends_choices},
    {.name = "max_rows",
     .type = SettingType::integer,
     .default_text = "50000",
     .sentence = "About the highest number of rows in one transaction. Up to 10000 rows are sent in one "
                 "round trip, more by COPY.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "sync_at_shutdown",
     .type = SettingType::boolean,
     .default_text = "false",
     .sentence = "Whether the sink delivers once more when the collector stops, which wakes a suspended "
                 "database. false: the remaining rows are delivered after the next start."},
    {.name = "timeout",
     .type = SettingType::duration,
     .default_text = "60s",
     .sentence = "How long the server may be silent before the connection is given up. Connecting may take "
                 "15s, unless `url` sets connect_timeout.",
     .minimum = nanoseconds(seconds(1)).count(),
     .maximum = nanoseconds(hours(1)).count()},
    {.name = "keep",
     .type = SettingType::table,
     .default_text = "",
     .sentence =
         "How much history the database keeps. Old rows are deleted during a delivery, in small steps.",
     .children = keep_settings},
    {.name = "after_create",
     .type = SettingType::text,
     .default_text = "\"\"",
     .sentence =
         "SQL that runs in each transaction that creates a data table, for example create_hypertable(). "
         "{schema}, {table}, {time_column} and {distribution_column} are filled in.",
     .many_lines = true},
    {.name = "after_migrate",
     .type = SettingType::text,
     .default_text = "\"\"",
     .sentence = "SQL that runs in the transaction that creates the schema or brings it to a new version, "
                 "for example create_distributed_table() for position and series. {schema} is filled in.",
     .many_lines = true},
}};

}  // namespace

std::span<const Setting> settings_table() {
  return sink_settings;
}

Options options_of(const Settings& settings) {
  Options options;
  options.conninfo = settings.text("url");
  options.schema = settings.text("schema");
  options.create = settings.boolean("create");
  options.hooks = {settings.text("after_create"), settings.text("after_migrate")};
  options.timeout = settings.duration("timeout");
  options.sync_at_shutdown = settings.boolean("sync_at_shutdown");
  const std::string& suspends = settings.text("suspends");
  options.suspends = suspends == "on" || (suspends == "auto" && leads_to_neon(options.conninfo));
  if (settings.has("keep")) {
    const Settings& keep = settings.table("keep");
    if (keep.has("age")) options.keep.age = keep.duration("age");
    if (keep.has("size")) options.keep.size = keep.size("size");
  }
  return options;
}

}  // namespace collector::postgres_store
