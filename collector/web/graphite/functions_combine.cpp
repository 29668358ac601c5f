// Functions that make one line of several.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "collector/web/graphite/function.h"
#include "collector/web/graphite/node_text.h"
#include "collector/web/graphite/statistics.h"

namespace collector::web::graphite {
namespace {

// The tags that all of them share.
std::vector<std::pair<std::string, std::string>> shared_tags(const Lines& lines) {
  auto shared = lines.front().tags;
  for (const Line& line : lines)
    std::erase_if(shared,
                  [&](const auto& tag) { return std::ranges::find(line.tags, tag) == line.tags.end(); });
  return shared;
}

// One line in place of these, of which there is one at least; without values yet.
Line in_place_of(const Lines& lines, const Target& call) {
  Line line = lines.front();
  line.name = call.written;
  line.tags = shared_tags(lines);
  line.tags.insert(line.tags.begin(), {"name", call.written});
  for (const Line& each : lines)
    if (each.measure != Measure::level) line.measure = each.measure;
  std::ranges::fill(line.values, std::nullopt);
  return line;
}

Result<Lines> join(std::string_view way, std::vector<Lines> lists, const Surroundings& in) {
  const Lines lines = joined(std::move(lists));
  if (lines.empty()) return Lines{};
  if (const auto alike = check_alike(lines, in.call); !alike) return std::unexpected(alike.error());
  Line all = in_place_of(lines, in.call);
  std::vector<Known> values;
  for (std::size_t column = 0; column < all.values.size(); ++column) {
    values.clear();
    for (const Line& line : lines)
      values.push_back(line.values[column]);
    all.values[column] = joined_by(way, values);
  }
  return Lines{std::move(all)};
}

Result<Lines> sum(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  return join("sum", std::move(lists), in);
}
Result<Lines> average(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  return join("average", std::move(lists), in);
}
Result<Lines> highest(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  return join("max", std::move(lists), in);
}
Result<Lines> lowest(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  return join("min", std::move(lists), in);
}

Result<Lines> difference(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  Lines lines = joined(std::move(lists));
  for (std::size_t i = 1; i < lines.size(); ++i)
    for (auto& value : lines[i].values)
      if (value) *value = -*value;
  return join("sum", {std::move(lines)}, in);
}

Result<Lines> count(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  const Lines lines = joined(std::move(lists));
  if (lines.empty()) return Lines{};
  Line all = in_place_of(lines, in.call);
  all.measure = Measure::level;
  std::ranges::fill(all.values, static_cast<double>(lines.size()));
  return Lines{std::move(all)};
}

// Each of the first list by the only one of the second, times `factor`.
Result<Lines> ratio(Lines dividends, const Lines& divisors, double factor, const Surroundings& in) {
  if (divisors.size() != 1)
    return fail(
        fmt::format("{}(): its second argument is {} series, and must be one", in.call.text, divisors.size()),
        "sum them up: sumSeries(…)");
  for (Line& line : dividends) {
    if (const auto alike = check_alike({line, divisors.front()}, in.call); !alike)
      return std::unexpected(alike.error());
    line.name = fmt::format("{}({},{})", in.call.text, line.name, divisors.front().name);
    line.measure = Measure::level;
    for (std::size_t i = 0; i < line.values.size(); ++i) {
      const Known by = divisors.front().values[i];
      Known& value = line.values[i];
      value = value && by && *by != 0 ? Known(*value / *by * factor) : std::nullopt;
    }
  }
  return dividends;
}

Result<Lines> divide(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  return ratio(std::move(lists[0]), lists[1], 1, in);
}

Result<Lines> as_percent(const Arguments&, std::vector<Lines> lists, const Surroundings& in) {
  if (lists.size() > 1) return ratio(std::move(lists[0]), lists[1], 100, in);
  auto all = join("sum", {lists[0]}, in);
  if (!all || all->empty()) return all;
  return ratio(std::move(lists[0]), *all, 100, in);
}

Result<Lines> group(const Arguments&, std::vector<Lines> lists, const Surroundings&) {
  return joined(std::move(lists));
}

// By what stands at a node of their names: one line for each.
Result<Lines> group_by(const std::vector<const Target*>& nodes, std::string_view callback, Lines lines,
                       const Surroundings& in) {
  const std::string_view way = way_named(callback);
  if (way.empty())
    return fail(fmt::format("{}(): '{}' does not make one of several", in.call.text, callback),
                "write 'sum', 'average', 'max' or 'min'");
  std::map<std::string, Lines> groups;
  for (Line& line : lines) {
    const auto of = nodes_of(line.path);
    std::string key;
    for (const Target* which : nodes) {
      const std::string* const node =
          which->kind == Target::Kind::number ? node_at(of, which->number) : nullptr;
      if (node == nullptr)
        return fail(fmt::format("{}(): {} has no node {}", in.call.text, line.path, which->written),
                    "nodes are counted from 0");
      key += (key.empty() ? "" : ".") + *node;
    }
    groups[key].push_back(std::move(line));
  }
  Lines result;
  for (auto& [key, members] : groups) {
    auto one = join(way, {std::move(members)}, in);
    if (!one) return one;
    one->front().name = key;
    one->front().path = key;
    result.push_back(std::move(one->front()));
  }
  return result;
}

Result<Lines> group_by_node(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  const std::string callback = arguments.has("callback") ? arguments.text("callback") : "average";
  return group_by(arguments.all("nodeNum"), callback, joined(std::move(lists)), in);
}
Result<Lines> group_by_nodes(const Arguments& arguments, std::vector<Lines> lists, const Surroundings& in) {
  return group_by(arguments.all("nodes"), arguments.text("callback"), joined(std::move(lists)), in);
}

constexpr std::array only_lists{several_series};
constexpr std::array group_by_node_arguments{
    series_argument, Argument{.name = "nodeNum", .type = ArgumentType::node, .default_text = "3"},
    Argument{.name = "callback", .type = ArgumentType::text, .required = false, .default_text = "sum"}};
constexpr std::array group_by_nodes_arguments{
    series_argument, Argument{.name = "callback", .type = ArgumentType::text, .default_text = "sum"},
    Argument{.name = "nodes", .type = ArgumentType::node, .multiple = true, .default_text = "1"}};
constexpr std::array divide_arguments{Argument{.name = "dividendSeriesList"},
                                      Argument{.name = "divisorSeries"}};
constexpr std::array as_percent_arguments{series_argument, Argument{.name = "total", .required = false}};

constexpr std::array rows_of_combine{
    Function{.name = "asPercent",
             .group = "Combine",
             .sentence = "Each as a percentage of all together, or of a total.",
             .arguments = as_percent_arguments,
             .apply = as_percent},
    Function{.name = "averageSeries",
             .short_name = "avg",
             .group = "Combine",
             .sentence = "Their average, column by column.",
             .arguments = only_lists,
             .apply = average},
    Function{.name = "countSeries",
             .group = "Combine",
             .sentence = "How many there are.",
             .arguments = only_lists,
             .apply = count},
    Function{.name = "diffSeries",
             .short_name = "diff",
             .group = "Combine",
             .sentence = "The first less all others.",
             .arguments = only_lists,
             .apply = difference},
    Function{.name = "divideSeries",
             .group = "Combine",
             .sentence = "Each of the first by the second.",
             .arguments = divide_arguments,
             .apply = divide},
    Function{.name = "group",
             .group = "Combine",
             .sentence = "All of them in one list.",
             .arguments = only_lists,
             .apply = group},
    Function{.name = "groupByNode",
             .group = "Combine",
             .sentence = "One for each value of a node: 1 is the host, 3 the interface.",
             .arguments = group_by_node_arguments,
             .apply = group_by_node},
    Function{.name = "groupByNodes",
             .group = "Combine",
             .sentence = "One for each combination of what these nodes are.",
             .arguments = group_by_nodes_arguments,
             .apply = group_by_nodes},
    Function{.name = "maxSeries",
             .short_name = "max",
             .group = "Combine",
             .sentence = "The highest of them, column by column.",
             .arguments = only_lists,
             .apply = highest},
    Function{.name = "minSeries",
             .short_name = "min",
             .group = "Combine",
             .sentence = "The lowest of them, column by column.",
             .arguments = only_lists,
             .apply = lowest},
    Function{.name = "sumSeries",
             .short_name = "sum",
             .group = "Combine",
             .sentence = "Their sum. Of interfaces some count the same bytes: the machine's own traffic is "
                         "collector.HOST.uplinks.",
             .arguments = only_lists,
             .apply = sum}};

}  // namespace

std::span<const Function> combine_functions() {
  return rows_of_combine;
}

}  // namespace collector::web::graphite
