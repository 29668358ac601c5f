// Graphite's API, as Grafana's data source asks it: web/graphite.
#include <array>

#include "collector/web/answer_table.h"
#include "collector/web/graphite/answers.h"
#include "collector/web/graphite/function.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"

namespace collector::web {
namespace {

constexpr std::size_t longest_form = 64 * 1024;

http::Response answer_render(const Call& call) {
  return from_history(call, graphite::render);
}

http::Response answer_find(const Call& call) {
  return from_history(call, graphite::find_names);
}

http::Response answer_expand(const Call& call) {
  return from_history(call, graphite::expand_names);
}

http::Response answer_events(const Call& call) {
  return from_history(call, graphite::events);
}

http::Response described_functions(const Call&) {
  static const std::string text = graphite::functions_json();
  return {.type = "application/json", .body = text};
}

http::Response version_of_graphite(const Call&) {
  return {.type = "application/json", .body = "\"1.1.0\"\n"};
}

http::Response no_tags(const Call&) {
  return {.type = "application/json", .body = "[]\n"};
}

constexpr Parameter graphite_from(std::string_view default_text) {
  return {.name = "from",
          .type = ParameterType::time,
          .sentence =
              "Beginning: Unix seconds, -1h, -30min, -7d, now, today, midnight, 20261101, "
              "00:00_20261101, or a word that the API has; always the beginning of what it names.",
          .default_text = default_text};
}
constexpr Parameter graphite_until{.name = "until",
                                   .type = ParameterType::time,
                                   .sentence = "End, of the same words.",
                                   .default_text = "now"};
constexpr std::array render_parameters{
    Parameter{.name = "target",
              .type = ParameterType::each,
              .sentence =
                  "What to draw: a name with *, ?, [a-z] and {a,b} such as "
                  "collector.*.net.*.bytes_recv.rate, or a function of names (/graphite/functions); as "
                  "often as wanted."},
    graphite_from("-24h"),
    graphite_until,
    Parameter{.name = "maxDataPoints",
              .type = ParameterType::integer,
              .sentence = "Pixels that the picture is wide: as many values of each at most, and 4000.",
              .default_text = "800",
              .maximum = 1'000'000},
    table_format,
    Parameter{.name = "noNullPoints",
              .type = ParameterType::boolean,
              .sentence = "Without what was not measured.",
              .default_text = "false"},
    Parameter{.name = "cacheTimeout", .sentence = "For Graphite's cache: means nothing here."},
    zone_parameter};
constexpr Parameter query_parameter{
    .name = "query",
    .sentence = "The beginning of names, node by node, with *, ?, [a-z], {a,b}.",
    .default_text = "*"};
constexpr std::array find_parameters{query_parameter, graphite_from("-24h"), graphite_until, zone_parameter};
constexpr std::array expand_parameters{query_parameter,
                                       Parameter{.name = "leavesOnly",
                                                 .type = ParameterType::boolean,
                                                 .sentence = "Whole names alone.",
                                                 .default_text = "false"},
                                       graphite_from("-24h"), graphite_until, zone_parameter};
constexpr std::array events_parameters{
    Parameter{.name = "tags",
              .sentence = "Only those that have all of these: gap, reset, a host, an interface …"},
    graphite_from("-24h"), graphite_until, zone_parameter};
constexpr std::array tags_parameters{
    Parameter{.name = "expr", .type = ParameterType::each, .sentence = "Means nothing: there are no tags."},
    Parameter{.name = "tag", .sentence = "Means nothing."},
    Parameter{.name = "tagPrefix", .sentence = "Means nothing."},
    Parameter{.name = "valuePrefix", .sentence = "Means nothing."},
    Parameter{.name = "limit", .sentence = "Means nothing."},
    Parameter{.name = "from", .sentence = "Means nothing."},
    Parameter{.name = "until", .sentence = "Means nothing."}};

// Grafana posts its questions as a form; people and scripts get them.
constexpr Route asked_by_form(Route row) {
  row.method = "POST";
  row.body = longest_form;
  row.form = true;
  return row;
}

constexpr Route render_row{
    .method = "GET",
    .path = "/graphite/render",
    .summary = "Series as Graphite has them, for Grafana's data source.",
    .parameters = render_parameters,
    .work = Work::history,
    .answer = answer_render,
    .also = as_csv,
    .gives = [] { return std::string("[{target: text, tags: {*: text}, datapoints: [[number?]]}]"); }};
constexpr Route find_row{.method = "GET",
                         .path = "/graphite/metrics/find",
                         .summary = "What names go on with, for those who choose them node by node.",
                         .parameters = find_parameters,
                         .work = Work::history,
                         .answer = answer_find,
                         .gives = [] {
                           return std::string(
                               "[{text: text, id: text, leaf: integer, expandable: integer,"
                               " allowChildren: integer, context: {*: any}}]");
                         }};
constexpr Route expand_row{.method = "GET",
                           .path = "/graphite/metrics/expand",
                           .summary = "All names that a pattern means.",
                           .parameters = expand_parameters,
                           .work = Work::history,
                           .answer = answer_expand,
                           .gives = [] { return std::string("{results: [text]}"); }};

constexpr std::array rows_of_graphite{
    render_row,
    asked_by_form(render_row),
    find_row,
    asked_by_form(find_row),
    expand_row,
    asked_by_form(expand_row),
    Route{
        .method = "GET",
        .path = "/graphite/events/get_data",
        .summary = "What happened to the numbers, as annotations of Grafana's.",
        .parameters = events_parameters,
        .work = Work::history,
        .answer = answer_events,
        .gives =
            [] { return std::string("[{id: integer, when: time, what: text, data: text, tags: [text]}]"); }},
    Route{
        .method = "GET",
        .path = "/graphite/functions",
        .summary = "The functions that targets may have, as Grafana's editor offers them.",
        .answer = described_functions,
        .gives =
            [] {
              return std::string(
                  "{*: {name: text, group: text, description: text, module: text, function: text,"
                  " params: [{name: text, type: text, required: boolean, multiple?: boolean, default?: text,"
                  " options?: [text]}]}}");
            }},
    Route{.method = "GET",
          .path = "/graphite/version",
          .summary = "The version of Graphite whose requests are understood.",
          .answer = version_of_graphite,
          .gives = [] { return std::string("text"); }},
    Route{.method = "GET",
          .path = "/graphite/tags/autoComplete/tags",
          .summary = "No tags: all is in the names.",
          .parameters = tags_parameters,
          .answer = no_tags,
          .gives = [] { return std::string("[text]"); }},
    Route{.method = "GET",
          .path = "/graphite/tags/autoComplete/values",
          .summary = "No values of tags: all is in the names.",
          .parameters = tags_parameters,
          .answer = no_tags,
          .gives = [] { return std::string("[text]"); }}};

}  // namespace

std::span<const Route> graphite_routes() {
  return rows_of_graphite;
}

}  // namespace collector::web
