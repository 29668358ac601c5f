#include "collector/history/export/export_cells.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/batch.h"
#include "collector/formats/json_text.h"
#include "collector/history/time_text.h"

namespace collector::history {

std::vector<std::string> export_names(const ExportHead& head) {
  std::vector<std::string> names{"time", "start", "end"};
  names.insert(names.end(), head.labels.begin(), head.labels.end());
  for (const ExportColumn& column : head.columns)
    names.push_back(column.name);
  names.emplace_back("observed_seconds");
  names.emplace_back("flags");
  return names;
}

std::vector<ExportCell> export_cells(const ExportHead& head, const ExportRow& row) {
  std::vector<ExportCell> cells{row.time.start.time_since_epoch().count(),
                                offset_time_text(head.zone, row.time.start),
                                offset_time_text(head.zone, row.time.end)};
  cells.insert(cells.end(), row.labels.begin(), row.labels.end());
  cells.insert(cells.end(), row.values.begin(), row.values.end());
  cells.emplace_back(row.observed / 1000);
  cells.emplace_back(flag_words(row.flags));
  return cells;
}

std::string short_time_text(const ExportHead& head, Seconds moment) {
  const std::string text = offset_time_text(head.zone, moment);
  const bool is_short = head.unit == BucketUnit::five_minutes || head.unit == BucketUnit::hour;
  const bool begins_day = bucket_around(head.zone, moment, {.unit = BucketUnit::day}).start == moment;
  return is_short || !begins_day ? text : text.substr(0, text.find('T'));
}

std::string flag_words(std::uint16_t flags) {
  std::string words = flags_text(flags);
  std::ranges::replace(words, '|', ' ');
  return words;
}

std::string flag_list_json(std::uint16_t flags) {
  std::string out = "[";
  const std::string words = flag_words(flags);
  for (std::size_t at = 0; at < words.size();) {
    const auto end = std::min(words.find(' ', at), words.size());
    if (out.size() > 1) out += ',';
    append_json_string(words.substr(at, end - at), out);
    at = end + 1;
  }
  return out + "]";
}

std::string moved_edges_json(const Zone& zone, const MovedEdges& moved) {
  std::string ends, coarser;
  for (const MovedEdge& edge : moved.ends)
    ends += fmt::format(R"({}{{"wanted":"{}","used":"{}","kept":"{}"}})", ends.empty() ? "" : ",",
                        offset_time_text(zone, edge.wanted), offset_time_text(zone, edge.used), edge.level);
  for (const CoarserRows& rows : moved.coarser)
    coarser += fmt::format(R"({}{{"kept":"{}","from":"{}","to":"{}","edges":{}}})",
                           coarser.empty() ? "" : ",", rows.level, offset_time_text(zone, rows.time.start),
                           offset_time_text(zone, rows.time.end), rows.edges);
  return fmt::format(R"("moved_edges":[{}],"coarser":[{}])", ends, coarser);
}

std::string number_text(const ExportCell& cell) {
  std::string text;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) append_json_integer(*integer, text);
  if (const auto* real = std::get_if<double>(&cell)) append_json_real(*real, text);
  return text;
}

}  // namespace collector::history
