#include "collector/web/graphite/answers.h"

#include <algorithm>
#include <map>

#include "collector/history/bucket_edges.h"
#include "collector/web/graphite/evaluate.h"
#include "collector/web/graphite/graphite_time.h"
#include "collector/web/marks_answer.h"
#include "collector/web/picture_limits.h"
#include "collector/web/usage_cells.h"
#include "collector/web/visible.h"

namespace collector::web::graphite {
namespace {

constexpr std::size_t most_events = 1'000;

// From `from` until `until`; what it fails with is among the mistakes.
history::Interval range_of(Asked& asked) {
  const history::TimeContext context{.now = asked.now(), .zone = asked.zone()};
  const auto from = moment_of(asked.call().values.text("from"), context);
  const auto until = moment_of(asked.call().values.text("until"), context);
  if (!from) asked.mistaken("from", from.error());
  if (!until) asked.mistaken("until", until.error());
  if (!from || !until) return {asked.now(), asked.now()};
  if (*until <= *from) asked.mistaken("until", "not later than from", "now");
  return {*from, std::max(*from, *until)};
}

AnswerTable lines_table(const Lines& lines) {
  AnswerTable table{{"target", "time", "value"}, {}};
  for (const Line& line : lines)
    for (std::size_t i = 0; i < line.values.size(); ++i)
      table.rows.push_back({line.name, unix_time((*line.edges)[i]), cell_of(line.values[i])});
  return table;
}

std::string lines_json(const Lines& lines, bool has_nulls) {
  JsonAnswer out;
  out.open('[');
  for (const Line& line : lines) {
    out.open('{').member("target", line.name).key("tags").open('{');
    for (const auto& [name, value] : line.tags)
      out.member(name, value);
    out.close('}').key("datapoints").open('[');
    for (std::size_t i = 0; i < line.values.size(); ++i)
      if (has_nulls || line.values[i])
        out.open('[').item(line.values[i]).item(unix_time((*line.edges)[i])).close(']');
    out.close(']').close('}');
  }
  return out.close(']').take();
}

// Names whose beginnings match `query`.
Answered<std::vector<NameMatch>> found_names(Asked& asked) {
  const auto pattern = patterns_of(asked.call().values.text("query"));
  if (!pattern) asked.mistaken("query", pattern.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const auto known = KnownNames::read(asked);
  if (!known) return std::unexpected(known.error());
  return known->matching(*pattern);
}

}  // namespace

Answered<http::Response> render(Asked& asked) {
  const Values& values = asked.call().values;
  const history::Interval range = range_of(asked);
  const auto& targets = values.each("target");
  if (targets.empty() && asked.call().mistakes.empty())
    asked.mistaken("target", "missing", "collector.*.uplinks.bytes_recv.rate");
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  // Grafana asks for as many as a picture has pixels; where nobody says, or says 0, for as many as one has.
  std::int64_t width = values.integer("maxDataPoints");
  if (width == 0) width = 800;
  width = std::min(width, static_cast<std::int64_t>(most_columns));
  const Edges edges = std::make_shared<const std::vector<history::Seconds>>(
      history::picture_of(asked.zone(), range, static_cast<int>(width)).edges);
  const auto lines = evaluate(asked, targets, edges);
  if (!lines) return std::unexpected(lines.error());
  const bool is_csv = values.has("format") ? values.text("format") == "csv" : asked.call().type == "text/csv";
  if (is_csv) return http::Response{.type = "text/csv; charset=utf-8", .body = csv_text(lines_table(*lines))};
  return http::Response{.type = "application/json",
                        .body = lines_json(*lines, !values.boolean("noNullPoints"))};
}

Answered<http::Response> find_names(Asked& asked) {
  range_of(asked);
  const auto names = found_names(asked);
  if (!names) return std::unexpected(names.error());
  auto nodes = nodes_of(asked.call().values.text("query"));
  std::map<std::string, bool> found;  // whether it is a leaf
  for (const NameMatch& name : *names)
    found.emplace(name.nodes.back(), name.is_leaf);
  JsonAnswer out;
  out.open('[');
  for (const auto& [text, is_leaf] : found) {
    nodes.back() = text;
    out.open('{').member("text", text).member("id", path_of(nodes));
    out.member("leaf", is_leaf ? 1 : 0).member("expandable", is_leaf ? 0 : 1);
    out.member("allowChildren", is_leaf ? 0 : 1).key("context").open('{').close('}').close('}');
  }
  return http::Response{.type = "application/json", .body = out.close(']').take()};
}

Answered<http::Response> expand_names(Asked& asked) {
  range_of(asked);
  const auto names = found_names(asked);
  if (!names) return std::unexpected(names.error());
  JsonAnswer out;
  out.open('{').key("results").open('[');
  for (const NameMatch& name : *names)
    if (name.is_leaf || !asked.call().values.boolean("leavesOnly")) out.item(path_of(name.nodes));
  return http::Response{.type = "application/json", .body = out.close(']').close('}').take()};
}

Answered<http::Response> events(Asked& asked) {
  const history::Interval range = range_of(asked);
  history::Selection selection;
  selection.scope = history::Scope::all;
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  if (!asked.call().caller.hosts.empty()) selection.filters.push_back({"host", asked.call().caller.hosts});
  auto marks = asked.file().marks(selection, range);
  if (!marks) return std::unexpected(asked.failed(marks.error()));
  std::vector<std::string> wanted;
  for (const char c : asked.call().values.text("tags")) {
    if (wanted.empty() || c == ' ' || c == ',') wanted.emplace_back();
    if (c != ' ' && c != ',') wanted.back() += c;
  }
  std::erase(wanted, "");
  JsonAnswer out;
  out.open('[');
  std::int64_t id = 0;
  for (const history::Mark& mark : *marks) {
    const std::vector<std::string> tags{std::string(mark_name(mark.kind)), mark.host, mark.interface};
    const bool is_wanted = std::ranges::all_of(
        wanted, [&](const std::string& tag) { return std::ranges::find(tags, tag) != tags.end(); });
    if (!is_wanted || !sees_event(asked.call().caller, mark, selection.measurement)) continue;
    if (id == static_cast<std::int64_t>(most_events)) break;
    out.open('{').member("id", ++id).member("when", unix_time(mark.time.start));
    out.member("what", tags.front()).member("data", mark.text()).key("tags").open('[');
    for (const std::string& tag : tags)
      if (!tag.empty()) out.item(tag);
    out.close(']').close('}');
  }
  return http::Response{.type = "application/json", .body = out.close(']').take()};
}

}  // namespace collector::web::graphite
