#include "collector/web/graphite/known_names.h"

#include <algorithm>
#include <array>
#include <set>

namespace collector::web::graphite {
namespace {

constexpr std::string_view root = "collector";
constexpr std::string_view uplinks = "uplinks";
constexpr std::size_t most_series_of_one = 10'000;

// Says only what the thing is that another tag names.
bool describes(const std::string& tag, const std::vector<std::string>& tags) {
  constexpr std::array<std::string_view, 4> always{"kind", "parent", "fstype", "mode"};
  if (std::ranges::find(always, tag) != always.end()) return true;
  return tag == "device" && std::ranges::find(tags, "path") != tags.end();
}

bool is_number(const history::HistoryField& field) {
  return field.kind != FieldKind::state;
}

NamedMeasurement named(const history::HistoryMeasurement& known) {
  NamedMeasurement one{
      .name = node_of(known.name), .selection = {}, .tags = {"host"}, .fields = {}, .series = {}};
  for (std::size_t i = known.labels; i < known.tags.size(); ++i)
    if (!describes(known.tags[i], known.tags)) one.tags.push_back(known.tags[i]);
  std::ranges::copy_if(known.fields, std::back_inserter(one.fields), is_number);
  one.selection = {.measurement = known.name,
                   .fields = {},
                   .filters = {},
                   .scope = history::Scope::all,
                   .by_tags = one.tags};
  return one;
}

Answered<void> read_series(Asked& asked, const history::HistoryMeasurement& known, NamedMeasurement& one) {
  history::SeriesQuestion question{
      .measurement = known.name, .filters = {}, .most = most_series_of_one, .has_time = false};
  const auto& hosts = asked.call().caller.hosts;
  if (!hosts.empty()) question.filters.push_back({"host", hosts});
  const auto series = asked.file().series(question);
  if (!series) return std::unexpected(asked.failed(series.error()));
  std::set<std::vector<std::string>> once;
  for (const history::HistorySeries& each : *series) {
    std::vector<std::string> values;
    for (const std::string& tag : one.tags) {
      const auto at = std::ranges::find(known.tags, tag) - known.tags.begin();
      values.push_back(each.tags.at(static_cast<std::size_t>(at)));
    }
    once.insert(std::move(values));
  }
  one.series.assign(once.begin(), once.end());
  return {};
}

// The machine's own traffic, of hosts that have a way out.
Answered<void> add_uplinks(Asked& asked, const history::HistoryMeasurement& net,
                           std::vector<NamedMeasurement>& all) {
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  NamedMeasurement one = named(net);
  one.name = uplinks;
  one.tags = {"host"};
  one.selection.scope = history::Scope::uplinks;
  one.selection.by_tags = {"host"};
  std::set<std::string> hosts;
  for (const history::HistoryInterface& interface : (*content)->interfaces)
    if (interface.is_uplink) hosts.insert(interface.host);
  for (const std::string& host : hosts)
    one.series.push_back({host});
  all.push_back(std::move(one));
  return {};
}

// As far as both go.
bool begins_so(const std::vector<NodePattern>& pattern, const std::vector<std::string>& nodes) {
  for (std::size_t i = 0; i < std::min(pattern.size(), nodes.size()); ++i)
    if (!pattern[i].matches(nodes[i])) return false;
  return true;
}

void add_fields(const std::vector<NodePattern>& pattern, const NameMatch& of, std::vector<NameMatch>& found) {
  const auto& fields = of.measurement->fields;
  for (std::size_t field = 0; field < fields.size(); ++field) {
    NameMatch match = of;
    match.field = field;
    match.nodes.push_back(node_of(fields[field].name));
    if (!begins_so(pattern, match.nodes)) continue;
    if (pattern.size() == match.nodes.size()) {
      found.push_back(std::move(match));
      continue;
    }
    const auto& statistics = statistics_of(fields[field].kind);
    for (std::size_t i = 0; i < statistics.size(); ++i) {
      NameMatch leaf = match;
      leaf.statistic = i;
      leaf.nodes.push_back(statistics[i]);
      leaf.is_leaf = true;
      if (begins_so(pattern, leaf.nodes)) found.push_back(std::move(leaf));
    }
  }
}

}  // namespace

const std::vector<std::string>& statistics_of(FieldKind kind) {
  static const std::vector<std::string> of_counters{"rate", "sum", "peak"};
  static const std::vector<std::string> of_gauges{"mean", "min", "max"};
  return kind == FieldKind::gauge ? of_gauges : of_counters;
}

Answered<KnownNames> KnownNames::read(Asked& asked) {
  const auto all = asked.measurements();
  if (!all) return std::unexpected(all.error());
  KnownNames names;
  for (const history::HistoryMeasurement& known : *all) {
    NamedMeasurement one = named(known);
    if (one.fields.empty()) continue;
    if (auto read = read_series(asked, known, one); !read) return std::unexpected(read.error());
    names.measurements_.push_back(std::move(one));
    if (known.name != "net") continue;
    if (auto added = add_uplinks(asked, known, names.measurements_); !added)
      return std::unexpected(added.error());
  }
  return names;
}

std::vector<NameMatch> KnownNames::matching(const std::vector<NodePattern>& pattern) const {
  std::vector<NameMatch> found;
  std::set<std::vector<std::string>> seen;  // of beginnings, which many names have
  for (const NamedMeasurement& one : measurements_)
    for (std::size_t series = 0; series < one.series.size(); ++series) {
      const std::vector<std::string>& values = one.series[series];
      NameMatch match{.measurement = &one,
                      .series = series,
                      .nodes = {std::string(root), node_of(values.front()), one.name}};
      for (std::size_t i = 1; i < values.size(); ++i)
        match.nodes.push_back(node_of(values[i]));
      if (!begins_so(pattern, match.nodes)) continue;
      if (pattern.size() > match.nodes.size()) {
        add_fields(pattern, match, found);
        continue;
      }
      match.nodes.resize(pattern.size());
      if (seen.insert(match.nodes).second) found.push_back(std::move(match));
    }
  std::erase_if(found, [&](const NameMatch& match) { return match.nodes.size() != pattern.size(); });
  std::ranges::sort(found, {}, &NameMatch::nodes);
  return found;
}

std::vector<NameMatch> KnownNames::matching_fields(const std::vector<NodePattern>& pattern) const {
  std::vector<NameMatch> found = matching(pattern);
  std::erase_if(found, [](const NameMatch& match) {
    return match.is_leaf || match.nodes.size() != match.measurement->tags.size() + 3;
  });
  for (NameMatch& match : found) {
    match.is_leaf = true;
    match.nodes.push_back(statistics_of(match.measurement->fields[match.field].kind).front());
  }
  return found;
}

Result<std::vector<NodePattern>> patterns_of(std::string_view path) {
  std::vector<NodePattern> patterns;
  for (const std::string& node : nodes_of(path)) {
    auto pattern = NodePattern::read(node);
    if (!pattern) return std::unexpected(pattern.error());
    patterns.push_back(std::move(*pattern));
  }
  return patterns;
}

}  // namespace collector::web::graphite
