#include "collector/history/export/usage_export.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "collector/history/time_text.h"

namespace collector::history {
namespace {

constexpr std::size_t values_per_field = 3;

// Longer than any bucket of the unit.
std::chrono::seconds longest(BucketUnit unit) {
  switch (unit) {
    case BucketUnit::five_minutes:
      return std::chrono::minutes(5);
    case BucketUnit::hour:
      return std::chrono::hours(2);
    case BucketUnit::day:
      return std::chrono::hours(49);
    case BucketUnit::week:
      return std::chrono::days(9);
    case BucketUnit::month:
    case BucketUnit::period:
      return std::chrono::days(33);
    default:
      return std::chrono::days(368);
  }
}

// What people call the fields of net; those of others keep their names.
std::string name_of_field(const Selection& selection, const std::string& field) {
  if (selection.measurement == "net" && field == "bytes_recv") return "received";
  if (selection.measurement == "net" && field == "bytes_sent") return "sent";
  return field;
}

std::vector<ExportColumn> columns_of(const Selection& selection) {
  std::vector<ExportColumn> columns;
  for (const std::string& field : selection.fields)
    columns.push_back({name_of_field(selection, field), ExportUnit::bytes});
  for (const std::string& field : selection.fields) {
    const std::string name = "busiest_" + name_of_field(selection, field);
    columns.push_back({name, ExportUnit::bytes_per_second});
    columns.push_back({name + "_at", ExportUnit::moment, false});
  }
  return columns;
}

ExportRow row_of(const UsageGroup& group, const UsageBucket& bucket, const Zone& zone) {
  ExportRow row{.time = bucket.time,
                .host = group.host,
                .interface = group.interface,
                .values = {},
                .observed = bucket.observed,
                .flags = bucket.flags};
  for (const Amount& amount : bucket.fields)
    row.values.push_back(amount.is_known ? ExportCell(amount.sum) : ExportCell());
  for (const Amount& amount : bucket.fields) {
    const bool is_known = amount.is_known && amount.busiest > 0;
    row.values.push_back(is_known ? ExportCell(std::llround(amount.busiest)) : ExportCell());
    row.values.push_back(
        is_known && amount.busiest_at != 0
            ? ExportCell(offset_time_text(zone, Seconds(std::chrono::seconds(amount.busiest_at))))
            : ExportCell());
  }
  return row;
}

class UsageExport {
 public:
  UsageExport(const ExportQuestion& question, ExportWriter& writer) : question_(&question), writer_(&writer) {
    tail_.total.values.resize(question.selection.fields.size() * values_per_field);
    for (std::size_t i = 0; i < question.selection.fields.size(); ++i)
      tail_.total.values[i] = std::int64_t{0};
  }

  Result<> add(const UsageAnswer& answer) {
    const std::size_t buckets = answer.groups.empty() ? 0 : answer.groups.front().buckets.size();
    for (std::size_t i = 0; i < buckets; ++i) {
      bool is_known = false;
      for (const UsageGroup& group : answer.groups) {
        const UsageBucket& bucket = group.buckets[i];
        if (!bucket.is_known()) continue;
        is_known = true;
        if (auto done = add_row(row_of(group, bucket, question_->zone)); !done) return done;
      }
      // Between now and what a clock that was ahead has written there is nothing to miss.
      const UsageBucket* const any = answer.groups.empty() ? nullptr : &answer.groups.front().buckets[i];
      if (!is_known && any != nullptr && any->time.start >= question_->now) continue;
      ++tail_.buckets;
      if (!is_known) ++tail_.unknown;
    }
    for (const MovedEdge& edge : answer.moved)
      add_moved(edge);
    levels_.insert(answer.levels.begin(), answer.levels.end());
    counted_.insert(answer.counted.begin(), answer.counted.end());
    without_uplink_.insert(answer.without_uplink.begin(), answer.without_uplink.end());
    tail_.as_of = std::max(tail_.as_of, answer.as_of);
    tail_.ahead = std::max(tail_.ahead, answer.ahead);
    return {};
  }

  Result<ExportTail> end() {
    for (const std::string_view level : {"1d", "1h", "5m", "raw"})
      if (levels_.contains(std::string(level))) tail_.levels.emplace_back(level);
    tail_.counted.assign(counted_.begin(), counted_.end());
    tail_.without_uplink.assign(without_uplink_.begin(), without_uplink_.end());
    tail_.total.time = question_->range;
    if (auto done = writer_->end(tail_); !done) return std::unexpected(done.error());
    return std::move(tail_);
  }

 private:
  void add_moved(const MovedEdge& edge) {
    if (edge.wanted == question_->range.start || edge.wanted == question_->range.end) {
      tail_.moved.push_back(edge);
      return;
    }
    auto found = std::ranges::find(tail_.coarser, edge.level, &CoarserRows::level);
    if (found == tail_.coarser.end())
      found = tail_.coarser.insert(found, {edge.level, {edge.wanted, edge.wanted}, 0});
    found->time.end = edge.wanted;
    ++found->edges;
  }

  Result<> add_row(const ExportRow& row) {
    ++tail_.rows;
    for (std::size_t i = 0; i < question_->selection.fields.size(); ++i)
      if (const auto* sum = std::get_if<std::int64_t>(&row.values[i]))
        std::get<std::int64_t>(tail_.total.values[i]) += *sum;
    return writer_->row(row);
  }

  const ExportQuestion* question_;
  ExportWriter* writer_;
  ExportTail tail_;
  std::set<std::string> levels_;
  std::set<std::string> counted_;
  std::set<std::string> without_uplink_;
};

}  // namespace

std::vector<Seconds> next_edges(const ExportQuestion& question, Seconds from, std::size_t most) {
  const Seconds end = question.range.end;
  if (question.buckets.unit == BucketUnit::none) return {from, end};
  const Seconds far = from + longest(question.buckets.unit) * static_cast<std::int64_t>(most + 1);
  auto edges = bucket_edges(question.zone, {from, std::min(far, end)}, question.buckets);
  if (far < end) edges.pop_back();  // it cuts a bucket
  if (edges.size() < 2)
    edges = {from, std::min(bucket_around(question.zone, from, question.buckets).end, end)};
  edges.resize(std::min(edges.size(), most + 1));
  // Those that have begun.
  while (edges.size() > 2 && edges[edges.size() - 2] >= question.now)
    edges.pop_back();
  return edges;
}

Result<ExportTail> export_usage(const HistoryFile& file, const ExportQuestion& question,
                                ExportWriter& writer) {
  const auto content = file.content();
  if (!content) return std::unexpected(content.error());
  const std::size_t series = std::max<std::size_t>(content->interfaces.size(), 1);
  const std::size_t most = std::max<std::size_t>(question.piece / series, 1);
  const ExportHead head{.measurement = question.selection.measurement,
                        .zone = question.zone,
                        .range = question.range,
                        .unit = question.buckets.unit,
                        .by = question.selection.by,
                        .columns = columns_of(question.selection)};
  if (auto done = writer.begin(head); !done) return std::unexpected(done.error());
  UsageExport rows(question, writer);
  // A piece begins where the one before has ended, also where that edge had to be moved: nothing is in two
  // of them, or in none.
  ExportQuestion known = question;  // its `now` is behind all that there is, whatever clock wrote it
  if (content->time) known.now = std::max(known.now, content->time->end);
  Seconds used = question.range.start;
  Seconds wanted = used;
  while (wanted < known.range.end && wanted < known.now) {
    auto edges = next_edges(known, wanted, most);
    wanted = edges.back();
    edges.front() = used;
    for (Seconds& edge : edges)
      edge = std::max(edge, used);
    const auto answer =
        file.usage({.selection = question.selection, .edges = std::move(edges), .now = question.now});
    if (!answer) return std::unexpected(answer.error());
    if (auto done = rows.add(*answer); !done) return std::unexpected(done.error());
    used = answer->edges.back();
  }
  return rows.end();
}

}  // namespace collector::history
