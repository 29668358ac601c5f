// How exports, and the answers to single questions, write what they have in common: names, times, flags,
// edges, numbers. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/history/export/export_table.h"

namespace collector::history {

// Columns of the machine-readable forms, in their order: time, start, end, labels, those of the
// head, observed_seconds, flags.
std::vector<std::string> export_names(const ExportHead& head);

// The same of a row, in the same order.
std::vector<ExportCell> export_cells(const ExportHead& head, const ExportRow& row);

// "2026-11-29" where buckets are days or longer and begin with one, else RFC 3339.
std::string short_time_text(const ExportHead& head, Seconds moment);

// "gap recovered"; empty: an ordinary row.
std::string flag_words(std::uint16_t flags);

// ["gap","recovered"]
std::string flag_list_json(std::uint16_t flags);

// "moved_edges":[{"wanted":…,"used":…,"kept":"1h"}],"coarser":[{"kept":"1d","from":…,"to":…,"edges":…}]
std::string moved_edges_json(const Zone& zone, const MovedEdges& moved);

// Digits of a number; 12 GB are 12000000000.
std::string number_text(const ExportCell& cell);

}  // namespace collector::history
