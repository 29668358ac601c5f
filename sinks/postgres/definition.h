// Definition: the SQL that makes tables, columns, comments and views. No unique key on data tables (a
// source's position makes rows unique), no foreign keys, no sequences; `source` in every key: so that the
// tables can become hypertables (TimescaleDB) or be distributed by source (Citus) as they are.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/core/series.h"
#include "sinks/postgres/options.h"
#include "sinks/postgres/tables.h"

namespace collector::postgres_store {

inline constexpr std::string_view time_column = "time";
inline constexpr std::string_view distribution_column = "source";

// A hook with the names in braces replaced; others are left as they are.
std::string filled_in(std::string hook, const std::string& schema, const std::string& table);

// One step of the schema from version n-1 to n, n being its place from 1. `schema` is quoted.
inline constexpr int newest_version = 1;
std::vector<std::string> migration(int to_version, const std::string& schema);

// What rows need of their measurement's table and view.
struct TableNeeds {
  const TableLayout* layout = nullptr;
  std::vector<TagKey> tags;  // keys of labels and tags, without host; sentences where they are known
};

// Why the existing table can't take these rows; empty: it can, perhaps after additions.
std::string conflict(const TableNeeds& needs, const ExistingTable& existing, const std::string& schema);
// Columns and tables that are missing ("column load of collector.net_data"); not the view.
std::vector<std::string> missing(const TableNeeds& needs, const ExistingTable& existing,
                                 const std::string& schema);
bool view_lacks(const TableNeeds& needs, const ExistingTable& existing);

// Makes or completes the table; empty when nothing is to be done. `existing` is what there is afterwards.
std::vector<std::string> define_table(const TableNeeds& needs, ExistingTable& existing,
                                      const Options& options);
// The same for the view, after the table.
std::vector<std::string> define_view(const TableNeeds& needs, ExistingTable& existing,
                                     const Options& options);

// The whole schema as a script, for somebody whose role may create tables: `collector config --sql`. May be
// run again, also over an older version.
std::string script(const Options& options, const RowFormat& format,
                   std::span<const MeasurementPtr> measurements, std::span<const Tag> labels);

}  // namespace collector::postgres_store
