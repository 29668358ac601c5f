// What the collector is told to do, and how it is configured: for those who administer it.
#include <array>
#include <utility>

#include "collector/app/status.h"
#include "collector/web/answer_table.h"
#include "collector/web/flat_answer.h"
#include "collector/web/problem.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"

namespace collector::web {
namespace {

http::Response configuration_in_force(const Call& call) {
  const ConfigurationStatus status = call.sources.status().configuration;
  JsonAnswer out;
  out.open('{').member("configuration", call.sources.configuration_text());
  out.member("loaded", unix_seconds(status.loaded)).key("refused");
  if (status.problems.empty()) {
    out.item(nullptr);
  } else {
    out.open('{');
    out.member("since",
               status.problems_since ? std::optional(unix_seconds(*status.problems_since)) : std::nullopt);
    out.member("problems", status.problems).close('}');
  }
  return object_response(call, std::move(out.close('}')));
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n'))
    text.pop_back();
  return text;
}

// What a command is told in words, as an answer of the API.
http::Reply as_answer(http::Reply reply, std::string path, std::string type, std::string title) {
  return [reply = std::move(reply), path = std::move(path), type = std::move(type),
          title = std::move(title)](http::Response told) {
    if (told.status >= 400)
      return reply(problem_response({.status = told.status,
                                     .type = type,
                                     .title = title,
                                     .detail = without_line_end(std::move(told.body)),
                                     .errors = {},
                                     .headers = std::move(told.headers)},
                                    path));
    if (told.type == "application/json") return reply(std::move(told));
    JsonAnswer out;
    out.open('{').member("text", without_line_end(std::move(told.body))).close('}');
    reply(json_response(std::move(out)));
  };
}

void reload(const Call& call, http::Reply reply) {
  call.sources.reload(
      as_answer(std::move(reply), call.request.path, "configuration", "the configuration is not in force"));
}

void replay(const Call& call, http::Reply reply) {
  call.sources.replay(call.request, as_answer(std::move(reply), call.request.path, "replay",
                                              "the rows could not be fed back"));
}

constexpr std::array parameters_of_config{table_format};
constexpr std::size_t small_request = 1024;
constexpr std::array fails_of_reload{409U};
constexpr std::array fails_of_replay{404U, 409U};
constexpr std::array<std::string_view, 1> only_yes{"yes"};
constexpr std::array parameters_of_replay{
    Parameter{.name = "sink",
              .type = ParameterType::text,
              .sentence = "Whose rows: those that it refused; without it those of all sinks."},
    Parameter{.name = "to", .type = ParameterType::text, .sentence = "Another sink, that shall have them."},
    Parameter{.name = "remove",
              .type = ParameterType::choice,
              .sentence = "Throws them away instead.",
              .choices = only_yes}};

const std::array rows_of_administration{
    Route{.method = "GET",
          .path = "/api/v1/config",
          .needs = Permission::administer,
          .summary = "The configuration in force, with its secrets masked, and why a later edit is not.",
          .parameters = parameters_of_config,
          .answer = configuration_in_force,
          .also = as_csv,
          .gives =
              [] {
                return std::string(
                    "{configuration: text, loaded: time, refused: {since: time?, problems: [text]}?}");
              }},
    Route{.method = "POST",
          .path = "/api/v1/reload",
          .needs = Permission::administer,
          .summary = "Reads the configuration again.",
          .work = Work::later,
          .answer_later = reload,
          .body = small_request,
          .gives = [] { return std::string("{text: text}"); },
          .fails = fails_of_reload},
    Route{.method = "POST",
          .path = "/api/v1/replay",
          .needs = Permission::administer,
          .summary = "Feeds rows that a sink refused back to it.",
          .parameters = parameters_of_replay,
          .work = Work::later,
          .answer_later = replay,
          .body = small_request,
          .gives =
              [] {
                return std::string(
                    "{replayed_rows: {*: integer}, had_rows: integer}|{removed_rows: integer}");
              },
          .fails = fails_of_replay}};

}  // namespace

std::span<const Route> administration_routes() {
  return rows_of_administration;
}

}  // namespace collector::web
