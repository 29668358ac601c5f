// Functions that leave lines out, or put them in another order.
#include <algorithm>
#include <array>

#include "collector/web/graphite/function.h"
#include "collector/web/graphite/regular_expression.h"
#include "collector/web/graphite/statistics.h"

namespace collector::web::graphite {
namespace {

// The highest first; what nothing is known of last. Of those that are equal, the order stays.
Lines sorted_by(std::string_view way, Lines lines) {
  std::ranges::stable_sort(lines, [&](const Line& a, const Line& b) {
    const Known left = joined_by(way, a.values);
    const Known right = joined_by(way, b.values);
    return left && right ? *left > *right : left.has_value() && !right.has_value();
  });
  return lines;
}

void keep(Lines& lines, double count) {
  if (static_cast<double>(lines.size()) > count) lines.resize(static_cast<std::size_t>(std::max(count, 0.0)));
}

template <std::size_t way>
Result<Lines> most(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = sorted_by(ways_to_join.at(way), joined(std::move(lists)));
  keep(lines, arguments.has("n") ? arguments.number("n") : 1);
  return lines;
}

template <std::size_t way>
Result<Lines> sorted(const Arguments&, std::vector<Lines> lists, const Surroundings&) {
  return sorted_by(ways_to_join.at(way), joined(std::move(lists)));
}

Result<Lines> lowest_average(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = sorted_by("average", joined(std::move(lists)));
  std::ranges::reverse(lines);
  keep(lines, arguments.has("n") ? arguments.number("n") : 1);
  return lines;
}

Result<Lines> limit(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  keep(lines, arguments.number("n"));
  return lines;
}

template <bool wanted>
Result<Lines> by_name(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  const auto pattern = RegularExpression::read(arguments.text("pattern"));
  if (!pattern) return std::unexpected(pattern.error());
  Lines lines = joined(std::move(lists));
  std::erase_if(lines, [&](const Line& line) { return pattern->matches(line.name) != wanted; });
  return lines;
}

Result<Lines> without_empty(const Arguments&, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  std::erase_if(lines, [](const Line& line) { return !joined_by("max", line.values); });
  return lines;
}

template <bool above>
Result<Lines> average_beyond(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  std::erase_if(lines, [&](const Line& line) {
    const Known mean = joined_by("average", line.values);
    return !mean || (above ? *mean < arguments.number("n") : *mean > arguments.number("n"));
  });
  return lines;
}

Result<Lines> sort_by_name(const Arguments&, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  std::ranges::stable_sort(lines, {}, &Line::name);
  return lines;
}

constexpr std::array how_many{
    series_argument,
    Argument{.name = "n", .type = ArgumentType::integer, .required = false, .default_text = "5"}};
constexpr std::array limit_arguments{
    series_argument, Argument{.name = "n", .type = ArgumentType::integer, .default_text = "5"}};
constexpr std::array beyond_arguments{
    series_argument, Argument{.name = "n", .type = ArgumentType::number, .default_text = "0"}};
constexpr std::array pattern_arguments{
    series_argument, Argument{.name = "pattern", .type = ArgumentType::text, .default_text = "veth"}};

constexpr std::array rows_of_select{
    Function{.name = "averageAbove",
             .group = "Filter Series",
             .sentence = "Those whose average is n at least.",
             .arguments = beyond_arguments,
             .apply = average_beyond<true>},
    Function{.name = "averageBelow",
             .group = "Filter Series",
             .sentence = "Those whose average is n at most.",
             .arguments = beyond_arguments,
             .apply = average_beyond<false>},
    Function{.name = "exclude",
             .group = "Filter Series",
             .sentence = "Without those whose name a regular expression is found in.",
             .arguments = pattern_arguments,
             .apply = by_name<false>},
    Function{.name = "grep",
             .group = "Filter Series",
             .sentence = "Those whose name a regular expression is found in.",
             .arguments = pattern_arguments,
             .apply = by_name<true>},
    Function{.name = "highestAverage",
             .group = "Filter Series",
             .sentence = "The n with the highest average.",
             .arguments = how_many,
             .apply = most<1>},
    Function{.name = "highestCurrent",
             .group = "Filter Series",
             .sentence = "The n that are highest at the end.",
             .arguments = how_many,
             .apply = most<4>},
    Function{.name = "highestMax",
             .group = "Filter Series",
             .sentence = "The n with the highest column.",
             .arguments = how_many,
             .apply = most<2>},
    Function{.name = "limit",
             .group = "Filter Series",
             .sentence = "The first n.",
             .arguments = limit_arguments,
             .apply = limit},
    Function{.name = "lowestAverage",
             .group = "Filter Series",
             .sentence = "The n with the lowest average.",
             .arguments = how_many,
             .apply = lowest_average},
    Function{.name = "removeEmptySeries",
             .group = "Filter Series",
             .sentence = "Without those that nothing is known of.",
             .arguments = only_series,
             .apply = without_empty},
    Function{.name = "sortByMaxima",
             .group = "Sorting",
             .sentence = "Those with the highest column first.",
             .arguments = only_series,
             .apply = sorted<2>},
    Function{.name = "sortByName",
             .group = "Sorting",
             .sentence = "By their names.",
             .arguments = only_series,
             .apply = sort_by_name},
    Function{.name = "sortByTotal",
             .group = "Sorting",
             .sentence = "Those with the highest sum first.",
             .arguments = only_series,
             .apply = sorted<0>}};

}  // namespace

std::span<const Function> select_functions() {
  return rows_of_select;
}

}  // namespace collector::web::graphite
