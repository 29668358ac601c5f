#include "collector/history/export/usage_export.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "collector/core/saturated.h"
#include "collector/history/export/export_range.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

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

// Kind and unit of a field.
HistoryField field_of(const ExportQuestion& question, std::size_t index) {
  if (index < question.fields.size()) return question.fields[index];
  return {
      .name = question.selection.fields[index], .kind = FieldKind::counter, .unit = "bytes", .sentence = {}};
}

// First what each field says, then what else is known of it.
std::vector<ExportColumn> columns_of(const ExportQuestion& question) {
  std::vector<ExportColumn> columns;
  std::vector<ExportColumn> further;
  for (std::size_t i = 0; i < question.selection.fields.size(); ++i) {
    const HistoryField field = field_of(question, i);
    const std::string name = name_of_field(question.selection, question.selection.fields[i]);
    const bool is_bytes = field.unit == "bytes";
    const bool is_counter = field.kind != FieldKind::gauge && field.kind != FieldKind::state;
    columns.push_back({name, is_bytes ? ExportUnit::bytes : ExportUnit::number, true, is_counter});
    if (is_counter) {
      further.push_back(
          {"busiest_" + name, is_bytes ? ExportUnit::bytes_per_second : ExportUnit::number, is_bytes});
      further.push_back({"busiest_" + name + "_at", ExportUnit::moment, false});
    } else if (field.kind == FieldKind::gauge) {
      further.push_back({name + "_lowest", columns.back().unit, false});
      further.push_back({name + "_highest", columns.back().unit, false});
    }
  }
  columns.insert(columns.end(), further.begin(), further.end());
  return columns;
}

std::vector<std::string> label_names(const Selection& selection) {
  if (!selection.by_tags.empty()) return selection.by_tags;
  if (selection.by == GroupBy::interface) return {"host", "interface"};
  return selection.by == GroupBy::host ? std::vector<std::string>{"host"} : std::vector<std::string>{};
}

std::vector<std::string> label_values(const Selection& selection, const UsageGroup& group) {
  if (!selection.by_tags.empty()) return group.tags;
  if (selection.by == GroupBy::interface) return {group.host, group.interface};
  return selection.by == GroupBy::host ? std::vector<std::string>{group.host} : std::vector<std::string>{};
}

ExportRow row_of(const ExportQuestion& question, const UsageGroup& group, const UsageBucket& bucket) {
  ExportRow row{.time = bucket.time,
                .labels = label_values(question.selection, group),
                .values = {},
                .observed = bucket.observed,
                .flags = bucket.flags};
  std::vector<ExportCell> further;
  for (std::size_t i = 0; i < bucket.fields.size(); ++i) {
    const FieldKind kind = field_of(question, i).kind;
    const Reading reading = i < bucket.readings.size() ? bucket.readings[i] : Reading{};
    if (kind == FieldKind::state) {
      row.values.push_back(reading.is_known ? ExportCell(reading.last) : ExportCell());
    } else if (kind == FieldKind::gauge) {
      row.values.push_back(reading.is_known ? ExportCell(reading.mean) : ExportCell());
      further.push_back(reading.is_known ? ExportCell(reading.lowest) : ExportCell());
      further.push_back(reading.is_known ? ExportCell(reading.highest) : ExportCell());
    } else {
      const Amount& amount = bucket.fields[i];
      const bool has_peak = amount.has_busiest();
      row.values.push_back(amount.is_known ? ExportCell(amount.sum) : ExportCell());
      further.push_back(has_peak ? ExportCell(saturated_round(amount.busiest)) : ExportCell());
      further.push_back(
          has_peak && amount.busiest_at != 0
              ? ExportCell(offset_time_text(question.zone, Seconds(std::chrono::seconds(amount.busiest_at))))
              : ExportCell());
    }
  }
  row.values.insert(row.values.end(), further.begin(), further.end());
  return row;
}

class ExportedRows {
 public:
  ExportedRows(const ExportQuestion& question, const ExportHead& head, ExportWriter& writer)
      : question_(&question), head_(&head), writer_(&writer) {
    tail_.total.labels.resize(head.labels.size());
    for (const ExportColumn& column : head.columns)
      tail_.total.values.push_back(column.adds_up ? ExportCell(std::int64_t{0}) : ExportCell());
  }

  Result<> add(const UsageAnswer& answer) {
    const std::size_t buckets = answer.groups.empty() ? 0 : answer.groups.front().buckets.size();
    for (std::size_t i = 0; i < buckets; ++i) {
      bool is_known = false;
      for (const UsageGroup& group : answer.groups) {
        const UsageBucket& bucket = group.buckets[i];
        if (!bucket.is_known()) continue;
        is_known = true;
        if (auto done = add_row(row_of(*question_, group, bucket)); !done) return done;
      }
      // Between now and what a clock that was ahead has written there is nothing to miss.
      const UsageBucket* const any = answer.groups.empty() ? nullptr : &answer.groups.front().buckets[i];
      if (!is_known && any != nullptr && any->time.start >= question_->now) continue;
      ++tail_.buckets;
      if (!is_known) ++tail_.unknown;
    }
    for (const MovedEdge& edge : answer.moved)
      tail_.moved.add(edge, question_->range);
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
    for (std::size_t i = 0; i < head_->columns.size(); ++i)
      if (const auto* sum = std::get_if<std::int64_t>(&tail_.total.values[i]);
          sum != nullptr && is_saturated(*sum))
        tail_.saturated.push_back(head_->columns[i].name);
    if (auto done = writer_->end(tail_); !done) return std::unexpected(done.error());
    return std::move(tail_);
  }

 private:
  Result<> add_row(const ExportRow& row) {
    ++tail_.rows;
    for (std::size_t i = 0; i < head_->columns.size(); ++i)
      if (const auto* sum = std::get_if<std::int64_t>(&row.values[i]);
          sum != nullptr && head_->columns[i].adds_up)
        tail_.total.values[i] = saturated_sum(std::get<std::int64_t>(tail_.total.values[i]), *sum);
    return writer_->row(row);
  }

  const ExportQuestion* question_;
  const ExportHead* head_;
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

struct UsageExporter::State {
  ExportQuestion question;
  ExportHead head;
  ExportQuestion known;  // its `now` is behind all that there is, whatever clock wrote it
  ExportedRows rows;
  std::size_t most = 1;  // buckets of a piece
  Seconds used, wanted;

  State(const ExportQuestion& asked, ExportWriter& writer)
      : question(asked),
        head{.measurement = asked.selection.measurement,
             .zone = asked.zone,
             .range = asked.range,
             .unit = asked.buckets.unit,
             .labels = label_names(asked.selection),
             .columns = columns_of(asked)},
        known(asked),
        rows(question, head, writer) {}
};

UsageExporter::UsageExporter(std::unique_ptr<State> state) : state_(std::move(state)) {}
UsageExporter::UsageExporter(UsageExporter&&) noexcept = default;
UsageExporter& UsageExporter::operator=(UsageExporter&&) noexcept = default;
UsageExporter::~UsageExporter() = default;

Result<UsageExporter> UsageExporter::begin(const HistoryFile& file, const ExportQuestion& question,
                                           ExportWriter& writer) {
  const auto content = file.content(question.selection.measurement);
  if (!content) return std::unexpected(content.error());
  auto state = std::make_unique<State>(question, writer);
  const std::size_t series = std::max<std::size_t>(content->series, 1);
  state->most = std::max<std::size_t>(question.piece / series, 1);
  if (content->time) state->known.now = std::max(question.now, content->time->end);
  state->known.range = export_range(*content, question.range, question.zone, question.buckets, question.now);
  state->used = state->wanted = state->known.range.start;
  if (auto done = writer.begin(state->head); !done) return std::unexpected(done.error());
  return UsageExporter(std::move(state));
}

Result<bool> UsageExporter::step(const HistoryFile& file) {
  State& state = *state_;
  const auto is_over = [&] {
    return state.wanted >= state.known.range.end || state.wanted >= state.known.now;
  };
  if (is_over()) return false;
  auto edges = next_edges(state.known, state.wanted, state.most);
  state.wanted = edges.back();
  begin_where_it_ended(edges, state.used);
  const auto answer = file.usage({.selection = state.question.selection, .edges = std::move(edges)});
  if (!answer) return std::unexpected(answer.error());
  if (auto done = state.rows.add(*answer); !done) return std::unexpected(done.error());
  state.used = answer->edges.back();
  return !is_over();
}

Result<ExportTail> UsageExporter::end() {
  return state_->rows.end();
}

Result<ExportTail> export_usage(const HistoryFile& file, const ExportQuestion& question,
                                ExportWriter& writer) {
  auto exporter = UsageExporter::begin(file, question, writer);
  if (!exporter) return std::unexpected(exporter.error());
  while (true) {
    const auto more = exporter->step(file);
    if (!more) return std::unexpected(more.error());
    if (!*more) return exporter->end();
  }
}

}  // namespace collector::history
