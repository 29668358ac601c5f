// Functions that give lines other names.
#include <fmt/format.h>

#include <algorithm>

#include "collector/web/graphite/function.h"
#include "collector/web/graphite/node_text.h"
#include "collector/web/graphite/regular_expression.h"

namespace collector::web::graphite {
namespace {

// A node by its number, below 0 from the end, as people write what it stands for; or a tag.
std::string part_of(const Line& line, const Target& which) {
  if (which.kind == Target::Kind::text) {
    const auto tag = std::ranges::find(line.tags, which.text, &std::pair<std::string, std::string>::first);
    return tag == line.tags.end() ? "" : tag->second;
  }
  const auto nodes = nodes_of(line.path);
  const std::string* const node = node_at(nodes, which.number);
  return node == nullptr ? "" : value_of(*node);
}

Result<Lines> alias(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines)
    line.name = arguments.text("newName");
  return lines;
}

Result<Lines> alias_by_node(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    std::string name;
    for (const Target* which : arguments.all("nodes"))
      if (const std::string part = part_of(line, *which); !part.empty())
        name += (name.empty() ? "" : ".") + part;
    line.name = std::move(name);
  }
  return lines;
}

Result<Lines> alias_by_metric(const Arguments&, std::vector<Lines> lists, const Surroundings&) {
  Lines lines = joined(std::move(lists));
  for (Line& line : lines) {
    const auto nodes = nodes_of(line.path);
    // The last node is the statistic: what it is of says more.
    line.name = nodes.size() < 2 ? line.path : nodes[nodes.size() - 2] + "." + nodes.back();
  }
  return lines;
}

Result<Lines> alias_sub(const Arguments& arguments, std::vector<Lines> lists, const Surroundings&) {
  const auto search = RegularExpression::read(arguments.text("search"));
  if (!search) return std::unexpected(search.error());
  Lines lines = joined(std::move(lists));
  for (Line& line : lines)
    line.name = search->replaced(line.name, arguments.text("replace"));
  return lines;
}

constexpr std::array alias_arguments{
    series_argument, Argument{.name = "newName", .type = ArgumentType::text, .default_text = "download"}};
constexpr std::array alias_by_node_arguments{
    series_argument,
    Argument{.name = "nodes", .type = ArgumentType::node, .multiple = true, .default_text = "3"}};
constexpr std::array alias_sub_arguments{
    series_argument, Argument{.name = "search", .type = ArgumentType::text},
    Argument{.name = "replace", .type = ArgumentType::text, .default_text = R"(\1)"}};

constexpr std::array rows_of_alias{
    Function{.name = "alias",
             .group = "Alias",
             .sentence = "Calls them so.",
             .arguments = alias_arguments,
             .apply = alias},
    Function{.name = "aliasByMetric",
             .group = "Alias",
             .sentence = "Calls them by field and statistic.",
             .arguments = only_series,
             .apply = alias_by_metric},
    Function{.name = "aliasByNode",
             .group = "Alias",
             .sentence = "Calls them by these nodes of their names: 1 is the host, 3 the interface; or by "
                         "tags such as 'interface'.",
             .arguments = alias_by_node_arguments,
             .apply = alias_by_node},
    Function{.name = "aliasByTags",
             .group = "Alias",
             .sentence = "As aliasByNode.",
             .arguments = alias_by_node_arguments,
             .apply = alias_by_node},
    Function{.name = "aliasSub",
             .group = "Alias",
             .sentence = "Replaces in their names what a regular expression (POSIX extended) finds; "
                         R"(\1 is its first group.)",
             .arguments = alias_sub_arguments,
             .apply = alias_sub}};

}  // namespace

std::span<const Function> alias_functions() {
  return rows_of_alias;
}

}  // namespace collector::web::graphite
