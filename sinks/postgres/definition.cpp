#include "sinks/postgres/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

using Statements = std::vector<std::string>;

struct FixedColumn {
  std::string_view name;
  std::string_view type;
  std::string_view sentence;
};
constexpr std::array<FixedColumn, 5> row_columns{{
    {time_column, "timestamptz", "Start of the row's window"},
    {distribution_column, "uuid", "The machine, whatever its name"},
    {"series_id", "bigint", "With source: the row of table series"},
    {"span", "bigint", "Length of the window in milliseconds"},
    {"flags", "integer",
     "What happened to the numbers: 1 reset, 2 wrap, 4 gap, 8 recovered, 16 implausible, 32 clock"},
}};

bool is_fixed(std::string_view name) {
  return std::ranges::find(row_columns, name, &FixedColumn::name) != row_columns.end();
}

void replace(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

std::string column_comment(const std::string& relation, std::string_view column, std::string_view text) {
  return fmt::format("COMMENT ON COLUMN {}.{} IS {}", relation, sql_identifier(column), literal(text));
}

// Without the measurement's own columns.
void make_table(const TableLayout& layout, const std::string& table, Statements& out) {
  std::string columns;
  for (const FixedColumn& column : row_columns)
    columns += fmt::format("{}{} {} NOT NULL", columns.empty() ? "" : ", ", column.name, column.type);
  out.push_back(fmt::format("CREATE TABLE IF NOT EXISTS {}({})", table, columns));
  // Rows come in the order of time: a few bytes per megabyte find them again.
  out.push_back(fmt::format(
      "CREATE INDEX IF NOT EXISTS {} ON {} USING brin(time) WITH (pages_per_range = 32, autosummarize = on)",
      sql_identifier(layout.table + "_time"), table));
  out.push_back(
      fmt::format("COMMENT ON TABLE {} IS {}", table,
                  literal(fmt::format("Rows of {}: {}", layout.view, clean(layout.measurement->sentence)))));
  for (const FixedColumn& column : row_columns)
    out.push_back(column_comment(table, column.name, column.sentence));
}

// A view's columns, each with what it is made of.
using ViewColumns = std::vector<std::pair<std::string, std::string>>;

// The table's own columns, and those it is about to get.
std::vector<std::string> field_names(const TableNeeds& needs, const ExistingTable& existing) {
  std::vector<std::string> fields;
  for (const auto& [name, column] : existing.columns)
    if (!is_fixed(name)) fields.push_back(name);
  for (const TableColumn& column : needs.layout->columns)
    if (std::ranges::find(fields, column.name) == fields.end()) fields.push_back(column.name);
  return fields;
}

ViewColumns view_columns(const TableNeeds& needs, const ExistingTable& existing) {
  const auto fields = field_names(needs, existing);
  ViewColumns view;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(view, name, &ViewColumns::value_type::first) != view.end()) return;
    if (name == "host")
      view.emplace_back(name, "s.host");
    else if (is_fixed(name) || std::ranges::find(fields, name) != fields.end())
      view.emplace_back(name, "d." + sql_identifier(name));
    else
      view.emplace_back(name, "s.tags->>" + literal(tag_of_column(name, fields)));
  };
  // Those that are there stay where they are: only so can a view be replaced, and keep its grants.
  std::ranges::for_each(existing.view_columns, add);
  add("time");
  add("host");
  for (const TagKey& tag : needs.tags)
    if (const auto name = tag_column_name(tag.name, fields)) add(*name);
  for (const char* name : {"source", "span", "flags"})
    add(name);
  for (const TableColumn& column : needs.layout->columns)
    add(column.name);
  std::ranges::for_each(fields, add);
  return view;
}

void make_view(const TableNeeds& needs, const ViewColumns& view, const ExistingTable& existing,
               const std::string& schema, Statements& out) {
  const TableLayout& layout = *needs.layout;
  std::string columns;
  for (const auto& [name, expression] : view)
    columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", expression, sql_identifier(name));
  const auto name = relation_name(schema, layout.view);
  out.push_back(
      fmt::format("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {} AS d JOIN {}.series AS s"
                  " ON s.source = d.source AND s.id = d.series_id",
                  name, columns, relation_name(schema, layout.table), sql_identifier(schema)));
  out.push_back(fmt::format("COMMENT ON VIEW {} IS {}", name, literal(clean(layout.measurement->sentence))));
  out.push_back(column_comment(name, "host", "The machine's name"));
  for (const FixedColumn& column : row_columns)
    if (column.name != "series_id") out.push_back(column_comment(name, column.name, column.sentence));
  const auto fields = field_names(needs, existing);
  for (const TagKey& tag : needs.tags)
    if (const auto column = tag_column_name(tag.name, fields); column && !tag.sentence.empty())
      out.push_back(column_comment(name, *column, clean(tag.sentence)));
  for (const TableColumn& column : layout.columns)
    out.push_back(column_comment(name, column.name, comment_of(column)));
}

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

std::string filled_in(std::string hook, const std::string& schema, const std::string& table) {
  replace(hook, "{schema}", identifier_if_needed(schema));
  replace(hook, "{table}", identifier_if_needed(table));
  replace(hook, "{time_column}", time_column);
  replace(hook, "{distribution_column}", distribution_column);
  return hook;
}

std::vector<std::string> migration(int to_version, const std::string& schema) {
  // A step that has been released is never edited: databases made by it are out there.
  if (to_version == 1)
    return {
        fmt::format("CREATE TABLE IF NOT EXISTS {}.schema_version(version integer PRIMARY KEY,"
                    " applied timestamptz NOT NULL DEFAULT now())",
                    schema),
        // Updated with every sync: room in its page keeps that from growing the table.
        fmt::format("CREATE TABLE IF NOT EXISTS {}.position(source uuid NOT NULL, epoch uuid NOT NULL,"
                    " sequence bigint NOT NULL, changed timestamptz NOT NULL DEFAULT now(),"
                    " PRIMARY KEY(source, epoch)) WITH (fillfactor = 50)",
                    schema),
        fmt::format("CREATE TABLE IF NOT EXISTS {}.series(source uuid NOT NULL, id bigint NOT NULL,"
                    " measurement text NOT NULL, host text NOT NULL, tags jsonb NOT NULL,"
                    " PRIMARY KEY(source, id))",
                    schema),
        fmt::format("COMMENT ON TABLE {}.position IS 'What of each machine (source) and each of its spools "
                    "(epoch) is stored: moved in the transaction of the rows'",
                    schema),
        fmt::format("COMMENT ON TABLE {}.series IS 'Who is measured: measurement, host, labels and tags'",
                    schema),
        fmt::format("INSERT INTO {}.schema_version(version) VALUES (1) ON CONFLICT DO NOTHING", schema),
    };
  return {};
}

std::string conflict(const TableNeeds& needs, const ExistingTable& existing, const std::string& schema) {
  for (const TableColumn& column : needs.layout->columns) {
    const auto there = existing.columns.find(column.name);
    if (there == existing.columns.end()) continue;
    const auto name = fmt::format("{}.{}.{}", schema, needs.layout->table, column.name);
    if (there->second.type != column.type)
      return fmt::format("column {} is of type {}, and {} is needed", name, there->second.type, column.type);
    const auto meaning = meaning_in(there->second.comment);
    if (!meaning.empty() && meaning != column.meaning)
      return fmt::format(
          "column {} holds the {} of each window, and with the present settings it would get the {}", name,
          meaning, column.meaning);
  }
  return "";
}

std::vector<std::string> missing(const TableNeeds& needs, const ExistingTable& existing,
                                 const std::string& schema) {
  const TableLayout& layout = *needs.layout;
  if (!existing.table) return {fmt::format("table {}.{}", schema, layout.table)};
  std::vector<std::string> names;
  for (const TableColumn& column : layout.columns)
    if (!existing.columns.contains(column.name))
      names.push_back(fmt::format("column {} of {}.{}", column.name, schema, layout.table));
  return names;
}

bool view_lacks(const TableNeeds& needs, const ExistingTable& existing) {
  return !existing.view || view_columns(needs, existing).size() > existing.view_columns.size();
}

std::vector<std::string> define_table(const TableNeeds& needs, ExistingTable& existing,
                                      const Options& options) {
  Statements out;
  const TableLayout& layout = *needs.layout;
  const auto table = relation_name(options.schema, layout.table);
  if (!existing.table) make_table(layout, table, out);
  for (const TableColumn& column : layout.columns) {
    const auto comment = comment_of(column);
    if (!existing.columns.try_emplace(column.name, std::string(column.type), comment).second) continue;
    out.push_back(fmt::format("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {}", table,
                              sql_identifier(column.name), column.type));
    out.push_back(column_comment(table, column.name, comment));
  }
  if (!existing.table && !options.hooks.after_create.empty())
    out.push_back(filled_in(options.hooks.after_create, options.schema, layout.table));
  existing.table = true;
  return out;
}

std::vector<std::string> define_view(const TableNeeds& needs, ExistingTable& existing,
                                     const Options& options) {
  Statements out;
  if (!view_lacks(needs, existing)) return out;
  const auto view = view_columns(needs, existing);
  make_view(needs, view, existing, options.schema, out);
  existing.view = true;
  existing.view_columns.clear();
  for (const auto& [name, expression] : view)
    existing.view_columns.push_back(name);
  return out;
}

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

  for (const MeasurementPtr& measurement : measurements) {
    const TableLayout layout = layout_of(measurement, format);
    TableNeeds needs{.layout = &layout, .tags = measurement->tags};
    for (const Tag& label : labels)
      if (label.key != "host" && std::ranges::find(needs.tags, label.key, &TagKey::name) == needs.tags.end())
        needs.tags.push_back({label.key, "A label from the configuration"});
    ExistingTable nothing;
    out += fmt::format("\n-- {}: {}\n", layout.view, clean(measurement->sentence));
    std::ranges::for_each(define_table(needs, nothing, options), add);
    add("DROP VIEW IF EXISTS " + relation_name(options.schema, layout.view));
    std::ranges::for_each(define_view(needs, nothing, options), add);
  }
  return out + "COMMIT;\n" + grants(options);
}

}  // namespace collector::postgres_store
