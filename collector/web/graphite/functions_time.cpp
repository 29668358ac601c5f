// Functions that read other times, or other columns, than those that are wanted of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/history/bucket_edges.h"
#include "collector/web/graphite/function.h"
#include "collector/web/graphite/graphite_time.h"
#include "collector/web/graphite/statistics.h"
#include "collector/web/picture_limits.h"

namespace collector::web::graphite {
namespace {

using history::Seconds;
using std::chrono::seconds;

Edges shared(std::vector<Seconds> edges) {
  return std::make_shared<const std::vector<Seconds>>(std::move(edges));
}

std::unexpected<Error> too_many(const Target& call) {
  return fail(fmt::format("{}() would make more than {} columns", call.text, most_columns),
              "take a longer interval, or a shorter time");
}

// --- timeShift

// '1d' and '-1d' are a day back, '+1d' a day ahead.
seconds shift_of(const Arguments& arguments) {
  const seconds length = arguments.interval("timeShift");
  return arguments.text("timeShift").starts_with('+') ? length : -length;
}

Result<Edges> shifted_columns(const Arguments& arguments, const Surroundings& in) {
  std::vector<Seconds> edges = *in.edges;
  for (Seconds& edge : edges)
    edge += shift_of(arguments);
  if (edges.front() < history::first_moment || edges.back() > history::last_moment)
    return fail(fmt::format("{}() leads out of the calendar", in.call.text));
  return shared(std::move(edges));
}

Result<Lines> time_shift(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    // What a function within has made columns of its own of stays where it was.
    if (line.values.size() + 1 != in.edges->size())
      return fail(fmt::format("{}(): {} has columns of its own", in.call.text, line.name),
                  "write summarize(timeShift(…), …)");
    rename(line, in.call);
    line.edges = in.edges;
  }
  return lines;
}

// --- summarize

std::string plain_interval(std::string text) {
  if (text.starts_with('-') || text.starts_with('+')) text.erase(0, 1);
  return text;
}

// Where an interval's columns begin: days, weeks, months and years of the zone's calendar, other times by
// Unix time; or all of them from the beginning of the range.
std::vector<Seconds> interval_edges(const Arguments& arguments, const Surroundings& in) {
  const seconds length = arguments.interval("intervalString");
  if (arguments.boolean("alignToFrom")) {
    std::vector<Seconds> edges;
    for (Seconds edge = in.range().start; edge < in.range().end && edges.size() <= most_columns;
         edge += length)
      edges.push_back(edge);
    edges.push_back(in.range().end);
    return edges;
  }
  const std::string text = plain_interval(arguments.text("intervalString"));
  const std::string unit = text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
  const bool is_one = text.starts_with('1') && text.size() == unit.size() + 1;
  using history::BucketUnit;
  constexpr std::chrono::hours day(24);
  if (unit.starts_with("mon") && is_one)
    return bucket_edges(in.zone, in.range(), {.unit = BucketUnit::month});
  if (unit.starts_with('y') && is_one) return bucket_edges(in.zone, in.range(), {.unit = BucketUnit::year});
  if (unit.starts_with('w') && is_one) return bucket_edges(in.zone, in.range(), {.unit = BucketUnit::week});
  if (length % day == seconds(0))
    return bucket_edges(
        in.zone, in.range(),
        {.unit = BucketUnit::period,
         .period = history::Cycle::every_days(static_cast<int>(length / day), history::LocalDays{})});
  return history::picture_edges(in.range(), length);
}

// Each of its own columns is within one of the interval's, so that those are exact.
Result<Edges> cut_columns(const Arguments& arguments, const Surroundings& in) {
  const std::vector<Seconds> edges = interval_edges(arguments, in);
  if (edges.size() - 1 > most_columns) return too_many(in.call);
  std::vector<Seconds> both;
  std::ranges::set_union(*in.edges, edges, std::back_inserter(both));
  // Where that is too fine, sums and averages are as exact without the picture's own.
  return shared(both.size() - 1 > most_columns ? edges : std::move(both));
}

Result<std::string_view> way_of(const Arguments& arguments, const Line& line, const Target& call) {
  if (!arguments.has("func")) return line.measure == Measure::amount ? "sum" : "average";
  const std::string_view way = way_named(arguments.text("func"));
  if (way.empty())
    return fail(fmt::format("{}(): '{}' makes no one of several", call.text, arguments.text("func")),
                "write 'sum', 'avg', 'max', 'min' or 'last'");
  if (way == "sum" && line.measure != Measure::amount)
    return fail(fmt::format("{}(): {} is no amount, and only amounts are added up", call.text, line.name),
                "write 'avg' or 'max', or the name that ends in .sum");
  return way;
}

// The values of columns [first, last), as one; a longer column counts for more of an average.
Known joined_columns(std::string_view way, const Line& line, std::size_t first, std::size_t last) {
  std::vector<double> weights;
  for (std::size_t i = first; i < last && line.measure != Measure::amount; ++i)
    weights.push_back(seconds_of(line.edges, i));
  return joined_by(way, std::span(line.values).subspan(first, last - first), weights);
}

Result<Lines> summarize(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  const Edges edges = shared(interval_edges(arguments, in));
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    const auto way = way_of(arguments, line, in.call);
    if (!way) return std::unexpected(way.error());
    std::vector<Known> values;
    std::size_t first = 0;
    for (std::size_t i = 0; i + 1 < edges->size(); ++i) {
      std::size_t last = first;
      while (last < line.values.size() && (*line.edges)[last + 1] <= (*edges)[i + 1])
        ++last;
      values.push_back(joined_columns(*way, line, first, last));
      first = last;
    }
    rename(line, in.call);
    line.edges = edges;
    line.values = std::move(values);
  }
  return lines;
}

// --- movingAverage

// How long a column is: the first and the last may be parts.
seconds step_of(const Surroundings& in) {
  const std::size_t middle = in.edges->size() / 2;
  return in.edges->size() > 3 ? (*in.edges)[middle] - (*in.edges)[middle - 1] : in.range().length();
}

seconds window_of(const Arguments& arguments, const Surroundings& in) {
  const Target& given = *arguments.all("windowSize").front();
  if (given.kind == Target::Kind::text) return arguments.interval("windowSize");
  return static_cast<std::int64_t>(given.number) * step_of(in);
}

// With those before the first that the first average is of.
Result<Edges> columns_with_window(const Arguments& arguments, const Surroundings& in) {
  const seconds window = window_of(arguments, in);
  const seconds step = step_of(in);
  std::vector<Seconds> edges;
  if (window / step + static_cast<std::int64_t>(in.edges->size()) > static_cast<std::int64_t>(most_columns))
    return too_many(in.call);
  for (Seconds edge = in.edges->front() - (window + step - seconds(1)) / step * step;
       edge < in.edges->front(); edge += step)
    edges.push_back(edge);
  edges.insert(edges.end(), in.edges->begin(), in.edges->end());
  return shared(std::move(edges));
}

Result<Lines> moving_average(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  const seconds window = window_of(arguments, in);
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    if (line.values.size() + 1 < in.edges->size())
      return fail(fmt::format("{}(): {} has columns of its own", in.call.text, line.name),
                  "write summarize(movingAverage(…), …)");
    std::vector<Known> values;
    const std::size_t before = line.values.size() + 1 - in.edges->size();
    std::size_t first = 0;
    for (std::size_t i = before; i < line.values.size(); ++i) {
      while ((*line.edges)[first] < (*line.edges)[i + 1] - window && first < i)
        ++first;
      values.push_back(joined_columns("average", line, first, i + 1));
    }
    rename(line, in.call);
    line.edges = in.edges;
    line.values = std::move(values);
  }
  return lines;
}

// --- constantLine, threshold

Line flat(double value, std::string name, const Surroundings& in) {
  return {.name = name,
          .path = name,
          .tags = {{"name", name}},
          .measure = Measure::level,
          .edges = in.edges,
          .values = std::vector<Known>(in.edges->size() - 1, value)};
}

Result<Lines> constant_line(const Arguments& arguments, std::vector<Lines>, const Surroundings& in) {
  return Lines{flat(arguments.number("value"), arguments.all("value").front()->written, in)};
}

Result<Lines> threshold(const Arguments& arguments, std::vector<Lines>, const Surroundings& in) {
  const std::string name =
      arguments.has("label") ? arguments.text("label") : arguments.all("value").front()->written;
  return Lines{flat(arguments.number("value"), name, in)};
}

constexpr std::array<std::string_view, 6> summaries{"avg", "sum", "max", "min", "last", "average"};
constexpr std::array shift_arguments{
    series_argument, Argument{.name = "timeShift", .type = ArgumentType::interval, .default_text = "1d"}};
constexpr std::array summarize_arguments{
    series_argument, Argument{.name = "intervalString", .type = ArgumentType::interval, .default_text = "1h"},
    Argument{.name = "func",
             .type = ArgumentType::text,
             .required = false,
             .default_text = "avg",
             .choices = summaries},
    Argument{
        .name = "alignToFrom", .type = ArgumentType::boolean, .required = false, .default_text = "false"}};
constexpr std::array moving_arguments{
    series_argument,
    Argument{.name = "windowSize", .type = ArgumentType::count_or_interval, .default_text = "10"}};
constexpr std::array constant_arguments{
    Argument{.name = "value", .type = ArgumentType::number, .default_text = "10"}};
constexpr std::array threshold_arguments{
    Argument{.name = "value", .type = ArgumentType::number, .default_text = "10"},
    Argument{.name = "label", .type = ArgumentType::text, .required = false},
    Argument{.name = "color", .type = ArgumentType::text, .required = false}};

constexpr std::array rows_of_time{
    Function{.name = "constantLine",
             .group = "Special",
             .sentence = "A line at this height.",
             .arguments = constant_arguments,
             .apply = constant_line},
    Function{.name = "movingAverage",
             .group = "Calculate",
             .sentence = "The average of this column and those before it: so many, or as long as '1h'.",
             .arguments = moving_arguments,
             .apply = moving_average,
             .columns = columns_with_window},
    Function{.name = "summarize",
             .group = "Transform",
             .sentence = "One column for each '1h', '1d', '1mon' …: of amounts (.sum) the sum, of others the "
                         "average. Days, weeks and months are those of the calendar.",
             .arguments = summarize_arguments,
             .apply = summarize,
             .columns = cut_columns},
    Function{.name = "threshold",
             .group = "Special",
             .sentence = "A line at this height, called by its label.",
             .arguments = threshold_arguments,
             .apply = threshold},
    Function{.name = "timeShift",
             .group = "Transform",
             .sentence = "As it was '1d', '1w' … before; '+1d' is ahead.",
             .arguments = shift_arguments,
             .apply = time_shift,
             .columns = shifted_columns}};

}  // namespace

std::span<const Function> time_functions() {
  return rows_of_time;
}

}  // namespace collector::web::graphite
