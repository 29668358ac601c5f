#include "collector/web/usage_cells.h"

#include <sstream>

#include "collector/core/saturated.h"
#include "collector/history/export/export_cells.h"
#include "collector/history/figures.h"
#include "collector/history/moved_edges.h"

namespace collector::web {
namespace {

using history::Amount;
using history::Reading;

bool is_counter(const history::HistoryField& field) {
  return field.kind != FieldKind::gauge && field.kind != FieldKind::state;
}

std::optional<std::int64_t> optional_time(const std::optional<history::Seconds>& moment) {
  return moment ? std::optional(unix_time(*moment)) : std::nullopt;
}

}  // namespace

std::vector<std::string> bucket_columns(const AskedSelection& asked) {
  std::vector<std::string> columns;
  for (const history::HistoryField& field : asked.fields) {
    columns.push_back(field.name);
    if (is_counter(field))
      columns.insert(columns.end(), {field.name + "_peak", field.name + "_peak_at"});
    else if (field.kind == FieldKind::gauge)
      columns.insert(columns.end(), {field.name + "_min", field.name + "_max"});
  }
  return columns;
}

void append_cells(const AskedSelection& asked, const history::UsageBucket& bucket,
                  std::vector<TableCell>& row) {
  for (std::size_t i = 0; i < asked.fields.size(); ++i) {
    if (is_counter(asked.fields[i])) {
      const Amount amount = i < bucket.fields.size() ? bucket.fields[i] : Amount{};
      const auto peak = peak_of(amount);
      row.push_back(amount.is_known ? TableCell(amount.sum) : TableCell());
      row.push_back(cell_of(peak));
      row.push_back(cell_of(peak_time_of(amount)));
      continue;
    }
    const Reading reading = i < bucket.readings.size() ? bucket.readings[i] : Reading{};
    const bool is_gauge = asked.fields[i].kind == FieldKind::gauge;
    if (!reading.is_known)
      row.insert(row.end(), is_gauge ? 3 : 1, TableCell());
    else if (is_gauge)
      row.insert(row.end(), {reading.mean, reading.lowest, reading.highest});
    else
      row.emplace_back(reading.last);
  }
}

std::optional<std::int64_t> peak_of(const Amount& amount) {
  if (!amount.is_known || (amount.sum > 0 && !amount.has_busiest())) return std::nullopt;
  return saturated_round(amount.busiest);
}

std::optional<std::int64_t> peak_time_of(const Amount& amount) {
  if (!peak_of(amount) || amount.busiest_at == 0) return std::nullopt;
  return amount.busiest_at;
}

std::int64_t unix_time(history::Seconds moment) {
  return moment.time_since_epoch().count();
}

std::int64_t seen_seconds(const history::UsageBucket& bucket) {
  return (bucket.observed + 500) / 1000;
}

std::vector<std::string> flag_names(std::uint16_t flags) {
  std::vector<std::string> names;
  std::istringstream words(history::flag_words(flags));
  for (std::string word; words >> word;)
    names.push_back(word);
  return names;
}

std::vector<std::string> group_tags(const AskedSelection& asked, const history::UsageGroup& group) {
  if (!asked.selection.by_tags.empty()) return group.tags;
  if (asked.selection.by == history::GroupBy::interface)
    return {group.host, group.interface, group.kind, group.parent};
  return asked.selection.by == history::GroupBy::host ? std::vector{group.host} : std::vector<std::string>{};
}

AnswerTable usage_table(const AskedSelection& asked, const history::UsageAnswer& answer,
                        history::Seconds now) {
  AnswerTable table;
  table.columns = {"start", "end"};
  table.columns.insert(table.columns.end(), asked.by.begin(), asked.by.end());
  for (std::string& column : bucket_columns(asked))
    table.columns.push_back(std::move(column));
  table.columns.insert(table.columns.end(), {"seen", "flags"});
  for (const history::UsageGroup& group : answer.groups)
    for (const history::UsageBucket& bucket : group.buckets) {
      if (bucket.time.start >= now && !bucket.is_known()) continue;
      std::vector<TableCell> row{unix_time(bucket.time.start), unix_time(bucket.time.end)};
      for (std::string& tag : group_tags(asked, group))
        row.emplace_back(std::move(tag));
      append_cells(asked, bucket, row);
      row.emplace_back(seen_seconds(bucket));
      row.emplace_back(flag_names(bucket.flags));
      table.rows.push_back(std::move(row));
    }
  return table;
}

void append_head(JsonAnswer& out, const history::UsageAnswer& answer, const history::Zone& zone,
                 const history::Interval& range) {
  out.member("from", unix_time(answer.edges.front())).member("to", unix_time(answer.edges.back()));
  out.member("zone", zone.name()).member("as_of", optional_time(answer.as_of)).member("live", answer.is_live);
  if (answer.ahead) out.member("rows_ahead_to", unix_time(*answer.ahead));
  out.member("interfaces", answer.counted);
  if (!answer.without_uplink.empty()) out.member("without_uplink", answer.without_uplink);
  if (answer.moved.empty()) return;
  const history::MovedEdges moved = history::moved_edges(answer.moved, range);
  if (!moved.ends.empty()) {
    out.key("moved_edges").open('[');
    for (const history::MovedEdge& edge : moved.ends)
      out.open('{')
          .member("wanted", unix_time(edge.wanted))
          .member("used", unix_time(edge.used))
          .member("kept", edge.level)
          .close('}');
    out.close(']');
  }
  if (moved.coarser.empty()) return;
  out.key("coarser").open('[');
  for (const history::CoarserRows& rows : moved.coarser)
    out.open('{')
        .member("kept", rows.level)
        .member("from", unix_time(rows.time.start))
        .member("to", unix_time(rows.time.end))
        .member("edges", rows.edges)
        .close('}');
  out.close(']');
}

void append_totals(JsonAnswer& out, const AskedSelection& asked, const history::UsageAnswer& answer) {
  const history::UsageBucket total = total_of(answer);
  out.open('{');
  for (std::size_t i = 0; i < asked.fields.size() && i < total.fields.size(); ++i)
    if (is_counter(asked.fields[i])) {
      const Amount& amount = total.fields[i];
      out.key(asked.fields[i].name);
      amount.is_known ? out.item(amount.sum) : out.item(nullptr);
    }
  out.member("seen", seen_seconds(total)).close('}');
}

}  // namespace collector::web
