#include "collector/cli/history/history_data.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "collector/core/batch.h"
#include "collector/formats/json_text.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::UsageBucket;
using history::UsageGroup;

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

constexpr std::array<std::pair<std::uint16_t, std::string_view>, 6> flag_words{
    {{flag::reset, "reset"},
     {flag::wrap, "wrap"},
     {flag::gap, "gap"},
     {flag::recovered, "recovered"},
     {flag::implausible, "implausible"},
     {flag::clock, "clock"}}};

std::string flag_list(std::uint16_t flags, std::string_view quote, std::string_view between) {
  std::string out;
  for (const auto& [bit, word] : flag_words)
    if ((flags & bit) != 0) out += fmt::format("{}{}{}{}", out.empty() ? "" : between, quote, word, quote);
  return out;
}

std::string_view unit_name(BucketUnit unit) {
  switch (unit) {
    case BucketUnit::five_minutes:
      return "5m";
    case BucketUnit::hour:
      return "hour";
    case BucketUnit::day:
      return "day";
    case BucketUnit::week:
      return "week";
    case BucketUnit::month:
      return "month";
    case BucketUnit::year:
      return "year";
    case BucketUnit::period:
      return "period";
    case BucketUnit::none:
      break;
  }
  return "none";
}

// In bytes per second: a rate, so rounded. Nothing where no second was the busiest: of imported days it is
// not known.
std::optional<std::int64_t> busiest_bytes(const UsageBucket& bucket, std::size_t field) {
  if (field >= bucket.fields.size() || bucket.fields[field].busiest <= 0) return std::nullopt;
  return std::llround(bucket.fields[field].busiest);
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
  return out + fmt::format(R"(,"observed_seconds":{},"flags":[{}])", bucket.observed / 1000,
                           flag_list(bucket.flags, "\"", ","));
}

// What is a row, in its order.
std::vector<UsageBucket> rows_of(std::vector<UsageBucket> buckets, const HistoryQuestion& question) {
  return question.is_top ? largest(std::move(buckets), top_rows) : buckets;
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
    out += fmt::format(R"("host":{},)", json_text(group.host));
    if (!group.interface.empty())
      out += fmt::format(R"("interface":{},"kind":{},)", json_text(group.interface), json_text(group.kind));
    if (!group.parent.empty()) out += fmt::format(R"("parent":{},)", json_text(group.parent));
    out += amounts_json(group.total, zone) + "}";
  }
  return out;
}

}  // namespace

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string history_json(const HistoryQuestion& question, const history::UsageAnswer& answer) {
  std::string out = fmt::format(R"({{"from":"{}","to":"{}","zone":{},"bucket":"{}")",
                                offset_time_text(question.zone, answer.edges.front()),
                                offset_time_text(question.zone, answer.edges.back()),
                                json_text(question.zone.name()), unit_name(question.buckets.unit));
  if (answer.as_of) out += fmt::format(R"(,"as_of":"{}")", offset_time_text(question.zone, *answer.as_of));
  if (answer.ahead)
    out += fmt::format(R"(,"rows_ahead_to":"{}")", offset_time_text(question.zone, *answer.ahead));
  out += fmt::format(R"(,"open_window":{})", answer.is_live);
  std::string names;
  for (const std::string& name : answer.counted)
    names += (names.empty() ? "" : ",") + json_text(name);
  out += fmt::format(R"(,"interfaces":[{}])", names);
  std::string moved;
  for (const history::MovedEdge& edge : answer.moved)
    moved += fmt::format(R"({}{{"wanted":"{}","used":"{}","kept":"{}"}})", moved.empty() ? "" : ",",
                         offset_time_text(question.zone, edge.wanted),
                         offset_time_text(question.zone, edge.used), edge.level);
  if (!moved.empty()) out += fmt::format(R"(,"moved_edges":[{}])", moved);
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
                      bucket.observed / 1000, flag_list(bucket.flags, "", " "));
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
  return terminal.utf8 ? fmt::format("↓{} ↑{}{}\n", received, sent, more)
                       : fmt::format("{} down {} up{}\n", received, sent, more);
}

}  // namespace collector
