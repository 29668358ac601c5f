#include "sinks/postgres/ddl.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

std::string grants(const Options& options) {
  const std::string schema = sql_identifier(options.schema);
  const bool deletes = options.keep.age > Duration{} || options.keep.size > 0;
  return fmt::format(
      "\n-- Rights that the collector's role needs, if another role owns all this:\n"
      "-- GRANT USAGE ON SCHEMA {0} TO collector;\n"
      "-- GRANT SELECT, INSERT{1} ON ALL TABLES IN SCHEMA {0} TO collector;\n"
      "-- GRANT UPDATE ON {0}.position TO collector;\n"
      "-- Rights for a role that only reads:\n"
      "-- GRANT USAGE ON SCHEMA {0} TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO reader;\n",
      schema, deletes ? ", DELETE" : "");
}

}  // namespace

std::string script(const Options& options, const RowFormat& format,
                   std::span<const MeasurementPtr> measurements, std::span<const Tag> labels) {
  const std::string schema = sql_identifier(options.schema);
  std::string out =
      "-- You can run this again after an upgrade. It creates the views anew, so grant rights on them "
      "again.\n"
      "BEGIN;\n"
      // Most steps say "if it is missing", and the server would tell of each that is there.
      "SET LOCAL client_min_messages = warning;\n";
  const auto add = [&out](const std::string& statement) { out += statement + ";\n"; };
  add("CREATE SCHEMA IF NOT EXISTS " + schema);
  for (int version = 1; version <= newest_version; ++version)
    for (const std::string& statement : migration(version, schema))
      add(statement);
  if (!options.hooks.after_migrate.empty()) add(filled_in(options.hooks.after_migrate, options.schema, ""));

  const DefinitionStyle style{.schema = options.schema, .for_people = true, .hooks = options.hooks};
  for (const MeasurementPtr& measurement : measurements) {
    const Shape shape = shape_of(measurement, format);
    Wish wish{.shape = &shape, .tags = measurement->tags};
    for (const Tag& label : labels)
      if (label.key != "host" && std::ranges::find(wish.tags, label.key, &TagKey::name) == wish.tags.end())
        wish.tags.push_back({label.key, "A label from the configuration"});
    FoundTable nothing;
    out += fmt::format("\n-- {}: {}\n", shape.view, clean(measurement->sentence));
    for (const std::string& statement : define_table(wish, nothing, style))
      add(statement);
    for (const std::string& statement : define_view(wish, nothing, style))
      add(statement);
  }
  return out + "COMMIT;\n" + grants(options);
}

}  // namespace collector::postgres_store
