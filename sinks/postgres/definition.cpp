#include "sinks/postgres/definition.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

constexpr const char* flags_sentence =
    "What happened to the numbers: 1 reset, 2 wrap, 4 gap, 8 recovered, 16 implausible, 32 clock";

using Statements = std::vector<std::string>;

void replace(std::string& text, std::string_view what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

std::string relation(const DefinitionStyle& style, const std::string& name) {
  return relation_name(style.schema, name);
}

std::string column_comment(const DefinitionStyle& style, const std::string& table, const std::string& column,
                           const std::string& text) {
  return fmt::format("COMMENT ON COLUMN {}.{} IS {}", relation(style, table), sql_identifier(column),
                     literal(text));
}

void make_table(const Shape& shape, const DefinitionStyle& style, Statements& out) {
  const auto table = relation(style, shape.table);
  std::string columns =
      "time timestamptz NOT NULL, source uuid NOT NULL, series_id bigint NOT NULL, span bigint NOT NULL,"
      " flags integer NOT NULL";
  for (const ShapeColumn& column : shape.columns)
    columns += fmt::format(", {} {}", sql_identifier(column.name), column.type);
  out.push_back(fmt::format("CREATE TABLE IF NOT EXISTS {}({})", table, columns));
  // Rows come in the order of time: a few bytes per megabyte find them again.
  out.push_back(fmt::format(
      "CREATE INDEX IF NOT EXISTS {} ON {} USING brin(time) WITH (pages_per_range = 32, autosummarize = on)",
      sql_identifier(shape.table + "_time"), table));
  out.push_back(
      fmt::format("COMMENT ON TABLE {} IS {}", table,
                  literal(fmt::format("Rows of {}: {}", shape.view, clean(shape.measurement->sentence)))));
  out.push_back(column_comment(style, shape.table, "time", "Start of the row's window"));
  out.push_back(column_comment(style, shape.table, "source", "The machine"));
  out.push_back(column_comment(style, shape.table, "series_id", "With source: the row of table series"));
  out.push_back(column_comment(style, shape.table, "span", "Length of the window in milliseconds"));
  out.push_back(column_comment(style, shape.table, "flags", flags_sentence));
}

void add_columns(const Shape& shape, FoundTable& found, const DefinitionStyle& style, Statements& out) {
  for (const ShapeColumn& column : shape.columns) {
    if (!found.columns.try_emplace(column.name, std::string(column.type), comment_of(column)).second)
      continue;
    if (found.table || style.for_people)
      out.push_back(fmt::format("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {}", relation(style, shape.table),
                                sql_identifier(column.name), column.type));
    out.push_back(column_comment(style, shape.table, column.name, comment_of(column)));
  }
}

// All columns of a view, with what each is made of.
struct ViewColumns {
  std::vector<std::pair<std::string, std::string>> columns;  // name, expression
  std::vector<std::string> fields;                           // names of the table's own columns

  bool has(std::string_view name) const {
    return std::ranges::any_of(columns, [&](const auto& column) { return column.first == name; });
  }
  void add(const std::string& name) {
    if (has(name)) return;
    if (name == "host")
      columns.emplace_back(name, "s.host");
    else if (name == "time" || name == "source" || name == "span" || name == "flags" ||
             std::ranges::find(fields, name) != fields.end())
      columns.emplace_back(name, "d." + sql_identifier(name));
    else
      columns.emplace_back(name, "s.tags->>" + literal(tag_of_column(name, fields)));
  }
};

ViewColumns view_columns(const Wish& wish, const FoundTable& found) {
  ViewColumns view;
  view.fields = found.own_columns();
  for (const ShapeColumn& column : wish.shape->columns)
    if (std::ranges::find(view.fields, column.name) == view.fields.end()) view.fields.push_back(column.name);
  // Those that are there stay where they are: only so can a view be replaced, and keep its grants.
  for (const std::string& name : found.view_columns)
    view.add(name);
  view.add("time");
  view.add("host");
  for (const TagKey& tag : wish.tags)
    if (const auto name = tag_column_name(tag.name, view.fields)) view.add(*name);
  for (const char* name : {"source", "span", "flags"})
    view.add(name);
  for (const ShapeColumn& column : wish.shape->columns)
    view.add(column.name);
  for (const std::string& name : view.fields)
    view.add(name);
  return view;
}

void make_view(const Shape& shape, const ViewColumns& view, const Wish& wish, const DefinitionStyle& style,
               Statements& out) {
  std::string columns;
  for (const auto& [name, expression] : view.columns)
    columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", expression, sql_identifier(name));
  const auto name = relation(style, shape.view);
  if (style.for_people) out.push_back(fmt::format("DROP VIEW IF EXISTS {}", name));
  out.push_back(
      fmt::format("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {} AS d JOIN {}.series AS s"
                  " ON s.source = d.source AND s.id = d.series_id",
                  name, columns, relation(style, shape.table), sql_identifier(style.schema)));
  out.push_back(fmt::format("COMMENT ON VIEW {} IS {}", name, literal(clean(shape.measurement->sentence))));
  out.push_back(column_comment(style, shape.view, "time", "Start of the row's window"));
  out.push_back(column_comment(style, shape.view, "host", "The machine's name"));
  out.push_back(column_comment(style, shape.view, "source", "The machine, whatever its name"));
  out.push_back(column_comment(style, shape.view, "span", "Length of the window in milliseconds"));
  out.push_back(column_comment(style, shape.view, "flags", flags_sentence));
  for (const TagKey& tag : wish.tags)
    if (const auto column = tag_column_name(tag.name, view.fields); column && !tag.sentence.empty())
      out.push_back(column_comment(style, shape.view, *column, clean(tag.sentence)));
  for (const ShapeColumn& column : shape.columns)
    out.push_back(column_comment(style, shape.view, column.name, comment_of(column)));
}

}  // namespace

std::string filled_in(std::string text, const std::string& schema, const std::string& table) {
  replace(text, "{schema}", identifier_if_needed(schema));
  replace(text, "{table}", identifier_if_needed(table));
  replace(text, "{time_column}", std::string(time_column));
  replace(text, "{distribution_column}", std::string(distribution_column));
  return text;
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

std::string conflict(const Wish& wish, const FoundTable& found, const std::string& schema) {
  for (const ShapeColumn& column : wish.shape->columns) {
    const auto there = found.columns.find(column.name);
    if (there == found.columns.end()) continue;
    const auto name = fmt::format("{}.{}.{}", schema, wish.shape->table, column.name);
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

std::vector<std::string> missing(const Wish& wish, const FoundTable& found, const std::string& schema) {
  const Shape& shape = *wish.shape;
  if (!found.table) return {fmt::format("table {}.{}", schema, shape.table)};
  std::vector<std::string> names;
  for (const ShapeColumn& column : shape.columns)
    if (!found.columns.contains(column.name))
      names.push_back(fmt::format("column {} of {}.{}", column.name, schema, shape.table));
  return names;
}

bool view_lacks(const Wish& wish, const FoundTable& found) {
  if (!found.view) return true;
  const auto view = view_columns(wish, found);
  return view.columns.size() > found.view_columns.size();
}

std::vector<std::string> define_table(const Wish& wish, FoundTable& found, const DefinitionStyle& style) {
  Statements out;
  if (!found.table) make_table(*wish.shape, style, out);
  add_columns(*wish.shape, found, style, out);
  if (!found.table && !style.hooks.after_create.empty())
    out.push_back(filled_in(style.hooks.after_create, style.schema, wish.shape->table));
  found.table = true;
  return out;
}

std::vector<std::string> define_view(const Wish& wish, FoundTable& found, const DefinitionStyle& style) {
  Statements out;
  if (!view_lacks(wish, found)) return out;
  const ViewColumns view = view_columns(wish, found);
  make_view(*wish.shape, view, wish, style, out);
  found.view = true;
  found.view_columns.clear();
  for (const auto& [name, expression] : view.columns)
    found.view_columns.push_back(name);
  return out;
}

}  // namespace collector::postgres_store
