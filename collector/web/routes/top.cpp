// In what most has moved, the largest first; the rest is a row.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "collector/core/saturated.h"
#include "collector/history/figures.h"
#include "collector/history/ranking.h"
#include "collector/web/asked.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

using history::UsageBucket;

struct TopRow {
  std::vector<TableCell> names;
  bool counts = true;  // false: its bytes are in another row's too
  UsageBucket moved;

  std::uint64_t total() const { return moved_in(moved).total(); }
};

// Interfaces and hosts are groups; hours, days … are buckets.
struct TopTable {
  std::vector<std::string> columns;  // that name a row
  std::vector<TopRow> rows;
};

TopTable groups_of(const history::UsageAnswer& answer, const history::HistoryContent& content, bool by_host) {
  TopTable table{by_host ? std::vector<std::string>{"host"}
                         : std::vector<std::string>{"host", "interface", "kind", "inside"},
                 {}};
  std::set<std::pair<std::string, std::string>> uplinks;
  for (const history::HistoryInterface& one : content.interfaces)
    if (one.is_uplink) uplinks.emplace(one.host, one.interface);
  for (const history::UsageGroup& group : answer.groups) {
    if (!group.total.is_known()) continue;
    TopRow row{{group.host}, true, group.total};
    if (!by_host) {
      row.counts = uplinks.contains({group.host, group.interface});
      row.names.insert(row.names.end(), {group.interface, group.kind,
                                         group.parent.empty() ? TableCell() : TableCell(group.parent)});
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

TopTable buckets_of(std::vector<UsageBucket> buckets) {
  TopTable table{{"start", "end"}, {}};
  for (UsageBucket& bucket : buckets)
    if (moved_in(bucket).total() > 0)
      table.rows.push_back(
          {{unix_time(bucket.time.start), unix_time(bucket.time.end)}, true, std::move(bucket)});
  return table;
}

std::int64_t sum_of(const UsageBucket& bucket, std::size_t field) {
  return field < bucket.fields.size() ? bucket.fields[field].sum : 0;
}

// Names, counts, received, sent, total, share, busiest second, seen.
AnswerTable ranked(TopTable table, std::size_t most) {
  std::ranges::stable_sort(table.rows, std::ranges::greater(), &TopRow::total);
  AnswerTable out{table.columns, {}};
  out.columns.insert(out.columns.end(), {"counts", "received", "sent", "total", "share", "received_peak",
                                         "sent_peak", "seen", "rest_of"});
  std::int64_t all = 0, rest_received = 0, rest_sent = 0, rest_rows = 0;
  for (const TopRow& row : table.rows)
    if (row.counts) all = saturated_sum(all, saturated_sum(sum_of(row.moved, 0), sum_of(row.moved, 1)));
  const auto share = [&](std::int64_t total) {
    return all == 0 ? TableCell() : TableCell(static_cast<double>(total) / static_cast<double>(all));
  };
  const auto peak = [](const UsageBucket& bucket, std::size_t field) {
    return field < bucket.fields.size() ? cell_of(peak_of(bucket.fields[field])) : TableCell();
  };
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    TopRow& row = table.rows[i];
    const std::int64_t received = sum_of(row.moved, 0);
    const std::int64_t sent = sum_of(row.moved, 1);
    if (i >= most) {
      if (!row.counts) continue;
      rest_received = saturated_sum(rest_received, received);
      rest_sent = saturated_sum(rest_sent, sent);
      ++rest_rows;
      continue;
    }
    std::vector<TableCell> cells = std::move(row.names);
    cells.insert(cells.end(), {row.counts, received, sent, saturated_sum(received, sent),
                               row.counts ? share(saturated_sum(received, sent)) : TableCell(),
                               peak(row.moved, 0), peak(row.moved, 1), seen_seconds(row.moved), TableCell()});
    out.rows.push_back(std::move(cells));
  }
  if (rest_rows == 0) return out;
  std::vector<TableCell> cells(table.columns.size());
  const std::int64_t rest = saturated_sum(rest_received, rest_sent);
  cells.insert(cells.end(), {true, rest_received, rest_sent, rest, share(rest), TableCell(), TableCell(),
                             TableCell(), rest_rows});
  out.rows.push_back(std::move(cells));
  return out;
}

void append_not_ranked(JsonAnswer& out, const std::vector<NotRanked>& longer) {
  out.open('[');
  for (const NotRanked& one : longer)
    out.open('{')
        .member("kept", one.level)
        .member("buckets", one.buckets)
        .member("from", unix_time(one.time.start))
        .member("to", unix_time(one.time.end))
        .member("received", one.moved.received)
        .member("sent", one.moved.sent)
        .close('}');
  out.close(']');
}

constexpr std::string_view top_shape =
    R"({{{}, of: text, not_ranked?: [{{kept: text, buckets: integer, from: time, to: time, received: amount,
  sent: amount}}], rows: [{{host?: text?, interface?: text?, kind?: text?,
  inside?: text?, start?: time?, end?: time?, counts: boolean, received: amount, sent: amount, total: amount,
  share: number?, received_peak: amount?, sent_peak: amount?, seen: integer?, rest_of: integer?}}]}})";

Answered<http::Response> top(Asked& asked) {
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  auto selection = asked.traffic();
  if (!selection) return std::unexpected(selection.error());
  const std::string& of = asked.call().values.text("of");
  const bool by_interface = of == "interface";
  const bool by_host = of == "host";
  std::vector<history::Seconds> edges{range->start, range->end};
  if (by_interface) {
    selection->by = history::GroupBy::interface;
    selection->scope = history::Scope::all;
  } else if (by_host) {
    selection->by = history::GroupBy::host;
  } else {
    const auto content = asked.content();
    if (!content) return std::unexpected(content.error());
    // Before the first measurement there is nothing to rank.
    const history::Interval known = (*content)->time.value_or(*range);
    const history::Interval ranked{std::clamp(known.start, range->start, range->end), range->end};
    edges = history::bucket_edges(asked.zone(), ranked, asked.bucketing(of));
    if (edges.size() > 40'000) asked.mistaken("of", "more than 40000 of them in that time", "day");
  }
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const auto answer = asked.file().usage({.selection = *selection, .edges = edges});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  const auto most = static_cast<std::size_t>(asked.call().values.integer("limit"));
  const bool by_time = !by_interface && !by_host;
  std::vector<UsageBucket> buckets = by_time ? together(*answer) : std::vector<UsageBucket>();
  std::vector<NotRanked> longer;
  if (by_time) longer = take_longer(buckets, asked.bucketing(of).unit);
  const AnswerTable table =
      ranked(by_time ? buckets_of(std::move(buckets)) : groups_of(*answer, **content, by_host), most);
  return table_response(asked.call(), table, [&](JsonAnswer& out) {
    append_head(out, *answer, asked.zone(), {edges.front(), edges.back()});
    out.member("of", of);
    if (by_time) append_not_ranked(out.key("not_ranked"), longer);
  });
}

constexpr std::array<std::string_view, 7> top_names{"interface", "host",  "hour", "day",
                                                    "week",      "month", "year"};
constexpr std::array parameters_of_top{
    Parameter{
        .name = "of",
        .type = ParameterType::choice,
        .sentence = "What is ranked. Of interfaces those inside of another are told, and count nothing.",
        .default_text = "interface",
        .choices = top_names},
    from_parameter("month"),
    to_parameter,
    host_parameter,
    Parameter{.name = "limit",
              .type = ParameterType::integer,
              .sentence = "Rows; what is behind them is one more.",
              .default_text = "10",
              .minimum = 1,
              .maximum = 1000},
    zone_parameter,
    plan_parameter,
    table_format};

const std::array rows_of_top{
    Route{.method = "GET",
          .path = "/api/v1/top",
          .summary = "In what most has moved, the largest first, with the rest as a row; what is kept "
                     "in longer ones than are ranked is not in it, and told as not_ranked.",
          .parameters = parameters_of_top,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, top); },
          .also = as_csv,
          .gives = [] { return fmt::format(top_shape, head_shape); }}};

}  // namespace

std::span<const Route> top_routes() {
  return rows_of_top;
}

}  // namespace collector::web
