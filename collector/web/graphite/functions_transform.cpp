// Functions that change the values of each line by itself.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "collector/web/graphite/function.h"
#include "collector/web/graphite/statistics.h"

namespace collector::web::graphite {
namespace {

template <typename Change>
Lines each_value(std::vector<Lines> lists, const Surroundings& in, Change change) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    rename(line, in.call);
    for (auto& value : line.values)
      if (value) value = change(*value);
  }
  return lines;
}

Result<Lines> scale(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return each_value(std::move(lists), in, [&](double value) { return value * arguments.number("factor"); });
}
Result<Lines> offset(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return each_value(std::move(lists), in, [&](double value) { return value + arguments.number("factor"); });
}
Result<Lines> absolute(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  return each_value(std::move(lists), in, [](double value) { return std::abs(value); });
}
Result<Lines> without_above(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return each_value(std::move(lists), in,
                    [&](double value) { return value > arguments.number("n") ? Known() : Known(value); });
}
Result<Lines> without_below(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return each_value(std::move(lists), in,
                    [&](double value) { return value < arguments.number("n") ? Known() : Known(value); });
}

Result<Lines> transform_null(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    rename(line, in.call);
    for (auto& value : line.values)
      if (!value) value = arguments.has("default") ? arguments.number("default") : 0;
  }
  return lines;
}

Result<Lines> keep_last(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  const double most = arguments.has("limit") ? arguments.number("limit") : std::numeric_limits<double>::max();
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    rename(line, in.call);
    // A gap that is longer than the limit stays one, whole; so does what has no end.
    for (std::size_t i = 1; i < line.values.size(); ++i) {
      if (line.values[i] || !line.values[i - 1]) continue;
      std::size_t end = i;
      while (end < line.values.size() && !line.values[end])
        ++end;
      if (static_cast<double>(end - i) <= most)
        std::fill(line.values.begin() + static_cast<std::ptrdiff_t>(i),
                  line.values.begin() + static_cast<std::ptrdiff_t>(end), line.values[i - 1]);
      i = end;
    }
  }
  return lines;
}

Result<Lines> scale_to_seconds(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    if (line.measure == Measure::rate)
      return fail(
          fmt::format("scaleToSeconds(): {} is a rate per second already", line.name),
          fmt::format("write scale(…, {}), or the name that ends in .sum", arguments.number("seconds")));
    rename(line, in.call);
    if (line.measure == Measure::amount) line.measure = Measure::rate;
    for (std::size_t i = 0; i < line.values.size(); ++i)
      if (line.values[i]) *line.values[i] *= arguments.number("seconds") / seconds_of(line.edges, i);
  }
  return lines;
}

Result<> check_grows(const Line& line, const Target& call) {
  if (line.measure == Measure::rate)
    return fail(fmt::format("{}(): {} is a rate per second already", call.text, line.name),
                fmt::format("leave {}() out", call.text));
  if (line.measure == Measure::amount)
    return fail(fmt::format("{}(): {} is what each column grew by already", call.text, line.name),
                fmt::format("leave {}() out, or write scaleToSeconds(…, 1)", call.text));
  return {};
}

// What a line grew by from one column to the next; by `per_second`, in a second of that.
Result<Lines> growth(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in,
                     bool per_second, bool takes_falls) {
  const double most =
      arguments.has("maxValue") ? arguments.number("maxValue") : std::numeric_limits<double>::infinity();
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    if (const auto grows = check_grows(line, in.call); !grows) return std::unexpected(grows.error());
    rename(line, in.call);
    if (line.measure == Measure::total) line.measure = per_second ? Measure::rate : Measure::amount;
    Known before;
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      const Known value = std::exchange(line.values[i], std::nullopt);
      if (value && before && (takes_falls || (*value >= *before && *value <= most)))
        line.values[i] = (*value - *before) / (per_second ? seconds_of(line.edges, i) : 1);
      before = value;
    }
  }
  return lines;
}

Result<Lines> derivative(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return growth(arguments, std::move(lists), in, false, true);
}
Result<Lines> non_negative(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return growth(arguments, std::move(lists), in, false, false);
}
Result<Lines> per_second(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return growth(arguments, std::move(lists), in, true, false);
}

Result<Lines> integral(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    if (line.measure == Measure::rate)
      return fail(fmt::format("integral(): {} is a rate, and rates are not added up", line.name),
                  "write the name that ends in .sum");
    rename(line, in.call);
    if (line.measure == Measure::amount) line.measure = Measure::total;
    double sum = 0;
    for (auto& value : line.values)
      if (value) value = sum += *value;
  }
  return lines;
}

Result<Lines> percentile(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  const double n = arguments.number("n");
  if (!(n > 0 && n <= 100)) return fail(fmt::format("nPercentile(): {} is no percentage", n), "write 95");
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    rename(line, in.call);
    std::ranges::fill(line.values, percentile_of(line.values, n));
  }
  return lines;
}

constexpr std::array with_factor{
    series_argument, Argument{.name = "factor", .type = ArgumentType::number, .default_text = "8"}};
constexpr std::array with_n{series_argument,
                            Argument{.name = "n", .type = ArgumentType::number, .default_text = "0"}};
constexpr std::array with_percent{series_argument,
                                  Argument{.name = "n", .type = ArgumentType::number, .default_text = "95"}};
constexpr std::array with_default{
    series_argument,
    Argument{.name = "default", .type = ArgumentType::number, .required = false, .default_text = "0"}};
constexpr std::array with_limit{
    series_argument,
    Argument{.name = "limit", .type = ArgumentType::integer, .required = false, .default_text = "100"}};
constexpr std::array with_seconds{
    series_argument, Argument{.name = "seconds", .type = ArgumentType::number, .default_text = "1"}};
constexpr std::array with_maximum{
    series_argument, Argument{.name = "maxValue", .type = ArgumentType::number, .required = false}};

constexpr std::array rows_of_transform{
    Function{.name = "absolute",
             .group = "Transform",
             .sentence = "Without their signs.",
             .arguments = only_series,
             .apply = absolute},
    Function{.name = "derivative",
             .group = "Transform",
             .sentence = "How much a gauge rose or fell from one column to the next.",
             .arguments = only_series,
             .apply = derivative},
    Function{.name = "integral",
             .group = "Transform",
             .sentence = "What amounts (.sum) add up to from the beginning on.",
             .arguments = only_series,
             .apply = integral},
    Function{.name = "keepLastValue",
             .group = "Transform",
             .sentence = "Where nothing was measured the value before, for so many columns at most.",
             .arguments = with_limit,
             .apply = keep_last},
    Function{.name = "nPercentile",
             .group = "Calculate",
             .sentence = "The value that n percent of the columns do not exceed. What is billed is of 5 "
                         "minutes: ask /api/v1/periods for that.",
             .arguments = with_percent,
             .apply = percentile},
    Function{.name = "nonNegativeDerivative",
             .group = "Transform",
             .sentence = "How much a gauge rose from one column to the next.",
             .arguments = with_maximum,
             .apply = non_negative},
    Function{.name = "offset",
             .group = "Transform",
             .sentence = "So much more.",
             .arguments = with_factor,
             .apply = offset},
    Function{.name = "perSecond",
             .group = "Transform",
             .sentence = "How much a gauge, or an integral, rose a second; .rate is that of counters.",
             .arguments = with_maximum,
             .apply = per_second},
    Function{.name = "removeAboveValue",
             .group = "Filter Data",
             .sentence = "Without values above n.",
             .arguments = with_n,
             .apply = without_above},
    Function{.name = "removeBelowValue",
             .group = "Filter Data",
             .sentence = "Without values below n.",
             .arguments = with_n,
             .apply = without_below},
    Function{.name = "scale",
             .group = "Transform",
             .sentence = "Times a factor: 8 makes bits of bytes.",
             .arguments = with_factor,
             .apply = scale},
    Function{.name = "scaleToSeconds",
             .group = "Transform",
             .sentence = "Amounts (.sum) as they would be in so many seconds.",
             .arguments = with_seconds,
             .apply = scale_to_seconds},
    Function{.name = "transformNull",
             .group = "Transform",
             .sentence = "A value where nothing was measured.",
             .arguments = with_default,
             .apply = transform_null}};

}  // namespace

std::span<const Function> transform_functions() {
  return rows_of_transform;
}

}  // namespace collector::web::graphite
