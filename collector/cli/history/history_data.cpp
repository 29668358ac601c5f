#include "collector/cli/history/history_data.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "collector/core/saturated.h"
#include "collector/formats/csv_text.h"
#include "collector/formats/json_text.h"
#include "collector/history/export/export_cells.h"
#include "collector/history/figures.h"
#include "collector/history/ranking.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::UsageBucket;
using history::UsageGroup;

// In bytes per second: a rate, so rounded. Nothing where no second was the busiest: of imported days it is
// not known.
std::optional<std::int64_t> busiest_bytes(const UsageBucket& bucket, std::size_t field) {
  if (field >= bucket.fields.size() || !bucket.fields[field].has_busiest()) return std::nullopt;
  return saturated_round(bucket.fields[field].busiest);
}

std::string amounts_json(const UsageBucket& bucket, const history::Zone& zone) {
  const Moved moved = moved_in(bucket);
  std::string out =
      fmt::format(R"("received":{},"sent":{},"total":{})", moved.received, moved.sent, moved.total());
  constexpr std::array<std::string_view, 2> names{"received", "sent"};
  for (std::size_t i = 0; i < names.size() && i < bucket.fields.size(); ++i) {
    const auto busiest = busiest_bytes(bucket, i);
    if (!busiest) continue;
    out += fmt::format(R"(,"busiest_{}":{})", names[i], *busiest);
    if (bucket.fields[i].busiest_at != 0)
      out += fmt::format(
          R"(,"busiest_{}_at":"{}")", names[i],
          offset_time_text(zone, history::Seconds(std::chrono::seconds(bucket.fields[i].busiest_at))));
  }
  return out + fmt::format(R"(,"observed_seconds":{},"flags":{})", bucket.observed / 1000,
                           history::flag_list_json(bucket.flags));
}

// What is a row, in its order.
std::vector<UsageBucket> rows_of(std::vector<UsageBucket> buckets, const HistoryQuestion& question) {
  if (!question.is_top) return buckets;
  take_longer(buckets, question.buckets.unit);
  return largest(std::move(buckets), top_rows);
}

std::string not_ranked_json(const history::UsageAnswer& answer, const HistoryQuestion& question) {
  std::vector<UsageBucket> buckets = together(answer);
  std::string out;
  for (const NotRanked& one : take_longer(buckets, question.buckets.unit))
    out += fmt::format(R"({}{{"kept":"{}","buckets":{},"from":"{}","to":"{}","received":{},"sent":{}}})",
                       out.empty() ? "" : ",", one.level, one.buckets,
                       offset_time_text(question.zone, one.time.start),
                       offset_time_text(question.zone, one.time.end), one.moved.received, one.moved.sent);
  return out;
}

std::string buckets_json(const std::vector<UsageBucket>& buckets, const HistoryQuestion& question) {
  std::string out;
  for (const UsageBucket& bucket : buckets) {
    if (bucket.time.start >= question.now && !bucket.is_known()) continue;
    out += fmt::format(R"({}{{"start":"{}","end":"{}",{}}})", out.empty() ? "\n  " : ",\n  ",
                       offset_time_text(question.zone, bucket.time.start),
                       offset_time_text(question.zone, bucket.time.end), amounts_json(bucket, question.zone));
  }
  return out;
}

std::string groups_json(const history::UsageAnswer& answer, const history::Zone& zone) {
  std::string out;
  for (const UsageGroup& group : answer.groups) {
    out += out.empty() ? "\n  {" : ",\n  {";
    out += fmt::format(R"("host":{},)", json_string(group.host));
    if (!group.interface.empty())
      out +=
          fmt::format(R"("interface":{},"kind":{},)", json_string(group.interface), json_string(group.kind));
    if (!group.parent.empty()) out += fmt::format(R"("parent":{},)", json_string(group.parent));
    out += amounts_json(group.total, zone) + "}";
  }
  return out;
}

}  // namespace

std::string history_json(const HistoryQuestion& question, const history::UsageAnswer& answer) {
  std::string out = fmt::format(R"({{"from":"{}","to":"{}","zone":{},"bucket":"{}")",
                                offset_time_text(question.zone, answer.edges.front()),
                                offset_time_text(question.zone, answer.edges.back()),
                                json_string(question.zone.name()), name_of(question.buckets.unit));
  if (answer.as_of) out += fmt::format(R"(,"as_of":"{}")", offset_time_text(question.zone, *answer.as_of));
  if (answer.ahead)
    out += fmt::format(R"(,"rows_ahead_to":"{}")", offset_time_text(question.zone, *answer.ahead));
  out += fmt::format(R"(,"open_window":{})", answer.is_live);
  out += R"(,"interfaces":)" + json_strings(answer.counted);
  if (const auto saturated = saturated_fields(answer); !saturated.empty())
    out += R"(,"saturated":)" + json_strings(saturated);
  if (!answer.moved.empty())
    out += "," + history::moved_edges_json(question.zone, history::moved_edges(answer.moved, question.range));
  if (question.is_top) out += fmt::format(R"(,"not_ranked":[{}])", not_ranked_json(answer, question));
  out += fmt::format(",\n \"total\":{{{}}}", amounts_json(total_of(answer), question.zone));
  if (question.selection.by != history::GroupBy::none)
    out += fmt::format(",\n \"groups\":[{}]", groups_json(answer, question.zone));
  else
    out += fmt::format(",\n \"buckets\":[{}]", buckets_json(rows_of(together(answer), question), question));
  return out + "}\n";
}

std::string history_csv(const HistoryQuestion& question, const history::UsageAnswer& answer) {
  std::string out =
      "start,end,host,interface,received,sent,busiest_received,busiest_sent,observed_seconds,flags\n";
  for (const UsageGroup& group : answer.groups)
    for (const UsageBucket& bucket : rows_of(group.buckets, question)) {
      if (bucket.time.start >= question.now && !bucket.is_known()) continue;
      const Moved moved = moved_in(bucket);
      const auto busiest = [&](std::size_t field) {
        const auto bytes = busiest_bytes(bucket, field);
        return bytes ? fmt::format("{}", *bytes) : std::string();
      };
      out +=
          fmt::format("{},{},{},{},{},{},{},{},{},{}\n", offset_time_text(question.zone, bucket.time.start),
                      offset_time_text(question.zone, bucket.time.end), csv_field(group.host),
                      csv_field(group.interface), moved.received, moved.sent, busiest(0), busiest(1),
                      bucket.observed / 1000, history::flag_words(bucket.flags));
    }
  return out;
}

std::string history_line(const HistoryQuestion& question, const history::UsageAnswer& answer,
                         std::optional<double> used_of_quota, AmountUnits units, const Terminal& terminal) {
  const Moved moved = moved_in(total_of(answer));
  const std::string received = short_amount_text(moved.received, units);
  const std::string sent = short_amount_text(moved.sent, units);
  std::string more = used_of_quota ? fmt::format(" {:.0f}%", *used_of_quota * 100) : "";
  const auto as_of = as_of_text(answer, question.zone, question.now);
  if (as_of && question.range.holds(question.now)) more += " " + *as_of;
  if (!saturated_fields(answer).empty()) more += " at least";
  return terminal.utf8 ? fmt::format("↓{} ↑{}{}\n", received, sent, more)
                       : fmt::format("{} down {} up{}\n", received, sent, more);
}

}  // namespace collector
