// The machines that the history is of: "devices", as the API calls what delivers measurements.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <map>

#include "collector/core/numbers.h"
#include "collector/history/figures.h"
#include "collector/web/asked.h"
#include "collector/web/paging.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

struct HostRow {
  std::string host;
  Moved today;
  std::int64_t interfaces = 0;
  std::optional<history::Interval> known = {};
};

// Of the day that it is in the zone.
Answered<std::vector<HostRow>> hosts_of(Asked& asked) {
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  const auto today = history::bucket_around(asked.zone(), asked.now(), {.unit = history::BucketUnit::day});
  history::Selection selection;
  selection.by = history::GroupBy::host;
  if (!asked.call().caller.hosts.empty()) selection.filters.push_back({"host", asked.call().caller.hosts});
  const auto answer = asked.file().usage({.selection = selection, .edges = {today.start, today.end}});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  std::vector<HostRow> rows;
  for (const std::string& host : (*content)->hosts) {
    HostRow row{host, {}};
    for (const history::UsageGroup& group : answer->groups)
      if (group.host == host) row.today += moved_in(group.total);
    row.interfaces = std::ranges::count((*content)->interfaces, host, &history::HistoryInterface::host);
    rows.push_back(std::move(row));
  }
  return rows;
}

// Since and until when there is anything of them.
Answered<void> find_times(Asked& asked, std::vector<HostRow>& rows) {
  std::vector<std::string> names;
  for (const HostRow& row : rows)
    names.push_back(row.host);
  if (names.empty()) return {};
  const auto measurement = asked.file().measurement("net");
  if (!measurement) return std::unexpected(asked.failed(measurement.error()));
  if (!*measurement) return {};
  const auto tag = std::ranges::find((**measurement).tags, "host");
  if (tag == (**measurement).tags.end()) return {};
  const auto at = static_cast<std::size_t>(tag - (**measurement).tags.begin());
  const auto series =
      asked.file().series({"net", {{"host", names}}, 0, std::numeric_limits<std::size_t>::max()});
  if (!series) return std::unexpected(asked.failed(series.error()));
  for (const history::HistorySeries& one : *series) {
    const auto row = std::ranges::find(rows, one.tags[at], &HostRow::host);
    if (row == rows.end() || !one.time) continue;
    if (!row->known) row->known = one.time;
    row->known->start = std::min(row->known->start, one.time->start);
    row->known->end = std::max(row->known->end, one.time->end);
  }
  return {};
}

std::pair<std::int64_t, std::string> key_of(const HostRow& row, bool by_traffic) {
  return {by_traffic ? -static_cast<std::int64_t>(row.today.total()) : 0, row.host};
}

constexpr std::string_view host_shape =
    "{host: text, interfaces: integer, first: time?, last: time?, received: amount, sent: amount}";

AnswerTable table_of(const std::vector<HostRow>& rows) {
  AnswerTable table{{"host", "interfaces", "first", "last", "received", "sent"}, {}};
  for (const HostRow& row : rows)
    table.rows.push_back(
        {row.host, row.interfaces, row.known ? TableCell(unix_time(row.known->start)) : TableCell(),
         row.known ? TableCell(unix_time(row.known->end)) : TableCell(), row.today.received, row.today.sent});
  return table;
}

Answered<http::Response> hosts(Asked& asked) {
  auto rows = hosts_of(asked);
  if (!rows) return std::unexpected(rows.error());
  const Values& values = asked.call().values;
  const bool by_traffic = values.text("sort") == "today";
  if (values.has("filter"))
    std::erase_if(*rows, [&](const HostRow& row) {
      return fnmatch(values.text("filter").c_str(), row.host.c_str(), FNM_CASEFOLD) != 0;
    });
  if (values.has("cursor")) {
    const auto parts = page_parts(asked.call(), 2);
    const auto first = parts ? parse_number<std::int64_t>(parts->front()) : std::nullopt;
    if (first)
      std::erase_if(*rows, [&](const HostRow& row) {
        return key_of(row, by_traffic) <= std::pair(*first, parts->back());
      });
    else
      asked.mistaken("cursor", "is of no page");
  }
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  std::ranges::sort(*rows, {}, [&](const HostRow& row) { return key_of(row, by_traffic); });
  const auto most = static_cast<std::size_t>(values.integer("limit"));
  std::string cursor;
  if (rows->size() > most) {
    rows->resize(most);
    const auto [first, host] = key_of(rows->back(), by_traffic);
    cursor = page_cursor(asked.call(), {std::to_string(first), host});
  }
  if (auto found = find_times(asked, *rows); !found) return std::unexpected(found.error());
  http::Response response = table_response(asked.call(), table_of(*rows), [&](JsonAnswer& out) {
    out.member("next", cursor.empty() ? std::nullopt : std::optional(cursor));
  });
  if (!cursor.empty()) response.headers.push_back(next_link(asked.call(), cursor));
  return response;
}

Answered<http::Response> host(Asked& asked) {
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  auto rows = hosts_of(asked);
  if (!rows) return std::unexpected(rows.error());
  const std::string& name = asked.call().values.text("id");
  std::erase_if(*rows, [&](const HostRow& row) { return row.host != name; });
  if (rows->empty())
    return std::unexpected(Problem{.status = 404,
                                   .type = "no-host",
                                   .title = "the history has no such host",
                                   .detail = "GET /api/v1/devices names them"});
  if (auto found = find_times(asked, *rows); !found) return std::unexpected(found.error());
  return table_response(asked.call(), table_of(*rows));
}

constexpr std::array<std::string_view, 2> host_orders{"name", "today"};
constexpr std::array parameters_of_hosts{
    Parameter{.name = "filter", .type = ParameterType::text, .sentence = "Names that match: web*."},
    Parameter{.name = "sort",
              .type = ParameterType::choice,
              .sentence = "By name, or by what has moved today, the most first.",
              .default_text = "name",
              .choices = host_orders},
    limit_parameter,
    cursor_parameter,
    zone_parameter,
    table_format};
constexpr std::array parameters_of_host{Parameter{.name = "id",
                                                  .type = ParameterType::text,
                                                  .sentence = "The host's name.",
                                                  .required = true,
                                                  .in_path = true},
                                        zone_parameter, table_format};

const std::array rows_of_hosts{
    Route{.method = "GET",
          .path = "/api/v1/devices",
          .summary = "The machines that the history is of, with what has moved today, in pages.",
          .parameters = parameters_of_hosts,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, hosts); },
          .also = as_csv,
          .gives = [] { return fmt::format("{{next: text?, rows: [{}]}}", host_shape); }},
    Route{.method = "GET",
          .path = "/api/v1/devices/{id}",
          .summary = "One of them.",
          .parameters = parameters_of_host,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, host); },
          .also = as_csv,
          .gives = [] { return fmt::format("{{rows: [{}]}}", host_shape); }}};

}  // namespace

std::span<const Route> device_routes() {
  return rows_of_hosts;
}

}  // namespace collector::web
