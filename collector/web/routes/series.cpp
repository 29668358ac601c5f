// Columns for a picture: as many as it has pixels, or one for each bucket of the calendar.
#include <fmt/format.h>

#include <array>

#include "collector/history/bucket_edges.h"
#include "collector/web/asked.h"
#include "collector/web/marks_answer.h"
#include "collector/web/picture_limits.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/usage_cells.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

using history::Seconds;
using history::UsageAnswer;
using history::UsageBucket;
using history::UsageGroup;

constexpr std::size_t most_marks = 500;

// Where the columns begin and end. Of a picture: equal steps, the first and the last as much of one as lies
// in the range.
struct Columns {
  std::vector<Seconds> edges;
  std::optional<std::chrono::seconds> step;  // nothing: buckets of the calendar
};

Columns columns_of(Asked& asked, const history::Interval& range) {
  const Values& values = asked.call().values;
  if (values.has("bucket")) {
    Columns columns{history::bucket_edges(asked.zone(), range, asked.bucketing(values.text("bucket"))), {}};
    if (columns.edges.size() - 1 > most_columns || columns.edges.back() < range.end)
      asked.mistaken("bucket", fmt::format("more than {} columns", most_columns), "day");
    return columns;
  }
  auto picture = history::picture_of(asked.zone(), range, static_cast<int>(values.integer("width")));
  return {std::move(picture.edges), picture.step};
}

bool is_level(const history::HistoryField& field) {
  return field.kind == FieldKind::gauge;
}

template <typename Get>
void column(JsonAnswer& out, std::string_view name, const std::vector<UsageBucket>& buckets, Get get) {
  out.key(name).open('[');
  for (const UsageBucket& bucket : buckets)
    out.item(get(bucket));
  out.close(']');
}

void append_field(JsonAnswer& out, const history::HistoryField& field, std::size_t index,
                  const std::vector<UsageBucket>& buckets) {
  const auto reading = [index](const UsageBucket& bucket) {
    return index < bucket.readings.size() ? bucket.readings[index] : history::Reading{};
  };
  const auto number = [&](double history::Reading::* of) {
    return [&reading, of](const UsageBucket& bucket) {
      const history::Reading known = reading(bucket);
      return known.is_known ? std::optional(known.*of) : std::nullopt;
    };
  };
  out.key(field.name).open('{').member("unit", field.unit);
  if (is_level(field)) {
    column(out, "mean", buckets, number(&history::Reading::mean));
    column(out, "min", buckets, number(&history::Reading::lowest));
    column(out, "max", buckets, number(&history::Reading::highest));
  } else if (field.kind == FieldKind::state) {
    column(out, "last", buckets, [&](const UsageBucket& bucket) {
      const history::Reading known = reading(bucket);
      return known.is_known ? std::optional(known.last) : std::nullopt;
    });
  } else {
    column(out, "sum", buckets, [&](const UsageBucket& bucket) {
      const history::Amount& amount = bucket.fields.at(index);
      return amount.is_known ? std::optional(amount.sum) : std::nullopt;
    });
    column(out, "peak", buckets, [&](const UsageBucket& bucket) { return peak_of(bucket.fields.at(index)); });
    column(out, "peak_at", buckets,
           [&](const UsageBucket& bucket) { return peak_time_of(bucket.fields.at(index)); });
  }
  out.close('}');
}

void append_group(JsonAnswer& out, const AskedSelection& of, const UsageGroup& group) {
  out.open('{').key("tags").open('{');
  const auto tags = group_tags(of, group);
  for (std::size_t i = 0; i < of.by.size() && i < tags.size(); ++i)
    if (!tags[i].empty()) out.member(of.by[i], tags[i]);
  out.close('}').key("fields").open('{');
  for (std::size_t i = 0; i < of.fields.size(); ++i)
    append_field(out, of.fields[i], i, group.buckets);
  out.close('}');
  column(out, "seen", group.buckets, seen_seconds);
  out.close('}');
}

// Where the first of equal steps begins; nothing: the columns are none, such as where only longer ones are
// kept.
std::optional<Seconds> start_of_steps(const std::vector<Seconds>& edges, std::chrono::seconds step) {
  const Seconds start = history::step_edges({edges.front(), edges.front() + step}, step).front();
  for (std::size_t i = 1; i + 1 < edges.size(); ++i)
    if (edges[i] != start + static_cast<std::int64_t>(i) * step) return std::nullopt;
  if (edges.back() > start + static_cast<std::int64_t>(edges.size() - 1) * step) return std::nullopt;
  return start;
}

// By the edges as they are used.
void append_columns(JsonAnswer& out, const Columns& columns, const UsageAnswer& answer) {
  out.member("count", answer.edges.size() - 1);
  if (const auto start = columns.step ? start_of_steps(answer.edges, *columns.step) : std::nullopt) {
    out.member("start", unix_time(*start)).member("step", columns.step->count());
    return;
  }
  out.key("t").open('[');
  for (std::size_t i = 0; i + 1 < answer.edges.size(); ++i)
    out.item(unix_time(answer.edges[i]));
  out.close(']');
}

Answered<void> append_marks(JsonAnswer& out, Asked& asked, const AskedSelection& of,
                            const history::Interval& range) {
  auto marks = asked.file().marks(of.selection, range);
  if (!marks) return std::unexpected(asked.failed(marks.error()));
  std::erase_if(*marks, [&](const history::Mark& mark) {
    return !sees_event(asked.call().caller, mark, of.selection.measurement);
  });
  const bool are_all = marks->size() <= most_marks;
  if (!are_all) marks->resize(most_marks);
  append_rows(out.key("marks"), marks_table(*marks));
  out.member("marks_are_all", are_all);
  return {};
}

constexpr std::string_view series_shape =
    R"({{{head}, count: integer, start?: time, step?: integer, t?: [time],
  level: text?, totals: {totals}, series: [{{tags: {{*: text}}, fields: {{*: {{unit: text, sum?: [amount?],
    peak?: [amount?], peak_at?: [time?], mean?: [number?], min?: [number?], max?: [number?], last?: [text?]}}}},
    seen: [integer]}}], marks?: [{mark}], marks_are_all?: boolean}})";

Answered<http::Response> series(Asked& asked) {
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  const Columns columns = columns_of(asked, *range);
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  auto answer = asked.file().usage({.selection = of->selection,
                                    .edges = columns.edges,
                                    .limits = history::AnswerLimits{most_columns + 1, most_series}});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  if (wants_csv(asked.call())) return table_response(asked.call(), usage_table(*of, *answer, asked.now()));
  // Nobody asked for the columns of a picture to begin where they do.
  if (!asked.call().values.has("bucket"))
    std::erase_if(answer->moved, [&](const history::MovedEdge& edge) {
      return edge.wanted != range->start && edge.wanted != range->end;
    });
  JsonAnswer out;
  out.open('{');
  append_head(out, *answer, asked.zone(), *range);
  append_columns(out, columns, *answer);
  out.member("level", answer->levels.empty() ? std::optional<std::string>() : answer->levels.front());
  append_totals(out.key("totals"), *of, *answer);
  out.key("series").open('[');
  for (const UsageGroup& group : answer->groups)
    append_group(out, *of, group);
  out.close(']');
  if (asked.call().values.boolean("marks"))
    if (auto done = append_marks(out, asked, *of, *range); !done) return std::unexpected(done.error());
  return json_response(std::move(out.close('}')));
}

constexpr std::array parameters{
    measurement_parameter,
    field_parameter,
    by_parameter,
    where_parameter,
    host_parameter,
    scope_parameter,
    from_parameter("-24h"),
    to_parameter,
    Parameter{.name = "width",
              .type = ParameterType::integer,
              .sentence = "Pixels that the picture is wide: as many columns at most.",
              .default_text = "800",
              .minimum = 1,
              .maximum = most_columns},
    Parameter{.name = "bucket",
              .type = ParameterType::choice,
              .sentence = "A column for each of these instead; 4000 at most.",
              .choices = bucket_names},
    Parameter{.name = "marks",
              .type = ParameterType::boolean,
              .sentence = "With what happened to the numbers.",
              .default_text = "true"},
    zone_parameter,
    plan_parameter,
    table_format};

const std::array rows{
    Route{.method = "GET",
          .path = "/api/v1/series",
          .summary = "Columns of a picture: sums and busiest seconds of counters, means and "
                     "limits of levels, how much was seen, and what happened.",
          .parameters = parameters,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, series); },
          .also = as_csv,
          .gives =
              [] {
                return fmt::format(series_shape, fmt::arg("head", head_shape),
                                   fmt::arg("totals", totals_shape), fmt::arg("mark", mark_shape));
              }}};

}  // namespace

std::span<const Route> series_routes() {
  return rows;
}

}  // namespace collector::web
